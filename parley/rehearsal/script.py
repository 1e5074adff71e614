"""Scripted conversations as an admin writes them in YAML: what the caller does, and what must come of it.

`load_script` reads a file, `dialplans/tests/*.yaml` are examples, `docs/testing-flows.md` teaches it.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialogue.rehearsal import DIGITS
from dialogue.texts import Language, Name
from dialogue.yamlfile import Strict, expected

_INPUTS = ("caller", "key", "audio", "silence", "unreached", "limit")
_ACT = re.compile(r"end|none|transfer(:\S+)?")


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _pattern(value: str) -> str:
    if (regex := regex_in(value)) is not None:
        try:
            re.compile(regex)
        except re.error as error:
            raise expected(f"a regular expression between the slashes ({error})") from None
    elif not value.strip():
        raise expected("words, or a regular expression: /two|three/")
    return value


def _digits(value: str) -> str:
    if not value or not set(value.upper()) <= DIGITS:
        raise expected('keys of a telephone in quotes: "1", "#", "12*"')
    return value


def _act(value: str) -> str:
    if _ACT.fullmatch(value) is None:
        raise expected("transfer, transfer:TARGET, end, or none")
    return value


def _time(value: object) -> object:
    if not isinstance(value, str):
        raise expected("a time such as 2026-06-10T09:00")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise expected("a time such as 2026-06-10T09:00") from None


def regex_in(pattern: str) -> str | None:
    """The regular expression of `/.../`, None for plain words."""
    is_regex = len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")
    return pattern[1:-1] if is_regex else None


Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Acts = Annotated[tuple[Annotated[str, AfterValidator(_act)], ...], BeforeValidator(_listed)]
Time = Annotated[datetime, BeforeValidator(_time, json_schema_input_type=str)]


class Expectation(Strict):
    """What a turn must come to. What is left out is not looked at.

    Attributes:
        reply: words that must be said, upper and lower case alike, or `/regular expression/`; of a list, all.
        never: `not` in the file: what must not be said; of a list, none.
        kind: where the answer comes from (`known`, `menu`, `model` ...); of a list, one of them.
        answer: name of the known answer.
        act: `transfer`, `transfer:TARGET`, `end`, or `none` of them; of a list, all.
        state: by path (`tasks.0.name`, `answers.-1`), what the state holds afterwards; null for nothing.
    """

    reply: Patterns = ()
    never: Annotated[Patterns, Field(alias="not")] = ()
    kind: Words = ()
    answer: Name | None = None
    act: Acts = ()
    state: dict[str, Any] = Field(default_factory=dict)


class Turn(Expectation):
    """What the caller does, exactly one of the first six, and what must come of it.

    Attributes:
        caller: what he says.
        key: the keys he presses; the last one's answer is looked at for `kind` and `answer`.
        audio: a recording of what he says, from the file's folder on; it goes through the recogniser.
        silence: he says nothing, for the so-manieth time in a row.
        unreached: nobody answers where he was transferred to.
        limit: the call has lasted for as long as the flow allows.
        language: of `caller`, where its script does not tell.
        confidence: of the recogniser in `caller`, 0 to 1.
        model: what the language model says, should it be asked.
    """

    caller: str | None = None
    key: Annotated[str, AfterValidator(_digits)] | None = None
    audio: Path | None = None
    silence: Annotated[int, Field(ge=1)] | None = None
    unreached: Literal[True] | None = None
    limit: Literal[True] | None = None
    language: Language | None = None
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    model: str | None = None

    @model_validator(mode="after")
    def _one_input(self) -> Self:
        if len(self.model_fields_set & set(_INPUTS)) != 1:
            raise expected(f"exactly one of {', '.join(_INPUTS)}")
        return self


class AtTheEnd(Strict):
    """What must hold when a conversation is over.

    Attributes:
        shop: what the shop's database must hold, in the shape of `parley shop export`; what is left out is
            not looked at, null stands for "not there". `unchanged`: nothing may have changed.
        state: as for a turn.
    """

    shop: Literal["unchanged"] | dict[str, Any] | None = None
    state: dict[str, Any] = Field(default_factory=dict)


class Setting(Strict):
    """Who calls, and when.

    Attributes:
        language: what the caller speaks; if the flow answers in another, he asks for it first.
        number: his number.
        dialled: the number he called.
        time: when; without a zone, at the shop's place. A Wednesday at noon, if it is left out.
    """

    language: Language | None = None
    number: str | None = None
    dialled: str | None = None
    time: Time | None = None


class Conversation(Setting):
    """One call.

    Attributes:
        name: what reports call it.
        greeting: what the greeting must come to.
        turns: what happens, in order.
        expect: what must hold at the end.
    """

    name: Annotated[str, Field(min_length=1)]
    greeting: Expectation = Expectation()
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    expect: AtTheEnd = AtTheEnd()


class ShopUsed(Strict):
    """The shop that each conversation has a fresh copy of: a made-up one, or a JSON file.

    Attributes:
        sample: the seed of the made-up shop.
        file: JSON as `parley shop import` takes it, from the file's folder on.
        currency: of the prices of a JSON file.
        documents: the shop's rules in Markdown; the made-up shop has its own.
    """

    sample: int | None = None
    file: Path | None = None
    currency: str = "USD"
    documents: Path | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.sample is None) == (self.file is None):
            raise expected("exactly one of sample, file")
        return self


class Script(Setting):
    """Conversations with one flow; what is said here of the setting holds for all that say nothing else.

    Attributes:
        flow: a flow of the configuration, or a YAML file, from this file's folder on.
        shop: the shop they have; none, if it is left out.
        conversations: in order.
    """

    flow: str
    shop: ShopUsed | None = None
    conversations: Annotated[tuple[Conversation, ...], Field(min_length=1)]

    def setting(self, conversation: Conversation) -> Setting:
        """Who calls and when, in one of the conversations."""
        own = {name: getattr(conversation, name) for name in Setting.model_fields}
        general = {name: getattr(self, name) for name in Setting.model_fields}
        return Setting.model_construct(
            **{name: general[name] if value is None else value for name, value in own.items()}
        )
