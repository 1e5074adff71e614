"""Reads the journal that Pipecat's bot keeps of its calls. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.benches.latency.party import CallEntry, TurnEntry


@dataclass(slots=True)
class _Call:
    """A call as its lines come in; times are seconds since it arrived."""

    started: float
    texts: frozenset[str]
    paused: float | None = None
    turns: list[TurnEntry] = field(default_factory=list)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    asked: str | None = None
    speech_end: float | None = None
    decided: float | None = None
    sent: float | None = None
    stages: dict[str, float] = field(default_factory=dict)

    def take(self, line: Mapping[str, Any]) -> None:
        """One line of the journal."""
        at = line["at"] - self.started
        match line["event"]:
            case "paused":
                self.paused = line["speech_end"] - self.started
            case "judged":
                self.events.append({**line, "at": at})
            case "asked":
                self._begin(line["text"], at)
            case "spoke" if self.sent is None:
                self.sent = at
                self.stages |= line["stages"]
            case "said":
                self._end(line["reply"], line["text"])

    def entry(self) -> CallEntry:
        """The call, with a turn that nothing was said to as its last one if there is one."""
        if self.asked is not None:
            self._end("", "")
        return CallEntry(self.started, tuple(self.turns), tuple(self.events))

    def _begin(self, text: str, at: float) -> None:
        if self.asked is not None:
            self._end("", "")
        self.asked, self.speech_end, self.decided = text, self.paused, at
        self.events.append({"event": "turn_ended", "at": at})

    def _end(self, reply: str, heard: str) -> None:
        kind = "known" if reply in self.texts else "model"
        if self.asked is None:
            kind = "greeting"
        stages: dict[str, float] = {}
        if self.speech_end is not None and self.decided is not None:
            stages["endpoint"] = _ms(self.decided - self.speech_end)
        stages |= self.stages
        if self.speech_end is not None and self.sent is not None:
            stages["total"] = _ms(self.sent - self.speech_end)
        self.turns.append(
            TurnEntry(kind, self.asked, reply or heard, heard, self.speech_end, self.sent, stages)
        )
        self.asked = self.speech_end = self.decided = self.sent = None
        self.stages = {}


def read_journal(lines: Iterable[str], known: Iterable[str]) -> Sequence[CallEntry]:
    """All calls of a journal, the oldest first.

    Args:
        lines: JSON objects as `pipecat_bot.Journal` writes them, each with `call`, `event` and `at`.
        known: texts of the known answers, which tell replies of the kind `known` from the model's own.

    `endpoint` of a turn's stages is from the end of the caller's sound to Pipecat's end of turn, which
    waits for the words as well; the other stages are those of Pipecat's own `UserBotLatencyObserver`.
    """
    texts = frozenset(known)
    calls: dict[str, _Call] = {}
    for line in lines:
        entry = json.loads(line)
        name = entry["call"]
        if name not in calls:
            calls[name] = _Call(float(name), texts)
        calls[name].take(entry)
    return [call.entry() for call in sorted(calls.values(), key=lambda one: one.started)]


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
