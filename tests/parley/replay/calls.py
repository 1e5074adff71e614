"""Recordings as a test wants them, and engines that a test scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from asr.ear import Ear, EarMaker
from dialogue.mind import Earlier, Mind, MindMaker
from parley.feelings import FeelingsMaker
from parley.replay.answers import RememberingModel
from tests.fakes import FakeEar, FakeMind, FakeVoice, Utters
from tts.voice import Voice

STARTED = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)
CALL = "4f5c1d00-0000-4000-8000-000000000001"

Event = dict[str, Any]


def event(name: str, at: float | None, **fields: Any) -> Event:
    return {"at": at, "event": name, **fields}


def opening(call_id: str = CALL, **fields: Any) -> list[Event]:
    about = {"started": STARTED.isoformat(), "call_id": call_id, "rate": 8000, "flow": None, **fields}
    return [
        event("recording_started", 0.0, **about),
        event("answered", 0.1),
        event("reply_started", 0.2, kind="greeting", text="welcome"),
        event("turn", 1.2, index=0, kind="greeting", reply="welcome", heard="welcome", ms={"first_pcm": 0.0}),
    ]


def answer(
    index: int,
    start: float,
    end: float,
    text: str,
    reply: str,
    *,
    kind: str = "known",
    heard: str | None = None,
    decided: float | None = None,
    waits: float = 0.1,
    takes: float = 300.0,
) -> list[Event]:
    """A question and its answer, which begins `waits` seconds after the decision and lasts one second."""
    decided = end + 0.5 if decided is None else decided
    sent = decided + waits
    ms = {"endpoint": (decided - end) * 1000, "asr": 0.0, "first_phrase": 0.0, "first_pcm": 60.0}
    return [
        event("speech_started", start, detected=start + 0.1),
        event("speech_paused", end, detected=end + 0.2),
        event("turn_ended", decided, start=start, end=end),
        event("recognised", decided, text=text, language="en", confidence=0.9, ms={"total": takes}),
        event("reply_started", sent, kind=kind, text=reply),
        event("turn", sent + 1, index=index, kind=kind, reply=reply, heard=heard or reply, ms=ms),
    ]


def closing(at: float, by: str = "caller") -> list[Event]:
    return [event("hung_up", at, by=by, reason="")]


def keep(
    recordings: Path,
    events: Sequence[Mapping[str, Any]],
    *,
    seconds: float = 12.0,
    rate: int = 8000,
    name: str = f"093005-{CALL}",
    raw: bool = False,
) -> Path:
    """Write a recording; `raw` leaves it as a crash does."""
    folder = recordings / "2026/11/22" / name
    folder.mkdir(parents=True)
    lines = [json.dumps(one) + "\n" for one in events]
    (folder / "events.jsonl").write_text("".join(lines) + ('{"at": 9.9, "ev' if raw else ""))
    samples = np.arange(round(seconds * rate) * 2, dtype=np.int16).reshape(-1, 2)
    if raw:
        (folder / f"caller-{rate}.pcm").write_bytes(samples[:, 0].tobytes() + b"\1")
    else:
        soundfile.write(folder / "audio.flac", samples, rate, "PCM_16")
    return folder


@dataclass
class FakeEars(EarMaker):
    """Makes one ear after the other with the same script; `made` keeps them."""

    script: Sequence[Utters] = ()
    takes: Callable[[], float] = lambda: 0.0
    made: list[FakeEar] = field(default_factory=list)

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> Ear:
        self.made.append(FakeEar(self.script, takes=self.takes()))
        return self.made[-1]


@dataclass
class FakeMinds(MindMaker):
    """Makes minds; `asked` keeps the arguments."""

    make: Callable[[], Mind] = FakeMind
    asked: list[dict[str, Any]] = field(default_factory=list)
    earlier: list[Earlier | None] = field(default_factory=list)

    def mind(
        self,
        *,
        flow: str | None,
        dialled: str,
        caller: str,
        call_id: str = "",
        earlier: Earlier | None = None,
    ) -> Mind:
        self.asked.append({"flow": flow, "dialled": dialled, "caller": caller})
        self.earlier.append(earlier)
        if flow == "unknown":
            raise KeyError("no flow 'unknown'; there are fake")
        return self.make()


@dataclass
class FakeEngines:
    ears: EarMaker = field(default_factory=FakeEars)
    minds: MindMaker = field(default_factory=FakeMinds)
    feelings: FeelingsMaker | None = None
    voices: Mapping[str, Voice] = field(default_factory=lambda: {"en": FakeVoice(takes=0.0)})
    model: RememberingModel | None = None
    ready: frozenset[str] = frozenset()
    clocks: list[Callable[[], datetime]] = field(default_factory=list)

    def set_clock(self, now: Callable[[], datetime]) -> None:
        self.clocks.append(now)

    def now(self) -> datetime:
        return self.clocks[-1]()
