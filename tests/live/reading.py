"""What a caller heard, in words: Whisper's reading of it, and whether that is what was said."""

from __future__ import annotations

import asyncio
import re
from difflib import SequenceMatcher
from functools import cache

import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

from asr.audio import resample, to_float
from asr.whisper import Recogniser
from parley.models import ModelStore
from telephony.caller import Heard

_NORMAL = EnglishTextNormalizer()


@cache
def _recogniser() -> Recogniser:
    return Recogniser(ModelStore().path("whisper-base"), threads=2)


def says(heard: str, expected: str, least: float = 0.8) -> bool:
    """Whether some part of `heard` is `expected`, but for what a recogniser mishears or writes otherwise.

    One word in five may be another: "two to four working days" is written as "2-4 working day". What
    was not played, or another sentence, is far from that.
    """
    words, wanted = (_NORMAL(text).split() for text in (heard, expected))
    size = len(wanted)
    windows = [words[at : at + size] for at in range(max(1, len(words) - size + 1))]
    likeness = [
        SequenceMatcher(None, " ".join(one), " ".join(wanted), autojunk=False).ratio() for one in windows
    ]
    return max(likeness) >= least


async def read_back(heard: Heard, language: str = "en") -> str:
    """Lower-case words without punctuation, empty when there was no speech."""
    if not heard.pcm:
        return ""
    samples = resample(to_float(np.frombuffer(heard.pcm, dtype="<i2")), heard.rate, 16000)
    recogniser = await asyncio.to_thread(_recogniser)
    result = await recogniser.recognise(samples, languages=[language], thorough=True)
    return " ".join(re.findall(r"[\w']+", result.text.lower()))
