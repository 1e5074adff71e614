"""What came of a call: its turns and decisions, read from its events.

A recording and a replay leave the same kind of events, so both are read by the same code and can be
compared. Times are seconds on the recorded call's clock. Unknown events and fields are kept by name,
so that new kinds of evidence are compared without a change here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

BOOKKEEPING = frozenset(
    {"recording_started", "recording_failed", "recording_behind", "recording_goes_on", "recording_recovered"}
)
"""Events that tell of the recording and not of the call."""

UNASKED = frozenset({"silence", "limit", "unreachable"})
"""Kinds of replies that answer nothing the caller did: what he did before them was not answered."""

_TIMES = 4
"""Decimals of a time, as in `events.jsonl`."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange.

    Attributes:
        index: from 0 (the greeting).
        input: `arrived`, `said`, `keyed`, or the reply's kind where Parley spoke unasked (`silence`, ...).
        text: the caller's words or key; `None` where there were none, or they were not kept.
        language: of the words.
        emotion: of the words, where it is known.
        start, end: bounds of the caller's speech.
        decided: when it was decided that his turn was over, or the key was pressed.
        kind: where the reply came from.
        reply, heard: all that was to be said, and what the caller heard of it; `None` where not kept.
        sent: when the first sample left: the reply's, or that of an acknowledgement before it.
        content: when the reply's own first sample left.
        ms: milliseconds of each stage, as in the latency ledger.
        words: what the caller really said, where a baseline knows it.
    """

    index: int
    input: str
    text: str | None = None
    language: str | None = None
    emotion: Any = None
    start: float | None = None
    end: float | None = None
    decided: float | None = None
    kind: str = ""
    reply: str | None = None
    heard: str | None = None
    sent: float | None = None
    content: float | None = None
    ms: Mapping[str, float] = field(default_factory=dict)
    words: str | None = None

    @property
    def at(self) -> float:
        """The time by which turns of two runs are matched: when the caller was done, or Parley spoke up."""
        known = (self.end, self.decided, self.sent)
        return next((at for at in known if at is not None), 0.0)

    @property
    def answered(self) -> bool:
        """Whether the caller heard anything of a reply."""
        return self.sent is not None

    @property
    def acknowledged(self) -> bool:
        """Whether something else was said before the reply."""
        return self.sent != self.content


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: its name, when, and the texts and numbers that belong to it."""

    name: str
    at: float
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call as it went.

    Attributes:
        turns: in order.
        events: every event but those of `BOOKKEEPING`, by time.
        unknown: spans of time of which nothing is known: recording was switched off, or had ended.
        seconds: when the call ended, or its recording did.
        ended_by: `caller`, `parley` or `error`; empty where the recording does not tell.
    """

    turns: tuple[Turn, ...]
    events: tuple[Event, ...]
    unknown: tuple[tuple[float, float], ...] = ()
    seconds: float = 0.0
    ended_by: str = ""

    def is_known(self, start: float, end: float | None = None) -> bool:
        """Whether something is known of the time from `start` to `end`."""
        last = start if end is None else max(start, end)
        return not any(begin <= last and start <= until for begin, until in self.unknown)

    def as_json(self) -> dict[str, Any]:
        """For a file; `read_outcome` reads it."""
        return {
            "seconds": round(self.seconds, _TIMES),
            "ended_by": self.ended_by,
            "unknown": [[begin, None if end == math.inf else end] for begin, end in self.unknown],
            "turns": [turn_as_json(turn) for turn in self.turns],
            "events": [{"event": one.name, "at": one.at, **one.detail} for one in self.events],
        }


def turn_as_json(turn: Turn) -> dict[str, Any]:
    """A turn without what it has not; that nothing of a reply was heard ("") is kept."""
    told = asdict(turn)
    return {one.name: told[one.name] for one in fields(turn) if told[one.name] not in (None, {}, one.default)}


def read_outcome(data: Mapping[str, Any]) -> Outcome:
    """What `Outcome.as_json` gave. Raises KeyError, TypeError or ValueError when it is something else."""
    return Outcome(
        turns=tuple(Turn(**turn) for turn in data["turns"]),
        events=tuple(_event(one) for one in data["events"]),
        unknown=tuple(
            (float(begin), math.inf if end is None else float(end)) for begin, end in data["unknown"]
        ),
        seconds=float(data["seconds"]),
        ended_by=str(data["ended_by"]),
    )


def outcome_of(events: Iterable[Mapping[str, Any]]) -> Outcome:
    """Read a call's events, as in `events.jsonl`, in order.

    Where they end without a hang-up, nothing is known of what followed.
    """
    kept = [one for one in events if one.get("event") not in BOOKKEEPING and _is_number(one.get("at"))]
    told = sorted((_event(one) for one in kept), key=lambda one: one.at)
    hung_up = next((one for one in told if one.name == "hung_up"), None)
    seconds = hung_up.at if hung_up is not None else max((one.at for one in told), default=0.0)
    unknown = tuple(_switched_off(kept, seconds))
    if hung_up is None:
        unknown += ((seconds, math.inf),)
    return Outcome(
        turns=tuple(_turns(kept)),
        events=tuple(told),
        unknown=unknown,
        seconds=seconds,
        ended_by=str(hung_up.detail.get("by", "")) if hung_up is not None else "",
    )


def _event(one: Mapping[str, Any]) -> Event:
    # A turn's state holds all turns before it: a baseline would grow by the square of their number.
    left_out = ("event", "at", "state")
    detail = {name: value for name, value in one.items() if name not in left_out}
    return Event(str(one["event"]), float(one["at"]), detail)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _switched_off(events: Iterable[Mapping[str, Any]], seconds: float) -> Iterator[tuple[float, float]]:
    """From where the flow switched recording off, or events lost their texts, to where it was on again."""
    since: float | None = None
    for one in events:
        switched = one.get("on") if one["event"] == "recording" else None
        is_off = not switched if switched is not None else bool(one.get("off"))
        if is_off and since is None:
            since = one["at"]
        elif not is_off and since is not None:
            yield since, max(since, one["at"])
            since = None
    if since is not None:
        yield since, max(since, seconds)


class _Asked:
    """What the caller has done and Parley has not answered yet."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}

    def event(self, one: Mapping[str, Any]) -> None:
        """Something happened that may belong to it."""
        match one["event"]:
            case "answered":
                self._note(input="arrived", decided=one["at"])
            case "key":
                self.take()
                self._note(input="keyed", text=one.get("digit"), decided=one["at"])
            case "turn_ended":
                self._note(input="said", start=one.get("start"), end=one.get("end"), decided=one["at"])
            case "recognised" if one.get("text") or one.get("off"):
                self._note(**_recognised(one))
            case "recognised" | "goes_on" | "played_on":
                self.take()

    def take(self) -> dict[str, Any]:
        """All of it; what comes next begins a new one."""
        fields, self._fields = self._fields, {}
        return fields

    def _note(self, **fields: Any) -> None:
        """Another piece of the same input, or the first of the next one."""
        if self._fields.keys() & fields.keys():
            self._fields = {}
        self._fields.update(fields)


