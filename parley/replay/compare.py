"""What is different between two runs of a call, and whether that is better or worse.

`docs/replay.md` explains the rules to those who read the verdicts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parley.replay.match import TURN_SECONDS, match_events, match_turns
from parley.replay.outcome import Event, Outcome, Turn, turn_as_json
from parley.replay.words import plain, word_error

_INSIDE_SECONDS = 0.1
"""A decision so long before the caller's last sound is made while he speaks."""

_CUT_SHARE = 0.1
"""Share of a reply by which more or less of it must be heard to count."""

_POOR_KINDS = {"error": 0, "fallback": 1}
"""Replies that help nobody, the poorest first; all others are alike."""

_TURN_EVENTS = frozenset({"answered", "key", "turn_ended", "recognised", "reply_started", "turn"})
"""Events whose content is compared turn by turn; of these only the times are looked at."""


class Verdict(enum.StrEnum):
    """What a difference means."""

    SAME = "same"
    CHANGED = "changed"
    """Different, and only a person can say whether for the better."""
    BETTER = "better"
    WORSE = "worse"
    SKIPPED = "skipped"
    """Not compared: one of the runs does not know."""


_EVENT_RULES = {
    "error": (Verdict.WORSE, Verdict.BETTER),
    "transfer_failed": (Verdict.WORSE, Verdict.BETTER),
    "played_on": (Verdict.WORSE, Verdict.BETTER),
    "transfer": (Verdict.CHANGED, Verdict.WORSE),
}
"""What it means that such an event is new, and that it is gone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """From where a difference counts.

    Attributes:
        tolerance: seconds by which a time may differ.
        word_error: share of the words that may be wrong beyond those that were before.
    """

    tolerance: float = 0.1
    word_error: float = 0.1


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a turn, or one event, before and now."""

    what: str
    old: Any
    new: Any
    verdict: Verdict
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        found = {"what": self.what, "old": self.old, "new": self.new, "verdict": self.verdict.value}
        return {**found, "why": self.why} if self.why else found


@dataclass(frozen=True, slots=True)
class TurnComparison:
    """A turn before and now; one of them may be missing."""

    old: Turn | None
    new: Turn | None
    differences: tuple[Difference, ...]
    verdict: Verdict

    @property
    def at(self) -> float:
        """When it took place."""
        turn = self.old or self.new
        return turn.at if turn is not None else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one call."""

    turns: tuple[TurnComparison, ...]
    events: tuple[Difference, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        return gravest([*(turn.verdict for turn in self.turns), *(event.verdict for event in self.events)])

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "verdict": self.verdict.value,
            "turns": [
                {
                    "verdict": turn.verdict.value,
                    "old": turn_as_json(turn.old) if turn.old else None,
                    "new": turn_as_json(turn.new) if turn.new else None,
                    "differences": [one.as_json() for one in turn.differences],
                }
                for turn in self.turns
            ],
            "events": [event.as_json() for event in self.events],
        }


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for many: worse, else better, else changed, else same."""
    found = set(verdicts)
    order = (Verdict.WORSE, Verdict.BETTER, Verdict.CHANGED)
    return next((one for one in order if one in found), Verdict.SAME)


def compare(old: Outcome, new: Outcome, rules: Rules) -> Comparison:
    """Compare a run with an earlier one."""
    turns = [_turn(one, other, old, new, rules) for one, other in match_turns(old.turns, new.turns)]
    return Comparison(
        tuple(sorted(turns, key=lambda turn: turn.at)),
        tuple(sorted(_events(old, new, rules), key=_when)),
    )


def _when(event: Difference) -> float:
    return float(event.new["at"] if event.old is None else event.old["at"])


# -- turns -----------------------------------------------------------------------------------


def _turn(one: Turn | None, other: Turn | None, old: Outcome, new: Outcome, rules: Rules) -> TurnComparison:
    known = all(
        run.is_known(turn.at if turn.start is None else turn.start, turn.at)
        for run in (old, new)
        for turn in (one, other)
        if turn is not None
    )
    if not known:
        return TurnComparison(one, other, (), Verdict.SKIPPED)
    if one is not None and other is not None:
        found = tuple(_fields(one, other, rules))
    elif one is not None:
        found = (_gone(one, new),)
    else:
        found = (_added(other, old),) if other is not None else ()
    return TurnComparison(one, other, found, gravest(difference.verdict for difference in found))


def _gone(turn: Turn, new: Outcome) -> Difference:
    told = turn.text or turn.kind
    if turn.input not in ("said", "keyed"):
        return Difference("turn", told, None, Verdict.CHANGED, "not there any more")
    if turn.decided is not None and any(_cuts(turn.decided, later) for later in new.turns):
        return Difference("cut_in", told, None, Verdict.BETTER, "the caller is not cut off any more")
    if not turn.answered:
        return Difference("turn", told, None, Verdict.CHANGED, "not there any more")
    over = new.ended_by and new.seconds < turn.at
    why = "the call is over by then" if over else "not answered any more"
    return Difference("turn", told, None, Verdict.WORSE, why)


def _added(turn: Turn, old: Outcome) -> Difference:
    told = turn.text or turn.kind
    decided = turn.decided if turn.input == "said" else None
    if decided is not None and any(_cuts(decided, earlier) for earlier in old.turns):
        return Difference("cut_in", None, told, Verdict.WORSE, "the caller is cut off")
    verdict = Verdict.WORSE if turn.kind == "error" else Verdict.CHANGED
    return Difference("turn", None, told, verdict, "not there before")


def _cuts(decided: float, turn: Turn) -> bool:
    """Whether a decision falls into the speech of a turn that another run heard to its end."""
    if turn.input != "said" or turn.start is None or turn.end is None:
        return False
    return turn.start < decided < turn.end - _INSIDE_SECONDS


