"""What a caller heard, in words: Whisper's reading of it."""

from __future__ import annotations

import asyncio
import re
from functools import cache

import numpy as np

from asr.audio import resample, to_float
from asr.whisper import Recogniser
from parley.models import ModelStore
from telephony.caller import Heard


@cache
def _recogniser() -> Recogniser:
    return Recogniser(ModelStore().path("whisper-base"), threads=2)


async def read_back(heard: Heard, language: str = "en") -> str:
    """Lower-case words without punctuation, empty when there was no speech."""
    if not heard.pcm:
        return ""
    samples = resample(to_float(np.frombuffer(heard.pcm, dtype="<i2")), heard.rate, 16000)
    recogniser = await asyncio.to_thread(_recogniser)
    result = await recogniser.recognise(samples, languages=[language])
    return " ".join(re.findall(r"[\w']+", result.text.lower()))
