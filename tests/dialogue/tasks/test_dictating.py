"""Numbers in pieces: half spoken and half keyed, corrected, taken back, ended."""

import pytest

from tests.dialogue.tasks.talk import Call, Counted

PREPARED = "Your order with the Tea Set is being prepared"


@pytest.fixture
async def call(counted: Counted) -> Call:
    """Peter, who has been asked for an order's number: W1736522 is one of his."""
    made = counted.call()
    await made.line("where is my order")
    assert "Which order is it?" in await made.line("peter.patel4957@example.com")
    assert made.mind.state.expects == "digits"
    return made


@pytest.mark.parametrize(
    "lines",
    [
        ("W one seven three", "six five two two"),
        ("W one seven three", "six five", "two two"),
        ("W one seven three", "#6522"),
        ("#1736", "five two two"),
        ("#1736522",),
        ("#1737*6522",),
        ("W one seven", "#3", "six five two two"),
        ("W one seven three", "no wait, it's W one seven three six five two two"),
    ],
)
async def test_a_number_in_pieces(call: Call, lines: tuple[str, ...]) -> None:
    for line in lines[:-1]:
        assert PREPARED not in await call.line(line)
    assert PREPARED in await call.line(lines[-1])


async def test_he_is_told_what_is_missing(call: Call) -> None:
    assert "I have W173 so far. I need 4 more digits." in await call.line("W one seven three")
    assert call.tasks.stack[0].dictated == "W173"
    assert call.mind.state.expects == "digits"


async def test_keys_are_taken_in_silence_until_the_number_is_whole(call: Call) -> None:
    assert await call.line("#17365") == ""
    task = call.tasks.stack[0]
    assert (task.dictated, task.keyed) == ("17365", (True,) * 5)
    assert PREPARED in await call.line("#22")


async def test_keyed_digits_are_never_corrected_to_one_of_his_orders(call: Call) -> None:
    said = await call.line("#1736523")
    assert "I can't find order #W1736523 in your account" in said
    assert "1736522" not in said


@pytest.mark.parametrize("line", ["the one with the piano", "one moment", "第一个", "hm"])
async def test_a_number_among_other_words_is_no_beginning(call: Call, line: str) -> None:
    assert "more digits" not in await call.line(line)
    assert call.tasks.stack[0].dictated == ""


async def test_a_number_that_was_begun_is_forgotten_when_something_else_answers(call: Call) -> None:
    await call.line("W one seven three")
    assert "Which one is it" in await call.line("the sleeping bag")
    assert "delivered" in await call.line("the first one")
    await call.line("where is my order")
    assert call.tasks.stack[0].dictated == ""


async def test_pieces_that_are_more_than_a_zip_code_are_forgotten(counted: Counted) -> None:
    call = counted.call()
    for line in ("what is my gift card balance", "Peter Ward", "zero two one"):
        await call.line(line)
    assert call.tasks.stack[0].dictated == "021"
    said = await call.line("zero two seven")
    assert "Sorry, I did not get that." in said, "it is no progress"
    assert "You can also key it in." in said
    assert call.tasks.stack[0].dictated == ""
    assert "$30.17" in await call.line("zero two one seven zero")


async def test_a_zip_code_half_spoken_and_half_keyed(counted: Counted) -> None:
    call = counted.call()
    for line in ("what is my gift card balance", "Peter Ward", "zero two", "#17"):
        await call.line(line)
    assert "$30.17" in await call.line("#0")


async def test_a_telephone_number_may_be_keyed_where_a_flow_asks_for_one(counted: Counted) -> None:
    # The sample flow asks for none; an order's number in Mandarin goes the same way.
    call = counted.call()
    for line in ("我的订单到哪了", "吴军，210096", "W五三零八"):
        said = await call.line(line)
    assert "还差3位" in said
    assert "已经打包" in await call.line("二四八") or "在路上" in call.said
