from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.line import Frame, HungUp, Key, Line, LineError, MarkPlayed, Played
from telephony.recorded import RecordedLine, RecordedTransport, Recording, as_fast_as_read
from tests.telephony.fake_phone import RATE, silence, tone
from tests.virtual import run_virtual


async def replay(line: RecordedLine) -> list[tuple[float, Any]]:
    """Every event with the time on the loop's clock at which it came."""
    await line.answer()
    loop = asyncio.get_running_loop()
    began = loop.time()
    return [(loop.time() - began, event) async for event in line.events()]


def test_a_recording_comes_as_the_call_did_in_real_time() -> None:
    pcm = silence(0.2) + tone(0.5) + silence(0.1)

    async def main() -> list[tuple[float, Any]]:
        return await replay(RecordedLine(Recording(pcm)))

    seen = run_virtual(main())
    frames = [(at, event) for at, event in seen if isinstance(event, Frame)]
    assert b"".join(event.pcm for _, event in frames) == pcm
    for number, (at, frame) in enumerate(frames):
        assert frame.at == pytest.approx(number * 0.02)
        assert at == pytest.approx(frame.at + 0.02)  # heard when its last sample was spoken
    at, end = seen[-1]
    assert isinstance(end, HungUp)
    assert (end.by, end.reason) == ("caller", "")
    assert end.at == pytest.approx(at) == pytest.approx(0.8)


def test_keys_are_pressed_at_their_time_and_in_order() -> None:
    recording = Recording(silence(1.0), keys=((0.71, "#"), (0.305, "1"), (0.31, "2")))

    async def main() -> list[tuple[float, Any]]:
        return await replay(RecordedLine(recording))

    keys = [(at, event) for at, event in run_virtual(main()) if isinstance(event, Key)]
    assert [(event.digit, event.at) for _, event in keys] == [("1", 0.305), ("2", 0.31), ("#", 0.71)]
    for at, event in keys:
        assert 0 <= at - event.at <= 0.02


@pytest.mark.parametrize(("hang_up_at", "frames"), [(None, 50), (0.5, 25), (2.0, 100)])
def test_the_caller_hangs_up_at_its_time_after_silence_if_need_be(
    hang_up_at: float | None, frames: int
) -> None:
    async def main() -> list[tuple[float, Any]]:
        return await replay(RecordedLine(Recording(tone(1.0), hang_up_at=hang_up_at)))

    seen = run_virtual(main())
    heard = [event for _, event in seen if isinstance(event, Frame)]
    assert len(heard) == frames
    assert heard[-1].pcm == (bytes(320) if frames == 100 else heard[-1].pcm)
    assert seen[-1][0] == pytest.approx(frames * 0.02)


def test_what_is_played_is_reported_with_its_marks() -> None:
    async def main() -> tuple[list[Any], RecordedLine]:
        line = RecordedLine(Recording(silence(1.0)))
        await line.answer()
        line.play(tone(0.1))
        line.mark("said")
        return [event async for event in line.events()], line

    seen, line = run_virtual(main())
    played = [event for event in seen if isinstance(event, Played)]
    assert b"".join(event.pcm for event in played) == tone(0.1)
    [mark] = [event for event in seen if isinstance(event, MarkPlayed)]
    assert mark.at == pytest.approx(played[-1].at + 0.02)
    assert line.queued == 0


def test_as_fast_as_read_gives_the_same_times_in_none() -> None:
    recording = Recording(tone(60.0), keys=((30.0, "5"),))

    async def main() -> list[tuple[float, Any]]:
        return await replay(RecordedLine(recording, as_fast_as_read))

    seen = run_virtual(main())
    assert seen[-1][0] == 0.0
    assert seen[-1][1].at == pytest.approx(60.0)
    assert [event.at for _, event in seen if isinstance(event, Key)] == [30.0]


def test_parley_hanging_up_or_transferring_ends_the_replay() -> None:
    async def main() -> RecordedLine:
        line = RecordedLine(Recording(silence(10.0)))
        await line.answer()
        async for event in line.events():
            if isinstance(event, Frame) and event.at > 0.99:
                await line.transfer("200")
                line.play(tone(1.0))
            last = event
        assert isinstance(last, HungUp)
        assert last.by == "parley"
        assert last.at == pytest.approx(1.02)
        assert line.queued == 0
        return line

    assert run_virtual(main()).transferred_to == "200"


