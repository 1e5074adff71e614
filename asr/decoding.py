"""Decisions around one Whisper decoding, as pure logic: context, budget, loops, what to keep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

FULL_CONTEXT = 30.0
"""Seconds of audio that Whisper was trained to see at once."""

SHORTEST_CONTEXT = 5.0
_CONTEXT_MARGIN = 1.0
_CONTEXT_STEP = 0.5
_OVERHANG = 0.2
_MOST_TOKENS = 224
_DOUBT_SPEECH, _DOUBT_WORDS, _UNSURE_SPEECH = 0.7, 0.35, 0.5
_FILM = re.compile(
    r"^\W*you\W*$|(thanks?|thank you)( so much)? for (watching|viewing)|subscribe|subtitles by"
    r"|字幕|点赞|點贊|订阅|訂閱|谢谢观看|謝謝觀看|明镜|明鏡"
)
_HINT_GROWTH = 8
_WORD = re.compile(r"[\w']+")
_TWICE = re.compile(r"(\D{4,}?)[\s,.!?，。！？]*\1([\s,.!?，。！？]*)")
_COUNTED = frozenset("零一二三四五六七八九十幺")
_LOOP = re.compile(r"(\S.*?)(?:\W*\1){2,}.{0,40}$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text between two of Whisper's timestamps.

    Attributes:
        start: seconds from the beginning of the clip.
        text: the words, as the tokenizer joins them (English begins with a space).
        tokens: what the text was made of.
    """

    start: float
    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decoding:
    """What one run of the decoder gave.

    Attributes:
        segments: the text by time.
        finished: the decoder ended by itself, before its budget was spent.
        log_probability: mean over the tokens, 0 or less.
        no_speech: 0 to 1.
    """

    segments: tuple[Segment, ...]
    finished: bool
    log_probability: float
    no_speech: float

    def within(self, seconds: float) -> tuple[Segment, ...]:
        """The segments that begin within a clip of that length.

        Any others are the decoder talking on after the end; the first one always counts.
        """
        return tuple(s for k, s in enumerate(self.segments) if k == 0 or s.start < seconds - _OVERHANG)

    def text(self, seconds: float) -> str:
        """The words of a clip of that length."""
        return "".join(segment.text for segment in self.within(seconds)).strip()


def context_seconds(seconds: float) -> float:
    """Length to pad a clip to: the encoder's work grows with it, and below 5 s accuracy falls."""
    wanted = ceil((seconds + _CONTEXT_MARGIN) / _CONTEXT_STEP) * _CONTEXT_STEP
    return min(FULL_CONTEXT, max(SHORTEST_CONTEXT, wanted))


def longer_contexts(context: float) -> tuple[float, ...]:
    """Contexts to try, one after the other, when that one made the decoder loop."""
    wanted = {min(FULL_CONTEXT, context + 4.0), FULL_CONTEXT}
    return tuple(sorted(longer for longer in wanted if longer > context))


def token_budget(seconds: float, language: str) -> int:
    """Most tokens that speech of that length can need, timestamps included.

    Fast English needs about 5 a second, fast Mandarin 7 characters of one to three tokens.
    """
    return min(_MOST_TOKENS, 10 + ceil((12 if language == "zh" else 7) * seconds))


def repeats(tokens: Sequence[int], times: int = 3) -> int:
    """Length of the longest tail that stands `times` times at the end of `tokens`, 0 if none does."""
    for size in range(len(tokens) // times, 0, -1):
        tail = tokens[-size:]
        if all(tokens[-size * k - size : len(tokens) - size * k] == tail for k in range(1, times)):
            return size
    return 0


def loops(decoding: Decoding) -> bool:
    """Whether the decoder got stuck: it never ended, or says its tail over and over."""
    tokens = [token for segment in decoding.segments for token in segment.tokens]
    return not decoding.finished or repeats(tokens) > 0


def better_with_hint(plain: Decoding, hinted: Decoding, hint: str, seconds: float) -> bool:
    """Whether what was decoded after a hint of likely words is to be preferred.

    A hint makes a decoder in a short context say things twice, and surer of them (the error of English
    prompts doubled where every hinted text was taken). So a hinted text has to be likelier, no longer
    than a word or two, and to hold a word of the hint that the plain one lacks.
    """
    if loops(hinted) or hinted.log_probability <= plain.log_probability:
        return False
    old, new = plain.text(seconds).casefold(), hinted.text(seconds).casefold()
    likely = {word for word in _WORD.findall(hint.casefold()) if len(word) > 1}
    gained = any(_stands_in(word, new) and not _stands_in(word, old) for word in likely)
    return gained and len(new) <= len(old) + _HINT_GROWTH


def _stands_in(word: str, text: str) -> bool:
    """Whether a word is in a text: as a whole one, unless it is Mandarin, which has no spaces."""
    return word in (_WORD.findall(text) if word.isascii() else text)


def unlooped(text: str) -> str:
    """Cut a tail that stands three times or more at the end of a text (its last one may be cut short)."""
    found = _LOOP.search(text)
    return text[: found.end(1)] if found else text


def said_once(text: str) -> str:
    """A sentence that stands twice, once; numbers may well be said twice.

    In a short context the decoder sometimes begins again where the speech has ended.
    """
    found = _TWICE.fullmatch(text)
    if found is None or all(char in _COUNTED for char in found[1]):
        return text
    return found[1] + found[2]


def unsaid(text: str, confidence: float, no_speech: float) -> bool:
    """Whether Whisper made a text up: it doubts that anybody spoke, and what it heard.

    Where it doubts only the first, what it is known to write under films without speech is refused.
    """
    if no_speech > _DOUBT_SPEECH and confidence < _DOUBT_WORDS:
        return True
    return no_speech > _UNSURE_SPEECH and _FILM.search(text.casefold()) is not None
