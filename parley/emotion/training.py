"""`parley emotion train`: labelled recordings in, a head and how well it does out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from rich.progress import Progress

from asr.emotion import EmotionHead
from asr.emotion_training import Validation, fit, validate
from asr.engine import CTranslateWhisper
from dialogue.emotions.learning import learn
from dialogue.emotions.lexicon import Lexicon, own_entries
from dialogue.emotions.polarity import Polarity, Weights
from parley.config import Config
from parley.emotion.data import Clip, EmotionDataError, read_clips, read_texts
from parley.emotion.listening import examples
from parley.feelings import word_lexicon
from parley.models import ModelStore

_HELD_BACK = 10
"""One of so many texts is not learnt from, to see how the others do on it."""

_CLEAR = 0.3


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


def train_words(config: Config, sources: Sequence[Path], licence: str, progress: Progress) -> Polarity:
    """Train the classifier of words for both languages.

    Raises:
        EmotionDataError: a file can't be used, or a language has not both kinds of text.
    """
    lexicon = word_lexicon(ModelStore(config.models.folder, config.models.local))
    texts = [text for source in sources for text in read_texts(source)]
    weights: dict[str, Weights] = {}
    bias: dict[str, float] = {}
    about: dict[str, object] = {"licence": licence, "trained_on": [source.name for source in sources]}
    for language in ("en", "zh"):
        rows = sorted({(text.text, text.positive) for text in texts if text.language == language})
        order = np.random.default_rng(0).permutation(len(rows))
        rows = [rows[k] for k in order]
        own = [(one.phrase, one.polarity > 0) for one in own_entries(language) if abs(one.polarity) > _CLEAR]
        task = progress.add_task(f"learning {language}", total=14)
        held, rest = rows[::_HELD_BACK], [row for k, row in enumerate(rows) if k % _HELD_BACK]
        step = partial(progress.advance, task)
        try:
            tried = learn([*rest, *own], language, lexicon, progress=step)
            weights[language], bias[language] = learn([*rows, *own], language, lexicon, progress=step)
        except ValueError as error:
            raise EmotionDataError(str(error)) from error
        about[language] = {"texts": len(rows), "held_out_accuracy": _accuracy(tried, held, language, lexicon)}
    return Polarity(weights, bias, about)


def _accuracy(
    tried: tuple[Weights, float], held: Sequence[tuple[str, bool]], language: str, lexicon: Lexicon
) -> float:
    classifier = Polarity({language: tried[0]}, {language: tried[1]}, {})
    right = [(classifier.positive(text, language, lexicon) > 0.5) == positive for text, positive in held]
    return round(float(np.mean(right)), 4)
