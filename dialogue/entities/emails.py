"""E-mail addresses: spelled, said word by word, in either language, or as a recogniser writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from dialogue.entities.confusion import distance, rank
from dialogue.entities.entity import Context, Entity
from dialogue.entities.letters import REPEATS
from dialogue.entities.sounds import likeness, sound
from dialogue.entities.symbols import symbol
from dialogue.entities.tokens import Words, read
from dialogue.words import syllables, word_set

LIMIT = 1.3
"""The farthest a valid address may be from the words: about a third of its letters, or a digit."""

MARGIN = 0.5
_WHOLE, _AHEAD, _SHORTEST = 72, 8, 6
_DIGIT_SIGNS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {
    ".": "点",
    "_": "下划线",
    "-": "杠",
}

_MARKS = {
    "dot": ".",
    "period": ".",
    "point": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
}
_MARKS |= {"plus": "+", ".": ".", "_": "_", "-": "-", "+": "+"}
_HAN_MARKS: tuple[tuple[str, str], ...] = (
    ("下划线", "_"),
    ("中划线", "-"),
    ("横杠", "-"),
    ("横线", "-"),
    ("短横", "-"),
    ("减号", "-"),
    ("加号", "+"),
)
_HAN_MARKS = (*_HAN_MARKS, ("点儿", "."), ("点", "."), ("杠", "-"), ("底线", "_"))
_AT_SOUNDS = frozenset(("ai te", "ei te", "a te", "ai de", "ai ta", "a ta", "yi te"))
_COM_SOUNDS = frozenset(("kang mu", "kong mu", "gong mu", "kan mu", "ke mu", "kang", "kong"))
_FILLERS = word_set(
    "um uh er erm hmm all lowercase lower case small capital letter letters one word 嗯 呃 啊 额 , ，"
)
_ENDINGS = word_set("com org net edu gov info io co cn uk us de fr eu ca me tv ai hk shop store app")
_NEVER_INSIDE = word_set(
    """is email e-mail mail address it's its my to that's be by s under on with reach me send sent
    using use registered account contact the and or yes yeah so well sure okay ok please i'm i it
    that for was write your you're this name spelled hi hello here again said no not of think should
    would have from as in like username user 是 箱 件 址 叫 用 为 我 的 到"""
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of tokens as text: `last` is its last token."""

    text: str
    last: int


def find_emails(text: str, language: str, context: Context) -> list[Entity]:
    """Every e-mail address in a text; lower case."""
    words = read(text)
    listed = context.valid.emails
    found = []
    for at, width in _ats(words):
        domain = _domain(words, at + width)
        local, first = _local(words, at)
        if not local or domain is None:
            continue
        start, end = words.span(first, domain.last)
        found.append(_entity(f"{local}@{domain.text}", start, end, language, listed))
    unlisted = all(one.source == "heard" for one in found)
    if listed and unlisted and "email" in context.expected:
        return _by_sound(text, listed) or found
    return found


def _ats(words: Words) -> list[tuple[int, int]]:
    """Where "@" was said, and in how many tokens."""
    found = []
    for k, token in enumerate(words.tokens):
        if token.text in ("@", "at"):
            found.append((k, 1))
        elif token.is_han and _sounds_like(words, k, 2) in _AT_SOUNDS:
            found.append((k, 2))
    return found


def _sounds_like(words: Words, at: int, count: int) -> str:
    signs = "".join(token.text for token in words.tokens[at : at + count])
    return " ".join(syllables(signs)) if len(signs) == count else ""


def _mark(words: Words, at: int) -> _Part | None:
    token = words.tokens[at]
    if token.text in _MARKS:
        return _Part(_MARKS[token.text], at)
    for name, mark in _HAN_MARKS:
        if token.text == name[0] and "".join(t.text for t in words.tokens[at : at + len(name)]) == name:
            return _Part(mark, at + len(name) - 1)
    return None


def _piece(words: Words, at: int) -> _Part | None:
    """A mark, a letter, digits or a word of an address."""
    token = words.tokens[at]
    mark = _mark(words, at)
    if mark is not None:
        return mark
    if token.is_han:
        if _sounds_like(words, at, 2) in _COM_SOUNDS:
            return _Part("com", at + 1)
        # Pinyin that was said as a word (李薇 for liwei) is written in signs.
        return _Part(syllables(token.text)[0], at)
    spelled = len(token.text) == 1 or token.is_digits or token.text in REPEATS
    if spelled and (made := symbol(words, at)) is not None and isinstance(made.piece, tuple):
        return _Part("".join(char for char, _ in made.piece).lower(), made.following - 1)
    if token.text == "oh":
        return _Part("0", at)
    return _Part(token.text.replace("'", ""), at) if token.is_word else None


def _domain(words: Words, at: int) -> _Part | None:
    """The domain that begins at a token and ends with a known ending."""
    text, best = "", None
    while at < len(words.tokens) and len(text) < 60:
        if words.tokens[at].text in _FILLERS:
            at += 1
            continue
        piece = _piece(words, at)
        if piece is None or (best is not None and not (piece.text.startswith(".") or text.endswith("."))):
            break
        text += piece.text
        at = piece.last + 1
        host, dot, ending = text.rpartition(".")
        if dot and host and ending in _ENDINGS:
            best = _Part(text, piece.last)
    return best


