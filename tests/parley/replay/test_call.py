"""Recordings are read without being touched, and what is wrong with one is named."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.replay.call import LINGER_SECONDS, NothingToReplayError, ReplayError, load_call
from parley.replay.shelf import find_call, finished_calls, recorded_calls
from tests.parley.replay.calls import CALL, STARTED, answer, closing, event, keep, opening

WHOLE = [*opening(caller="4930555", dialled="120"), *answer(1, 2.0, 3.0, "where", "here"), *closing(12.0)]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_the_caller_is_there_from_the_answer_on(tmp_path: Path, rate: int) -> None:
    events = [*WHOLE[:2], event("key", 1.6, digit="5"), *WHOLE[2:]]
    folder = keep(tmp_path, events, rate=rate)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    call = load_call(folder)
    samples = np.frombuffer(call.caller.pcm, "<i2")
    assert call.caller.rate == rate
    assert samples[0] == np.arange(rate * 24, dtype=np.int16)[::2][round(0.1 * rate)]
    assert call.caller.starts_at == 0.1
    assert call.caller.seconds == pytest.approx(11.9)
    [(pressed, digit)] = call.caller.keys
    assert digit == "5"
    assert pressed == pytest.approx(1.5)
    assert (call.caller.caller, call.caller.dialled, call.caller.flow) == ("4930555", "120", None)
    assert (call.call_id, call.started, call.notes) == (CALL, STARTED, ())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_audio_of_another_rate_goes_to_the_line_rate_below_it(tmp_path: Path) -> None:
    folder = keep(tmp_path, WHOLE)
    soundfile.write(folder / "audio.flac", np.zeros((44100 * 12, 2), np.int16), 44100, "PCM_16")
    call = load_call(folder)
    assert call.caller.rate == 16000
    assert call.caller.seconds == pytest.approx(11.9, abs=0.01)


def test_a_caller_whom_parley_hung_up_on_stays_on_the_line(tmp_path: Path) -> None:
    call = load_call(keep(tmp_path, [*WHOLE[:-1], *closing(12.0, "parley")]))
    assert call.caller.seconds == pytest.approx(11.9 + LINGER_SECONDS)


def test_what_a_crash_has_left_can_be_replayed(tmp_path: Path) -> None:
    folder = keep(tmp_path, WHOLE[:-1], raw=True, rate=16000)
    call = load_call(folder)
    assert call.caller.rate == 16000
    assert call.caller.seconds == pytest.approx(11.9)
    assert "without a hang-up" in call.notes[0]
    assert sorted(path.name for path in folder.iterdir()) == ["caller-16000.pcm", "events.jsonl"]


def test_a_pause_of_the_recording_is_told(tmp_path: Path) -> None:
    off = [event("recording", 4.7, on=False), event("key", 5.0, off=True), event("recording", 6.0, on=True)]
    call = load_call(keep(tmp_path, [*WHOLE[:-1], *off, *closing(12.0)]))
    assert "switched off from 4.7 to 6.0 s" in call.notes[0]
    assert call.caller.keys == [], "which key it was is not known"


def test_transfers_that_failed_fail_again(tmp_path: Path) -> None:
    failed = event("transfer_failed", 5.0, target="200", message="486 Busy Here")
    call = load_call(keep(tmp_path, [*WHOLE[:-1], failed, *closing(12.0)]))
    assert call.caller.refused == {"200": "486 Busy Here"}


def test_the_flow_is_the_one_asked_for_or_recorded_or_known_elsewhere(tmp_path: Path) -> None:
    def loaded(folder: Path, flow: str | None = None) -> str | None:
        return load_call(folder, flow=flow, flow_of=lambda call_id: f"flow of {call_id}").caller.flow

    first, *rest = WHOLE
    routed = keep(tmp_path, WHOLE, name="a")
    chosen = keep(tmp_path, [first | {"flow": "en"}, *rest], name="b")
    old = keep(tmp_path, [{key: first[key] for key in first if key != "flow"}, *rest], name="c")
    assert loaded(chosen, flow="zh") == "zh"
    assert loaded(chosen) == "en"
    assert loaded(routed) is None, "today's routes choose by the number dialled"
    assert loaded(old) == f"flow of {CALL}"


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ([], r"events\.jsonl: expected recording_started first, found an empty file"),
        (WHOLE[1:], r"expected recording_started first, found 'answered'"),
        ([WHOLE[0], *WHOLE[2:]], r"093005-.*: expected a call that was answered"),
        ([WHOLE[0] | {"started": "yesterday"}, *WHOLE[1:]], r"events\.jsonl:1: expected the moment"),
        ([*WHOLE, {"event": "key"}, {"at": "x", "event": "key"}], r"events\.jsonl:12: expected an event"),
    ],
)
def test_damaged_events_are_named(tmp_path: Path, events: list[dict[str, object]], problem: str) -> None:
    folder = keep(tmp_path, events)
    with pytest.raises(ReplayError, match=problem):
        load_call(folder)


def test_missing_files_are_named(tmp_path: Path) -> None:
    folder = keep(tmp_path, WHOLE)
    (folder / "audio.flac").write_bytes(b"fLaC, but not really")
    with pytest.raises(ReplayError, match=r"audio\.flac: expected the call's audio"):
        load_call(folder)
    (folder / "audio.flac").unlink()
    with pytest.raises(ReplayError, match=r"expected audio\.flac or caller-8000\.pcm, found no audio"):
        load_call(folder)
    (folder / "events.jsonl").unlink()
    with pytest.raises(ReplayError, match=r"events\.jsonl: expected the events of a call: No such file"):
        load_call(folder)


def test_a_call_that_is_still_recorded_is_left_alone(tmp_path: Path) -> None:
    folder = keep(tmp_path, WHOLE, raw=True)
    with (folder / "caller-8000.pcm").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(
            ReplayError, match="expected a call that is over, found one that is being recorded"
        ):
            load_call(folder)
        with pytest.raises(ReplayError, match="expected at least one recorded call"):
            find_call("last", tmp_path)
        assert finished_calls(tmp_path) == []


def test_calls_without_anything_of_the_caller_are_told_from_damaged_ones(tmp_path: Path) -> None:
    unanswered = keep(tmp_path, [WHOLE[0], *closing(2.0)], name="0-a")
    off = keep(tmp_path, [*WHOLE[:2], event("recording", 0.1, on=False), *WHOLE[2:]], name="0-b")
    (off / "audio.flac").unlink()
    for folder in (unanswered, off):
        with pytest.raises(NothingToReplayError):
            load_call(folder)


def test_a_person_names_a_call_in_many_ways(tmp_path: Path) -> None:
    one = keep(tmp_path, WHOLE)
    other = keep(tmp_path, WHOLE, name="100000-4f5caaaa")
    assert recorded_calls(tmp_path) == [one, other]
    for name, meant in [
        ("last", other),
        (CALL, one),
        ("4f5c1", one),
        ("100000", other),
        (str(one), one),
        (str(one / "audio.flac"), one),
    ]:
        assert find_call(name, tmp_path) == meant
    with pytest.raises(ReplayError, match=f"4f5c: expected one call, found 2: {CALL}, 4f5caaaa"):
        find_call("4f5c", tmp_path)
    with pytest.raises(
        ReplayError, match=r"beef: expected the id of a recorded call, found none in .* \(2 calls\)"
    ):
        find_call("beef", tmp_path)
    with pytest.raises(ReplayError, match=r"expected the folder of a recording, with events\.jsonl in it"):
        find_call(str(tmp_path), tmp_path)
    with pytest.raises(ReplayError, match="nowhere: expected a folder with recordings"):
        recorded_calls(tmp_path / "nowhere")


def test_events_of_a_foreign_kind_are_kept(tmp_path: Path) -> None:
    strange = event("smart_turn", 2.5, probability=0.9, verdict="complete")
    call = load_call(keep(tmp_path, [*WHOLE[:-1], strange, *closing(12.0)]))
    [found] = [one for one in call.outcome.events if one.name == "smart_turn"]
    assert json.loads(json.dumps(dict(found.detail))) == {"probability": 0.9, "verdict": "complete"}
