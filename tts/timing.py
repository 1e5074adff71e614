"""Word times of a text as written, from the times of what was spoken.

"Order 1042 costs $12.50." is spoken as "order one oh four two costs twelve dollars
fifty". Whoever asks what a caller has heard wants the written words, so each written
token gets the span of the spoken tokens it became.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from tts.voice import WordTime

_CJK_MARKS = "，。！？、；：…—·“”‘’（）《》【】「」『』"
_TOKEN = re.compile(rf"[\u3400-\u9fff〇]|[^\s\u3400-\u9fff〇{_CJK_MARKS}]+")
_BARE = re.compile(r"[^\w\u3400-\u9fff]+")


def token_starts(text: str) -> list[int]:
    """Where each of `tokens(text)` begins; the first one includes what stands before it."""
    found = [match.start() for match in _TOKEN.finditer(text) if _bare(match.group())]
    return [0, *found[1:]] if found else []


def tokens(text: str) -> list[str]:
    """Tokens as written: each Chinese character, and each run without white space elsewhere.

    Punctuation stays on the token before it, so that nothing of the text is lost.
    """
    starts = token_starts(text)
    return [text[a:b].strip() for a, b in pairwise([*starts, len(text)])] if starts else []


def text_of(text: str, first: int, last: int) -> str:
    """The part of `text` from its token `first` up to (not including) `last`, as written."""
    starts = [*token_starts(text), len(text)]
    last = min(last, len(starts) - 1)
    return text[starts[first] : starts[last]].strip() if first < last else ""


def written_times(written: str, spoken: Sequence[WordTime]) -> tuple[WordTime, ...]:
    """Times of the written tokens of a phrase.

    Args:
        written: the phrase as written.
        spoken: words (or characters) as spoken with their times, in order.

    Returns:
        One `WordTime` a token of `written`, in order and without overlap. Where one token became
        many words it spans them all; where many tokens became other words they share the
        span in proportion to their length. Empty if nothing was spoken.
    """
    targets = tokens(written)
    if not spoken or not targets:
        return ()
    matcher = SequenceMatcher(
        None, [_bare(token) for token in targets], [_bare(word.word) for word in spoken], autojunk=False
    )
    times: list[WordTime] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(targets[i1:i2], spoken[j1:j2], strict=True)
            times.extend(WordTime(token, word.start, word.end) for token, word in pairs)
        elif kind == "insert":
            if times:
                times[-1] = WordTime(times[-1].word, times[-1].start, spoken[j2 - 1].end)
        else:
            start = spoken[j1].start if j1 < j2 else (times[-1].end if times else spoken[0].start)
            end = spoken[j2 - 1].end if j1 < j2 else start
            times.extend(_share(targets[i1:i2], start, end))
    return tuple(times)


def shifted(times: Sequence[WordTime], by: float, longest: float) -> tuple[WordTime, ...]:
    """Times moved `by` seconds and kept within 0 and `longest`."""
    return tuple(
        WordTime(time.word, min(max(0.0, time.start + by), longest), min(max(0.0, time.end + by), longest))
        for time in times
    )


def _share(targets: Sequence[str], start: float, end: float) -> list[WordTime]:
    ends = list(accumulate(len(token) for token in targets))
    # Rounding must not carry the last one past `end`, where the next word begins.
    edges = [start, *(min(end, start + (end - start) * size / ends[-1]) for size in ends)]
    return [WordTime(token, *span) for token, span in zip(targets, pairwise(edges), strict=True)]


def _bare(token: str) -> str:
    return _BARE.sub("", token).lower()
