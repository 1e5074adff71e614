"""Measures voices: how fast they speak, how soon, and whether they are understood on the phone.

What is understood is what a recogniser reads back. English is counted in words, after Whisper's own
normaliser. Mandarin is counted in pinyin syllables with their tones: a recogniser that writes another
character of the same sound has heard the voice right, one that hears another tone has not.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jiwer
import numpy as np
from pypinyin import Style, lazy_pinyin
from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]  # no annotations

from tts.bench_sentences import ENGLISH, FIVE_WORDS, MANDARIN
from tts.cache import CachableVoice
from tts.spoken import spoken

Recognise = Callable[[bytes, str], Awaitable[str]]
"""Passes 16-bit mono samples at `LINE_RATE` over the telephone and reads them back as text, in a
language (`en`, `zh`)."""

LINE_RATE = 8_000
"""Samples per second of the line that the voices are measured for."""

_REPEATS = 20
_SHOWN = 5
_NEVER_SPOKEN = 1000.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence and what the recogniser understood; `error` from 0 (all) upwards."""

    text: str
    heard: str
    errors: int
    length: int

    @property
    def error(self) -> float:
        """Errors per word or syllable of the sentence."""
        return self.errors / max(1, self.length)


async def bench(
    voices: Iterable[CachableVoice],
    recognise: Recognise,
    progress: Callable[[str, int, int], None] = lambda voice, done, total: None,
    *,
    sentences: dict[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Measure each voice on the shop sentences of its language.

    Args:
        voices: not cached ones.
        recognise: carries the speech over a telephone line and reads it back.
        progress: called with the voice, how many of its sentences are done, and of how many.
        sentences: by language, instead of the sixty built in.

    Returns:
        `voices`, a list with one table each:

        - `rtf`: seconds of work per second of speech by the clock, `rtf_cpu` by the
          processor (what the clock would show on an idle machine with one thread);
        - `first_pcm_ms`: `p50` and `p95` from asking to the first samples of a 5-word phrase;
        - `error`: what Whisper got wrong after 8 kHz µ-law, per word (English, Whisper's
          normaliser on both sides) or per pinyin syllable with its tone (Mandarin), `metric`
          says which;
        - `error_toneless`: Mandarin only, the same without tones: what is left is not the tones' fault;
        - `worst`: the sentences with most errors and how they were heard.
    """
    chosen = sentences or {"en": ENGLISH, "zh": MANDARIN}
    return {"voices": [await _bench_one(v, recognise, progress, chosen[v.language]) for v in voices]}


async def _bench_one(
    voice: CachableVoice,
    recognise: Recognise,
    progress: Callable[[str, int, int], None],
    texts: Sequence[str],
) -> dict[str, Any]:
    await voice.warm()
    first = [await _first_pcm_ms(voice, FIVE_WORDS[voice.language]) for _ in range(_REPEATS)]
    wall = cpu = seconds = 0.0
    results: list[Heard] = []
    for number, text in enumerate(texts):
        progress(voice.name, number, len(texts))
        began, began_cpu = time.perf_counter(), time.process_time()
        pcm = b"".join([speech.pcm async for speech in voice.speak(text, LINE_RATE)])
        wall += time.perf_counter() - began
        cpu += time.process_time() - began_cpu
        seconds += len(pcm) / 2 / LINE_RATE
        heard = await recognise(pcm, voice.language)
        results.append(compare(text, heard, voice.language))
    progress(voice.name, len(texts), len(texts))
    worst = sorted((one for one in results if one.errors), key=lambda one: -one.error)[:_SHOWN]
    return {
        "voice": voice.name,
        "language": voice.language,
        "sentences": len(texts),
        "speech_seconds": round(seconds, 2),
        "rtf": round(wall / max(seconds, 1e-9), 3),
        "rtf_cpu": round(cpu / max(seconds, 1e-9), 3),
        "first_pcm_ms": {"p50": _percentile(first, 50), "p95": _percentile(first, 95)},
        **_error(results, voice.language),
        "worst": [{"text": one.text, "heard": one.heard, "error": round(one.error, 3)} for one in worst],
    }


def _error(results: Sequence[Heard], language: str) -> dict[str, Any]:
    if language != "zh":
        return {"metric": "words", "error": _share(results)}
    toneless = [compare(one.text, one.heard, language, tones=False) for one in results]
    return {"metric": "pinyin", "error": _share(results), "error_toneless": _share(toneless)}


def _share(results: Sequence[Heard]) -> float:
    return round(sum(one.errors for one in results) / max(1, sum(one.length for one in results)), 4)


async def _first_pcm_ms(voice: CachableVoice, text: str) -> float:
    began = time.perf_counter()
    async with contextlib.aclosing(voice.speak(text, LINE_RATE)) as speeches:  # type: ignore[type-var]
        async for speech in speeches:
            if speech.pcm:
                return (time.perf_counter() - began) * 1000
    return _NEVER_SPOKEN


def compare(text: str, heard: str, language: str, *, tones: bool = True) -> Heard:
    """Count what was misheard.

    A number may be read back in figures or in words, and digits one by one or together;
    of the ways to write a sentence the one nearest to what was heard counts.

    Args:
        text: as written, what the voice was given.
        heard: what the recogniser wrote.
        language: `en` or `zh`.
        tones: whether Mandarin syllables of another tone are errors.
    """
    references, hypotheses = (
        _mandarin_ways(one, tones) if language == "zh" else _english_ways(one) for one in (text, heard)
    )
    best: Heard | None = None
    for reference in references:
        for hypothesis in hypotheses:
            output = jiwer.process_words([" ".join(reference) or "-"], [" ".join(hypothesis) or "-"])
            errors = output.substitutions + output.deletions + output.insertions
            if best is None or errors / max(1, len(reference)) < best.error:
                best = Heard(text, heard, errors, len(reference))
    return best or Heard(text, heard, 0, 0)


_normalise = EnglishTextNormalizer()


# Whisper writes times of day as British do: "6.30 pm".
_TIME_WITH_DOT = re.compile(r"\b(\d{1,2})\.(\d\d)(?= ?[ap]\.?m)")


def _english_ways(text: str) -> list[list[str]]:
    text = _TIME_WITH_DOT.sub(r"\1:\2", text)
    return [_joined(_normalise(way).split()) for way in (text, spoken(text, "en"))]


def _joined(words: Sequence[str]) -> list[str]:
    """Digits and letters said one by one as one word: "4 4 7 1" and "44 71" are "4471"."""
    found: list[str] = []
    open_ = False
    for word in words:
        part = word.isdigit() or (len(word) == 1 and word not in "ai")
        if part and open_:
            found[-1] += word
        else:
            found.append(word)
        open_ = part
    return found


_FIGURES = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def _mandarin_ways(text: str, tones: bool) -> list[list[str]]:
    one_by_one = "".join(_FIGURES.get(char, char) for char in text)
    return [_pinyin(spoken(way, "zh"), tones) for way in (text, one_by_one)]


def _pinyin(text: str, tones: bool) -> list[str]:
    """Syllables; Latin letters one by one, erhua and the two names of 1 not told apart."""
    plain = re.sub(r"(?<=[点会哪那这事块玩])儿", "", text.replace("幺", "一").replace("〇", "零"))
    found: list[str] = []
    for run in re.findall(r"[\u3400-\u9fff]+|[A-Za-z]", plain):
        if run.isascii():
            found.append(run.lower())
        else:
            found.extend(lazy_pinyin(run, style=Style.TONE3 if tones else Style.NORMAL))
    return found


def _percentile(values: Sequence[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 1)