def _turns(events: Iterable[Mapping[str, Any]]) -> Iterator[Turn]:
    """Put each reply together with what it answers.

    A reply's `turn` comes when it is over, which may be after the caller has said the next thing;
    so what he did is bound to a reply when that begins to sound.
    """
    asked = _Asked()
    begun: dict[str, Any] | None = None
    kind, index = "", 0
    for one in events:
        match one["event"]:
            case "acknowledged":
                begun = {**asked.take(), "sent": one["at"]}
            case "reply_started":
                if begun is None or "content" in begun:  # else it was acknowledged before
                    begun = {**asked.take(), "sent": one["at"]}
                begun["content"] = one["at"]
                kind = one.get("kind", "")
            case "turn":
                index = int(one.get("index", index))
                yield _turn(one, index, asked.take() if begun is None else begun)
                begun, index = None, index + 1
            case _:
                asked.event(one)
    if begun is not None:  # a crash cut it off: of the reply nothing is certain but that it began
        yield _turn({"kind": kind}, index, begun)


def _recognised(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": one.get("text"), "language": one.get("language"), "emotion": one.get("emotion")}


def _turn(one: Mapping[str, Any], index: int, fields: dict[str, Any]) -> Turn:
    kind = str(one.get("kind", ""))
    if one.get("emotion") is not None:
        fields["emotion"] = one["emotion"]
    if kind in UNASKED:
        fields = {name: value for name, value in fields.items() if name in ("sent", "content")}
    return Turn(
        **{"input": kind, **fields},
        index=index,
        kind=kind,
        reply=one.get("reply"),
        heard=one.get("heard"),
        ms={name: float(ms) for name, ms in dict(one.get("ms") or {}).items() if _is_number(ms)},
    )
