"""Personal data stays here: a server on another machine gets `[email 1]` for an e-mail address.

The model can speak of what is behind such a mark, and hand it to a tool; what it writes is put right again
before it is spoken or a tool gets it. So what is hidden without need does little harm, and the patterns are
wide. Order numbers, places and dates are no secret and are needed.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from dialogue.entities import extract
from dialogue.llm.values import Message
from dialogue.words import word_set

_KINDS = {"email": "email", "phone": "phone", "address": "address", "name": "name"}
"""Entities that are hidden, and what the mark calls them."""

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ſΆ-ΫА-Я][\w'’.-]*"
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"(?<![\w#$€£.])[+(]*\d(?:[\s()./-]{0,2}\d){6,}(?: ?x\d+)?(?![\w%])")
"""Seven digits or more in one run: telephones, cards, accounts; order numbers begin with a letter."""
_ACCOUNT = re.compile(r"\b(?:[A-Z]{2}\d{2}[A-Z0-9]{11,30}|\d{3}-\d{2}-\d{4})\b", re.I)
_STREET = re.compile(
    rf"(?<![\w#$€£.,])\d{{1,6}}[A-Za-z]?,? (?:{_CAPITAL}|[a-z]{{1,3}}(?= {_CAPITAL}))"
    rf"(?:[\s,]+(?:{_CAPITAL}|\d[\w-]*|[a-z]{{1,3}}(?= {_CAPITAL})))*"
)
_STREET_FIRST = re.compile(
    rf"\b{_CAPITAL}(?: {_CAPITAL})* (?:u\.?|utca|straße|str\.?|street|road|avenue|lane|drive) \d+\w?"
    rf"|\b(?:P\.?O\.?|PSC|Unit|CMR)\s(?:Box )?\d+(?:[\s,]+(?:{_CAPITAL}|\d+))*",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? {_CAPITAL}(?: {_CAPITAL})*")
_NAMES = re.compile(rf"(?<!\bin )(?<!\bnear ){_CAPITAL}(?: (?:{_CAPITAL}|de|van|von|der|la|al))* {_CAPITAL}")
_WORDS = re.compile(r"[\w'’]+")
_COMMON = word_set(
    """
    i i'm i've i'd i'll the a an my your our this that it is in on at to for from and or but no yes hello hi
    dear please thanks thank can could what when where who why how do does did if as we you he she they
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday ok okay order orders mr mrs ms dr usb hdmi led tv
    """
)
_FIELDS = {
    **dict.fromkeys(("first_name", "last_name"), "name"),
    **dict.fromkeys(("address1", "address2", "zip"), "address"),
    **{"email": "email", "phone": "phone", "user_id": "user"},
}
_FIELD = re.compile(rf'"({"|".join(_FIELDS)})"\s*:\s*"((?:[^"\\]|\\.)+)"')
_MARK = re.compile(r"\[(email|phone|address|name|number|user) ?(\d{1,3})\]", re.I)


class Veil:
    """Hides what is personal in one request and its reply.

    Marks are numbered in the order of the text, so the same conversation always looks the same, and what
    follows in it does not change what stands before.

    Args:
        known: text that tells nothing of the caller, such as the system prompt; names in it are no secret.
    """

    def __init__(self, known: str = "") -> None:
        self._known = frozenset(word.casefold() for word in _WORDS.findall(known))
        self._marks: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with marks instead of personal data."""
        made, at = [], 0
        for first, last, kind in _apart(self._personal(text)):
            start, end = _trimmed(text, first, last)
            if start < end:
                made += [text[at:start], self._mark(kind, text[start:end])]
                at = end
        return "".join([*made, text[at:]])

    def show(self, text: str) -> str:
        """The text with what is behind its marks; unknown marks stay."""
        return _MARK.sub(lambda mark: self._values.get(_name(mark), mark[0]), text)

    def show_json(self, text: str) -> str:
        """The same within JSON, where a value has to be escaped."""

        def value(mark: re.Match[str]) -> str:
            found = self._values.get(_name(mark))
            return mark[0] if found is None else json.dumps(found, ensure_ascii=False)[1:-1]

        return _MARK.sub(value, text)

    def messages(self, messages: Sequence[Message]) -> list[Message]:
        """A conversation as another machine may read it; system messages are the shop's own and stay."""
        return [self._message(one) if one["role"] != "system" else one for one in messages]

    def _message(self, message: Message) -> Message:
        hidden = cast(dict[str, Any], dict(message))
        if isinstance(hidden.get("content"), str):
            hidden["content"] = self.hide(hidden["content"])
        if calls := hidden.get("tool_calls"):
            hidden["tool_calls"] = [
                {
                    **call,
                    "function": {**call["function"], "arguments": self.hide(call["function"]["arguments"])},
                }
                for call in calls
            ]
        return cast(Message, hidden)

    def _personal(self, text: str) -> Iterator[tuple[int, int, str]]:
        for field in _FIELD.finditer(text):
            yield *field.span(2), _FIELDS[field[1]]
        for pattern, kind in ((_EMAIL, "email"), (_ACCOUNT, "number"), (_DIGITS, "number")):
            for found in pattern.finditer(text):
                yield *found.span(), kind
        yield from _entities(text)
        for pattern, kind in (
            (_STREET, "address"),
            (_STREET_FIRST, "address"),
            (_TITLED, "name"),
            (_NAMES, "name"),
        ):
            for found in pattern.finditer(text):
                if self._is_strange(found[0]):
                    yield *found.span(), kind

    def _is_strange(self, words: str) -> bool:
        """Whether there is a word that is neither common nor the shop's own."""
        return any(
            not word.isdigit() and word.casefold() not in _COMMON and word.casefold() not in self._known
            for word in _WORDS.findall(words)
        )

    def _mark(self, kind: str, value: str) -> str:
        if "\\" in value:
            # Out of a tool's JSON: kept as what it stands for.
            with contextlib.suppress(ValueError):
                value = json.loads(f'"{value}"')
        key = (kind, " ".join(value.casefold().split()))
        if key not in self._marks:
            name = f"{kind} {1 + sum(one == kind for one, _ in self._marks)}"
            self._marks[key] = f"[{name}]"
            self._values[name] = value
        return self._marks[key]


@lru_cache(maxsize=512)
def _entities(text: str) -> tuple[tuple[int, int, str], ...]:
    """What is named as callers say it; a conversation is asked for again with every turn."""
    language = "zh" if any("一" <= char <= "鿿" for char in text) else "en"
    found = (one for one in extract(text, language) if one.kind in _KINDS)
    return tuple((one.start, one.end, _KINDS[one.kind]) for one in found)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces and punctuation at the ends; a bracket may belong to a number."""
    part = text[start:end]
    return end - len(part.lstrip(" ,.;:\n")), start + len(part.rstrip(" ,.;:\n"))


def _name(mark: re.Match[str]) -> str:
    return f"{mark[1].lower()} {int(mark[2])}"


def _apart(spans: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans that do not overlap, in order; the surest come first, and others get what those leave."""
    apart: list[tuple[int, int, str]] = []
    for start, end, kind in spans:
        inside = [one for one in apart if one[0] < end and start < one[1]]
        if any(one[2] == kind for one in inside):
            continue
        at = start
        for taken, until, _ in sorted(inside):
            if at < taken:
                apart.append((at, taken, kind))
            at = max(at, until)
        if at < end:
            apart.append((at, end, kind))
    return sorted(apart)
