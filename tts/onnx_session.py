"""Runs ONNX models; whatever onnxruntime says becomes one kind of error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]  # ships no annotations

from tts.onnx_graph import OnnxError


class Session:
    """A loaded model. May be run from any thread.

    Args:
        model: the file's content.
        threads: of onnxruntime for one run.

    Raises:
        OnnxError: onnxruntime refuses the model.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # onnxruntime's errors have no base class of their own but Exception.
            raise OnnxError(f"onnxruntime: {error}") from error

    def run(self, feed: dict[str, npt.NDArray[Any]]) -> Sequence[npt.NDArray[Any]]:
        """All outputs for the inputs in `feed`. Raises OnnxError."""
        try:
            outputs: Sequence[npt.NDArray[Any]] = self._session.run(None, feed)
        except Exception as error:
            # As above.
            raise OnnxError(f"onnxruntime: {error}") from error
        return outputs
