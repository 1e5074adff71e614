"""What a slot is read from, and what reading it can come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from dialogue.entities import Entity, Kind, Valid, best_of, extract
from dialogue.known import KnownAnswers
from dialogue.tasks.account import Account
from dialogue.tasks.directory import Directory
from dialogue.tasks.state import Filled
from dialogue.tools.values import Record


@dataclass(frozen=True, slots=True)
class Option:
    """One of several values that may be meant."""

    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Any of these may be meant: ask which. `parts` is what was clear of it."""

    options: tuple[Option, ...]
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A part of the value was said; ask for the rest."""

    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Impossible:
    """The account has nothing that would do."""


Reading: TypeAlias = Filled | Unclear | Begun | Impossible | None
"""None: nothing was said of it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a slot is read from.

    Attributes:
        texts: the recogniser's readings of the caller's words, the likeliest first; empty for none.
        language: `en` or `zh`.
        asked: whether it was asked for: then less evidence will do.
        directory: what is known of all customers and products.
        account: the caller's own data, once he is identified.
        slots: what is known already.
        parts: pieces of the value from earlier turns.
        before: the slot's present value, which the words may correct.
        recent: the order that was spoken of last.
        matcher: finds a choice in the words.
        now: the shop's local time.
        opening: the words are those that the task began with: what is named in them is meant.
    """

    texts: Sequence[str]
    language: str
    asked: bool
    directory: Directory
    account: Account | None = None
    slots: Mapping[str, Filled] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)
    before: Filled | None = None
    recent: str = ""
    matcher: KnownAnswers | None = None
    now: datetime | None = None
    opening: bool = False

    @property
    def text(self) -> str:
        """The likeliest reading."""
        return self.texts[0] if self.texts else ""

    @property
    def valid(self) -> Valid:
        """Values that the caller may mean."""
        return self.account.valid if self.account is not None else self.directory.valid

    def entity(self, kind: Kind, text: str | None = None, valid: Valid | None = None) -> Entity | None:
        """The best entity of a kind, of `text` or else of all readings.

        What was not asked for is only read where it is surely meant, and in the likeliest reading.
        """
        texts, valid = self.texts if text is None else (text,), valid or self.valid
        if self.asked or not texts:
            return best_of(texts, self.language, kind, valid=valid, now=self.now)
        found = extract(texts[0], self.language, valid=valid, now=self.now)
        return max((one for one in found if one.kind == kind), key=lambda one: one.confidence, default=None)

    @property
    def chosen_order(self) -> Record | None:
        """The caller's order that the task is about."""
        if self.account is None:
            return None
        for filled in self.slots.values():
            if isinstance(filled.value, str) and (order := self.account.order(filled.value)) is not None:
                return order
        return None


_IT = re.compile(
    r"\b(?:it|that order|this order|that one|the same(?: one| order)?)\b"
    r"|它|这个订单|这个单|那个订单|刚才的|同一个"
)
_LATEST = re.compile(r"\b(?:latest|last|newest|most recent|recent)\b|最近|最新|最后|刚下|刚买|刚订")
_ALL = re.compile(
    r"(?<!that's )(?<!that is )(?<!at )\b(?:all(?! right)(?: of)?(?: it| them| the items)?|everything|both"
    r"|the whole (?:order|thing|lot)|entire order)\b"
    r"|全部|所有|都(?!不)|整单|整个订单"
)
_WHOLE = re.compile(
    r"\b(?:everything|the whole (?:order|thing|lot)|entire order|all of it)\b|全部|整单|整个订单"
)
_BOTH = re.compile(r"\b(?:both|two of)\b|两[个件样]都")


def means_it(text: str) -> bool:
    """Whether a text points back at what was spoken of."""
    return bool(_IT.search(text.casefold()))


def means_latest(text: str) -> bool:
    """Whether a text asks for the newest."""
    return bool(_LATEST.search(text.casefold()))


def without_latest(text: str) -> str:
    """A text without the words by which it asks for the newest: they must not sound like a product's name."""
    return _LATEST.sub(" ", text.casefold())


def means_all(text: str) -> bool:
    """Whether a text means all of them."""
    return bool(_ALL.search(text.casefold()))


def means_whole(text: str) -> bool:
    """Whether a text means all that there is, whatever else it names."""
    return bool(_WHOLE.search(text.casefold()))


def means_both(text: str) -> bool:
    """Whether a text means two."""
    return bool(_BOTH.search(text.casefold()))
