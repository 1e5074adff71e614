"""What a slot is read from, and what reading it can come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from dialogue.entities import Entity, Kind, Valid, best_of
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
    """Any of these may be meant: ask which."""

    options: tuple[Option, ...]


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
        recent: the order that was spoken of last.
        matcher: finds a choice in the words.
        now: the shop's local time.
    """

    texts: Sequence[str]
    language: str
    asked: bool
    directory: Directory
    account: Account | None = None
    slots: Mapping[str, Filled] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)
    recent: str = ""
    matcher: KnownAnswers | None = None
    now: datetime | None = None

    @property
    def text(self) -> str:
        """The likeliest reading."""
        return self.texts[0] if self.texts else ""

    @property
    def valid(self) -> Valid:
        """Values that the caller may mean."""
        return self.account.valid if self.account is not None else self.directory.valid

    def entity(self, kind: Kind, text: str | None = None) -> Entity | None:
        """The best entity of a kind, of `text` or else of all readings."""
        texts = self.texts if text is None else (text,)
        return best_of(texts, self.language, kind, valid=self.valid, now=self.now)

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
    r"\b(?:all(?: of)?(?: it| them| the items)?|everything|both"
    r"|the whole (?:order|thing|lot)|entire order)\b"
    r"|全部|所有|都|整单|整个订单|两个都|两样都"
)


def means_it(text: str) -> bool:
    """Whether a text points back at what was spoken of."""
    return bool(_IT.search(text.casefold()))


def means_latest(text: str) -> bool:
    """Whether a text asks for the newest."""
    return bool(_LATEST.search(text.casefold()))


def means_all(text: str) -> bool:
    """Whether a text means all of them."""
    return bool(_ALL.search(text.casefold()))


_ORDINALS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:first|1st|(?:number |option )one|number 1|1)\b|第一|头一|^一[号个]?$|前一个|前面那个",
        r"\b(?:second|2nd|(?:number |option )two|number 2|2|latter)\b|第二|^二号?$|后一个|后面那个",
        r"\b(?:third|3rd|(?:number |option )three|number 3|3)\b|第三|^三号?$",
        r"\b(?:fourth|4th|(?:number |option )four|number 4|4)\b|第四|^四号?$",
        r"\b(?:fifth|5th|(?:number |option )five|number 5|5)\b|第五|^五号?$",
    )
)


def by_place(text: str, options: Sequence[str]) -> str | None:
    """The option whose place in the list was said: "the second one", 第二个; None if none was."""
    plain = text.casefold().strip(" .,!?。，！？")
    for place, pattern in enumerate(_ORDINALS[: len(options)]):
        if pattern.search(plain):
            return options[place]
    return options[-1] if re.search(r"\blast\b|最后一?个", plain) else None
