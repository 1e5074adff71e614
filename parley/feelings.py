"""How callers feel, over their calls: joins what the ear and the words tell."""

from __future__ import annotations

import logging
from pathlib import Path

from asr.ear import Utterance
from asr.emotion import EmotionHead, load_head
from dialogue.emotions.fusion import Course, Felt
from dialogue.emotions.lexicon import Lexicon, LexiconError, read_lexicon
from dialogue.emotions.polarity import load_polarity
from dialogue.emotions.words import SHIPPED, WordReader
from parley.models import ModelError, ModelStore
from parley.settings import Asr, Dialogue

log = logging.getLogger(__name__)

LEXICON = "emotion-lexicon"
"""Name of the published lists in the catalogue."""


def word_reader(models: ModelStore) -> WordReader:
    """What reads feelings from words: with the published lists if they are here, else with Parley's own.

    Raises:
        PolarityError: the classifier that comes with Parley is damaged.
    """
    return WordReader(word_lexicon(models), load_polarity(SHIPPED))


def word_lexicon(models: ModelStore) -> Lexicon:
    """The published lists and Parley's own phrases; a warning if the lists are not here."""
    try:
        return read_lexicon(models.path(LEXICON))
    except (ModelError, LexiconError) as error:
        log.warning("feelings are read from Parley's own phrases only: %s", error)
        return read_lexicon(None)


def voice_head(config: Asr, models: ModelStore) -> EmotionHead | None:
    """The configured head: a name in the catalogue or a file; None where none is to be used or there.

    Raises:
        HeadError: the head is not one for the configured recognition model, or is damaged.
    """
    if config.emotion is None:
        return None
    if config.emotion.endswith(".npz"):
        return load_head(Path(config.emotion).expanduser(), encoder=config.model)
    try:
        folder = models.path(config.emotion)
    except ModelError as error:
        log.warning("voices tell nothing of feelings: %s", error)
        return None
    return load_head(next(folder.glob("*.npz")), encoder=config.model)


class Feelings:
    """The feelings of one call."""

    def __init__(self, words: WordReader, course: Course | None = None) -> None:
        """Begin a call."""
        self._words = words
        self._course = course or Course()
        self._before = self._course.copy()
        self._since: float | None = None

    def take(self, utterance: Utterance, since: float) -> Felt:
        """The next utterance that is answered; guesses at a pause do not count.

        Args:
            utterance: what was recognised.
            since: when the turn began. A turn that begins with the one before is the same turn, which went
                on after all: it counts once.
        """
        if since == self._since:
            self._course = self._before.copy()
        else:
            self._before, self._since = self._course.copy(), since
        words = self._words.read(utterance.text, utterance.language) if utterance.text else None
        voice = utterance.emotion.scores if utterance.emotion is not None else None
        return self._course.take(voice, words.emotion if words is not None else None)


class FeelingsMaker:
    """Makes the feelings of each call; they share one reader of words."""

    def __init__(self, words: WordReader) -> None:
        """Share this."""
        self._words = words

    @classmethod
    def of(cls, config: Dialogue, models: ModelStore) -> FeelingsMaker | None:
        """As configured; None where feelings are not looked at."""
        return cls(word_reader(models)) if config.emotions else None

    def begin(self) -> Feelings:
        """A new call."""
        return Feelings(self._words)


def as_fields(felt: Felt | None, utterance: Utterance) -> dict[str, object]:
    """What an event tells of a feeling; nothing where none is known."""
    if felt is None:
        return {}
    heard = utterance.emotion
    return {
        "emotion": felt.turn.label,
        "feeling": {
            **{k: v for k, v in felt.turn.as_mapping().items() if k != "label"},
            "voice": None if heard is None else heard.label,
            "mood": felt.mood,
            "angry_in_a_row": felt.angry_in_a_row,
        },
    }
