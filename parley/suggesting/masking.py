"""Takes out of a sentence what is a caller's own: names, numbers, addresses.

For people who read what was asked often, not for publication: what nobody could tell to be a name may stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dialogue.entities import extract

MASK: Final = "…"
"""Stands where something was."""

_PRIVATE = frozenset({"order", "email", "phone", "postcode", "address", "payment", "name"})
_PATTERNS = (
    # Surer than any parser: whatever has an at sign or several digits in it.
    re.compile(r"\S*@\S+"),
    re.compile(r"#?[A-Za-z]{0,3}\d(?:[\s.-]?\d){2,}"),
    re.compile(r"(?<=\b[Ii]'m )[A-Z][a-z]+|(?<=\b[Ii] am )[A-Z][a-z]+|(?<=\b[Tt]his is )[A-Z][a-z]+"),
    re.compile(r"\b(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]r)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?"),
    re.compile(r"(?<=我叫)[一-鿿]{2,4}|(?<=我姓)[一-鿿]{1,2}|[一-鿿](?=先生|女士|小姐)"),
)
_MASKS = re.compile(rf"\s*(?:{MASK}[\s,，、.]*)+")
_WORD = re.compile(r"(?<!['’])[^\W\d_]{2,}")
_BEGINNING = re.compile(r"(?:^|[.!?…]\W+)$")


def masked(text: str, language: str, own: Iterable[str] = ()) -> str:
    """The sentence without what is the caller's own, each of it replaced by `MASK`.

    Args:
        text: as it was recognised.
        language: `en` or `zh`.
        own: words that are kept out as well.
    """
    for found in sorted(extract(text, language), key=lambda one: -one.start):
        if found.kind in _PRIVATE:
            text = text[: found.start] + MASK + text[found.end :]
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    for word in own:
        text = re.sub(rf"\b{re.escape(word)}\b", MASK, text)
    gap = "" if language == "zh" else " "
    return _MASKS.sub(f"{gap}{MASK}{gap}", text).strip(" ,，、")


def rare_names(texts: Mapping[str, Iterable[str]], known: Iterable[str]) -> set[str]:
    """Capitalised words that only one call has: likelier a caller's own than a thing that many ask about.

    Args:
        texts: sentences by call.
        known: texts of the shop, whose words are nobody's own.
    """
    shop = {word.casefold() for text in known for word in re.findall(r"\w+", text)}
    calls: dict[str, set[str]] = {}
    for call, said in texts.items():
        for text in said:
            for word in _capitalised(text):
                calls.setdefault(word, set()).add(call)
    return {word for word, where in calls.items() if len(where) < 2 and word.casefold() not in shop}


def _capitalised(text: str) -> Iterator[str]:
    """Capitalised words that do not begin a sentence."""
    for found in _WORD.finditer(text):
        if found.group()[0].isupper() and not _BEGINNING.search(text[: found.start()]):
            yield found.group()
