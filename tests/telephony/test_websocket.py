"""Calls over chan_websocket, against an Asterisk that behaves, or does not."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping

import aiohttp
import pytest

from telephony import websocket
from telephony.arrivals import Arrival, Arrivals, Ending
from telephony.g711 import pcm_to_ulaw, ulaw_to_pcm
from telephony.line import (
    Frame,
    HungUp,
    Key,
    Line,
    LineError,
    TransferUnsupportedError,
)
from telephony.websocket import WebSocketTransport
from telephony.websocket_line import LEAD_SECONDS, MEDIA_BYTES, SETTLE_FRAMES
from tests.telephony.fake_chan_websocket import CALL, PERIOD, FakeAsterisk, marks, played, ramp, serving
from tests.telephony.peers import Handler


async def test_samples_pass_undamaged_both_ways() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        line = await handler.line()
        assert line.rate == 16000
        await line.answer()
        await line.answer()
        line.play(ramp(8000))
        line.mark("end")
        said = ramp(640)
        await asterisk.socket.send_bytes(said[:640])
        await asterisk.socket.send_bytes(said[640:])
        await handler.until(lambda: marks(handler) == ["end"])
        assert bytes(asterisk.played) == bytes(640 * SETTLE_FRAMES) + ramp(8000)
        assert played(handler) == ramp(8000)
        assert handler.heard() == said
        assert asterisk.commands.count("ANSWER") == 1


async def test_ulaw_is_samples_to_the_call() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call(codec="ulaw")
        line = await handler.line()
        assert line.rate == 8000
        line.play(ramp(320))
        line.mark("end")
        await asterisk.socket.send_bytes(pcm_to_ulaw(ramp(160)))
        await handler.until(lambda: marks(handler) == ["end"] and bool(handler.heard()))
        assert bytes(asterisk.played) == pcm_to_ulaw(ramp(320))
        assert handler.heard() == ulaw_to_pcm(pcm_to_ulaw(ramp(160)))


async def test_little_is_sent_ahead_in_messages_that_asterisk_can_read() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        line = await handler.line()
        line.play(ramp(16000 * 5))
        await asyncio.sleep(0.5)
        assert asterisk.longest <= MEDIA_BYTES
        assert asterisk.most_queued * PERIOD <= LEAD_SECONDS + 0.1
        assert line.queued == pytest.approx(4.5, abs=0.2)
        assert asterisk.messages * 2 < asterisk.frames


async def test_pause_resume_and_flush_reach_asterisk_and_are_told_truly() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        line = await handler.line()
        line.play(ramp(16000))
        line.mark("never")
        await asyncio.sleep(0.2)
        line.pause()
        line.pause()
        await asyncio.sleep(0.15)
        heard = len(asterisk.played)
        await asyncio.sleep(0.1)
        assert len(asterisk.played) == heard
        line.resume()
        await asyncio.sleep(0.1)
        line.flush()
        assert line.queued == 0
        await asyncio.sleep(0.15)
        assert ramp(16000).startswith(played(handler))
        assert abs(len(played(handler)) - len(asterisk.played)) <= 4 * 640
        line.pause()
        line.flush()
        line.play(ramp(1600))
        line.mark("after")
        await handler.until(lambda: marks(handler) == ["after"])
        assert not asterisk.paused
        assert asterisk.commands.count("PAUSE_MEDIA") == 2


async def test_keys_and_notices() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        await asterisk.event("DTMF_END", digit="5")
        await asterisk.event("STATUS", queue_length=0)
        await asterisk.event("ERROR", error_text="unknown command")
        await asterisk.event("DTMF_END", digit="#")
        await handler.until(lambda: sum(isinstance(event, Key) for event in handler.seen) == 2)
        assert [event.digit for event in handler.seen if isinstance(event, Key)] == ["5", "#"]


async def test_a_full_queue_is_respected() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        line = await handler.line()
        await asterisk.event("MEDIA_XOFF")
        await asyncio.sleep(0.1)
        line.play(ramp(3200))
        line.mark("end")
        await asyncio.sleep(0.1)
        assert not asterisk.played
        await asterisk.event("MEDIA_XON")
        await handler.until(lambda: marks(handler) == ["end"])


async def test_audio_before_media_start_is_kept() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.connect()
        await asterisk.socket.send_bytes(ramp(320))
        await asterisk.start()
        await handler.until(lambda: any(isinstance(event, Frame) for event in handler.seen))
        assert handler.heard() == ramp(320)


async def test_what_the_dial_string_says() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        await desk.call(f"?call={CALL}&caller=%2B4930555&dialled=100&flow=shop&CUSTOMER=42")
        info = (await handler.line()).info
        assert (info.call_id, info.caller, info.dialled, info.flow) == (CALL, "+4930555", "100", "shop")
        assert info.variables == {"CUSTOMER": "42"}
        assert info.transport == "asterisk-websocket"
        assert "WebSocket/parley/1" in info.peer


async def test_what_fastagi_learnt() -> None:
    arrivals, handler = Arrivals(), Handler()
    arrivals.announce(Arrival(CALL, channel="PJSIP/1", caller="7", asks_after=True))
    async with serving(handler, arrivals) as desk:
        await desk.call(f"?call={CALL}")
        line = await handler.line()
        assert line.info.caller == "7"
        await line.transfer("200")
        assert (await handler.ended()).by == "parley"
        assert arrivals.after(CALL) == Ending("transfer", "200")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            arrivals.announce(Arrival(CALL))
            arrivals.claim(CALL)
            await desk.connect(f"?call={CALL}")
        assert refused.value.status == 400


async def test_without_fastagi_there_is_no_transfer() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        await desk.call()
        line = await handler.line()
        with pytest.raises(TransferUnsupportedError):
            await line.transfer("200")
        assert not any(isinstance(event, HungUp) for event in handler.seen)


@pytest.mark.parametrize(("moved", "by"), [(True, "parley"), (False, "caller")])
async def test_media_that_stops_while_the_caller_is_moved(moved: bool, by: str) -> None:
    """Asterisk closes the media before it says that the caller was moved, or that he is gone."""
    asterisks: list[FakeAsterisk] = []

    async def redirect(call_id: str, target: str, about: Mapping[str, str]) -> None:
        await asterisks[0].socket.close()
        await asyncio.sleep(0.1)
        if not moved:
            raise LineError("Channel does not exist")

    handler = Handler()
    async with serving(handler, Arrivals(redirect=redirect)) as desk:
        asterisks.append(await desk.call())
        line = await handler.line()
        with contextlib.nullcontext() if moved else pytest.raises(LineError):
            await line.transfer("200")
        assert (await handler.ended()).by == by


async def test_parley_hangs_up() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        line = await handler.line()
        await line.hang_up()
        await line.hang_up()
        line.play(ramp(320))
        await asterisk.closed()
        assert asterisk.commands[-1] == "HANGUP"
        assert (await handler.ended()).by == "parley"


async def test_the_caller_hangs_up() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        await handler.line()
        await asterisk.socket.close()
        end = await handler.ended()
        assert (end.by, end.reason) == ("caller", "")


async def test_an_asterisk_that_dies_is_an_error() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.call()
        await handler.line()
        connection = asterisk.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        end = await handler.ended()
        assert end.by == "error"
        assert "broke off" in end.reason or "broke" in end.reason


@pytest.mark.parametrize(
    ("query", "problem"), [("?call=x", "expected \\?call=<UUID>"), ("?call=" + "9" * 500, "expected")]
)
async def test_a_foreign_request_is_refused(
    query: str, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        async with desk.session.get(desk.transport.address.replace("ws:", "http:") + query) as response:
            assert response.status == 400
        assert problem.replace("\\", "") in caplog.text
        await desk.call(f"?call={uuid.uuid4()}")
        await handler.line()


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ('{"event":"DTMF_END","digit":"1"}', "expected MEDIA_START first"),
        ("{", "expected a JSON object"),
        ('{"event":"MEDIA_START","format":"opus"}', "expected format"),
        (
            '{"event":"MEDIA_START","channel":"c","format":"slin","optimal_frame_size":160,"ptime":10}',
            "expected ptime 20",
        ),
    ],
)
async def test_a_connection_that_begins_wrongly_is_closed(
    message: str, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        asterisk = await desk.connect()
        await asterisk.socket.send_str(message)
        await asterisk.closed()
        assert problem in caplog.text
        assert not handler.lines


@pytest.mark.parametrize("message", ["{", '{"event":"DTMF_END","digit":"x"}', b"\x01", "X" * 70_000])
async def test_nonsense_in_a_call_ends_that_call_only(message: str | bytes) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        other = await desk.call()
        await handler.line()
        asterisk = await desk.call()
        await handler.until(lambda: len(handler.lines) == 2)
        if isinstance(message, str):
            await asterisk.socket.send_str(message)
        else:
            await asterisk.socket.send_bytes(message)
        end = await handler.ended()
        assert end.by == "error"
        assert end.reason
        await other.event("DTMF_END", digit="5")
        await handler.until(lambda: any(isinstance(event, Key) for event in handler.seen))


async def test_a_peer_that_says_nothing_is_let_go(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(websocket, "START_SECONDS", 0.05)
    async with serving(Handler()) as desk:
        asterisk = await desk.connect()
        await asterisk.closed()
    assert "expected MEDIA_START within" in caplog.text


async def test_a_call_that_fails_in_parley_takes_the_fallback() -> None:
    async def fails(line: Line) -> None:
        raise ValueError(line.info.call_id)

    arrivals = Arrivals()
    arrivals.announce(Arrival(CALL, asks_after=True))
    async with serving(fails, arrivals) as desk:
        asterisk = await desk.call(f"?call={CALL}")
        await asterisk.closed()
        assert arrivals.after(CALL) == Ending("failed")


async def test_stopping_ends_calls_and_a_port_in_use_is_named() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        await desk.call()
        await handler.line()
        port = int(desk.transport.address.split(":")[2].split("/")[0])
        with pytest.raises(LineError, match=rf"can't listen on ws://127.0.0.1:{port}/media: .*in use"):
            await WebSocketTransport("127.0.0.1", port).start(handler)
        await desk.transport.stop()
        await desk.transport.stop()
        assert (await handler.ended()).by == "parley"
