"""Error and speed of recognition over the telephone, beside faster-whisper's own."""

from __future__ import annotations

import asyncio
import json
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cn2an  # type: ignore[import-untyped]  # ships no annotations
import faster_whisper  # type: ignore[import-untyped]  # ships no annotations
import jiwer
import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from whisper_normalizer.basic import BasicTextNormalizer  # type: ignore[import-untyped]
from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

from asr.audio import WHISPER_RATE, Floats, decode_mu_law, encode_mu_law, resample, to_float, to_pcm16
from asr.decoding import FULL_CONTEXT
from asr.engine import device
from asr.whisper import MANDARIN_PROMPT, Recogniser
from parley.config import Config
from parley.models import ModelStore

SHORT_SECONDS = 15.0
"""Clips up to this length count in their set; longer ones are listed under `long`."""

LONG_SECONDS = 60.0
_LONG_GAP = 0.4
_LONG_PER_LANGUAGE = 2
_TELEPHONE_RATE = 8000
_ERROR_NAMES = {"en": "wer", "zh": "cer"}

_english = EnglishTextNormalizer()
_basic = BasicTextNormalizer()


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the manifest."""

    path: Path
    text: str
    lang: str
    set: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What both recognisers made of one stretch of audio.

    Attributes:
        clip: the clip, or what was joined.
        seconds: its length.
        text, ms: Parley's words, and the milliseconds from the question to them.
        other_text, other_ms: the same for faster-whisper's `transcribe`.
    """

    clip: Clip
    seconds: float
    text: str
    ms: float
    other_text: str
    other_ms: float


def bench_asr(
    config: Config, manifest: Path, console: Console, *, per_set: int | None = None, long: bool = True
) -> dict[str, Any]:
    """Recognise every clip of a manifest twice, by Parley and by faster-whisper's `transcribe`.

    Every clip is resampled to 8 kHz, passed through G.711 µ-law, and resampled to 16 kHz. Both
    recognisers use the same weights in int8 with the same number of threads, are told the clip's
    language, and take turns clip by clip, so that other work on the machine slows both alike.
    `transcribe` runs with `beam_size=1, without_timestamps=True` (greedy as well, and its quickest),
    else with its defaults: 30 s of context, and hotter temperatures where a score is poor. For
    Mandarin both get the same initial prompt, which makes Whisper write simplified characters.

    English is compared word by word after Whisper's English text normaliser. Mandarin is compared
    character by character, without spaces, after Whisper's basic normaliser and with numbers in
    digits (`cn2an`; 十五 and 15 are the same).

    Args:
        config: names the model and the threads.
        manifest: JSON list of `{path, text, lang, set}`; paths start from the folder above its own.
        console: where progress is shown.
        per_set: only the first so many clips of each set.
        long: whether joined clips of up to 60 s are measured too.

    Returns:
        `sets`: for each set (clips up to 15 s) `lang`, `clips`, `seconds`, `wer` or `cer`, `p50_ms`,
        `p95_ms`, the same of the other with `transcribe_` before its name, `error_difference`
        (Parley's minus the other's) and `time_ratio` (of the medians); `all`: the same times over
        all those clips; `long`: each longer utterance, likewise.

    Raises:
        typer.BadParameter: the manifest can't be read, or names what can't be used.
        ModelError: the model is not there.
    """
    clips = _chosen(read_manifest(manifest), per_set)
    model = ModelStore(config.models.folder, config.models.local).path(config.asr.model)
    other = faster_whisper.WhisperModel(
        str(model),
        **device(),
        cpu_threads=config.asr.threads,
    )
    recogniser = Recogniser(model, threads=config.asr.threads)
    try:
        results, joined = asyncio.run(_measure(clips, recogniser, other, console, long=long))
    finally:
        recogniser.close()
    short = [one for one in results if one.seconds <= SHORT_SECONDS]
    return {
        "model": config.asr.model,
        "threads": config.asr.threads,
        "clips": len(clips),
        "sets": {name: _set_figures(rows) for name, rows in _by_set(short).items()},
        "all": {"clips": len(short), **_times(short)} if short else {},
        "long": [_long_figures(one) for one in results + joined if one.seconds > SHORT_SECONDS],
    }


