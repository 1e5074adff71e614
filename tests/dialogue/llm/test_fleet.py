"""Several servers as one: failover before and in the middle of a reply, health, and changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from dialogue.llm import Fleet, LanguageModel, LanguageModelError, Message, ModelSettings, Place
from dialogue.llm.failover import Resumption
from dialogue.llm.fleet import Member
from tests.dialogue.fake_server import FakeServer, never, serving, words

ASK: list[Message] = [{"role": "user", "content": "Where is my order?"}]
WHOLE = "Your order is on its way."


class Servers:
    """Two fake servers in a fleet; `a` is asked first as long as both are idle."""

    def __init__(self, a: FakeServer, b: FakeServer) -> None:
        self.a, self.b = a, b
        self.members = [self.member("a", a), self.member("b", b)]
        self.fleet = Fleet(self.members)
        self.members[1].standing.first(0.5)

    def member(self, name: str, server: FakeServer, *, canary: float | None = None) -> Member:
        settings = ModelSettings(server.url, first_token=1.0, next_token=0.3, total=3.0)
        return Member(Place(name, canary=canary), LanguageModel(settings))

    async def said(self, call: str = "x") -> str:
        async with asyncio.timeout(5):
            return "".join([piece async for piece in self.fleet.for_call(call).reply(ASK, "en")])


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    async with AsyncExitStack() as stack:
        one = Servers(*[await stack.enter_async_context(serving()) for _ in range(2)])
        one.a.script = one.b.script = words("Your order ", "is on its way.")
        yield one
        await one.fleet.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


async def test_a_reply_comes_from_one_server(servers: Servers) -> None:
    assert await servers.said() == WHOLE
    assert (len(servers.a.requests), len(servers.b.requests)) == (1, 0)
    assert servers.members[0].standing.in_flight == 0
    assert servers.members[0].standing.first_token is not None


@pytest.mark.parametrize("how", ["refuses", "silent", "nonsense", "cut off", "speaks something else"])
async def test_a_server_that_fails_before_its_first_words_is_replaced(servers: Servers, how: str) -> None:
    if how == "refuses":
        servers.a.status = 503
    elif how == "silent":
        servers.a.script = never()
    elif how == "nonsense":
        servers.a.script = words("<|im_start|>", "assistant")
    elif how == "cut off":
        servers.a.script, servers.a.cut_off = words(), True
    else:
        servers.a.body = "data: {not json}\n\n"
    reply = servers.fleet.for_call("x").reply(ASK, "en")
    async with asyncio.timeout(5):
        assert "".join([piece async for piece in reply]) == WHOLE
    assert len(servers.b.requests) == 1
    # The silent one had half of the caller's patience, and the other one began at once.
    assert reply.first_ms is not None
    assert reply.first_ms < 1000
    assert servers.members[0].standing.is_well == (how == "nonsense")
    if how != "nonsense":
        asked = len(servers.a.requests)
        await servers.said()
        assert len(servers.a.requests) == asked  # it gets no more


async def test_a_server_that_dies_in_mid_sentence_is_continued_by_another(servers: Servers) -> None:
    servers.a.script, servers.a.cut_off = words("Your order ", "is on "), True
    assert await servers.said() == WHOLE
    servers.members[0].standing.wrote(0.0)
    servers.a.script = words("It will ")
    assert await servers.said() == "It will \n" + WHOLE


async def test_when_all_fail_the_last_failure_is_told_in_time(servers: Servers) -> None:
    servers.a.script = servers.b.script = never()
    began = asyncio.get_running_loop().time()
    with pytest.raises(LanguageModelError, match="text within"):
        await servers.said()
    assert asyncio.get_running_loop().time() - began < 1.5
    servers.b.status = 503
    with pytest.raises(LanguageModelError):
        await servers.said()


async def test_servers_that_are_down_are_asked_when_there_is_no_other(servers: Servers) -> None:
    for member in servers.members:
        member.standing.failed("was down", 1e9)
    assert await servers.said() == WHOLE


async def test_replies_at_the_same_time_are_spread(servers: Servers) -> None:
    servers.a.script = servers.b.script = words("Your order ", "is on its way.", pause=0.1)
    assert await asyncio.gather(*(servers.said(str(call)) for call in range(6))) == [WHOLE] * 6
    assert (len(servers.a.requests), len(servers.b.requests)) == (3, 3)


async def test_health_is_looked_at_and_a_server_comes_back(
    servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    servers.a.status = 503
    await servers.fleet.start()
    await until(lambda: not servers.members[0].standing.is_well)
    assert "gets no requests" in caplog.text
    assert await servers.said() == WHOLE
    assert len(servers.a.requests) == 0
    servers.a.status = 200
    await until(lambda: servers.members[0].standing.is_well)


async def test_a_model_that_a_server_does_not_have_is_noticed(servers: Servers) -> None:
    settings = replace(servers.members[0].model.settings, model="other")
    servers.fleet.replace([Member(Place("a"), LanguageModel(settings)), servers.members[1]])
    await servers.fleet.look()
    assert "expected the model 'other', found fake" in servers.fleet.members[0].standing.trouble


async def test_a_share_is_switched_while_calls_run(servers: Servers) -> None:
    a, b = servers.members
    servers.fleet.replace([a, Member(Place("b", canary=0.0), b.model)])
    call = servers.fleet.for_call("x")
    for share, asked in ((0.0, 0), (1.0, 1), (0.0, 1)):
        servers.fleet.replace([a, Member(Place("b", canary=share), b.model)])
        assert "".join([piece async for piece in call.reply(ASK, "en")]) == WHOLE
        assert len(servers.b.requests) == asked
    assert servers.fleet.members[1].standing.replies == 1


async def test_a_server_that_is_taken_out_ends_its_replies(servers: Servers) -> None:
    servers.a.script = words("Your order ", "is on its way.", pause=0.2)
    running = asyncio.create_task(servers.said())
    await until(lambda: servers.a.open == 1)
    servers.fleet.replace(servers.members[1:])
    assert await running == WHOLE
    assert await servers.said() == WHOLE
    assert len(servers.b.requests) == 1


async def test_one_server_that_cannot_read_ahead_does_not_keep_others_from_it(servers: Servers) -> None:
    servers.a.status = 500
    await servers.fleet.warm(ASK)
    assert servers.b.requests[0]["max_tokens"] == 1
    assert not servers.members[0].standing.is_well
    servers.b.status = 500
    with pytest.raises(LanguageModelError):
        await servers.fleet.warm(ASK)


@pytest.mark.parametrize(
    ("given", "written", "expected"),
    [
        ("", ["We ", "are open."], "We are open."),
        ("We are", ["We ", "are open."], " open."),
        ("We are", ["We are open until six."], " open until six."),
        ("We are", ["Until", " six."], "\nUntil six."),
        ("We are", ["We ", "open at six."], "\nWe open at six."),
        ("We are open.", ["We are"], ""),
    ],
)
def test_a_second_reply_goes_on_where_the_first_broke_off(
    given: str, written: list[str], expected: str
) -> None:
    start = Resumption(given)
    assert "".join(start.feed(piece) for piece in written) == expected
