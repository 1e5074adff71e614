"""`parley emotion train`: labelled recordings in, a head and how well it does out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from asr.emotion import EmotionHead
from asr.emotion_training import Validation, fit, validate
from asr.engine import CTranslateWhisper
from parley.config import Config
from parley.emotion.data import Clip, EmotionDataError, read_clips
from parley.emotion.listening import examples
from parley.models import ModelStore


@dataclass(frozen=True, slots=True)
class Trained:
    """A head, how it did on others' voices (None with a single speaker), and clips left out."""

    head: EmotionHead
    validation: Validation | None
    silent: list[Clip]


def train_head(
    config: Config, data: Path, licence: str, progress: Progress, *, copies: int, folds: int
) -> Trained:
    """Train a head for the configured recognition model.

    Raises:
        EmotionDataError: the recordings can't be used; says which and why.
        ModelError: the recognition model is not there.
    """
    clips = read_clips(data)
    speakers = {clip.speaker for clip in clips}
    model = ModelStore(config.models.folder, config.models.local).path(config.asr.model)
    engine = CTranslateWhisper(model, threads=config.asr.threads)
    listening = progress.add_task("listening", total=len(clips))
    material, silent = examples(engine, clips, copies, lambda: progress.advance(listening))
    about = {
        "encoder": config.asr.model,
        "licence": licence,
        "trained_on": f"{len(clips) - len(silent)} recordings of {len(speakers)} speakers in {data.name}",
        "copies": copies,
    }
    try:
        if len(speakers) < 2:
            return Trained(fit(material, about), None, silent)
        validating = progress.add_task("validating", total=min(folds, len(speakers)) + 1)
        result = validate(material, folds, lambda: progress.advance(validating))
        about["validation"] = {"uar": [round(one, 4) for one in result.uar], "folds": len(result.uar)}
        return Trained(fit(material, about, result.temperature), result, silent)
    except ValueError as error:
        raise EmotionDataError(f"{data}: {error}") from error
