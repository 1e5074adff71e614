"""The baseline: how calls went when somebody was content with them.

A JSON file, the same for the same outcomes, so that it can be kept with the configuration and its
changes can be read. `words` of a turn is what the caller really said; it may be corrected by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from parley.replay.call import ReplayError
from parley.replay.match import match_turns
from parley.replay.outcome import Outcome, Turn, read_outcome

VERSION = 1


def read_baseline(path: Path) -> dict[str, Outcome]:
    """Outcomes by call id. Raises ReplayError naming the file, and the call that is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReplayError(f"{path}: expected a baseline: {error.strerror or error}") from error
    except ValueError as error:
        raise ReplayError(f"{path}: expected a baseline as JSON: {error}") from error
    if (
        not isinstance(data, dict)
        or data.get("version") != VERSION
        or not isinstance(data.get("calls"), dict)
    ):
        raise ReplayError(f'{path}: expected a baseline with "version": {VERSION} and "calls"')
    outcomes = {}
    for call, outcome in data["calls"].items():
        try:
            outcomes[call] = read_outcome(outcome)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ReplayError(
                f"{path}: call {call}: expected turns and events of a replay: {error!r}"
            ) from error
    return outcomes


def write_baseline(path: Path, outcomes: Mapping[str, Outcome], before: Mapping[str, Outcome]) -> None:
    """Write outcomes by call id; words that were corrected by hand in `before` stay.

    Raises ReplayError when the file cannot be written.
    """
    kept = {call: _with_words(outcome, before.get(call)) for call, outcome in sorted(outcomes.items())}
    data = {"version": VERSION, "calls": {call: outcome.as_json() for call, outcome in kept.items()}}
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(
            json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        part.replace(path)
    except OSError as error:
        raise ReplayError(f"{path}: the baseline could not be written: {error.strerror or error}") from error


def _with_words(outcome: Outcome, before: Outcome | None) -> Outcome:
    corrected: dict[int, str] = {}
    for old, new in match_turns(before.turns, outcome.turns) if before is not None else ():
        if old is not None and new is not None and old.words not in (None, old.text):
            corrected[new.index] = str(old.words)
    return replace(outcome, turns=tuple(_with(turn, corrected) for turn in outcome.turns))


def _with(turn: Turn, corrected: Mapping[int, str]) -> Turn:
    return replace(turn, words=corrected.get(turn.index, turn.text)) if turn.input == "said" else turn