def test_a_line_that_is_never_answered_can_be_refused() -> None:
    async def main() -> list[Any]:
        line = RecordedLine(Recording(tone(1.0)))
        await line.hang_up()
        return [event async for event in line.events()]

    assert run_virtual(main()) == [HungUp(0.0, "parley")]


def test_the_callers_side_of_a_parley_recording_is_the_left_one(tmp_path: Path) -> None:
    both = np.stack([np.frombuffer(tone(0.5), "<i2"), np.frombuffer(tone(0.5, 2000), "<i2")], axis=1)
    sf.write(tmp_path / "audio.flac", both, RATE, subtype="PCM_16")
    recording = Recording.load(tmp_path / "audio.flac", caller="4930555", dialled="120", flow="zh")
    assert np.abs(np.frombuffer(recording.pcm, "<i2").astype(int) - both[:, 0]).max() <= 1
    right = Recording.load(tmp_path / "audio.flac", channel=1)
    assert np.frombuffer(right.pcm, "<i2").max() == pytest.approx(2000, abs=2)

    async def main() -> RecordedLine:
        return RecordedLine(recording)

    info = run_virtual(main()).info
    assert (info.transport, info.peer, info.caller, info.dialled, info.flow) == (
        "recorded", "audio.flac", "4930555", "120", "zh"
    )  # fmt: skip


def test_a_recording_of_another_rate_keeps_its_length(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(44100, "<i2"), 44100)
    assert Recording.load(tmp_path / "a.wav", rate=16000).seconds == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("content", [None, b"", b"not audio"])
def test_a_bad_file_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LineError, match=r"call\.flac: expected a WAV or FLAC file"):
        Recording.load(path)


def test_a_side_that_a_file_does_not_have_is_named(tmp_path: Path) -> None:
    sf.write(tmp_path / "mono.wav", np.zeros(800, "<i2"), RATE)
    with pytest.raises(LineError, match=r"mono\.wav: expected a channel 1, found 1 channels"):
        Recording.load(tmp_path / "mono.wav", channel=1)


def test_a_transport_replays_every_recording_a_few_at_once() -> None:
    async def main() -> tuple[list[str], int, float]:
        done: list[str] = []
        running = most = 0

        async def on_call(line: Line) -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await line.answer()
            async for _ in line.events():
                pass
            running -= 1
            done.append(line.info.peer)

        transport = RecordedTransport([Recording(tone(1.0), name=f"r{k}") for k in range(6)], at_once=2)
        await transport.start(on_call)
        began = asyncio.get_running_loop().time()
        await transport.wait()
        took = asyncio.get_running_loop().time() - began
        await transport.stop()
        return done, most, took

    done, most, took = run_virtual(main())
    assert sorted(done) == [f"r{k}" for k in range(6)]
    assert most == 2
    assert took == pytest.approx(3.0, abs=0.1)


def test_one_failing_replay_does_not_keep_the_next_from_running() -> None:
    async def main() -> list[str]:
        done: list[str] = []

        async def on_call(line: Line) -> None:
            await line.answer()
            if line.info.peer == "bad":
                raise RuntimeError("the flow is broken")
            done.append(line.info.peer)

        transport = RecordedTransport([Recording(tone(1.0), name=name) for name in ("bad", "good")])
        await transport.start(on_call)
        await transport.wait()
        await transport.stop()
        return done

    assert run_virtual(main()) == ["good"]


def test_stopping_replays_no_more() -> None:
    async def main() -> int:
        started = 0

        async def on_call(line: Line) -> None:
            nonlocal started
            started += 1
            await line.answer()
            async for _ in line.events():
                pass

        transport = RecordedTransport([Recording(tone(10.0))] * 5)
        await transport.start(on_call)
        await asyncio.sleep(1)
        await transport.stop()
        await transport.stop()
        return started

    assert run_virtual(main()) == 1
