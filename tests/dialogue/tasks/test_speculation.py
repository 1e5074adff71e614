"""Turns that are thought of and dropped, thought of twice, or left in the middle of a write."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from dialogue.mind import Keyed, Said
from dialogue.shop import ShopUnavailableError, digest
from dialogue.thought import FlowThought
from tests.dialogue.tasks.scenes import TEA
from tests.dialogue.tasks.talk import Call, Counted, spoken

PETER = "peter.patel4957@example.com"
CANCELLED = "Order #W1736522 is cancelled"


async def proposed(counted: Counted) -> Call:
    """A call in which the cancelling of the tea set waits for a yes."""
    call = counted.call()
    for line in ("cancel my order", PETER, "no longer needed"):
        await call.line(line)
    assert "Shall I do that?" in call.said
    return call


async def dropped(call: Call, said: Said | Keyed) -> None:
    """Think of an answer, as far as that goes, and throw it away."""
    thought = call.mind.think(said)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.15):
            async for _ in thought.acts():
                pass
    await thought.close()
    await thought.close()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ((), "cancel my order"),
        (("cancel my order",), PETER),
        (("cancel my order",), "nobody.at.all@example.com"),
        (("cancel my order",), "Peter Ward, zip code 80215"),
        (("cancel my order", PETER), "no longer needed"),
        (("cancel my order", PETER, "no longer needed"), "yes"),
        (("cancel my order", PETER, "no longer needed"), "no"),
        (("cancel my order", PETER, "no longer needed"), "never mind"),
        (("your courier was rude",), "he threw my parcel over the fence"),
    ],
)
async def test_a_thought_that_is_dropped_leaves_no_trace(
    counted: Counted, before: tuple[str, ...], said: str
) -> None:
    call = counted.call()
    for line in before:
        await call.line(line)
    state, shop = call.mind.state, digest(counted.stored())
    for _ in range(2):
        await dropped(call, spoken(said))
    await dropped(call, Keyed("1"))
    assert call.mind.state is state
    assert digest(counted.stored()) == shop
    assert (counted.audit(), counted.tickets()) == ([], [])
    assert not counted.journal.exists()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "task"] == []


async def test_failures_of_dropped_thoughts_are_not_counted(counted: Counted) -> None:
    call = counted.call()
    await call.line("what is my gift card balance")
    for number in range(8):
        await dropped(call, spoken(f"Peter Ward, zip code 8020{number}"))
    assert "$30.17" in await call.line("Peter Ward 02170")


async def test_nothing_is_written_before_the_turn_took_place(counted: Counted) -> None:
    call = await proposed(counted)
    thought = call.mind.think(spoken("yes"))
    await asyncio.sleep(0.1)
    assert counted.audit() == []
    thought.release()
    assert CANCELLED in await call.finish(thought)
    assert len(counted.audit()) == 1


async def test_a_yes_thought_of_many_times_is_done_once(counted: Counted) -> None:
    call = await proposed(counted)
    await dropped(call, spoken("yes"))
    first, second = call.mind.think(spoken("yes")), call.mind.think(spoken("yes please"))
    first.release()
    second.release()
    said = [await call.finish(thought) for thought in (first, second)]
    assert all(CANCELLED in one for one in said)
    assert len(counted.audit()) == 1


@contextlib.asynccontextmanager
async def held(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """Every call of a tool takes until the context ends; the event is set when one has begun."""
    real, begun, go_on = counted.desk.within, asyncio.Event(), asyncio.Event()

    async def slow(work: Callable[[], Any]) -> Any:
        if not go_on.is_set() and getattr(work, "__qualname__", "").startswith(
            ("Caller.confirm", "Caller.file")
        ):
            begun.set()
            await go_on.wait()
        return await real(work)

    monkeypatch.setattr(counted.desk, "within", slow)
    yield begun
    go_on.set()


async def left_in_mid_write(counted: Counted, thought: FlowThought, monkeypatch: pytest.MonkeyPatch) -> None:
    """Release a thought, and close it while its write is being made."""
    async with held(counted, monkeypatch) as begun:
        thought.release()
        await asyncio.wait_for(begun.wait(), 5)
        await thought.close()
    await until(lambda: bool(counted.audit() or counted.tickets()))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that has no event."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - a thread's work has no event here
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("next_line", ["hello?", "no wait", "#2", "...", "where is my refund"])
async def test_a_write_that_was_left_is_made_once_and_told_in_the_next_turn(
    counted: Counted, monkeypatch: pytest.MonkeyPatch, next_line: str
) -> None:
    call = await proposed(counted)
    thought = call.mind.think(spoken("yes"))
    await left_in_mid_write(counted, thought, monkeypatch)
    call.mind.commit(thought, "")
    said = await call.line(next_line)
    assert CANCELLED in said
    assert "not changed anything" not in said
    assert len(counted.audit()) == 1
    assert counted.changed()[f"{TEA}/status"] == "cancelled"
    assert call.tasks.stack == ()


async def test_a_ticket_that_was_left_is_stored_once_and_told_in_the_next_turn(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = counted.call()
    await call.line("your courier was rude")
    thought = call.mind.think(spoken("he threw my parcel over the fence"))
    await left_in_mid_write(counted, thought, monkeypatch)
    call.mind.commit(thought, "")
    said = await call.line("hello?")
    (ticket,) = counted.tickets()
    assert ticket.number in said
    assert ticket.text == "he threw my parcel over the fence"
    assert call.tasks.stack == ()


@pytest.mark.parametrize(
    "next_line",
    ["no", "#2", "never mind", "no, the one with the sleeping bag", "actually where is my refund"],
)
async def test_a_yes_that_nobody_stood_by_is_not_denied(
    counted: Counted, monkeypatch: pytest.MonkeyPatch, next_line: str
) -> None:
    # The caller went on speaking: the turn with the yes was never committed, the write was made.
    call = await proposed(counted)
    await left_in_mid_write(counted, call.mind.think(spoken("yes")), monkeypatch)
    said = await call.line(next_line)
    assert CANCELLED in said
    assert "not changed anything" not in said
    assert "left everything as it was" not in said
    assert len(counted.audit()) == 1


@pytest.mark.parametrize("line", ["no", "never mind"])
async def test_a_no_to_a_database_that_is_down_leaves_no_ticket(
    counted: Counted, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    call = await proposed(counted)

    def down() -> None:
        raise ShopUnavailableError("down", "switched off")

    with monkeypatch.context() as patched:
        patched.setattr(counted.shop, "reading", down)
        said = await call.line(line)
    assert "not changed anything" in said or "left everything as it was" in said
    assert (counted.tickets(), counted.journal.exists()) == ([], False)


async def test_a_yes_before_anything_was_heard_is_none(counted: Counted) -> None:
    call = counted.call()
    for line in ("cancel my order", PETER):
        await call.line(line)
    thought = call.mind.think(spoken("no longer needed"))
    thought.release()
    assert [act async for act in thought.acts()]
    call.mind.commit(thought, "")  # he spoke at once, and has heard nothing of it
    assert "Shall I do that?" in await call.line("yes")
    assert counted.audit() == []
    assert CANCELLED in await call.line("yes")


async def test_digits_of_a_number_do_not_agree_to_what_was_hardly_heard(counted: Counted) -> None:
    call = counted.call()
    for line in ("cancel my order", PETER):
        await call.line(line)
    thought = call.mind.think(spoken("no longer needed"))
    thought.release()
    acts = [act async for act in thought.acts()]
    assert acts
    call.mind.commit(thought, "All right. I would cancel order")
    assert "Shall I do that?" in await call.line("#1")
    assert counted.audit() == []
