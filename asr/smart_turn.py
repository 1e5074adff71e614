"""Whether a turn is over by its sound: melody, pace and the way the last word is spoken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no annotations

from asr.audio import WHISPER_RATE, Floats
from asr.features import LogMel
from asr.queue import Urgent, WorkQueue, always

SPAN_SECONDS = 8.0
"""How much of a turn the model hears: its last seconds, with silence in front of a shorter one."""

_INPUT = "input_features"


class SmartTurn:
    """Smart Turn v3 (BSD-2, github.com/pipecat-ai/smart-turn), shared by all calls.

    A Whisper encoder with one output: the probability that the speaker has finished. It was trained on
    16 kHz; telephone audio has to be resampled, not stretched.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load the model in `folder`.

        Args:
            folder: holds one `.onnx` file.
            threads: processor threads of one judgement. One is best where Whisper works beside it:
                two were measured to take half as long again.

        Raises:
            FileNotFoundError: no model in the folder.
            ValueError: the file is none that expects Whisper's features.
        """
        files = sorted(folder.glob("*.onnx"))
        if not files:
            raise FileNotFoundError(f"{folder}: expected Smart Turn's .onnx file, run `parley models pull`")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(files[0]), sess_options=options, providers=["CPUExecutionProvider"]
        )
        names = [one.name for one in self._session.get_inputs()]
        if names != [_INPUT]:
            raise ValueError(
                f"{files[0]}: expected a model with the input {_INPUT}, found {', '.join(names)}"
            )
        self._features = LogMel()
        self._queue = WorkQueue("smart-turn")

    async def warm(self) -> None:
        """Run once, so that the first caller does not wait for it."""
        await self.probability(np.zeros(WHISPER_RATE, dtype=np.float32))

    async def probability(self, samples: Floats, urgent: Urgent = always) -> float:
        """Probability (0 to 1) that the turn ends with these samples at 16 kHz (its silence included)."""
        return await self._queue.run(lambda: self.judge(samples), urgent)

    def judge(self, samples: Floats) -> float:
        """The same, at once and in this thread."""
        count = round(SPAN_SECONDS * WHISPER_RATE)
        span = np.zeros(count, dtype=np.float32)
        last = samples[-count:]
        span[count - len(last) :] = last
        span = (span - span.mean()) / np.sqrt(span.var() + np.float32(1e-7))
        features = self._features(span.astype(np.float32), SPAN_SECONDS)
        return float(self._session.run(None, {_INPUT: features})[0].reshape(-1)[0])

    def close(self) -> None:
        """End the worker."""
        self._queue.close()
