import asyncio
import errno
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pytest
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.recording import CallRecorder, read_events, recover
from parley.recording.files import EventFile, is_in_use
from parley.recording.flac import raw_files
from parley.recording.writer import MAX_QUEUED, Inbox, Packet

STARTED = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)


def tone(seconds: float, rate: int, hertz: float = 440.0) -> bytes:
    wave = 8000 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return bytes(wave.astype("<i2").tobytes())


def feed(recorder: CallRecorder, channel: str, pcm: bytes, rate: int, at: float) -> None:
    step = rate // 50 * 2
    put = recorder.caller if channel == "caller" else recorder.agent
    for index in range(0, len(pcm), step):
        put(pcm[index : index + step], rate, at + index / 2 / rate)


def heard(flac: Path | None) -> tuple[npt.NDArray[np.int16], int]:
    assert flac is not None
    audio, rate = soundfile.read(flac, dtype="int16", always_2d=True)
    return audio, rate


def sounding(channel: npt.NDArray[np.int16], rate: int) -> tuple[float, float]:
    """From when to when there is sound, in seconds."""
    loud = np.flatnonzero(np.abs(channel.astype(int)) > 500)
    return loud[0] / rate, loud[-1] / rate


@pytest.mark.parametrize(("line", "kept"), [(8000, 8000), (16000, 16000), (16000, 8000), (8000, 16000)])
async def test_caller_left_agent_right_on_one_clock(tmp_path: Path, line: int, kept: int) -> None:
    recorder = CallRecorder(tmp_path, "a-b", rate=kept, started=STARTED)
    feed(recorder, "caller", tone(1.0, line), line, 0.5)
    feed(recorder, "agent", tone(0.5, line), line, 2.0)
    feed(recorder, "agent", tone(0.5, line), line, 3.0)
    flac = await recorder.close()
    assert flac == tmp_path / "2026/11/22/093005-a-b/audio.flac"
    audio, rate = heard(flac)
    assert rate == kept
    assert sounding(audio[:, 0], rate) == pytest.approx((0.5, 1.5), abs=0.005)
    assert sounding(audio[:, 1], rate) == pytest.approx((2.0, 3.5), abs=0.005)
    assert not np.any(np.abs(audio[round(2.52 * rate) : round(2.98 * rate), 1]) > 50)
    assert not raw_files(recorder.folder)


async def test_events_are_kept_in_order_with_their_times(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path, "a", started=STARTED, about={"caller": "+4930"})
    recorder.event("recognised", 1.23456, text="订单", ms={"asr": 80.0})
    recorder.event("key", 2.0, digit="5")
    await recorder.close()
    recorder.event("late", 3.0)
    events = list(read_events(recorder.folder))
    assert events[0]["event"] == "recording_started"
    assert events[0]["caller"] == "+4930"
    assert events[1:] == [
        {"at": 1.2346, "event": "recognised", "text": "订单", "ms": {"asr": 80.0}},
        {"at": 2.0, "event": "key", "digit": "5"},
    ]


async def test_a_call_without_audio_has_events_and_no_audio_file(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path, "a")
    assert await recorder.close() is None
    assert await recorder.close() is None
    assert [path.name for path in recorder.folder.iterdir()] == ["events.jsonl"]


async def test_while_switched_off_there_is_neither_audio_nor_text(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path, "a")
    feed(recorder, "caller", tone(1.0, 8000), 8000, 0.0)
    recorder.pause()
    feed(recorder, "caller", tone(1.0, 8000), 8000, 1.0)
    recorder.event(
        "recognised", 1.9, text="4111 1111", words=["4111"], language="en", ms={"asr": 80.0, "note": "x"}
    )
    recorder.event("key", 1.95, digit="4")
    recorder.resume()
    feed(recorder, "caller", tone(1.0, 8000), 8000, 2.0)
    audio, _ = heard(await recorder.close())
    assert audio[:8000].any()
    assert not audio[8100:15900].any()
    assert audio[16100:].any()
    _, recognised, key = read_events(recorder.folder)
    assert recognised == {
        "at": 1.9,
        "event": "recognised",
        "language": "en",
        "ms": {"asr": 80.0},
        "off": True,
    }
    assert key == {"at": 1.95, "event": "key", "off": True}


