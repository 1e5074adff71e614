"""The two edits of TFLite files, on small models that are built here and run before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers  # type: ignore[import-untyped]  # ships no types
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema  # type: ignore[import-untyped]  # ships no types
from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]  # ships no types
from hypothesis import example, given
from hypothesis import strategies as st

from parley.models.repair import RepairError, drop_dropouts, drop_quantisation

FLOAT, INT32, BOOL, INT8 = (
    schema.TensorType.FLOAT32,
    schema.TensorType.INT32,
    schema.TensorType.BOOL,
    schema.TensorType.INT8,
)
Operator = schema.BuiltinOperator


class Builder:
    """Builds a one-graph TFLite model, operator by operator."""

    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def tensor(self, kind: int, shape: Sequence[int], data: np.ndarray[Any, Any] | None = None) -> int:
        tensor = schema.TensorT()
        tensor.name = f"t{len(self.graph.tensors)}"
        tensor.type, tensor.shape = kind, list(shape)
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = list(data.tobytes())
            self.model.buffers.append(buffer)
            tensor.buffer = len(self.model.buffers) - 1
        if kind == INT8:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [1 / 128], [0]
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, kind: int | str, inputs: Sequence[int], output: int) -> int:
        code = schema.OperatorCodeT()
        if isinstance(kind, str):
            code.builtinCode = code.deprecatedBuiltinCode = Operator.CUSTOM
            code.customCode = kind
        else:
            code.builtinCode = code.deprecatedBuiltinCode = kind
        self.model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.model.operatorCodes) - 1
        operator.inputs, operator.outputs = list(inputs), [output]
        self.graph.operators.append(operator)
        return output

    def build(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def dropout_model(count: int = 2) -> bytes:
    """x → (dropout → ADD with x) as often as wanted: without dropout the result is (count + 1) · x."""
    b = Builder()
    x = b.tensor(FLOAT, [1, 4])
    two = b.tensor(FLOAT, [], np.array(2.0, np.float32))
    half = b.tensor(FLOAT, [], np.array(0.5, np.float32))
    now = x
    for _ in range(count):
        scaled = b.operator(Operator.MUL, [now, two], b.tensor(FLOAT, [1, 4]))
        shape = b.operator(Operator.SHAPE, [now], b.tensor(INT32, [2]))
        random = b.operator("FlexRandomUniform", [shape], b.tensor(FLOAT, [1, 4]))
        keep = b.operator(Operator.GREATER_EQUAL, [random, half], b.tensor(BOOL, [1, 4]))
        mask = b.operator(Operator.CAST, [keep], b.tensor(FLOAT, [1, 4]))
        dropped = b.operator(Operator.MUL, [scaled, mask], b.tensor(FLOAT, [1, 4]))
        now = b.operator(Operator.ADD, [dropped, x], b.tensor(FLOAT, [1, 4]))
    return b.build([x], [now])


def quantised_model(between: int = 1) -> bytes:
    """x → QUANTIZE → EXPAND_DIMS … → DEQUANTIZE → ADD 0: without the pair the result is x."""
    b = Builder()
    x = b.tensor(FLOAT, [1, 4])
    axis = b.tensor(INT32, [], np.array(0, np.int32))
    zero = b.tensor(FLOAT, [], np.array(0.0, np.float32))
    now = b.operator(Operator.QUANTIZE, [x], b.tensor(INT8, [1, 4]))
    for depth in range(between):
        now = b.operator(Operator.EXPAND_DIMS, [now, axis], b.tensor(INT8, [1] * (depth + 1) + [1, 4]))
    fine = b.operator(Operator.DEQUANTIZE, [now], b.tensor(FLOAT, [1] * (between + 1) + [4]))
    return b.build([x], [b.operator(Operator.ADD, [fine, zero], b.tensor(FLOAT, [1] * (between + 1) + [4]))])


def run(model: bytes, x: Sequence[float]) -> list[float]:
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.array([x], np.float32))
    interpreter.invoke()
    out: np.ndarray[Any, Any] = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    return [float(value) for value in out.ravel()]


X = [0.1234, -0.3, 0.999, 0.0011]


def test_a_model_with_dropouts_runs_once_they_are_out() -> None:
    model = dropout_model()
    with pytest.raises(RuntimeError):
        run(model, X)
    assert run(drop_dropouts(model), X) == pytest.approx([3 * x for x in X], abs=1e-6)


def test_the_signal_is_no_longer_squeezed_through_eight_bits() -> None:
    model = quantised_model()
    assert run(model, X) != pytest.approx(X, abs=1e-4)
    assert run(drop_quantisation(model), X) == pytest.approx(X, abs=1e-7)


@pytest.mark.parametrize(
    ("repair", "model"), [(drop_dropouts, dropout_model()), (drop_quantisation, quantised_model())]
)
def test_the_result_is_the_same_bytes_every_time_and_as_long_as_before(repair: Any, model: bytes) -> None:
    first = repair(model)
    assert first == repair(bytes(model))
    assert len(first) == len(model)
    with pytest.raises(RepairError):
        repair(first)


def test_a_model_of_another_shape_is_refused() -> None:
    with pytest.raises(RepairError, match="expected a FlexRandomUniform operator, found none"):
        drop_dropouts(quantised_model())
    with pytest.raises(RepairError, match="expected one QUANTIZE and one DEQUANTIZE, found 0 and 0"):
        drop_quantisation(dropout_model())
    with pytest.raises(RepairError, match="a single operator between"):
        drop_quantisation(quantised_model(between=2))
    with pytest.raises(RepairError, match="identifier TFL3"):
        drop_dropouts(b"GGUF and more")


@given(st.integers(0, len(dropout_model()) - 1), st.binary(min_size=1, max_size=8))
@example(cut=4, junk=b"x")
def test_a_damaged_model_is_an_error_of_its_own(cut: int, junk: bytes) -> None:
    model = dropout_model()
    for broken in (model[:cut], model[:cut] + junk + model[cut + len(junk) :]):
        try:
            drop_dropouts(broken)
        except RepairError as error:
            assert "expected" in str(error)
