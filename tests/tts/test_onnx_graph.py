"""Onnx graph: a model is cut where asked, and what is no model is refused."""

from __future__ import annotations

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no annotations
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.onnx_graph import Graph, OnnxError


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def field(number: int, payload: bytes | str | int) -> bytes:
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    data = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(data)) + data


def node(op: str, inputs: list[str], output: str) -> bytes:
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(3, f"/{op}") + field(4, op)


def value(name: str) -> bytes:
    shape = field(1, field(2, "n"))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def model() -> bytes:
    """y = ceil(x) + half; z = y * y."""
    half = field(1, 1) + field(2, 1) + field(8, "half") + field(9, np.array([0.5], "<f4").tobytes())
    graph = b"".join(
        [
            field(1, node("Ceil", ["x"], "whole")),
            field(1, node("Add", ["whole", "half"], "y")),
            field(1, node("Mul", ["y", "y"], "z")),
            field(2, "test"),
            field(5, half),
            field(11, value("x")),
            field(12, value("z")),
        ]
    )
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 15))


def run(part: bytes, **feed: list[float]) -> list[list[float]]:
    session = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {name: np.array(values, np.float32) for name, values in feed.items()})
    return [list(map(float, output)) for output in outputs]


def test_a_tensor_from_the_middle_can_be_read() -> None:
    graph = Graph.parse(model())
    part = graph.cut({}, ["z", graph.find("Ceil").outputs[0]])
    assert run(part, x=[0.2, 1.7]) == [[2.25, 6.25], [1.0, 2.0]]


def test_a_tensor_from_the_middle_can_be_fed() -> None:
    part = Graph.parse(model()).cut({"y": ["n"]}, ["z"])
    assert run(part, y=[3.0]) == [[9.0]]


def test_the_parts_give_what_the_whole_gives() -> None:
    graph = Graph.parse(model())
    (middle,) = run(graph.cut({}, ["y"]), x=[0.2, 1.7])
    assert run(graph.cut({"y": ["n"]}, ["z"]), y=middle) == run(model(), x=[0.2, 1.7])


def test_a_part_holds_only_what_it_needs() -> None:
    part = Graph.parse(Graph.parse(model()).cut({"y": ["n"]}, ["z"]))
    assert [found.op for found in part.nodes] == ["Mul"]
    assert not part.initializers
    assert list(part.inputs) == ["y"]


def test_what_is_missing_is_named() -> None:
    graph = Graph.parse(model())
    with pytest.raises(OnnxError, match="no tensor nowhere"):
        graph.cut({}, ["nowhere"])
    with pytest.raises(OnnxError, match="no Conv node named /dec"):
        graph.find("Conv", "/dec")


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x00" * 40, b"<html></html>"])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(OnnxError):
        Graph.parse(content)


def test_a_file_cut_off_is_refused() -> None:
    whole = model()
    for length in range(3, len(whole) - 8):
        with pytest.raises(OnnxError):
            Graph.parse(whole[:length])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_model_or_an_error(content: bytes) -> None:
    try:
        Graph.parse(content)
    except OnnxError:
        return
