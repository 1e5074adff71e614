"""Letters and digits said one after another: order numbers, phone numbers, zip codes, spelled names.

"W two three, double seven, no, eight" is a run: symbols with corrections in between. Who knows how long the
number must be resolves the corrections.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from dialogue.entities.letters import (
    DIGIT_SOUNDS,
    DOUBLE_U,
    HAN_DIGITS,
    HAN_LETTERS,
    NAMES,
    REPEATS,
    SKIPPED,
    SPELLING_ALPHABET,
)
from dialogue.entities.tokens import Token, Words
from dialogue.words import syllables

Symbols: TypeAlias = tuple[tuple[str, int], ...]
"""Characters, each with the index of the token that it was read from."""


@dataclass(frozen=True, slots=True)
class Redo:
    """What follows takes the place of what was said last ("no, …", "不对")."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One run of symbols takes another's place ("seven, not five", 不是五是七)."""

    old: str
    new: str
    at: int


Piece: TypeAlias = Symbols | Redo | Swap


@dataclass(frozen=True, slots=True)
class Run:
    """Symbols that were said in one go, between the tokens `first` and `last` (included).

    `loose`: the first one may be none (要 is 幺, or "I want").
    """

    first: int
    last: int
    pieces: tuple[Piece, ...]
    loose: bool = False


