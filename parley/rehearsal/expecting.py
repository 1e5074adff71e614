"""Compares what came of a turn with what was expected of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.mind import Act, End, Transfer
from dialogue.rehearsal import TurnResult
from parley.rehearsal.changes import at
from parley.rehearsal.script import Expectation, regex_in


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something came otherwise than expected.

    Attributes:
        what: the key of the expectation, `reply` or `state.offer` for example.
        expected: what would have been right.
        found: what came.
    """

    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, found {self.found}"


def mismatches(result: TurnResult, expected: Expectation) -> list[Mismatch]:
    """All that came otherwise in one turn."""
    return [
        *_words(result.reply, expected),
        *_source(result, expected),
        *_acts([name for act in result.acts if (name := act_name(act))], expected.act),
        *in_state(result.state_after if expected.state else None, expected.state),
    ]


def act_name(act: Act) -> str:
    """What an answer does beside speaking, as scripts write it: `transfer:600`, `end`; empty for nothing."""
    match act:
        case Transfer(target):
            return f"transfer:{target}"
        case End():
            return "end"
        case _:
            return ""


def in_state(state: Any, expected: Mapping[str, Any]) -> Iterator[Mismatch]:
    """What a state holds otherwise, by path; null is as good as empty or missing."""
    for path, wanted in expected.items():
        there, found = at(state, path)
        if wanted is None and not found:
            continue
        if not there:
            yield Mismatch(f"state.{path}", _shown(wanted), "nothing there")
        else:
            yield from unlike(found, wanted, f"state.{path}")


def unlike(found: Any, wanted: Any, where: str) -> Iterator[Mismatch]:
    """Where `found` is not what is wanted.

    A group may hold more than the wanted keys; a list must have as many items; null stands for a key that is
    missing, or null.
    """
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key, value in wanted.items():
            here = f"{where}.{key}"
            if key in found:
                yield from unlike(found[key], value, here)
            elif value is not None:
                yield Mismatch(here, _shown(value), "nothing there")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(found, wanted, strict=True)):
            yield from unlike(one, other, f"{where}.{index}")
    elif wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
        yield Mismatch(where, _shown(wanted), _shown(found))


def is_said(pattern: str, reply: str) -> bool:
    """Whether a reply has the words, upper and lower case alike, or fits the `/regular expression/`."""
    regex = regex_in(pattern)
    if regex is not None:
        return re.search(regex, reply) is not None
    return _plain(pattern) in _plain(reply)


def _words(reply: str, expected: Expectation) -> Iterator[Mismatch]:
    for pattern in expected.reply:
        if not is_said(pattern, reply):
            yield Mismatch("reply", _quoted(pattern), _shown(reply))
    for pattern in expected.never:
        if is_said(pattern, reply):
            yield Mismatch("not", f"nothing like {_quoted(pattern)}", _shown(reply))


def _source(result: TurnResult, expected: Expectation) -> Iterator[Mismatch]:
    came = f"{result.kind}{f' {result.answer}' if result.answer else ''}"
    if result.match:
        came += f" ({result.match:.2f})"
    if expected.kind and result.kind not in expected.kind:
        yield Mismatch("kind", " or ".join(expected.kind), came)
    if expected.answer is not None and result.answer != expected.answer:
        yield Mismatch("answer", expected.answer, came)


def _acts(done: Sequence[str], expected: Sequence[str]) -> Iterator[Mismatch]:
    for wanted in expected:
        if wanted == "none":
            right = not done
        else:
            right = any(act == wanted or act.partition(":")[0] == wanted for act in done)
        if not right:
            yield Mismatch("act", wanted, ", ".join(done) or "none")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _quoted(pattern: str) -> str:
    return pattern if regex_in(pattern) is not None else _shown(pattern)


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
