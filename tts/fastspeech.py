"""Mandarin by FastSpeech2 and MB-MelGAN (TFLite) on LiteRT, streamed.

Licence of the published weights: they were trained on the Baker recordings, which are
for non-commercial use; the model store says so and `parley check` warns.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]  # ships no annotations

from tts import level
from tts.fingerprint import fingerprint
from tts.inference import Inference
from tts.mandarin import Syllable, syllables
from tts.phrases import phrases
from tts.pieces import Part, Rendering, speak_in_pieces
from tts.spoken import spoken as spoken_form
from tts.timing import tokens
from tts.voice import Speech, VoiceError, WordTime

RATE = 24_000
HOP = 300
"""Samples a mel frame."""

_CONTEXT = 20
"""Mel frames vocoded and dropped on each side of a piece: -125 dB from vocoding at once; 16 give -42."""

_MOST_IDS = 200
"""Most input ids at once, three a syllable: some 1,400 frames."""

_LEAD, _TAIL = 4, 14
"""Frames of the outer `sil` that are looked at: initials begin and finals ring on outside. After
6 frames a final still sounds at up to -29 dB; the silence behind it is trimmed."""

_CALIBRATION = "您好，请问有什么可以帮您？您的订单已经发货了。"
_RARE = {"sei": ("s", "ei"), "kiu": ("k", "iou"), "fai": ("f", "ai")}
"""Syllables of foreign sounds; the voice's own table has only native ones."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """The voice's alphabet, from `baker_mapper.json`.

    Attributes:
        ids: id of each symbol (initials, finals with their tone, pauses).
        parts: initial and final of each syllable, without tone.
    """

    ids: dict[str, int]
    parts: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> Symbols:
        """Read the file. Raises VoiceError naming it and what is wrong."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            parts = {str(name): (str(both[0]), str(both[1])) for name, both in data["pinyin_dict"].items()}
            ids = {str(symbol): int(number) for symbol, number in data["symbol_to_id"].items()}
            for needed in ("sil", "#0", "#3", "er5"):
                if needed not in ids:
                    raise ValueError(f"no symbol {needed!r}")
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise VoiceError(
                f"{path}: expected symbol_to_id and pinyin_dict of a Mandarin voice: {error!r}"
            ) from error
        return cls(ids, {**_RARE, **parts})

    def encode(self, said: Sequence[Syllable]) -> tuple[list[int], list[int]]:
        """Input ids and, for each, its token (-1 for none).

        `sil` stands at both ends, `#0` between syllables, `#3` at pauses; no `eos`, which
        would smear the last vowel into a syllable of its own. Unknown syllables are left out.
        """
        names: list[tuple[str, int]] = [("sil", -1)]
        for syllable in said:
            if not syllable.pinyin:
                names[-1] = ("#3", -1) if names[-1][0] == "#0" else names[-1]
            elif syllable.joined and len(names) > 1:
                names[-1:] = [("er5", syllable.token), ("#0", syllable.token)]
            elif (both := self._parts_of(syllable.pinyin)) is not None:
                names += [(both[0], syllable.token), (both[1], syllable.token), ("#0", syllable.token)]
        names[-1] = ("sil", -1) if len(names) > 1 else names[-1]
        return [self.ids[name] for name, _ in names], [token for _, token in names]

    def _parts_of(self, pinyin: str) -> tuple[str, str] | None:
        both = self.parts.get(pinyin[:-1])
        if both is None or both[0] not in self.ids or both[1] + pinyin[-1] not in self.ids:
            return None
        return both[0], both[1] + pinyin[-1]


