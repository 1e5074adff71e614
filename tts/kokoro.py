"""Kokoro-82M (ONNX, int8): English and Mandarin voices free for commercial use.

On a small CPU a short phrase takes most of a second, so these voices are for prompts that
are rendered once and kept, and for callers in demonstrations; with more cores or a GPU
they can speak live.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tts import level
from tts.espeak import Espeak
from tts.fingerprint import fingerprint
from tts.inference import Inference
from tts.mandarin import Syllable, syllables
from tts.onnx_graph import Graph, OnnxError
from tts.onnx_session import Session
from tts.phrases import phrases
from tts.pieces import Part, speak_whole
from tts.pronounce import Phoneme, pronounce
from tts.spoken import spoken as spoken_form
from tts.timing import tokens
from tts.voice import Speech, VoiceError, WordTime

RATE = 24_000
_FRAME = 600 / RATE
"""Seconds of one unit of the model's durations."""

_MOST = 510
"""Most symbols at once: the context of its text encoder, and rows of a voice's style table."""

_LANGUAGES = {"a": ("en", "en-us"), "b": ("en", "en-gb"), "z": ("zh", "")}
"""By the first letter of a voice's name: language, and espeak-ng's voice."""

_FROM_ESPEAK = {
    "a\u026a": "I",
    "a\u028a": "W",
    "e\u026a": "A",
    "o\u028a": "O",
    "\u0259\u028a": "Q",
    "\u0254\u026a": "Y",
    "t\u0283": "\u02a7",
    "d\u0292": "\u02a4",
    "\u025c\u02d0": "\u025c\u0279",
    "\u025a": "\u0259\u0279",
    "\u0250": "\u0259",
    "\u1d7b": "\u026a",
    "\u02d0": "",
    "n\u0329": "\u1d4an",
    "l\u0329": "\u1d4al",
    "\u0329": "",
    "r": "\u0279",
    "x": "k",
    "\u026c": "l",
    "\u02b2": "",
    "\u0303": "",
    "e": "A",
    "g": "\u0261",
}
"""espeak-ng's IPA (decomposed) in the symbols of Kokoro's training: diphthongs and affricates
are one symbol, length is not marked."""


