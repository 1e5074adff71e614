"""Written text reduced to what can be said: no markup, no emoji, one form of each character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a spoken form: every match of `pattern` is replaced by what `say` returns."""

    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str] | str


def words(written: str) -> list[str]:
    """The words of a table that is written as running text."""
    return written.split()


def apply(rules: tuple[Rule, ...], text: str) -> str:
    """Apply the rules in their order."""
    for rule in rules:
        text = rule.pattern.sub(rule.say, text)
    return text


# Symbols that rules of either language read; every other symbol is dropped.
_SYMBOLS = frozenset("$€£¥₹¢₩+<>=~°×÷±≤≥≈→^|")
# One form for each of the many dashes, quotes and bullets; the rest is left to NFKC.
_ONE_FORM = str.maketrans(
    {
        "−": "-",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "―": "—",
        "─": "—",
        "∕": "/",
        "″": '"',
        "′": "'",
        "‘": "'",
        "’": "'",
        "`": "",
        "〇": "零",
        "№": " No. ",
        "㎡": " sqm",
        "™": "",
        "®": "",
        "℠": "",
        "•": "\n- ",
        "⁓": "~",
        "〜": "~",
        "∼": "~",
        "‰": "permille ",
        "∶": ":",
        "㊙": "",
        "㊗": "",
    }
)


@lru_cache(maxsize=4096)
def _one_char(char: str) -> str:
    """The plain form of one character before composition: itself, a digit, a space or nothing."""
    category = unicodedata.category(char)
    digit = unicodedata.digit(char, None)
    if unicodedata.decomposition(char).startswith(("<fraction>", "<circle>", "<square>")):
        return f" {unicodedata.normalize('NFKC', char)} ".replace("\u2044", "/")
    if digit is not None:
        return str(digit)
    if char.isspace():
        return char if char in "\n " else "\n" if category in ("Zl", "Zp") else " "
    if category[0] in "LM" or category == "Nl":
        return char
    if category[0] == "P" or char in _SYMBOLS or unicodedata.decomposition(char):
        return char
    # Format characters and variation selectors vanish, so that words they sit in stay whole.
    return "" if category == "Cf" else " "


@lru_cache(maxsize=4096)
def _after(char: str) -> str:
    """The plain form of one character after composition."""
    category = unicodedata.category(char)
    if category[0] == "L" or char in "\n " or (char.isascii() and char.isprintable()):
        return char
    if category[0] == "M":
        return ""
    return char if category[0] == "P" or char in _SYMBOLS else " "


_SQUARE_METERS = re.compile(r"(?<![A-Za-z])m[²]")


def _characters(text: str) -> str:
    """One form of each character (NFKC and more), without emoji, marks and controls."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text
    text = _SQUARE_METERS.sub("sqm", text).translate(_ONE_FORM)
    text = "".join(map(_one_char, text))
    text = "".join(map(_after, unicodedata.normalize("NFKC", text)))
    return unicodedata.normalize("NFKC", text)


# A hidden part of a card or phone number; `##` tells the rules that digits follow one by one.
_MASK = re.compile(r"(\d{2,6}) ?[*•●·xX]{3,8} ?(?=\d{2,6}(?!\d))|(?:[*•●·xX]{4}[ -]?){1,4}(?=\d{2,6}(?!\d))")


def _mask(match: re.Match[str]) -> str:
    return f" ##{match[1]}, ##" if match[1] else " ##"


_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}(?: [^()\n]{0,100})?\)")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_HEADING = re.compile(r"(?m)^[ ]{0,8}(?:#{1,6}|>+)(?: +#{1,6})? +")
_FENCE = re.compile(r"(?m)^[ ]{0,8}~~~[^\n]{0,40}$")
_RULE = re.compile(r"(?m)^[ ]{0,8}(?:-(?: ?-)+|\*(?: ?\*)+|=(?:=)+|_(?:_)+)[ ]{0,8}$")
_BULLET = re.compile(r"(?m)^[ ]{0,8}[-*+] +(?!\d)|^[ ]{0,8}[-*+] +(?=\d[^\n]{0,200}[^\W\d])")
_NUMBERED = re.compile(r"(?m)^ {0,8}(\d{1,2})[.)、] +(?=[^\W\d])")
_EMPHASIS = re.compile(r"\*\*+|~~+|__+|(?<![\w*])\*(?=[^\W_])|(?<=[^\s*])\*(?![\w*])")
_BREAK = re.compile(r" *\n[ \n]*")


def _markup(text: str, listed: str) -> str:
    """Take Markdown and HTML off; items and paragraphs end as sentences do."""
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _FENCE.sub("\n\n", text)
    text = _RULE.sub("\n\n", text)
    text = _HEADING.sub("\n\n", text)
    text = _BULLET.sub("\n\n", text)
    text = _NUMBERED.sub(listed, text)
    return _EMPHASIS.sub("", text)


def _lines(text: str, stop: str) -> str:
    """A blank line or a list item ends the sentence, a single line break is a space."""

    def joined(match: re.Match[str]) -> str:
        before = text[match.start() - 1] if match.start() else ""
        ended = not before or before in ".,;:!?。，；：！？、"
        return stop if match.group().count("\n") > 1 and not ended else " "

    return _BREAK.sub(joined, text)


_QUOTE = re.compile(r'"')
_QUOTES = re.compile(r"[“”„«»「」『』〝〞‹›]")
_APOSTROPHE = re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])")
_FEET = re.compile(r"(?<=\d)'(?=\d{1,2}\")")
_SPACES = re.compile(r"\s+")


def _inches(text: str) -> str:
    """Drop quotation marks; one that follows a digit and closes no quotation means inches."""
    quoted = False

    def say(match: re.Match[str]) -> str:
        nonlocal quoted
        if not quoted and match.start() and text[match.start() - 1].isdigit():
            return " inch "
        quoted = not quoted
        return " "

    return _QUOTE.sub(say, text)


def plain(text: str, stop: str, listed: str) -> str:
    r"""Reduce written text to letters, ASCII digits, punctuation and the symbols that are read.

    Args:
        text: any text, Markdown and HTML included.
        stop: what ends a heading, list item or paragraph that has no punctuation of its own.
        listed: replacement template for a list item's number, `\1` being the number.

    Returns:
        One line; inches are written ` inch `, per mille ` permille `.
    """
    text = _characters(_MASK.sub(_mask, _QUOTES.sub(" ", text)))
    if "\n" in text or any(mark in text for mark in "*_[<~#>`|") or text[:1].isdigit() or text[:1] in "-+ ":
        text = _lines(_markup(text, listed), stop)
    if '"' in text:
        text = _FEET.sub(" foot ", text)
        text = _inches(text)
    text = _APOSTROPHE.sub(" ", text)
    return _SPACES.sub(" ", text).strip()