class FastSpeech:
    """The two models, loaded. Methods block; one thread at a time is let in.

    Args:
        acoustic: `fastspeech2.tflite` with its dropouts taken out.
        vocoder: `mb_melgan.tflite` with its last quantisation taken out.
        threads: of LiteRT for one run.

    Raises:
        VoiceError: a file is missing or LiteRT refuses it.
    """

    def __init__(self, acoustic: Path, vocoder: Path, threads: int = 1) -> None:
        self._lock = threading.Lock()
        path = acoustic
        try:
            self._acoustic = Interpreter(model_path=str(acoustic), num_threads=threads)
            self.mel(range(4), 1.0)
            path = vocoder
            self._vocoder = Interpreter(model_path=str(vocoder), num_threads=threads)
            self.samples(np.zeros((1, 16, 80), dtype=np.float32), 0, 16)
        except (OSError, RuntimeError, ValueError, IndexError) as error:
            hint = "pull" if not path.is_file() else "verify"
            raise VoiceError(f"{path} cannot be used, run `parley models {hint}`: {error}") from error

    def mel(self, ids: Sequence[int], speed: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Mel spectrogram (1, frames, 80) and the frames of each id; `speed` above 1 is slower.

        What would pass the model's 2,048 frames (a reply that is one long number, say) is computed
        in parts, at some cost to the melody.
        """
        parts = [self._mel(ids[at : at + _MOST_IDS], speed) for at in range(0, len(ids), _MOST_IDS)]
        mels, durations = zip(*parts, strict=True)
        return np.concatenate(mels, axis=1), np.concatenate(durations)

    def _mel(self, ids: Sequence[int], speed: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        with self._lock:
            details = self._acoustic.get_input_details()
            self._acoustic.resize_tensor_input(details[0]["index"], [1, len(ids)])
            self._acoustic.allocate_tensors()
            one = np.ones(1, dtype=np.float32)
            feed = (np.array([ids], dtype=np.int32), np.zeros(1, dtype=np.int32), one * speed, one, one)
            for detail, value in zip(details, feed, strict=True):
                self._acoustic.set_tensor(detail["index"], value.astype(detail["dtype"]))
            self._acoustic.invoke()
            outputs = self._acoustic.get_output_details()
            mel, durations = (self._acoustic.get_tensor(outputs[number]["index"]) for number in (1, 2))
        return mel, durations.reshape(-1)

    def samples(self, mel: npt.NDArray[np.float32], begin: int, end: int) -> level.Samples:
        """Samples (-1 to 1) of the mel frames from `begin` up to `end`."""
        left, right = max(0, begin - _CONTEXT), min(mel.shape[1], end + _CONTEXT)
        part = np.ascontiguousarray(mel[:, left:right])
        with self._lock:
            detail = self._vocoder.get_input_details()[0]
            self._vocoder.resize_tensor_input(detail["index"], part.shape)
            self._vocoder.allocate_tensors()
            self._vocoder.set_tensor(detail["index"], part)
            self._vocoder.invoke()
            sound = self._vocoder.get_tensor(self._vocoder.get_output_details()[0]["index"]).reshape(-1)
        return np.array(sound[(begin - left) * HOP : (end - left) * HOP], dtype=np.float32)


class FastSpeechVoice:
    """A Mandarin voice.

    Args:
        acoustic: folder with `fastspeech2.tflite` and `baker_mapper.json`.
        vocoder: folder with `mb_melgan.tflite`.
        name: as in the configuration.
        threads: of LiteRT for one piece of work.
        speed: above 1 is slower; 1.1 is understood best on the telephone (measured).
        spoken: puts written text into spoken form.

    Raises:
        VoiceError: the symbol table is missing or damaged.
    """

    def __init__(
        self,
        acoustic: Path,
        vocoder: Path,
        name: str = "fastspeech2",
        *,
        threads: int = 1,
        speed: float = 1.1,
        spoken: Callable[[str, str], str] = spoken_form,
    ) -> None:
        self._files = (acoustic / "fastspeech2.tflite", vocoder / "mb_melgan.tflite")
        self._symbols = Symbols.read(acoustic / "baker_mapper.json")
        self._name = name
        self._threads = threads
        self._speed = speed
        self._spoken = spoken
        self._version = fingerprint(*self._files, speed)
        self._inference = Inference(name)
        self._model: FastSpeech | None = None
        self._loading = asyncio.Lock()
        self._gain = 1.0

    @property
    def name(self) -> str:
        """Name as in the configuration."""
        return self._name

    @property
    def language(self) -> str:
        """Always `zh`."""
        return "zh"

    @property
    def version(self) -> str:
        """Changes when the same text would sound different; part of the cache's key."""
        return self._version

    async def warm(self) -> None:
        """Load the models, render a sentence, and take the voice's level from it."""
        async with self._loading:
            if self._model is not None:
                return
            model = await self._inference.run(lambda: FastSpeech(*self._files, self._threads))
            rendering = await self._inference.run(lambda: self._rendering(model, _CALIBRATION))
            if rendering is not None:
                sample = await self._inference.run(lambda: rendering.decode(rendering.begin, rendering.end))
                self._gain = level.gain_for(sample, RATE)
            self._model = model

    async def close(self) -> None:
        """End the voice's threads."""
        self._inference.close()

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text`; see `Voice.speak`. Pieces end between characters."""
        # Clause by clause: sentences rendered in one go are misheard more often (7.2 % of the
        # syllables against 4.1 %, `parley bench tts`). 32 characters are some 700 frames.
        parts = phrases(text, first=2, shortest=3, longest=32)
        if parts:
            await self.warm()
        async for speech in speak_in_pieces(self._name, parts, rate, self._render, self._inference):
            yield speech

    async def _render(self, part: Part) -> Rendering | None:
        model = self._model
        if model is None:
            return None
        words = self._spoken(part.text, self.language)
        return await self._inference.run(lambda: self._rendering(model, words), slack=part.slack)

    def _rendering(self, model: FastSpeech, words: str) -> Rendering | None:
        ids, owners = self._symbols.encode(syllables(words))
        if len(ids) < 3:
            return None
        mel, durations = model.mel(ids, self._speed)
        frame = HOP / RATE
        ends = np.cumsum(durations)
        return Rendering(
            begin=max(0, int(durations[0]) - _LEAD),
            end=min(mel.shape[1], int(ends[-2]) + _TAIL),
            frame=frame,
            rate=RATE,
            gain=self._gain,
            times=_character_times(tokens(words), owners, ends, frame),
            decode=lambda begin, end: model.samples(mel, begin, end),
        )


def _character_times(
    characters: Sequence[str], owners: Sequence[int], ends: npt.NDArray[Any], frame: float
) -> tuple[WordTime, ...]:
    times: dict[int, tuple[float, float]] = {}
    start = 0.0
    for owner, end in zip(owners, ends, strict=True):
        if owner >= 0:
            times[owner] = (times.get(owner, (start, 0.0))[0], float(end) * frame)
        start = float(end) * frame
    return tuple(WordTime(characters[owner], *times[owner]) for owner in sorted(times))
