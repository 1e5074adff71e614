"""A caller's script: `play=order.wav@0.5`, `wait-reply`, `wait-speech`, `dtmf=12#@3`, `silence=2`, `hangup`.

A step with `@SECONDS` happens that long after the answer, beside what goes on;
one without happens when the step before it is over.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from telephony.caller import Caller, CallReport, Phone, phone_for
from telephony.line import LineError
from telephony.tape import check_tape_path, read_audio

_NUMBER = re.compile(r"\d+(\.\d+)?")
_QUIET_AND_TIME = re.compile(r"\d+(\.\d+)?(,\d+(\.\d+)?)?")
_EXPECTED = (
    "play=FILE, dtmf=KEYS, silence=SECONDS, wait-speech[=SECONDS], wait-reply[=QUIET[,SECONDS]] or hangup, "
    "each with @SECONDS or without"
)


@dataclass(frozen=True, slots=True)
class Play:
    """Say an audio file."""

    path: Path
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Dtmf:
    """Press keys."""

    digits: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing for some seconds."""

    seconds: float
    at: float | None = None


@dataclass(frozen=True, slots=True)
class WaitReply:
    """Wait until the other side has spoken and been quiet for `until_quiet` seconds, at most `timeout`."""

    until_quiet: float = 0.8
    timeout: float = 20.0
    at: float | None = None


@dataclass(frozen=True, slots=True)
class WaitSpeech:
    """Wait until the other side begins to speak, at most `timeout` seconds."""

    timeout: float = 20.0
    at: float | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    at: float | None = None


Step: TypeAlias = Play | Dtmf | Silence | WaitSpeech | WaitReply | HangUp


def parse_step(text: str) -> Step:
    """Read one step.

    Raises:
        ValueError: it is none; the message names it and what was expected.
    """
    what, at_sign, time_text = text.rpartition("@")
    at: float | None = None
    if at_sign and _NUMBER.fullmatch(time_text):
        at = float(time_text)
    else:
        what = text
    name, _, value = what.partition("=")
    if name == "play" and value:
        return Play(Path(value), at)
    if name == "dtmf" and re.fullmatch(r"[0-9A-D*#]+", value):
        return Dtmf(value, at)
    if name == "silence" and _NUMBER.fullmatch(value):
        return Silence(float(value), at)
    if name == "wait-speech" and (not value or _NUMBER.fullmatch(value)):
        return WaitSpeech(float(value), at=at) if value else WaitSpeech(at=at)
    if name == "wait-reply" and (not value or _QUIET_AND_TIME.fullmatch(value)):
        quiet, _, seconds = value.partition(",")
        return WaitReply(float(quiet or 0.8), float(seconds or 20.0), at)
    if what == "hangup":
        return HangUp(at)
    raise ValueError(f"step {text!r}: expected {_EXPECTED}")


async def run_script(
    uri: str,
    steps: Sequence[Step],
    *,
    record: Path | None = None,
    limit: float = 120.0,
    phone: Phone | None = None,
    **options: Any,
) -> CallReport:
    """Call `uri`, do the steps, hang up after the last one, and report.

    Args:
        uri: whom to call.
        steps: what to do.
        record: WAV or FLAC file for both sides (left said, right heard).
        limit: seconds after which the call is ended whatever happens.
        phone: what to call with; by default chosen by `uri`.
        options: passed to the phone that is chosen, see `telephony.caller_sip.SipPhone`.

    Raises:
        LineError: the call was not answered.
        OSError: an audio file could not be read, or the recording not written.
    """
    if record is not None:
        check_tape_path(record)
    phone = phone or phone_for(uri, options)
    rate = phone.tape.rate
    files = {s.path: await asyncio.to_thread(read_audio, s.path, rate) for s in steps if isinstance(s, Play)}
    async with Caller(phone) as caller:
        await caller.dial(uri)
        done = await _do_all(caller, steps, files, limit)
        await caller.hang_up()
        if record is not None:
            await asyncio.to_thread(caller.tape.save, record)
        report = caller.report()
        return report if done else replace(report, reason=f"not all steps were done within {limit:g} s")


async def _do_all(caller: Caller, steps: Sequence[Step], files: Mapping[Path, bytes], limit: float) -> bool:
    """Do the steps; whether all were done in time."""
    beside = [asyncio.create_task(_do(caller, step, files)) for step in steps if step.at is not None]
    try:
        async with asyncio.timeout(limit):
            for step in steps:
                if step.at is None:
                    await _do(caller, step, files)
            await asyncio.gather(*beside)
    except TimeoutError:
        return False
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    return True


async def _do(caller: Caller, step: Step, files: Mapping[Path, bytes]) -> None:
    if step.at is not None:
        answered = caller.answered_at or 0.0
        if await caller.wait_ended(max(0.0, answered + step.at - caller.now())):
            return
    if caller.ended:
        return
    if isinstance(step, Play):
        await caller.say(files[step.path], step.path.name)
    elif isinstance(step, Dtmf):
        try:
            await caller.press(step.digits)
        except LineError:
            if not caller.ended:
                raise
    elif isinstance(step, Silence):
        await caller.wait_ended(step.seconds)
    elif isinstance(step, WaitSpeech):
        await caller.hear_speech(step.timeout)
    elif isinstance(step, WaitReply):
        await caller.listen(step.until_quiet, step.timeout)
    else:
        await caller.hang_up()
