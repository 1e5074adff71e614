"""A recorded call, read from its folder: what its caller did, and what came of it."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.recording.files import AUDIO, CHANNELS, EVENTS, is_in_use
from parley.recording.flac import raw_files
from parley.replay.outcome import Outcome, outcome_of
from telephony.line import LineError
from telephony.recorded import Recording

LINGER_SECONDS = 10.0
"""How long a caller whom Parley hung up on stays on the line, if today's Parley does not hang up."""

RATES = (8000, 16000)

_REPLAYS = uuid.UUID("b4f8e1de-6a0a-4a57-9c0e-5f3d1f0a7c11")
"""Ids of replays are made from those of their calls: the same each time."""


class ReplayError(Exception):
    """A call cannot be replayed; the message names the folder or file, what was expected and what came."""


class NothingToReplayError(ReplayError):
    """The recording is in order, but nothing of the caller is in it."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One recorded call.

    Attributes:
        folder: where it lies.
        call_id: as the recording names it.
        started: when its clock stood at 0.
        answered: when it was answered, in seconds on its clock.
        caller: what the caller did from the answer on, ready for a `RecordedLine`.
        outcome: what came of it then.
        events: as in `events.jsonl`.
        notes: what a reader of the comparison should know, in sentences.
    """

    folder: Path
    call_id: str
    started: datetime
    answered: float
    caller: Recording
    outcome: Outcome
    events: Sequence[dict[str, Any]]
    notes: tuple[str, ...]


def load_call(
    folder: Path,
    *,
    flow: str | None = None,
    flow_of: Callable[[str], str | None] = lambda call_id: None,
) -> RecordedCall:
    """Read a recording. Nothing in its folder is changed.

    Args:
        folder: holds `events.jsonl` and `audio.flac`, or the raw audio that a crash has left.
        flow: the flow to replay it in; `None` for the one that a dialplan had chosen, if any.
        flow_of: asked by call id where the recording is too old to tell.

    Raises:
        ReplayError: something is missing or damaged, or the call is still being recorded.
        NothingToReplayError: it was never answered, or recording was off all the time.
    """
    events = read_events(folder / EVENTS)
    first = events[0] if events else {}
    call_id = str(first.get("call_id", folder.name))
    if first.get("event") != "recording_started":
        found = repr(first.get("event")) if events else "an empty file"
        raise ReplayError(f"{folder / EVENTS}: expected recording_started first, found {found}")
    answered = next((one["at"] for one in events if one["event"] == "answered"), None)
    if answered is None:
        raise NothingToReplayError(f"{folder}: expected a call that was answered, {EVENTS} tells of none")
    outcome = outcome_of(events)
    was_off = any(one["event"] == "recording" and not one.get("on") for one in events)
    samples, rate = _caller_side(folder, was_off=was_off)
    skipped = round(answered * rate)
    ended = any(one["event"] == "hung_up" for one in events)
    length = max(len(samples) - skipped, round((outcome.seconds - answered) * rate)) / rate
    lingers = outcome.ended_by == "parley"
    return RecordedCall(
        folder=folder,
        call_id=call_id,
        started=_started(folder, first),
        answered=answered,
        caller=Recording(
            pcm=samples[skipped:].astype("<i2").tobytes(),
            rate=rate,
            keys=[(one["at"] - answered, one["digit"]) for one in events if _is_key(one)],
            hang_up_at=length + LINGER_SECONDS if lingers else length,
            name=folder.name,
            caller=str(first.get("caller") or ""),
            dialled=str(first.get("dialled") or ""),
            flow=flow or (first["flow"] if "flow" in first else flow_of(call_id)),
            starts_at=answered,
            call_id=str(uuid.uuid5(_REPLAYS, call_id)),
            refused={str(one.get("target")): str(one.get("message")) for one in events if _is_refusal(one)},
        ),
        outcome=outcome,
        events=events,
        notes=tuple(_notes(events, outcome, ended)),
    )


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events of a recording; a last line that a crash has torn is left out.

    Raises ReplayError naming file and line.
    """
    try:
        rows = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise ReplayError(f"{path}: expected the events of a call: {error.strerror or error}") from error
    events = []
    for number, row in enumerate(rows, 1):
        try:
            event = json.loads(row)
        except ValueError:
            event = None
        if not _is_event(event):
            raise ReplayError(f"{path}:{number}: expected an event as a JSON object, found {row[:60]!r}")
        events.append(event)
    return events


def _is_event(event: object) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("event"), str)
        and isinstance(event.get("at", ""), int | float | None)
    )


def _started(folder: Path, first: dict[str, Any]) -> datetime:
    try:
        started = datetime.fromisoformat(str(first.get("started")))
    except ValueError:
        started = None
    if started is None or started.tzinfo is None:
        expected = "the moment at which the call began, with its zone"
        raise ReplayError(f"{folder / EVENTS}:1: expected {expected}, found {first.get('started')!r}")
    return started


def _is_key(one: dict[str, Any]) -> bool:
    return one["event"] == "key" and isinstance(one.get("digit"), str)


def _is_refusal(one: dict[str, Any]) -> bool:
    return one["event"] == "transfer_failed" and bool(one.get("target"))


def _caller_side(folder: Path, *, was_off: bool) -> tuple[np.ndarray[Any, Any], int]:
    """The caller's samples (int16) and their rate."""
    raw = raw_files(folder)
    if any(is_in_use(path) for path, _ in raw.values()):
        raise ReplayError(f"{folder}: expected a call that is over, found one that is being recorded")
    if (folder / AUDIO).is_file():
        return _read_flac(folder / AUDIO)
    if CHANNELS[0] not in raw:
        problem = f"{folder}: expected {AUDIO} or {CHANNELS[0]}-8000.pcm, found no audio of the caller"
        raise NothingToReplayError(problem) if was_off else ReplayError(problem)
    path, rate = raw[CHANNELS[0]]
    content = path.read_bytes()
    return np.frombuffer(content[: len(content) // 2 * 2], "<i2"), rate


def _read_flac(path: Path) -> tuple[np.ndarray[Any, Any], int]:
    try:
        rate = int(soundfile.info(path).samplerate)
        # A line carries 8 or 16 kHz; what an editor has saved at another rate goes to the nearest.
        wanted = rate if rate in RATES else max(one for one in RATES if one <= max(rate, RATES[0]))
        return np.frombuffer(Recording.load(path, rate=wanted).pcm, "<i2"), wanted
    except (LineError, soundfile.SoundFileError, OSError) as error:
        raise ReplayError(f"{path}: expected the call's audio: {error}") from error


def _notes(events: Sequence[dict[str, Any]], outcome: Outcome, ended: bool) -> list[str]:
    notes = []
    for begin, end in outcome.unknown:
        if end != math.inf:
            notes.append(
                f"Recording was switched off from {begin:.1f} to {end:.1f} s: there the caller is silent and "
                "presses no keys in the replay, and nothing is compared."
            )
    if not ended:
        notes.append(
            f"The recording ends at {outcome.seconds:.1f} s without a hang-up (a crash): what the replay "
            "does later is not compared."
        )
    lost = sum(int(one.get("packets_lost", 0)) for one in events if one["event"] == "recording_behind")
    if lost or any(one["event"] == "recording_failed" for one in events):
        notes.append("The disk did not take all of the audio: what is missing is silence in the replay.")
    return notes
