"""Real speech, real noise and the real models, as a telephone carries them."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # ships no annotations
from rich.console import Console

from asr.audio import Floats, Pcm16, decode_mu_law, encode_mu_law, resample, to_float, to_pcm16
from asr.ear import SpeechPaused, SpeechStarted, VoiceActivity
from asr.ears import WhisperEar, WhisperEars
from asr.whisper import Recogniser
from parley.benches.asr import bench_asr, error_rate, normalised
from parley.config import load_config
from parley.models import ModelStore

pytestmark = pytest.mark.live

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
RATE = 8000
FRAME = 160

needs_data = pytest.mark.skipif(
    not (DATA / "speech" / "manifest.json").is_file(),
    reason=f"no recorded speech in {DATA.resolve()} (evaluation data, not part of the repository)",
)


@pytest.fixture(scope="module")
def model() -> Path:
    return ModelStore().path("whisper-base")


@pytest.fixture(scope="module", name="recogniser")
def warm_recogniser(model: Path) -> Iterator[Recogniser]:
    recogniser = Recogniser(model, threads=2)
    asyncio.run(recogniser.warm())
    yield recogniser
    recogniser.close()


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, Any]]:
    entries = json.loads((DATA / "speech" / "manifest.json").read_text(encoding="utf-8"))
    return {Path(entry["path"]).stem: entry for entry in entries}


def telephone(path: Path) -> Pcm16:
    """A file as 8 kHz µ-law makes it."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return through_mu_law(resample(samples.mean(axis=1), rate, RATE))


def through_mu_law(audio: Floats) -> Pcm16:
    return decode_mu_law(encode_mu_law(to_pcm16(audio)))


def quiet(seconds: float) -> Pcm16:
    """What an idle line sounds like: a little noise, about 60 dB down."""
    noise = np.random.default_rng(7).standard_normal(round(seconds * RATE)) * 0.001
    return through_mu_law(noise.astype(np.float32))


def wide(pcm: Pcm16) -> Floats:
    return resample(to_float(pcm), RATE, 16000)


@dataclass(frozen=True, slots=True)
class Listened:
    """What an ear made of some audio: its reports, and the slowest and the usual time for a frame."""

    activity: list[VoiceActivity]
    median_ms: float

    @property
    def starts(self) -> list[SpeechStarted]:
        return [one for one in self.activity if isinstance(one, SpeechStarted)]

    @property
    def pauses(self) -> list[SpeechPaused]:
        return [one for one in self.activity if isinstance(one, SpeechPaused)]


def listen(ear: WhisperEar, pcm: Pcm16, at: float = 0.0) -> Listened:
    """Let an ear hear audio in frames of 20 ms."""
    activity: list[VoiceActivity] = []
    spent = []
    for k in range(0, len(pcm) - FRAME + 1, FRAME):
        begun = time.perf_counter()
        activity += ear.hear(pcm[k : k + FRAME].tobytes(), at + k / RATE)
        spent.append((time.perf_counter() - begun) * 1000)
    return Listened(activity, float(np.median(spent)))


# -- words -----------------------------------------------------------------------------------


