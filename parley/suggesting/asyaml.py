"""Suggestions as YAML to paste under a flow's `answers`, with what they rest on as comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import yaml

from dialogue.flow import Flow
from parley.suggesting.masking import MASK
from parley.suggesting.suggest import Suggestion

_ANSWERED = {
    "model": "answered by the language model",
    "fallback": "not understood",
    "error": "failed by the language model",
}


def as_yaml(flow: Flow, suggestions: Sequence[Suggestion]) -> str:
    """New answers as list items, further examples of existing ones as comments."""
    return "\n".join(line for one in suggestions for line in (*_lines(flow, one), ""))


def counted(one: Suggestion) -> str:
    """How often a question was asked, and what became of it."""
    kinds = ", ".join(f"{_ANSWERED.get(kind, kind)} {count}" for kind, count in one.kinds.items())
    return f"asked {one.count} times in {one.calls} calls: {kinds}"


def _lines(flow: Flow, one: Suggestion) -> Iterator[str]:
    yield f"  # {counted(one)}"
    if one.add_to is not None:
        yield f"  # comes near {one.add_to} ({one.likeness:.2f}): add to its examples, {one.language}:"
        yield from (f"  #   - {_scalar(text)}" for text in one.examples)
        return
    if one.nearest is not None:
        yield f"  # the nearest answer is {one.nearest} ({one.likeness:.2f})"
    yield f"  - name: {one.name}"
    yield "    examples:"
    yield f"      {one.language}:"
    yield from (f"        - {_scalar(text)}" for text in one.examples)
    yield from _wanted(flow, one, "example questions")
    if one.draft is None:
        yield "    # nobody has answered this yet: write the answer"
    elif MASK in one.draft:
        yield f"    # something of one caller's own was taken out at {MASK}"
    yield "    text:"
    yield f"      {one.language}: {_scalar(one.draft or MASK)}"
    yield from _wanted(flow, one, "a text")


def _wanted(flow: Flow, one: Suggestion, what: str) -> Iterable[str]:
    others = [language for language in flow.languages if language != one.language]
    return [f"      # {language}: {what} in this language too" for language in others]


def _scalar(text: str) -> str:
    """A text as YAML writes it, quoted only where it has to be."""
    dumped: str = yaml.safe_dump([text], allow_unicode=True, width=10**6)
    return dumped.removeprefix("- ").rstrip("\n")