def read_manifest(manifest: Path) -> list[Clip]:
    """Read the clips of a manifest.

    Raises:
        typer.BadParameter: the file, an entry or a clip can't be used; says which and why.
    """
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))
    except OSError as error:
        raise _bad(f"{manifest}: {error.strerror}") from error
    except ValueError as error:
        raise _bad(f"{manifest}: expected JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise _bad(f"{manifest}: expected a list of clips, each with path, text, lang and set")
    root = manifest.absolute().parent.parent
    return [_clip(root, manifest, index, entry) for index, entry in enumerate(entries)]


def _clip(root: Path, manifest: Path, index: int, entry: object) -> Clip:
    where = f"{manifest}: entry {index}"
    if not isinstance(entry, dict):
        raise _bad(f"{where}: expected an object with path, text, lang and set")
    for key in ("path", "text", "lang", "set"):
        if not isinstance(entry.get(key), str):
            raise _bad(f"{where}: expected a text as {key!r}, found {entry.get(key)!r}")
    if entry["lang"] not in _ERROR_NAMES:
        raise _bad(f"{where}: expected en or zh as 'lang', found {entry['lang']!r}")
    path = root / entry["path"]
    if not path.is_file():
        raise _bad(f"{where}: no file {path}")
    return Clip(path, entry["text"], entry["lang"], entry["set"])


def _bad(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="--manifest")


def _chosen(clips: Sequence[Clip], per_set: int | None) -> list[Clip]:
    counts: Counter[tuple[str, str]] = Counter()
    chosen = []
    for clip in clips:
        counts[clip.set, clip.lang] += 1
        if per_set is None or counts[clip.set, clip.lang] <= per_set:
            chosen.append(clip)
    return chosen


def over_the_telephone(path: Path) -> Floats:
    """A clip as a telephone carries it: 8 kHz, µ-law, then resampled to 16 kHz.

    Raises:
        typer.BadParameter: it is not audio that can be read.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise _bad(f"{path}: {error}") from error
    narrow = to_pcm16(resample(samples.mean(axis=1), rate, _TELEPHONE_RATE))
    return resample(to_float(decode_mu_law(encode_mu_law(narrow))), _TELEPHONE_RATE, WHISPER_RATE)


def joined_clips(clips: Sequence[tuple[Clip, Floats]]) -> Iterator[tuple[Clip, Floats]]:
    """Utterances of nearly 60 s, made of consecutive clips of a language with short pauses between."""
    gap = np.zeros(round(_LONG_GAP * WHISPER_RATE), dtype=np.float32)
    for lang in _ERROR_NAMES:
        ready = [(clip, audio) for clip, audio in clips if clip.lang == lang]
        for _ in range(_LONG_PER_LANGUAGE):
            texts, parts, length = [], [], 0.0
            while ready and length + len(ready[0][1]) / WHISPER_RATE + _LONG_GAP <= LONG_SECONDS:
                clip, audio = ready.pop(0)
                texts.append(clip.text)
                parts += [audio, gap]
                length += len(audio) / WHISPER_RATE + _LONG_GAP
            if length <= SHORT_SECONDS:
                break
            yield (
                Clip(Path(f"{len(texts)} clips joined"), " ".join(texts), lang, "joined"),
                np.concatenate(parts),
            )


class Contest:
    """Lets Parley and faster-whisper recognise the same audio, the one that begins alternating."""

    def __init__(self, recogniser: Recogniser, other: faster_whisper.WhisperModel) -> None:
        """Compare these two."""
        self._recogniser = recogniser
        self._other = other
        self._parley_first = False

    async def hear(self, clip: Clip, audio: Floats) -> Heard:
        """Recognise one clip with both."""
        self._parley_first = not self._parley_first
        if self._parley_first:
            text, ms = await self._by_parley(clip, audio)
        other_text, other_ms = self._by_other(clip, audio)
        if not self._parley_first:
            text, ms = await self._by_parley(clip, audio)
        return Heard(clip, len(audio) / WHISPER_RATE, text, ms, other_text, other_ms)

    async def _by_parley(self, clip: Clip, audio: Floats) -> tuple[str, float]:
        begun = time.perf_counter()
        result = await self._recogniser.recognise(audio, languages=[clip.lang])
        return result.text, (time.perf_counter() - begun) * 1000

    def _by_other(self, clip: Clip, audio: Floats) -> tuple[str, float]:
        begun = time.perf_counter()
        segments, _ = self._other.transcribe(
            audio,
            language=clip.lang,
            beam_size=1,
            # Timestamps are how it finds its way through more than 30 s.
            without_timestamps=len(audio) <= FULL_CONTEXT * WHISPER_RATE,
            initial_prompt=MANDARIN_PROMPT if clip.lang == "zh" else None,
        )
        text = "".join(segment.text for segment in segments).strip()
        return text, (time.perf_counter() - begun) * 1000


async def _measure(
    clips: Sequence[Clip],
    recogniser: Recogniser,
    other: faster_whisper.WhisperModel,
    console: Console,
    *,
    long: bool,
) -> tuple[list[Heard], list[Heard]]:
    """Hear every clip, then the joined ones."""
    contest = Contest(recogniser, other)
    await recogniser.warm()
    audios = [(clip, over_the_telephone(clip.path)) for clip in clips]
    joined = list(joined_clips(audios)) if long else []
    # The first run of a model allocates its memory; it counts for neither.
    await contest.hear(*audios[0])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("recognising", total=len(audios) + len(joined))

        async def hear(clip: Clip, audio: Floats) -> Heard:
            heard = await contest.hear(clip, audio)
            progress.advance(task)
            return heard

        return [await hear(*one) for one in audios], [await hear(*one) for one in joined]


def normalised(text: str, lang: str) -> str:
    """A text as it is compared: English in Whisper's normal form, Mandarin as bare characters."""
    if lang == "en":
        return str(_english(text)).strip()
    return str(_basic(_numbers_in_digits(text))).replace(" ", "")


def _numbers_in_digits(text: str) -> str:
    with warnings.catch_warnings():
        # It warns of numerals that are no number, such as 万万, and leaves them as they are.
        warnings.simplefilter("ignore")
        return str(cn2an.transform(text, "cn2an"))


def error_rate(pairs: Sequence[tuple[str, str]], lang: str) -> float:
    """Word error (`en`) or character error (`zh`) of (said, recognised) pairs, over all of them.

    Words recognised in a clip that has none, such as a beep, count as insertions beside the rest.
    """
    said = [normalised(text, lang) for text, _ in pairs]
    recognised = [normalised(text, lang) for _, text in pairs]
    if not any(said):
        return float(any(recognised))
    measure = jiwer.wer if lang == "en" else jiwer.cer
    return round(float(measure(said, recognised)), 4)


def _by_set(rows: Sequence[Heard]) -> dict[str, list[Heard]]:
    """Rows by the name of their set; a set in two languages is two."""
    languages = {(row.clip.set, row.clip.lang) for row in rows}
    counts = Counter(name for name, _ in languages)
    sets: dict[str, list[Heard]] = {}
    for row in rows:
        name = row.clip.set if counts[row.clip.set] == 1 else f"{row.clip.set} ({row.clip.lang})"
        sets.setdefault(name, []).append(row)
    return sets


def _set_figures(rows: Sequence[Heard]) -> dict[str, Any]:
    lang = rows[0].clip.lang
    return {
        "lang": lang,
        "clips": len(rows),
        "seconds": round(sum(row.seconds for row in rows), 1),
        **_errors(rows, lang),
        **_times(rows),
    }


def _errors(rows: Sequence[Heard], lang: str) -> dict[str, Any]:
    name = _ERROR_NAMES[lang]
    own = error_rate([(row.clip.text, row.text) for row in rows], lang)
    other = error_rate([(row.clip.text, row.other_text) for row in rows], lang)
    return {name: own, f"transcribe_{name}": other, "error_difference": round(own - other, 4)}


def _times(rows: Sequence[Heard]) -> dict[str, float]:
    own = np.percentile([row.ms for row in rows], [50, 95])
    other = np.percentile([row.other_ms for row in rows], [50, 95])
    return {
        "p50_ms": round(float(own[0]), 1),
        "p95_ms": round(float(own[1]), 1),
        "transcribe_p50_ms": round(float(other[0]), 1),
        "transcribe_p95_ms": round(float(other[1]), 1),
        "time_ratio": round(float(own[0] / other[0]), 3),
    }


def _long_figures(row: Heard) -> dict[str, Any]:
    return {
        "clip": row.clip.path.name,
        "set": row.clip.set,
        "lang": row.clip.lang,
        "seconds": round(row.seconds, 1),
        **_errors([row], row.clip.lang),
        "ms": round(row.ms, 1),
        "transcribe_ms": round(row.other_ms, 1),
    }