@needs_data
async def test_prompts_commands_and_numbers_are_understood(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    chosen = [entry for entry in manifest.values() if entry["set"] in ("asterisk-core-sounds", "AN4")][::5]
    pairs = []
    for entry in chosen:
        result = await recogniser.recognise(wide(telephone(DATA / entry["path"])), languages=["en"])
        pairs.append((entry["text"], result.text))
    assert error_rate(pairs, "en") <= 0.15, [pair for pair in pairs if len(set(pair)) > 1]


@needs_data
async def test_mandarin_is_understood_in_simplified_characters(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    pairs = []
    for name in ("BAC009S0764W0121", "aishell-BAC009S0724W0121", "D4_750"):
        audio = wide(telephone(DATA / manifest[name]["path"]))
        result = await recogniser.recognise(audio, languages=["en", "zh"])
        assert result.language == "zh"
        pairs.append((manifest[name]["text"], result.text))
    assert error_rate(pairs, "zh") <= 0.35, pairs
    assert not set("實際個們國廣爱愛將戰東協會產") & set("".join(text for _, text in pairs)) - {"爱"}


@needs_data
async def test_the_language_is_told_from_the_voice(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    names = ["agent-alreadyon", "conf-unmuted", "jfk", "BAC009S0764W0121", "fleurs_zh_1883_clip5"]
    clips = [(DATA / manifest[name]["path"], manifest[name]["lang"]) for name in names]
    clips += [(path, "zh") for path in sorted((DATA / "turns").glob("complete_real_*.wav"))]
    for path, language in clips:
        for order in (["en", "zh"], ["zh", "en"]):
            result = await recogniser.recognise(wide(telephone(path)), languages=order)
            assert result.language == language, path.name
            assert result.language_probability > 0.5


@needs_data
async def test_digits_said_twice_and_thrice_stay(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    def digit(name: str) -> list[Pcm16]:
        return [telephone(DATA / manifest[name]["path"]), quiet(0.25)]

    one, two, six = (min(n for n in manifest if n.startswith(f"{d}_jackson")) for d in (1, 2, 6))
    said = np.concatenate([quiet(0.3), *digit(one) * 2, *digit(two), *digit(six) * 3, quiet(0.3)])
    result = await recogniser.recognise(wide(said), languages=["en"])
    words = normalised(result.text, "en").replace(" ", "").replace("one", "1")
    assert words.count("6") + words.count("six") >= 3, result.text
    assert words.startswith("11"), result.text


@needs_data
async def test_a_minute_of_speech_is_recognised_whole(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    names = [name for name, entry in manifest.items() if entry["set"] == "asterisk-core-sounds"]
    parts, texts, seconds = [], [], 0.0
    for name in names:
        if manifest[name]["seconds"] >= 2.5 and seconds + manifest[name]["seconds"] < 58:
            parts += [telephone(DATA / manifest[name]["path"]), quiet(0.3)]
            texts.append(manifest[name]["text"])
            seconds += manifest[name]["seconds"] + 0.3
    assert seconds > 50
    result = await recogniser.recognise(wide(np.concatenate(parts)), languages=["en", "zh"])
    assert result.language == "en"
    assert error_rate([(" ".join(texts), result.text)], "en") <= 0.15, result.text


@needs_data
async def test_likely_words_help_and_do_no_harm(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    said = "truncating audio, caller number, login incorrect, mailbox, pound key, queen of clubs"
    hint = f"Parley, refund, {said}."
    unsure = ["truncating_audio", "queue-thereare", "vm-incorrect-mailbox", "astcc-followed-by-the-pound-key"]
    names = [*unsure, "002", "conf-unmuted", "vm-savedto", "an392-mjwl-b", "an409-fcaw-b", "an440-mjgm-b"]
    plain: list[tuple[str, str]] = []
    hinted: list[tuple[str, str]] = []
    for entry in (manifest[name] for name in names):
        audio = wide(telephone(DATA / entry["path"]))
        for pairs, prompt in ((plain, ""), (hinted, hint)):
            result = await recogniser.recognise(audio, languages=["en"], prompt=prompt)
            pairs.append((entry["text"], result.text))
    # which of the five are heard wrongly without the words depends on the processor's arithmetic
    assert error_rate(hinted[:5], "en") < error_rate(plain[:5], "en"), (plain, hinted)
    assert error_rate(hinted[5:], "en") <= error_rate(plain[5:], "en"), (plain, hinted)


# -- noise -----------------------------------------------------------------------------------


def hum() -> Floats:
    t = np.arange(30 * RATE) / RATE
    return np.asarray(0.1 * np.sin(2 * np.pi * 50 * t) + 0.05 * np.sin(2 * np.pi * 150 * t), dtype=np.float32)


def white(decibels: float) -> Floats:
    return (np.random.default_rng(1).standard_normal(30 * RATE) * 10 ** (decibels / 20)).astype(np.float32)


NOISES = {
    "digital silence": np.zeros(30 * RATE, dtype=np.float32),
    "white noise, faint": white(-60),
    "white noise, loud": white(-20),
    "mains hum": hum(),
}
RECORDED = ["car_horn", "dog_bark", "engine_idling", "people_talking", "ringing_phone", "siren"]


async def assert_no_words(recogniser: Recogniser, pcm: Pcm16, most_starts: int) -> None:
    ear = WhisperEars(recogniser).ear(rate=RATE, languages=["en", "zh"])
    starts = listen(ear, pcm).starts
    assert len(starts) <= most_starts
    said = await ear.recognise(0.0, len(pcm) / RATE)
    assert said.text == ""
    # The same without an ear that listened before.
    result = await recogniser.recognise(wide(pcm), languages=["en", "zh"])
    assert result.text == ""


@pytest.mark.parametrize("name", NOISES)
async def test_half_a_minute_of_made_noise_has_no_words(recogniser: Recogniser, name: str) -> None:
    await assert_no_words(recogniser, through_mu_law(NOISES[name]), 0)


@needs_data
@pytest.mark.parametrize("name", RECORDED)
async def test_half_a_minute_of_recorded_noise_has_no_words(recogniser: Recogniser, name: str) -> None:
    noise = telephone(DATA / "noise" / f"{name}.flac")
    await assert_no_words(recogniser, np.tile(noise, 10)[: 30 * RATE], 2)


@needs_data
@pytest.mark.parametrize("name", ["engine_idling", "people_talking"])
async def test_a_caller_is_understood_over_noise(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]], name: str
) -> None:
    speech = to_float(telephone(DATA / manifest["agent-alreadyon"]["path"]))
    line = np.concatenate((np.zeros(2 * RATE, dtype=np.float32), speech, np.zeros(RATE, dtype=np.float32)))
    noise = np.resize(to_float(telephone(DATA / "noise" / f"{name}.flac")), len(line))
    # 15 dB between speech and noise.
    noise *= np.sqrt(np.square(speech).mean() / np.square(noise).mean()) * 10 ** (-15 / 20)
    ear = WhisperEars(recogniser).ear(rate=RATE, languages=["en", "zh"])
    heard = listen(ear, through_mu_law(line + noise))
    assert heard.starts
    assert heard.pauses
    said = await ear.recognise(heard.starts[0].at, heard.pauses[-1].at)
    assert error_rate([(manifest["agent-alreadyon"]["text"], said.text)], "en") <= 0.25, said.text


# -- times -----------------------------------------------------------------------------------


def true_span(pcm: Pcm16) -> tuple[float, float]:
    """Where a clean studio recording sounds: within 40 dB of its loudest 10 ms."""
    frames = to_float(pcm[: len(pcm) // 80 * 80]).reshape(-1, 80)
    decibels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    sounding = np.flatnonzero(decibels > decibels.max() - 40)
    return float(sounding[0]) * 0.01, float(sounding[-1] + 1) * 0.01


@needs_data
async def test_speech_starts_and_ends_when_it_truly_does(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    ears = WhisperEars(recogniser, pause=0.2)
    onsets, ends, latest, costs = [], [], [], []
    for entry in [e for e in manifest.values() if e["set"] == "asterisk-core-sounds" and e["seconds"] > 1][
        ::3
    ]:
        clip = telephone(DATA / entry["path"])
        start, end = true_span(clip)
        heard = listen(ears.ear(rate=RATE, languages=["en"]), np.concatenate((quiet(1.0), clip, quiet(1.0))))
        assert heard.starts, entry["path"]
        assert heard.pauses, entry["path"]
        onsets.append(abs(heard.starts[0].at - 1.0 - start))
        ends.append(abs(heard.pauses[-1].at - 1.0 - end))
        latest.append(heard.pauses[-1].detected - 1.0 - end)
        costs.append(heard.median_ms)
    assert np.median(onsets) <= 0.06
    assert np.median(ends) <= 0.06
    assert np.percentile(ends, 90) <= 0.2
    assert np.median(latest) <= 0.3
    assert np.median(costs) < 1.0, "hearing 20 ms must take less than 1 ms"


@needs_data
async def test_a_callers_turn_is_heard_from_end_to_end(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    entry = manifest["conf-unmuted"]
    ear = WhisperEars(recogniser, pause=0.2).ear(rate=RATE, languages=["en", "zh"])
    heard = listen(ear, np.concatenate((quiet(1.0), telephone(DATA / entry["path"]), quiet(0.3))), at=40.0)
    said = await ear.recognise(heard.starts[0].at, heard.pauses[-1].at)
    assert error_rate([(entry["text"], said.text)], "en") == 0
    assert said.confidence > 0.4
    assert said.no_speech < 0.5
    assert said.ms["encode"] + said.ms["decode"] <= said.ms["total"]


@needs_data
async def test_four_callers_at_once_are_all_understood(
    recogniser: Recogniser, manifest: dict[str, dict[str, Any]]
) -> None:
    names = ["conf-unmuted", "agent-alreadyon", "vm-forwardoptions", "BAC009S0764W0121"]
    entries = [manifest[name] for name in names]
    results = await asyncio.gather(
        *(recogniser.recognise(wide(telephone(DATA / e["path"])), languages=["en", "zh"]) for e in entries)
    )
    for entry, result in zip(entries, results, strict=True):
        assert error_rate([(entry["text"], result.text)], entry["lang"]) <= 0.2


@needs_data
def test_the_benchmark_finds_recognition_as_good_as_whispers_own_and_far_faster() -> None:
    figures = bench_asr(
        load_config(None, dict(os.environ)),
        DATA / "speech" / "manifest.json",
        Console(file=io.StringIO()),
        per_set=3,
        long=False,
    )
    assert len(figures["sets"]) == 8
    own = [(f.get("wer", f.get("cer")), f["clips"]) for f in figures["sets"].values()]
    difference = sum(f["error_difference"] * f["clips"] for f in figures["sets"].values())
    assert all(error <= 0.5 for error, _ in own)
    assert difference / figures["all"]["clips"] <= 0.05, figures
    # 0.12 to 0.2 was measured; a busy machine gets the benefit of the doubt.
    assert figures["all"]["time_ratio"] <= 0.35, figures