async def test_a_hostile_call_id_stays_inside_the_folder(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path / "r", "../../../etc/x\0" + "y" * 500, started=STARTED)
    await recorder.close()
    assert recorder.folder.parent == tmp_path / "r/2026/11/22"
    assert list(read_events(recorder.folder))


async def test_recording_a_packet_costs_the_call_microseconds(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path, "a")
    packet = bytes(320)
    spent = time.thread_time()
    for index in range(3000):
        recorder.caller(packet, 8000, index * 0.02)
    spent = time.thread_time() - spent
    await recorder.close()
    assert spent / 3000 < 100e-6


CRASHING = """
import sys, time
from pathlib import Path
from parley.recording import CallRecorder
recorder = CallRecorder(Path(sys.argv[1]), "crash", rate=8000)
begun = time.monotonic()
while True:
    at = time.monotonic() - begun
    recorder.caller(b"\\x10\\x10" * 160, 8000, at)
    recorder.agent(b"\\x20\\x20" * 160, 8000, at)
    recorder.event("tick", at)
    print(at + 0.02, flush=True)
    time.sleep(0.02)
"""


def test_kill_9_loses_at_most_the_last_100_ms(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        last = 0.0
        while last < 1.0:
            last = float(process.stdout.readline())
        assert recover(tmp_path) == [], "a running call must be left alone"
        os.kill(process.pid, signal.SIGKILL)
        last = max([last, *map(float, process.stdout.read().split())])
    (flac,) = recover(tmp_path)
    audio, rate = heard(flac)
    for channel in (0, 1):
        assert sounding(audio[:, channel], rate)[1] > last - 0.1
    ticks = [event for event in read_events(flac.parent) if event["event"] == "tick"]
    assert float(str(ticks[-1]["at"])) > last - 0.1
    assert recover(tmp_path) == []


FULL = """
import asyncio, resource, sys
from pathlib import Path
from parley.recording import CallRecorder
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
async def call():
    recorder = CallRecorder(Path(sys.argv[1]), "full", rate=8000)
    for index in range(1000):
        recorder.caller((1000 + index).to_bytes(2, "little") * 160, 8000, index * 0.02)
        if index % 100 == 0:
            recorder.event("tick", index * 0.02)
            await asyncio.sleep(0.05)
    print(await recorder.close())
asyncio.run(call())
"""


def test_a_file_that_may_not_grow_ends_the_recording_and_not_the_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.count("recording failed, the call goes on") == 1
    assert "File too large" in done.stderr
    (folder,) = tmp_path.glob("*/*/*/*")
    audio, rate = heard(folder / "audio.flac")
    assert len(audio) / rate == pytest.approx(100_000 / 2 / 8000, abs=0.03)
    assert audio[100, 0] == 1000
    names = [event["event"] for event in read_events(folder)]
    assert names.count("tick") == 10
    assert names.count("recording_failed") == 1


class Disk:
    """Stands before `os.pwrite` and is full while `full`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self._pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", self.pwrite)

    def pwrite(self, file: int, data: bytes | memoryview, offset: int) -> int:
        if not self.full:
            return self._pwrite(file, data, offset)
        if len(data) > 10 and offset % 2 == 0:
            return self._pwrite(file, data[:7], offset)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_recording_goes_on_when_the_full_disk_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(monkeypatch)
    recorder = CallRecorder(tmp_path, "a")
    for second in range(3):
        disk.full = second == 1
        feed(recorder, "caller", tone(1.0, 8000), 8000, second)
        recorder.event("second", second, text="x" * 50)
        await asyncio.sleep(0.1)
    audio, _ = heard(await recorder.close())
    assert audio[:8000].any()
    assert audio[16000:].any()
    assert len(audio) == 24000
    names = [event["event"] for event in read_events(recorder.folder)]
    assert names.count("second") == 3
    assert [name for name in names if str(name).startswith("recording_")] == [
        "recording_started",
        "recording_failed",
        "recording_goes_on",
    ]
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "No space left on device" in errors[0].getMessage()


async def test_a_disk_full_while_encoding_keeps_the_raw_audio_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    recorder = CallRecorder(tmp_path, "a")
    feed(recorder, "agent", tone(1.0, 8000), 8000, 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(soundfile.SoundFile, "write", full)
        assert await recorder.close() is None
        assert "recording failed, the call goes on" in caplog.text
        assert recover(tmp_path) == []
        assert "not recovered, kept for the next start" in caplog.text
    assert [path.name for path in sorted(recorder.folder.iterdir())] == ["agent-8000.pcm", "events.jsonl"]
    (flac,) = recover(tmp_path)
    assert heard(flac)[0][:, 1].any()
    assert [event["event"] for event in read_events(recorder.folder)][-1] == "recording_recovered"


async def test_a_folder_that_cannot_be_made_is_told_and_the_call_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    recorder = CallRecorder(tmp_path / "file", "a")
    feed(recorder, "caller", tone(0.2, 8000), 8000, 0.0)
    assert await recorder.close() is None
    assert caplog.text.count("recording failed") == 1


def test_a_torn_last_line_is_left_out_and_mended(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(b'{"at":0}\n{"at":1}\n{"at":')
    assert list(read_events(tmp_path)) == [{"at": 0}, {"at": 1}]
    file = EventFile(tmp_path)
    file.write(b'{"at":2}\n')
    file.close()
    assert list(read_events(tmp_path)) == [{"at": 0}, {"at": 1}, {"at": 2}]


def test_recovery_keeps_the_rate_that_was_asked_for(tmp_path: Path) -> None:
    for name, first in (("asked", b'{"rate":8000}\n'), ("torn", b'{"ra')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.jsonl").write_bytes(first)
        (tmp_path / name / "caller-16000.pcm").write_bytes(tone(1.0, 16000))
    asked, torn = recover(tmp_path)
    assert soundfile.info(asked).samplerate == 8000
    assert soundfile.info(torn).samplerate == 16000


def test_recovery_of_nothing_is_nothing(tmp_path: Path) -> None:
    assert recover(tmp_path / "missing") == []


async def test_no_thread_or_file_is_left_behind(tmp_path: Path) -> None:
    files = psutil.Process().num_fds()
    for index in range(5):
        recorder = CallRecorder(tmp_path, str(index))
        feed(recorder, "caller", tone(0.1, 8000), 8000, 0.0)
        flac = await recorder.close()
        assert flac is not None
        assert not is_in_use(flac)
    assert psutil.Process().num_fds() <= files + 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("recorder")]


def test_a_disk_that_is_too_slow_costs_audio_but_no_event() -> None:
    inbox = Inbox()
    for index in range(MAX_QUEUED + 5):
        inbox.put(Packet("caller", bytes(320), 8000, index * 0.02))
    inbox.put(b'{"event":"key"}\n')
    items, lost = inbox.take()
    assert (len(items), lost, items[-1]) == (MAX_QUEUED + 1, 5, b'{"event":"key"}\n')
    assert inbox.take() == ([], 0)


async def test_half_a_sample_and_a_change_of_rate_are_taken(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path, "a")
    feed(recorder, "caller", tone(1.0, 8000), 8000, 0.0)
    recorder.caller(tone(0.02, 8000) + b"x", 8000, 1.0)
    feed(recorder, "caller", tone(1.0, 16000), 16000, 1.02)
    audio, rate = heard(await recorder.close())
    assert len(audio) / rate == pytest.approx(2.02, abs=0.005)
    # 440 Hz crosses zero 880 times a second, at whatever rate it came.
    assert np.count_nonzero(np.diff(np.signbit(audio[8400:16000, 0]))) == pytest.approx(880 * 0.95, abs=5)
