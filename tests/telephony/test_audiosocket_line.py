"""An AudioSocket line whose connection is gone before anybody has said why."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from telephony.arrivals import Arrivals
from telephony.audiosocket_line import AudioSocketLine
from telephony.line import HungUp, LineInfo
from telephony.pacer import Pacer


class ClosedSocket(asyncio.Transport):
    """Behaves as uvloop's: to write to it is an error."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        raise RuntimeError("unable to perform operation: the handler is closed")

    def is_closing(self) -> bool:
        return True

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        pass


async def test_nothing_is_sent_to_a_connection_that_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    pacer = Pacer()
    line = AudioSocketLine(
        ClosedSocket(),
        LineInfo("00000000-0000-0000-0000-000000000001", "asterisk-audiosocket", "a peer"),
        8000,
        pacer,
        arrivals=Arrivals(),
        clock=time.monotonic,
    )
    line.play(bytes(3200))
    with caplog.at_level(logging.ERROR):
        await asyncio.sleep(0.06)
    assert pacer.lines == 1
    assert line.queued == pytest.approx(0.2), "what nobody can hear is not played"
    await line.hang_up()
    (end,) = [event async for event in line.events()]
    assert isinstance(end, HungUp)
    assert end.by == "parley"
    assert pacer.lines == 0
    assert not caplog.records
