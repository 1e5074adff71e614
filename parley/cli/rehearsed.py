"""How rehearsed turns are shown: the reply with where it came from, and the state with what changed."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from dialogue.mind import (
    Act,
    Arrived,
    End,
    Input,
    Keyed,
    Record,
    Said,
    Say,
    Silence,
    Transfer,
    TransferFailed,
)
from dialogue.rehearsal import TurnResult
from parley.rehearsal.changes import changes, compact, differences
from parley.rehearsal.nearest import Near

_MARGIN = "         "

LONGEST = 80
"""Characters of one value in the line that says what a turn changed."""


def doing(heard: Input) -> str:
    """What the caller does, in words."""
    match heard:
        case Said(text):
            return text
        case Keyed(digit):
            return f"(presses {digit})"
        case Silence(count):
            return f"(says nothing, {count} in a row)"
        case TransferFailed(target):
            return f"({target} cannot be reached)"
        case Arrived():
            return "(calls)"
        case _:
            return "(has called for as long as the flow allows)"


def show_turn(console: Console, result: TurnResult, near: Near | None = None) -> None:
    """The reply, where it came from, and what it changed."""
    text = Text()
    for phrase in [*([result.reply] if result.said else []), *filter(None, map(_done, result.acts))]:
        text.append((" " if text else "") + phrase)
    console.print(Text("parley   ", "bold green") + (text or Text("(says nothing)")), soft_wrap=True)
    source = result.kind + (f" {result.answer}" if result.answer else "")
    if result.match:
        source += f" {result.match:.2f}"
    lines = [f"{source} · {result.ms:.1f} ms"]
    if near is not None:
        lines.append(_near(near))
    changed = differences(result.state_before, result.state_after)
    if changed:
        lines.append("now: " + " · ".join(f"{path} {_short(new)}" for path, new in changed))
    for line in lines:
        console.print(Text(_MARGIN + line, "dim"), soft_wrap=True)


def show_state(console: Console, result: TurnResult) -> None:
    """The state as a tree; what the turn changed stands out."""
    changed = changes(result.state_before, result.state_after)
    tree = Tree(Text("state", "dim"), guide_style="dim")
    _grow(tree, compact(result.state_after), "", set(changed))
    gone = [path for path, (_, new) in changed.items() if new is None]
    for path in gone:
        tree.add(Text(f"{path}: no longer", "strike dim"))
    console.print(tree)


def state_line(result: TurnResult) -> str:
    """The state after a turn, compact, in one line of JSON."""
    return json.dumps(compact(result.state_after), ensure_ascii=False)


def near_json(near: Near) -> dict[str, Any]:
    """What a sentence came near, as one JSON object."""
    return {
        "words": {match.name: round(match.score, 3) for match in near.words},
        "meaning": near.meaning.likeliest,
        "probability": round(near.meaning.probability, 3),
        "out_of_scope": round(near.meaning.out_of_scope, 3),
    }


def _done(act: Act) -> str:
    match act:
        case Say():
            return ""
        case Transfer(target):
            return f"(transfers to {target})"
        case Record(on):
            return "(recording on)" if on else "(recording off)"
        case End():
            return "(hangs up)"


def _near(near: Near) -> str:
    words = ", ".join(f"{match.name} {match.score:.2f}" for match in near.words) or "nothing"
    meaning = near.meaning
    meant = f"{meaning.likeliest} {meaning.probability:.2f}" if meaning.likeliest else "nothing"
    return f"by words: {words} · by meaning: {meant}, none of them {meaning.out_of_scope:.2f}"


def _grow(tree: Tree, value: Any, path: str, changed: set[str]) -> None:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        here = f"{path}.{key}" if path else str(key)
        if isinstance(item, dict | list):
            _grow(tree.add(Text(str(key))), item, here, changed)
        else:
            tree.add(Text(f"{key}: {_value(item)}", "bold green" if here in changed else ""))


def _value(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    text = _value(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