_MOST_SKIPPED = 4
# "Give it to two people": no number begins with these.
_NEVER_FIRST = frozenset(
    ("to", "too", "for", "fore", "won", "ate", "sex", "tree", "be", "see", "are", "you", "why")
)
_AS_IN = re.compile(r"\s*,?\s*(?:as in|is in|isn|as an|like in|like|is for|for|as)\s+(?:an?\s+)?([a-z]+)")
_AS_IN_ZH = re.compile(r"\s*[,，]?\s*(?:就是|是|代表)?\s*([a-z]{3,})\s*的\s*([a-z])(?![a-z])")
_REDO = re.compile(
    r"(?:(?:no|nope|wait|sorry|pardon|actually|correction|oops|scratch that|excuse me|i mean|i meant"
    r"|make that|rather"
    r"|let me start over|let me start again|start over|hold on|that's wrong|my mistake|uh|um)\b[\s,.!-]*)+"
    r"(?:(?:it's|it is|that's|should be)\s+)?"
    r"|(?:(?:哦|噢|啊|呃|嗯)?(?:不对|错了|说错了|我说错了|更正一下|更正|不不|重新说|重来|抱歉|不好意思|应该是|不是)[,，。\s]*)+(?:是|应该是)?"
)
_MEANT = re.compile(
    r"\b(?:no|sorry|wait|actually|correction|oops|scratch|excuse|mean|meant|make|rather|start|wrong|mistake)\b"
    r"|不对|错了|更正|不不|重新说|重来|抱歉|不好意思|应该是|不是"
)
_SWAPS = (
    re.compile(
        r"[\s,]*(?:no[\s,]+)?(?:it's |that's )?(?P<new>[a-z]+"
        r"|\d\d?)[\s,]+(?:and )?not (?:an? )?(?P<old>[a-z0-9]+)\b"
    ),
    re.compile(
        r"[\s,]*(?:no[\s,]+)?(?:it's )?not (?:an? )?(?P<old>[a-z0-9]+)[\s,]+(?:but |it's "
        r"|that's )?(?P<new>[a-z0-9]+)\b"
    ),
    re.compile(r"[\s,，]*(?:哦|啊)?不是\s*(?P<old>[a-z0-9]+)[\s,，]*(?:而是|应该是|是)\s*(?P<new>[a-z0-9]+)"),
    re.compile(r"[\s,，]*(?:应该)?是\s*(?P<new>[a-z0-9]+)[\s,，]*不是\s*(?P<old>[a-z0-9]+)"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """One step of reading: a piece, the token after it, and whether neighbours must vouch for it."""

    piece: Piece
    following: int
    weak: bool = False


def runs(words: Words) -> list[Run]:
    """Every run of symbols in a text; of those of a single symbol too."""
    found: list[Run] = []
    at = 0
    while at < len(words.tokens):
        made = _run(words, at)
        if made is None:
            at += 1
        else:
            found.append(made)
            at = made.last + 1
    return found


def _run(words: Words, first: int) -> Run | None:
    start = symbol(words, first)
    if start is None or (start.weak and not _vouched(words, start.following, at_start=True)):
        return None
    pieces: list[Piece] = [start.piece]
    at, last = start.following, start.following - 1
    while at < len(words.tokens):
        read = _next(words, at)
        if read is None or (read.weak and not _vouched(words, read.following)):
            break
        pieces.append(read.piece)
        at, last = read.following, read.following - 1
    return Run(first, last, tuple(pieces), loose=words.tokens[first].is_han)


def _vouched(words: Words, at: int, *, at_start: bool = False) -> bool:
    """Whether what stands at `at` makes a doubtful symbol before it a true one."""
    if words.tokens[at - 1].is_han:
        # 要三八 is 幺三八; but at an end 吧 is no eight, nor 了 a six.
        first = at_start and syllables(words.tokens[at - 1].text) != ("yao",)
        return at < len(words.tokens) and words.tokens[at].is_digits and not first
    if at >= len(words.tokens):
        return not at_start
    if at_start and (words.tokens[at].text in ",." or words.tokens[at - 1].text in _NEVER_FIRST):
        return False
    following = symbol(words, at)
    if following is None and words.tokens[at].text in "-,.":
        following = symbol(words, at + 1) if at + 1 < len(words.tokens) else None
        return (following is not None and not following.weak) or (
            not at_start and words.tokens[at].text in ".,"
        )
    return following is not None and not following.weak


def _next(words: Words, at: int) -> Read | None:
    """The next piece of a run that has begun, past what may stand between."""
    tokens = words.tokens
    rest = words.figures.text[tokens[at].start :].casefold()
    for pattern in _SWAPS:
        if (
            (match := pattern.match(rest))
            and (old := _one(match["old"]))
            and (new := _one(match["new"]))
            and old != new
        ):
            return Read(Swap(old, new, at), _after(tokens, tokens[at].start + match.end()))
    redo = _redo(words, at, rest)
    if redo is not None:
        return redo
    skipped = 0
    while at < len(tokens) and skipped <= _MOST_SKIPPED:
        read = symbol(words, at)
        if read is not None:
            return read
        if tokens[at].text not in SKIPPED:
            return None
        at, skipped = at + 1, skipped + 1
        if at < len(tokens) and skipped == 1:
            nested = _redo(words, at, words.figures.text[tokens[at].start :].casefold())
            if nested is not None:
                return nested
    return None


def _one(written: str) -> str:
    """A symbol of a correction: digits, a letter, or a letter's name."""
    if written.isdigit() or len(written) == 1:
        return written.upper()
    return NAMES.get(written, SPELLING_ALPHABET.get(written, ""))


def _redo(words: Words, at: int, rest: str) -> Read | None:
    match = _REDO.match(rest)
    if match is None or not _MEANT.search(match[0]):
        return None
    following = _after(words.tokens, words.tokens[at].start + match.end())
    if following >= len(words.tokens) or symbol(words, following) is None:
        return None
    return Read(Redo(), following)


def _after(tokens: tuple[Token, ...], position: int) -> int:
    return next((k for k, token in enumerate(tokens) if token.start >= position), len(tokens))


def symbol(words: Words, at: int) -> Read | None:
    """The symbol or symbols that one token, with its helpers, stands for."""
    token = words.tokens[at]
    if token.is_digits:
        return _digits(words, at)
    if token.text in REPEATS:
        return _repeated(words, at)
    if token.is_han:
        return _han_letter(words, at)
    return (_helped(words, at) or _letters(words, at)) if token.is_word else None


def _letters(words: Words, at: int) -> Read | None:
    """A letter by itself, a few capitals before digits, or a word that is the name of a letter or digit."""
    token = words.tokens[at]
    if len(token.text) == 1:
        # "a" and "I" are words far more often than letters.
        return Read(((token.text.upper(), at),), at + 1, token.text in "aio")
    if token.raw.isupper() and len(token.raw) <= 3 and _beside_digits(words, at):
        return Read(tuple((char, at) for char in token.raw), at + 1)
    name = NAMES.get(token.text) or DIGIT_SOUNDS.get(token.text) or SPELLING_ALPHABET.get(token.text)
    return Read(((name, at),), at + 1, weak=True) if name else None


def _beside_digits(words: Words, at: int) -> bool:
    following = words.tokens[at + 1 : at + 3]
    return any(token.is_digits for token in following) and all(
        t.is_digits or t.text == "-" for t in following[:1]
    )


def _digits(words: Words, at: int) -> Read:
    tokens = words.tokens
    token = tokens[at]
    if (
        at + 2 < len(tokens)
        and tokens[at + 1].text == "个"
        and tokens[at + 2].is_digits
        and token.text[-1] != "0"
    ):
        # 一三八三个零: the number of repetitions stands before the digit, behind others.
        said = tokens[at + 2].text
        before = tuple((char, at) for char in token.text[:-1])
        made = said[0] * int(token.text[-1]) + said[1:]
        return Read((*before, *((char, at + 2) for char in made)), at + 3)
    return Read(tuple((char, at) for char in token.text), at + 1)


def _repeated(words: Words, at: int) -> Read | None:
    tokens = words.tokens
    times = REPEATS[tokens[at].text]
    following = at + 1
    while following < len(tokens) and tokens[following].text in "-":
        following += 1
    if following >= len(tokens):
        return None
    if times == 2 and tokens[following].text in DOUBLE_U:
        return Read((("W", at),), following + 1)
    read = symbol(words, following)
    if read is None or not isinstance(read.piece, tuple) or tokens[following].text in REPEATS:
        return None
    (char, place), rest = read.piece[0], read.piece[1:]
    return Read(((char, place),) * times + rest, read.following)


def _helped(words: Words, at: int) -> Read | None:
    """A letter with a word that begins with it: "M as in Mary". The word is heard better than the letter."""
    token = words.tokens[at]
    letter = token.text.upper() if len(token.text) == 1 else NAMES.get(token.text)
    if letter is None and token.text not in SPELLING_ALPHABET:
        return None
    rest = words.figures.text[token.end :].casefold()
    if letter and (match := _AS_IN_ZH.match(rest)):
        return Read(((match[2].upper(), at),), _after(words.tokens, token.end + match.end()))
    if letter and (match := _AS_IN.match(rest)) and len(match[1]) > 1:
        first = match[1][0].upper()
        sure = match[0].strip(" ,").startswith(("as", "like", "is in"))
        if (sure and match[1] not in NAMES) or first == letter or match[1] in SPELLING_ALPHABET:
            return Read(((first, at),), _after(words.tokens, token.end + match.end()))
    return None


def _han_letter(words: Words, at: int) -> Read | None:
    signs = "".join(token.text for token in words.tokens[at : at + 3] if token.is_han)
    sounds = syllables(signs)
    following = words.tokens[at + 2].text if at + 2 < len(words.tokens) else ""
    if sounds == ("da", "bu") and following.startswith("6"):
        # 达不六: the last syllable of the letter's name was taken for a digit.
        return Read((("W", at), *((char, at + 2) for char in following[1:])), at + 3)
    for size in (3, 2):
        if len(sounds) >= size and (letter := HAN_LETTERS.get(" ".join(sounds[:size]))):
            return Read(((letter, at),), at + size, weak=size == 2)
    digit = HAN_DIGITS.get(sounds[0])
    return Read(((digit, at),), at + 1, weak=True) if digit else None


def digit_behind(words: Words, run: Run) -> str:
    """The digit whose sound the sign right behind a run has (吧 8, 摇 1), empty if it has none."""
    at = run.last + 1
    if at >= len(words.tokens) or not words.tokens[at].is_han:
        return ""
    return HAN_DIGITS.get(syllables(words.tokens[at].text)[0], "")


def text_of(symbols: Symbols) -> str:
    """The characters of symbols."""
    return "".join(char for char, _ in symbols)