class KokoroVoice:
    """One of Kokoro's voices.

    Args:
        folder: holds the `.onnx` file, `config.json` and `voices/<voice>.bin`.
        espeak: English phonemes, shared between voices.
        voice: `zf_xiaoxiao`, `af_heart`, …; its first letter is the language.
        name: as in the configuration, `kokoro:` and the voice by default.
        threads: of onnxruntime for one phrase.
        speed: above 1 is slower.
        spoken: puts written text into spoken form.

    Raises:
        VoiceError: a file is missing or damaged; it names the file.
    """

    def __init__(
        self,
        folder: Path,
        espeak: Espeak,
        voice: str = "zf_xiaoxiao",
        name: str = "",
        *,
        threads: int = 1,
        speed: float = 1.0,
        spoken: Callable[[str, str], str] = spoken_form,
    ) -> None:
        if voice[:1] not in _LANGUAGES:
            raise VoiceError(f"kokoro: voice {voice!r} is neither English (a…, b…) nor Mandarin (z…)")
        models = sorted(folder.glob("*.onnx"))
        if not models:
            raise VoiceError(f"kokoro: no .onnx file in {folder}; run `parley models pull`")
        self._path = models[0]
        self._style = _style(folder / "voices" / f"{voice}.bin")
        self._ids = _vocabulary(folder / "config.json")
        self._language, self._accent = _LANGUAGES[voice[0]]
        self._name = name or f"kokoro:{voice}"
        self._espeak = espeak
        self._threads = threads
        self._speed = speed
        self._spoken = spoken
        self._version = fingerprint(self._path, folder / "voices" / f"{voice}.bin", speed)
        self._inference = Inference(self._name)
        self._session: Session | None = None

    @property
    def name(self) -> str:
        """Name as in the configuration."""
        return self._name

    @property
    def language(self) -> str:
        """`en` or `zh`."""
        return self._language

    @property
    def version(self) -> str:
        """Changes when the same text would sound different; part of the cache's key."""
        return self._version

    async def warm(self) -> None:
        """Load the model."""
        if self._session is None:
            await self._inference.run(self._load)

    async def close(self) -> None:
        """End the voice's threads."""
        self._inference.close()

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text`; see `Voice.speak`. A phrase comes whole."""
        parts = phrases(text, first=3, shortest=8, longest=32)
        if parts:
            await self.warm()
        async for speech in speak_whole(self._name, parts, rate, RATE, self._render):
            yield speech

    async def _render(self, part: Part) -> tuple[level.Samples, tuple[WordTime, ...]]:
        """Samples of a phrase, and its spoken words' times from the first sample."""
        words = self._spoken(part.text, self._language)
        if self._language == "zh":
            # In a thread, because the first call loads the dictionaries.
            phonemes = await self._inference.run(lambda: from_syllables(syllables(words)), slack=part.slack)
        else:
            phonemes = from_espeak(await pronounce(words, self._espeak, self._accent))
        known = [phoneme for phoneme in phonemes if phoneme.symbol in self._ids][: _MOST - 1]
        if not known:
            return np.zeros(0, dtype=np.float32), ()
        ids = [self._ids[phoneme.symbol] for phoneme in known]
        samples, durations = await self._inference.run(lambda: self._run(ids), slack=part.slack)
        return samples, _times(tokens(words), known, durations)

    def _run(self, ids: Sequence[int]) -> tuple[level.Samples, npt.NDArray[np.float32]]:
        feed: dict[str, npt.NDArray[Any]] = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": self._style[len(ids) - 1],
            "speed": np.array([1 / self._speed], dtype=np.float32),
        }
        audio, durations = self._load().run(feed)
        return np.asarray(audio, dtype=np.float32).reshape(-1), durations.reshape(-1)

    def _load(self) -> Session:
        if self._session is None:
            try:
                graph = Graph.parse(self._path.read_bytes())
                model = graph.cut({}, ["audio", graph.find("Clip", "/encoder/Clip").outputs[0]])
                self._session = Session(model, self._threads)
            except (OSError, KeyError, OnnxError) as error:
                raise VoiceError(
                    f"{self._path} cannot be loaded, run `parley models verify`: {error}"
                ) from error
        return self._session


def from_espeak(phonemes: Sequence[Phoneme]) -> list[Phoneme]:
    """espeak-ng's phonemes in Kokoro's symbols, each still with its word."""
    found: list[Phoneme] = []
    at = 0
    while at < len(phonemes):
        pair = "".join(phoneme.symbol for phoneme in phonemes[at : at + 2])
        size = 2 if pair in _FROM_ESPEAK else 1
        symbols = _FROM_ESPEAK.get(pair[:size], pair[:size])
        found.extend(Phoneme(symbol, phonemes[at].word) for symbol in symbols)
        at += size
    return found


def from_syllables(said: Sequence[Syllable]) -> list[Phoneme]:
    """Syllables in Kokoro's symbols by misaki's table, with spaces between words."""
    # Here, because it loads a dictionary and only Mandarin needs it.
    from misaki.zh import ZHG2P  # type: ignore[import-untyped]  # noqa: PLC0415

    found: list[Phoneme] = []
    for syllable in said:
        if not syllable.pinyin:
            while found and found[-1].symbol == " ":
                found.pop()
            found += [Phoneme(",", syllable.token), Phoneme(" ", syllable.token)]
            continue
        found.extend(Phoneme(symbol, syllable.token) for symbol in ZHG2P.py2ipa(syllable.pinyin))
        if syllable.ends_word:
            found.append(Phoneme(" ", syllable.token))
    while found and found[-1].symbol == " ":
        found.pop()
    return [*found, Phoneme(".", found[-1].word)] if found else []


def _times(
    words: Sequence[str], phonemes: Sequence[Phoneme], durations: npt.NDArray[np.float32]
) -> tuple[WordTime, ...]:
    # One duration stands before the first symbol and one behind the last.
    ends = np.cumsum(durations) * _FRAME
    times: dict[int, tuple[float, float]] = {}
    for number, phoneme in enumerate(phonemes):
        start, _ = times.get(phoneme.word, (float(ends[number]), 0.0))
        times[phoneme.word] = (start, float(ends[number + 1]))
    return tuple(WordTime(words[word], *times[word]) for word in sorted(times) if word < len(words))


def _style(path: Path) -> npt.NDArray[np.float32]:
    try:
        return np.fromfile(path, dtype="<f4").reshape(_MOST, 1, 256)
    except (OSError, ValueError) as error:
        raise VoiceError(
            f"{path}: expected 510 rows of 256 floats, run `parley models pull`: {error}"
        ) from error


def _vocabulary(path: Path) -> dict[str, int]:
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["vocab"]
        return {str(symbol): int(number) for symbol, number in vocabulary.items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise VoiceError(f"{path}: expected Kokoro's vocabulary: {error!r}") from error
