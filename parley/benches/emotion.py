"""`parley bench emotion`: how well feelings are heard in voices, or read from words."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asr.emotion import LABELS, EmotionHead, HeadError, load_head
from asr.emotion_training import confusion, over_telephone, uar
from asr.engine import CTranslateWhisper
from parley.config import Config
from parley.emotion.data import Clip, label_index, read_clips, read_texts
from parley.emotion.listening import encode, read_audio
from parley.feelings import voice_head, word_reader
from parley.models import ModelStore

_SILENT = LABELS.index("neutral")


def bench_voices(
    config: Config, manifest: Path, console: Console, *, head: Path | None = None
) -> dict[str, Any]:
    """Hear every clip of a manifest over the telephone band (8 kHz, µ-law) as a call would.

    Each clip is judged alone: no words, no baseline of the speaker, no course of a call. A clip with too
    little voice counts as heard neutral.

    Args:
        config: names recognition's model and the head.
        manifest: JSON list of `{path, emotion, speaker}`, or a folder; see `parley.emotion.data.read_clips`.
        console: where progress is shown.
        head: an `.npz` to measure instead of the configured one.

    Returns:
        `n`, `accuracy`, `uar`, `labels`, `confusion` (rows: said, columns: heard, in the order of
        `labels`), `recall` by class (null where the class is not there), `by_speaker` (UAR), `silent`,
        `ms_p50`, `ms_p95` of reading the emotion, and `encode_ms_p50` of what recognition computes anyway.

    Raises:
        EmotionDataError: the manifest or a clip can't be used.
        HeadError: there is no head, or it is not one for the recognition model.
        ModelError: the recognition model is not there.
    """
    clips = read_clips(manifest)
    models = ModelStore(config.models.folder, config.models.local)
    chosen = load_head(head, encoder=config.asr.model) if head is not None else voice_head(config.asr, models)
    if chosen is None:
        raise HeadError("no emotion head: set asr.emotion in config.yaml, or name a file with --head")
    engine = CTranslateWhisper(models.path(config.asr.model), threads=config.asr.threads)
    heard: list[int] = []
    times: list[tuple[float, float]] = []
    silent = 0
    with _bar(console) as progress:
        for clip in progress.track(clips, description="hearing"):
            label, ms, encode_ms = _hear(engine, chosen, clip)
            silent += label is None
            heard.append(_SILENT if label is None else label)
            times.append((ms, encode_ms))
    spent = np.array(times)
    return {
        **_figures(clips, heard),
        "head": dict(chosen.about),
        "silent": silent,
        "ms_p50": round(float(np.median(spent[:, 0])), 2),
        "ms_p95": round(float(np.percentile(spent[:, 0], 95)), 2),
        "encode_ms_p50": round(float(np.median(spent[:, 1])), 2),
    }


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def _hear(engine: CTranslateWhisper, head: EmotionHead, clip: Clip) -> tuple[int | None, float, float]:
    """The class heard in a clip, None where too little is voiced; ms of hearing it, and of encoding."""
    encoded = encode(engine, over_telephone(*read_audio(clip)))
    begun = time.perf_counter()
    emotion = head.read(encoded.encoding, encoded.samples)
    ms = (time.perf_counter() - begun) * 1000
    return None if emotion is None else LABELS.index(emotion.label), ms, encoded.ms


def _figures(clips: list[Clip], heard_labels: list[int]) -> dict[str, Any]:
    said, heard = np.array(label_index(clips), dtype=np.intp), np.array(heard_labels, dtype=np.intp)
    table = confusion(said, heard)
    totals = table.sum(axis=1)
    speakers = np.array([clip.speaker for clip in clips])
    return {
        "n": len(clips),
        "accuracy": round(float((said == heard).mean()), 4),
        "uar": round(uar(said, heard), 4),
        "labels": list(LABELS),
        "confusion": table.tolist(),
        "recall": {
            label: round(float(table[k, k] / totals[k]), 4) if totals[k] else None
            for k, label in enumerate(LABELS)
        },
        "by_speaker": {
            str(name): round(uar(said[speakers == name], heard[speakers == name]), 4)
            for name in sorted(set(speakers))
        },
    }


def bench_words(config: Config, source: Path, console: Console) -> dict[str, Any]:
    """Tell positive texts from negative ones by their words alone.

    Args:
        config: where the model store is.
        source: CSV or JSON of text, label, language; see `parley.emotion.data.read_texts`.
        console: where progress is shown.

    Returns:
        `n`, `accuracy`, `lexicon_entries`, `lexicon_sources`, and for each language `n`, `accuracy`,
        `uar`, `recall` of either polarity, `ms_p50`, `ms_p95` of reading a text.

    Raises:
        EmotionDataError: the file can't be used.
    """
    texts = read_texts(source)
    reader = word_reader(ModelStore(config.models.folder, config.models.local))
    rows: list[tuple[str, bool, bool, float]] = []
    with _bar(console) as progress:
        for text in progress.track(texts, description="reading"):
            begun = time.perf_counter()
            positive = reader.read(text.text, text.language).positive > 0.5
            ms = (time.perf_counter() - begun) * 1000
            rows.append((text.language, text.positive, positive, ms))
    languages = {}
    for language in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == language]
        recall = {
            name: round(float(np.mean([row[2] == row[1] for row in own if row[1] is wanted])), 4)
            for name, wanted in (("positive", True), ("negative", False))
            if any(row[1] is wanted for row in own)
        }
        languages[language] = {
            "n": len(own),
            "accuracy": round(float(np.mean([row[1] == row[2] for row in own])), 4),
            "uar": round(float(np.mean(list(recall.values()))), 4),
            "recall": recall,
            "ms_p50": round(float(np.median([row[3] for row in own])), 3),
            "ms_p95": round(float(np.percentile([row[3] for row in own], 95)), 3),
        }
    return {
        "n": len(rows),
        "accuracy": round(float(np.mean([row[1] == row[2] for row in rows])), 4),
        "languages": languages,
        "lexicon_entries": len(reader.lexicon),
        "lexicon_sources": reader.lexicon.sources(),
    }