def _fields(old: Turn, new: Turn, rules: Rules) -> Iterator[Difference]:
    yield from _heard_text(old, new, rules)
    for name in ("language", "emotion"):
        before, now = getattr(old, name), getattr(new, name)
        if before is not None and now is not None and before != now:
            yield Difference(name, before, now, Verdict.CHANGED)
    if old.input == "said":
        yield from _time("decided", old.decided, new.decided, rules, "decided")
    if old.kind != new.kind:
        rank, before_rank = _POOR_KINDS.get(new.kind, 2), _POOR_KINDS.get(old.kind, 2)
        verdict = Verdict.CHANGED
        if rank != before_rank:
            verdict = Verdict.WORSE if rank < before_rank else Verdict.BETTER
        yield Difference("kind", old.kind, new.kind, verdict)
    yield from _reply(old, new)
    if old.kind == new.kind and old.input in ("said", "keyed", "arrived"):
        yield from _time("reply_after", _wait(old, old.sent), _wait(new, new.sent), rules, "first sample")
        if old.acknowledged or new.acknowledged:
            waits = _wait(old, old.content), _wait(new, new.content)
            yield from _time("content_after", *waits, rules, "first sample of the answer itself")


def _heard_text(old: Turn, new: Turn, rules: Rules) -> Iterator[Difference]:
    if old.text is None or new.text is None:
        return
    words = old.words if old.words is not None else old.text
    if plain(old.text) == plain(new.text):
        return
    before, now = word_error(words, old.text), word_error(words, new.text)
    verdict = Verdict.CHANGED
    if abs(now - before) > rules.word_error:
        verdict = Verdict.WORSE if now > before else Verdict.BETTER
    yield Difference("text", old.text, new.text, verdict, f"word error {before:.2f} → {now:.2f}")


def _time(what: str, old: float | None, new: float | None, rules: Rules, told: str) -> Iterator[Difference]:
    if old is None or new is None or abs(new - old) <= rules.tolerance:
        return
    later = new > old
    yield Difference(
        what,
        round(old, 3),
        round(new, 3),
        Verdict.WORSE if later else Verdict.BETTER,
        f"{told} {abs(new - old) * 1000:.0f} ms {'later' if later else 'earlier'}",
    )


def _wait(turn: Turn, until: float | None) -> float | None:
    """Seconds that the caller waits after the decision."""
    return None if until is None or turn.decided is None else until - turn.decided


def _reply(old: Turn, new: Turn) -> Iterator[Difference]:
    if old.answered != new.answered:
        verdict = Verdict.BETTER if new.answered else Verdict.WORSE
        why = "a reply sounds now" if new.answered else "no reply sounds any more"
        yield Difference("answered", old.answered, new.answered, verdict, why)
        return
    if old.reply is None or new.reply is None:
        return
    if not _same_reply(old, new):
        yield Difference("reply", old.reply, new.reply, Verdict.CHANGED)
        return
    if not old.reply or old.heard == new.heard:
        return
    whole = max(len(old.reply), len(new.reply))
    before, now = (len(heard or "") / whole for heard in (old.heard, new.heard))
    verdict = Verdict.CHANGED
    if abs(now - before) > _CUT_SHARE:
        verdict = Verdict.BETTER if now > before else Verdict.WORSE
    yield Difference("heard", old.heard, new.heard, verdict, f"{before:.0%} → {now:.0%} of the reply heard")


def _same_reply(old: Turn, new: Turn) -> bool:
    """Whether both say the same: of a reply that was cut, only what had been rendered is known."""
    one, other = old.reply or "", new.reply or ""
    if one == other:
        return True
    shorter, longer = (old, new) if len(one) < len(other) else (new, old)
    return shorter.heard != shorter.reply and (longer.reply or "").startswith(shorter.reply or "")


# -- events ----------------------------------------------------------------------------------


def _events(old: Outcome, new: Outcome, rules: Rules) -> Iterator[Difference]:
    """Events by name and time, whatever names there are."""

    def known(events: Sequence[Event], name: str) -> list[Event]:
        named = [event for event in events if event.name == name]
        return [event for event in named if old.is_known(event.at) and new.is_known(event.at)]

    for name in dict.fromkeys(event.name for event in (*old.events, *new.events)):
        for one, other in match_events(known(old.events, name), known(new.events, name), TURN_SECONDS):
            yield from _event(name, one, other, rules)


def _event(name: str, one: Event | None, other: Event | None, rules: Rules) -> Iterator[Difference]:
    added, gone = _EVENT_RULES.get(name, (Verdict.CHANGED, Verdict.CHANGED))
    if one is None or other is None:
        verdict, why = (added, "not there before") if one is None else (gone, "not there any more")
        yield Difference(name, _shown(one, name), _shown(other, name), verdict, why)
        return
    moved = other.at - one.at
    if abs(moved) > rules.tolerance:
        why = f"{abs(moved) * 1000:.0f} ms {'later' if moved > 0 else 'earlier'}"
        yield Difference(name, _shown(one, name), _shown(other, name), Verdict.CHANGED, why)
    elif _texts(one, name) != _texts(other, name):
        yield Difference(name, _shown(one, name), _shown(other, name), Verdict.CHANGED)


def _texts(event: Event, name: str) -> dict[str, Any]:
    """What an event says beside numbers, which are never quite the same."""
    if name in _TURN_EVENTS:
        return {}
    return {key: value for key, value in event.detail.items() if isinstance(value, str | bool)}


def _shown(event: Event | None, name: str) -> dict[str, Any] | None:
    return None if event is None else {"at": event.at, **_texts(event, name)}