def _local(words: Words, at: int) -> tuple[str, int]:
    """What stands before "@": from the farthest token on from which all can belong to it."""
    first = at
    while first > 0:
        token = words.tokens[first - 1]
        before = words.tokens[first - 2].text if first > 1 else ""
        if token.text in _NEVER_INSIDE and not (
            token.text in ("i", "s", "as", "in", "like") and _is_spelled(words, first - 1)
        ):
            break
        if not (
            token.is_word
            or token.is_digits
            or token.is_han
            or token.text in _FILLERS
            or _is_mark_end(words, first - 1)
        ):
            break
        if token.text == "." and not token.close and before.isalpha() and len(before) > 12:
            break
        first -= 1
    text, k, start = "", first, None
    while k < at:
        if words.tokens[k].text in _FILLERS:
            k += 1
            continue
        piece = _piece(words, k)
        if piece is None or (not text and piece.text in "._-+"):
            k += 1
            continue
        start = k if start is None else start
        text += piece.text
        k = piece.last + 1
    return text.strip(".-_+"), start if start is not None else first


def _is_spelled(words: Words, at: int) -> bool:
    """Whether a short word is one of letters spelled one by one, or helps with one ("as in")."""
    if words.tokens[at].text in ("as", "in", "like"):
        return at > 0 and (len(words.tokens[at - 1].text) == 1 or words.tokens[at - 1].text == "as")
    beside = [words.tokens[k].text for k in (at - 2, at - 1, at + 1, at + 2) if 0 <= k < len(words.tokens)]
    return sum(len(one) == 1 for one in beside) >= 2


def _is_mark_end(words: Words, at: int) -> bool:
    """Whether a token belongs to the name of a mark, such as 下划线."""
    token = words.tokens[at].text
    return token in _MARKS or any(token in name for name, _ in _HAN_MARKS)


def _entity(value: str, start: int, end: int, language: str, listed: Sequence[str]) -> Entity:
    by_case = _by_case(tuple(listed))
    if value in by_case:
        return Entity("email", by_case[value], start, end, 0.98, "listed")
    if listed:
        near = rank(value, listed, key=str.casefold, measure=lambda one, other: far(one, other, language))
        meant = near.clear(LIMIT, MARGIN)
        if meant is not None:
            return Entity("email", meant, start, end, 0.75, "corrected")
        options = near.near(LIMIT)
        if len(options) > 1:
            return Entity("email", options[0], start, end, 0.4, "unsure", options)
    return Entity("email", value, start, end, 0.65, "heard")


@lru_cache(maxsize=16)
def _by_case(listed: tuple[str, ...]) -> dict[str, str]:
    return {one.casefold(): one for one in listed}


def far(heard: str, meant: str, language: str) -> float:
    """How far two addresses are: letters by their sound (3 for nothing in common), digits by confusion."""
    (local, _, domain), (own, _, host) = heard.partition("@"), meant.partition("@")
    names = 3 * (1 - likeness(_letters(local), _letters(own)))
    hosts = 1.5 * (1 - likeness(_letters(domain), _letters(host)))
    digits = distance(re.sub(r"\D", "", local), re.sub(r"\D", "", own), language)
    return names + hosts + digits


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]+", " ", text).strip()


def _by_sound(text: str, listed: Sequence[str]) -> list[Entity]:
    """The address that the words sound like where no "at" was recognised."""
    words = read(text)
    heard, first = _local(words, len(words.tokens))
    flat = _flat(heard)
    if any(token.is_han for token in words.tokens):
        said = _in_pinyin(words.figures.text)
        locals_ = _locals_in_pinyin(tuple(listed))
        scored = sorted(
            ((fuzz.partial_ratio(local, said), value) for value, local in locals_.items()), reverse=True
        )
    elif len(flat) >= _SHORTEST:
        scored = sorted(((_alike(flat, one), value) for value, one in _flats(tuple(listed))), reverse=True)
    else:
        return []
    if scored[0][0] < _WHOLE or (len(scored) > 1 and scored[0][0] - scored[1][0] < _AHEAD):
        return []
    start, end = words.span(min(first, len(words.tokens) - 1), len(words.tokens) - 1)
    return [Entity("email", scored[0][1], start, end, 0.55, "corrected")]


@lru_cache(maxsize=16)
def _locals_in_pinyin(listed: tuple[str, ...]) -> dict[str, str]:
    return {value: _in_pinyin(value.partition("@")[0]) for value in listed}


@lru_cache(maxsize=16)
def _flats(listed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, _flat(value)) for value in listed)


def _in_pinyin(text: str) -> str:
    """A text as Mandarin says it: signs and digits by their syllables, Latin letters as they are."""
    signs = "".join(_DIGIT_SIGNS.get(char, char) for char in text.casefold())
    parts = re.findall(r"[a-z]+|[一-鿿]+", signs)
    return "".join(part if part.isascii() else "".join(syllables(part)) for part in parts)


def _flat(text: str) -> str:
    return re.sub(r"[^a-z\d]+", " ", text.casefold()).strip()


def _alike(heard: str, value: str) -> float:
    digits = re.sub(r"\D", "", value)
    numbers = fuzz.ratio(re.sub(r"\D", "", heard), digits) if digits else 100
    return 0.35 * fuzz.ratio(heard, value) + 0.35 * fuzz.ratio(sound(heard), sound(value)) + 0.3 * numbers
