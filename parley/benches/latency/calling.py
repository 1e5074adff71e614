"""Places planned calls: a caller in a process of his own (`parley call`), and the tape he brings back."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.benches.latency.clips import RATE, Clip
from parley.benches.latency.party import CallEntry, TurnEntry
from parley.children import end
from telephony.tape import Tape

GREETING = "wait-reply=0.8,15"
STOP_SECONDS = 10.0
LIMIT_SECONDS = 1200
_MATCH_SECONDS = 5.0


class CallFailedError(Exception):
    """A call could not be measured at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One turn of a plan: a question, and perhaps something that is played into its answer.

    Attributes:
        question: what is asked.
        expected: the known answer to it, empty where the party's own words are expected.
        before: seconds of silence before it.
        second: what is played while the answer is heard, `None` for nothing.
        after: seconds into the answer at which it begins.
        label: what kind of trial it is, for the figures.
        quiet: seconds of silence after which the answer is over.
        patience: seconds to wait for the whole answer.
    """

    question: Clip
    expected: str = ""
    before: float = 0.3
    second: Clip | None = None
    after: float = 0.0
    label: str = ""
    quiet: float = 0.8
    patience: float = 20.0


@dataclass(frozen=True, slots=True)
class CallPlan:
    """One call.

    Attributes:
        trials: its turns.
        noise: what sounds around the caller all the time, s16le at `RATE`.
        echo: what his line sends back, as `parley call --echo` takes it.
        delay: seconds to wait before dialling, for calls that come together.
    """

    trials: tuple[Trial, ...]
    noise: bytes = b""
    echo: str = ""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Played:
    """One trial as it took place; times are seconds on the caller's clock.

    Attributes:
        trial: what was planned.
        asked: when the question's first sample was spoken.
        second: when the second sound's first one was, `None` if there was none.
        until: when the next trial's question began, or the call ended.
    """

    trial: Trial
    asked: float
    second: float | None
    until: float

    @property
    def onset(self) -> float:
        """First voiced sample of the question."""
        return self.asked + self.trial.question.onset

    @property
    def end(self) -> float:
        """Last voiced sample of the question."""
        return self.asked + self.trial.question.end


@dataclass(frozen=True, slots=True)
class Taped:
    """A call that was made.

    Attributes:
        number: of the plan.
        trials: those that took place.
        left: those that could not, because the party had ended the call.
        tape: both sides.
        seconds: its length.
        started: Unix time at which its clock stood at 0.
        entry: what the party wrote down about it, `None` where that is not known.
    """

    number: int
    trials: tuple[Played, ...]
    left: tuple[Trial, ...]
    tape: Tape
    seconds: float
    started: float
    entry: CallEntry | None = None

    @property
    def ahead(self) -> float:
        """What is added to a time of the caller's clock to have it on the party's."""
        return self.started - self.entry.started if self.entry else 0.0

    def turns(self, start: float, end: float) -> list[TurnEntry]:
        """The party's turns whose speech ended between two times of the caller's clock."""
        if self.entry is None:
            return []
        begin, stop = start + self.ahead, end + self.ahead
        return [
            turn
            for turn in self.entry.turns
            if turn.asked is not None and turn.speech_end is not None and begin <= turn.speech_end < stop
        ]

    def events(self, name: str, start: float, end: float) -> list[tuple[float, dict[str, Any]]]:
        """Events of a name between two times of the caller's clock, each with its time on it."""
        if self.entry is None:
            return []
        found = [(float(one["at"]) - self.ahead, dict(one)) for one in self.entry.events
                 if one.get("event") == name]  # fmt: skip
        return [(at, event) for at, event in found if start <= at < end]


async def place(uri: str, plan: CallPlan, number: int, folder: Path) -> Taped:
    """Place one call in a process of its own and bring its tape back.

    Args:
        uri: whom to call.
        plan: what to do.
        number: of the call, for the names of files in `folder`.
        folder: takes what is played and the tape.

    Raises:
        CallFailedError: the call was not answered, or the caller failed.
    """
    files = _write(plan, number, folder)
    tape = folder / f"call-{number:03}.wav"
    command = [sys.executable, "-m", "parley", "call", uri, *_steps(plan, files), "--json"]
    command += ["--record", str(tape), "--limit", str(LIMIT_SECONDS), "--user", f"bench{number:03}"]
    if plan.noise:
        command += ["--noise", str(_write_pcm(folder / f"call-{number:03}-noise.wav", plan.noise))]
    if plan.echo:
        command.append(f"--echo={plan.echo}")
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            await end(process, STOP_SECONDS)
    try:
        report = json.loads(out)
    except ValueError:
        said = err.decode(errors="replace").strip()[-2000:]
        raise CallFailedError(f"call {number} to {uri}: {said or 'the caller reported nothing'}") from None
    (folder / f"call-{number:03}.json").write_bytes(out)
    return taped(plan, number, report, await asyncio.to_thread(Tape.load, tape))


def taped(plan: CallPlan, number: int, report: dict[str, Any], tape: Tape) -> Taped:
    """Put a plan and what became of it together."""
    starts = {said["name"]: float(said["start"]) for said in report["said"]}
    ended = float(report["ended_at"])
    asked = [starts.get(name_of(number, k, "question")) for k in range(len(plan.trials))]
    played, left = [], []
    for k, trial in enumerate(plan.trials):
        start = asked[k]
        if start is None:
            left.append(trial)
            continue
        following = next((one for one in asked[k + 1 :] if one is not None), ended)
        played.append(Played(trial, start, starts.get(name_of(number, k, "second")), following))
    return Taped(number, tuple(played), tuple(left), tape, ended, float(report["started"]))


def name_of(call: int, trial: int, part: str) -> str:
    """Name of the file that is played."""
    return f"{call:03}-{trial:03}-{part}.wav"


def matched(calls: Sequence[Taped], entries: Sequence[CallEntry]) -> list[Taped]:
    """Give each call what the party wrote down about it: the entry that began with it."""
    left = list(entries)
    found = []
    for call in sorted(calls, key=lambda one: one.started):
        entry = min(left, key=lambda one: abs(one.started - call.started), default=None)
        if entry is None or abs(entry.started - call.started) > _MATCH_SECONDS:
            found.append(call)
            continue
        left.remove(entry)
        found.append(replace(call, entry=entry))
    return sorted(found, key=lambda one: one.number)


def _write(plan: CallPlan, number: int, folder: Path) -> list[tuple[Path, Path | None]]:
    files: list[tuple[Path, Path | None]] = []
    for k, trial in enumerate(plan.trials):
        question = _write_pcm(folder / name_of(number, k, "question"), trial.question.pcm)
        second = None
        if trial.second is not None:
            second = _write_pcm(folder / name_of(number, k, "second"), trial.second.pcm)
        files.append((question, second))
    return files


def _write_pcm(path: Path, pcm: bytes) -> Path:
    sf.write(path, np.frombuffer(pcm, dtype="<i2"), RATE, subtype="PCM_16")
    return path


def _steps(plan: CallPlan, files: Sequence[tuple[Path, Path | None]]) -> list[str]:
    """The script of `parley call`."""
    steps = [GREETING]
    for trial, (question, second) in zip(plan.trials, files, strict=True):
        steps += [f"silence={trial.before:.3f}", f"play={question}"]
        if second is not None:
            steps += [f"wait-speech={trial.patience:g}", f"silence={trial.after:.3f}", f"play={second}"]
        steps.append(f"wait-reply={trial.quiet:g},{trial.patience:g}")
    return steps
