"""Texts of a flow, by language and by style, as an admin may write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialogue.yamlfile import Strict, expected

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Style: TypeAlias = Literal["calm", "short", "reassuring", "warm"]
"""How replies are worded to a caller who feels something; see `dialogue.emotions.reactions`."""
STYLES: tuple[Style, ...] = ("calm", "short", "reassuring", "warm")


def script_of(text: str) -> Language:
    """The language a text is written in: Chinese characters make it `zh`."""
    return "zh" if any("一" <= char <= "鿿" for char in text) else "en"


def plain(sentence: str) -> str:
    """A sentence for comparing: small letters, no signs at its ends."""
    return sentence.casefold().strip(" ?？。.!！")


def _spoken(value: str) -> str:
    if not any(char.isalnum() for char in value):
        raise expected("a text with words in it")
    return " ".join(value.split())


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", value):
        raise expected("a name of lower-case letters, digits and hyphens, such as delivery-time")
    return value


def _by_script(value: object) -> object:
    """`text` becomes `{en: text}` and `文字` becomes `{zh: 文字}`."""
    if isinstance(value, str):
        return {script_of(value): value}
    if not isinstance(value, dict | PlainText):
        raise expected("a text, or one for each language: {en: ..., zh: ...}")
    return value


def _lists_by_script(value: object) -> object:
    """A plain list of sentences is sorted by language."""
    if not isinstance(value, list):
        return value
    sorted_: dict[str, list[Any]] = {}
    for item in value:
        sorted_.setdefault(script_of(item) if isinstance(item, str) else "en", []).append(item)
    return sorted_


def listed(value: object) -> object:
    """A single value as a list of one."""
    return value if isinstance(value, list) else [value]


Spoken = Annotated[str, AfterValidator(_spoken)]
Name = Annotated[str, AfterValidator(_name)]


class PlainText(Strict):
    """A text in each of the flow's languages; a plain string is sorted by its script."""

    en: Spoken | None = None
    zh: Spoken | None = None

    def has(self, language: str) -> bool:
        """Whether the text exists in `language`."""
        return self._of(language) is not None

    def best(self, language: str) -> tuple[str, Language]:
        """The text in `language`, or else the one there is, with its language."""
        for one in (language, *LANGUAGES):
            text = self._of(one)
            if text is not None:
                return text, "zh" if one == "zh" else "en"
        raise ValueError("a text in no language")

    def names(self) -> frozenset[str]:
        """The names in braces, for which a value is filled in before the text is said."""
        return frozenset(name for text in (self.en, self.zh) for name in re.findall(r"{(.*?)}", text or ""))

    def _of(self, language: str) -> str | None:
        return {"en": self.en, "zh": self.zh}.get(language)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.en is None and self.zh is None:
            raise expected("a text in at least one language (en, zh)")
        return self


Wording = Annotated[PlainText, BeforeValidator(_by_script)]


class TextByLanguage(PlainText):
    """A text, and how it is worded instead in a style; see `dialogue.emotions.reactions.Reaction.style`."""

    calm: Wording | None = None
    short: Wording | None = None
    reassuring: Wording | None = None
    warm: Wording | None = None

    def in_style(self, style: Style) -> TextByLanguage:
        """The wording for a style, or this text where it has none."""
        own: PlainText | None = getattr(self, style)
        return TextByLanguage(en=own.en, zh=own.zh) if own is not None else self

    def wordings(self) -> Iterator[tuple[Style, TextByLanguage]]:
        """The wordings by style that there are."""
        for style in STYLES:
            if getattr(self, style) is not None:
                yield style, self.in_style(style)


class SentencesByLanguage(Strict):
    """Lists of sentences by language; a plain list is sorted by script."""

    en: tuple[Spoken, ...] = ()
    zh: tuple[Spoken, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every sentence, whatever its language."""
        return self.en + self.zh

    def of(self, language: str) -> tuple[str, ...]:
        """The sentences in one language."""
        return self.zh if language == "zh" else self.en


Text = Annotated[TextByLanguage, BeforeValidator(_by_script)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed), Field(min_length=1)]
Sentences = Annotated[SentencesByLanguage, BeforeValidator(_lists_by_script)]


def may_name(*names: str) -> AfterValidator:
    """A validator for texts in which these names may stand in braces, and no others."""

    def check(text: TextByLanguage) -> TextByLanguage:
        if text.names() - set(names):
            allowed = ", ".join(f"{{{name}}}" for name in names)
            raise expected(f"no names in braces but {allowed}")
        return text

    return AfterValidator(check)
