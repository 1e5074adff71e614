"""A Piper voice's model (VITS as ONNX) cut in two halves.

Piper's ONNX file computes everything at once. It is cut where the decoder begins: the
first half gives each phoneme's length and the latent frames, the second turns frames
into samples. Decoding a few frames at a time, with the frames around them as context,
gives the same samples, so the first word can leave long before the last is rendered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tts.level import Samples
from tts.onnx_graph import Graph, OnnxError
from tts.onnx_session import Session
from tts.voice import VoiceError

_CONTEXT = 10
"""Frames decoded and dropped on each side of a piece. The decoder's receptive field: with 10
the samples differ from decoding at once by -116 dB, with 8 by -51 dB (measured)."""


@dataclass(frozen=True, slots=True)
class VitsConfig:
    """What is needed of a voice's `.onnx.json`.

    Attributes:
        rate: samples per second.
        espeak_voice: espeak-ng's name of the language.
        ids: input ids of each phoneme symbol.
        noise, length, noise_width: the scales that it was published with.
        speakers: how many there are in the file.
        language: `en` for every English accent.
    """

    rate: int
    espeak_voice: str
    ids: dict[str, list[int]]
    noise: float
    length: float
    noise_width: float
    speakers: int
    language: str

    @classmethod
    def read(cls, path: Path) -> VitsConfig:
        """Read the file. Raises VoiceError naming it and what is wrong."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            inference = data.get("inference", {})
            return cls(
                rate=int(data["audio"]["sample_rate"]),
                espeak_voice=str(data["espeak"]["voice"]),
                ids={str(symbol): [int(i) for i in ids] for symbol, ids in data["phoneme_id_map"].items()},
                noise=float(inference.get("noise_scale", 0.667)),
                length=float(inference.get("length_scale", 1.0)),
                noise_width=float(inference.get("noise_w", 0.8)),
                speakers=int(data.get("num_speakers", 1)),
                language=str(data.get("language", {}).get("family", data["espeak"]["voice"][:2])),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise VoiceError(f"{path}: expected the description of a Piper voice: {error!r}") from error


class Vits:
    """The two halves, loaded. Methods block and may be called from any thread.

    Args:
        path: the `.onnx` file; its description lies beside it as `.onnx.json`.
        config: that description.
        threads: threads of onnxruntime for one run.

    Raises:
        VoiceError: the file is missing, damaged, or not a Piper voice.
    """

    def __init__(self, path: Path, config: VitsConfig, threads: int = 1) -> None:
        self._config = config
        try:
            graph = Graph.parse(path.read_bytes())
            durations = graph.find("Ceil").outputs[0]
            self._frames = graph.find("Conv", "/dec/conv_pre").inputs[0]
            first = graph.cut({}, [durations, self._frames])
            second = graph.cut({self._frames: [1, "channels", "frames"]}, list(graph.outputs)[:1])
            self._encoder = Session(first, threads)
            self._decoder = Session(second, threads)
            _, frames = self.encode(config.ids["^"] + config.ids["$"], 1.0)
            samples = self._decoder.run({self._frames: frames})[0]
        except (OSError, KeyError, IndexError, OnnxError) as error:
            raise VoiceError(f"{path} cannot be loaded, run `parley models verify`: {error}") from error
        self.hop = int(samples.size // frames.shape[2])
        """Samples a frame."""

    def encode(
        self, ids: Sequence[int], speed: float, speaker: int = 0
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Lengths in frames, shape (ids,), and latent frames, shape (1, channels, frames).

        Args:
            ids: phoneme ids.
            speed: factor on the lengths, above 1 is slower.
            speaker: which one, in files with several.
        """
        config = self._config
        feed: dict[str, Any] = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([config.noise, config.length * speed, config.noise_width], dtype=np.float32),
        }
        if config.speakers > 1:
            feed["sid"] = np.array([speaker], dtype=np.int64)
        durations, frames = self._encoder.run(feed)
        return durations.reshape(-1), frames

    def decode(self, frames: npt.NDArray[np.float32], begin: int, end: int) -> Samples:
        """Samples (-1 to 1) of the frames from `begin` up to `end`."""
        left, right = max(0, begin - _CONTEXT), min(frames.shape[2], end + _CONTEXT)
        samples = self._decoder.run({self._frames: frames[:, :, left:right]})[0].reshape(-1)
        return np.asarray(samples[(begin - left) * self.hop : (end - left) * self.hop], dtype=np.float32)
