"""The queue of a line's events."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.event_stream import EventStream
from telephony.line import HungUp, Key, LineEvent


async def read(stream: EventStream) -> list[LineEvent]:
    async with asyncio.timeout(5):
        return [event async for event in stream.events()]


@given(st.lists(st.sampled_from("0123456789*#"), max_size=30))
def test_everything_in_order_until_the_hang_up_and_nothing_after(keys: list[str]) -> None:
    stream = EventStream()
    events: list[LineEvent] = [Key(key, at / 10) for at, key in enumerate(keys)]
    end = HungUp(9.0, "caller")
    for event in (*events, end, Key("9", 10.0), HungUp(11.0, "error")):
        stream.put(event)
    assert stream.hung_up == end
    assert asyncio.run(read(stream)) == [*events, end]


async def test_a_reader_that_waits_is_woken() -> None:
    stream = EventStream()
    reading = asyncio.create_task(read(stream))
    await asyncio.sleep(0)
    stream.put(Key("1", 0.0))
    await asyncio.sleep(0)
    stream.put(HungUp(1.0, "parley"))
    assert await reading == [Key("1", 0.0), HungUp(1.0, "parley")]


async def test_a_reader_that_is_stuck_ends_the_call() -> None:
    stream = EventStream(limit=3)
    for k in range(10):
        stream.put(Key("1", float(k)))
    assert stream.ended
    *_, end = await read(stream)
    assert isinstance(end, HungUp)
    assert (end.by, end.at) == ("error", 3.0)
    assert "not read" in end.reason


async def test_a_full_stream_still_takes_the_hang_up() -> None:
    stream = EventStream(limit=1)
    stream.put(Key("1", 0.0))
    stream.put(HungUp(1.0, "caller"))
    assert (await read(stream))[-1] == HungUp(1.0, "caller")


async def test_events_are_read_once() -> None:
    stream = EventStream()
    stream.put(HungUp(0.0, "caller"))
    await read(stream)
    with pytest.raises(RuntimeError, match="iterated once"):
        await read(stream)
