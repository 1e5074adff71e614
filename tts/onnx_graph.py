"""Cuts an ONNX model into parts, without the `onnx` package.

A file is a protobuf message (onnx.proto3). Only the graph's node list is understood here;
everything else is copied as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_GRAPH = 7  # ModelProto.graph
_NODE, _NAME, _INITIALIZER, _INPUT, _OUTPUT = 1, 2, 5, 11, 12  # GraphProto
_FLOAT = 1  # TensorProto.FLOAT


class OnnxError(ValueError):
    """A file is not an ONNX model, or lacks a tensor that was asked for."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator: its kind, name, and the tensors that it reads and writes."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Graph:
    """An ONNX model taken apart as far as cutting needs."""

    head: bytes
    nodes: tuple[Node, ...]
    initializers: Mapping[str, bytes]
    inputs: Mapping[str, bytes]
    outputs: Mapping[str, bytes]

    @classmethod
    def parse(cls, model: bytes) -> Graph:
        """Read a model file. Raises OnnxError when it is not one."""
        head = bytearray()
        graph: memoryview | None = None
        try:
            for number, value, raw in _fields(memoryview(model)):
                if number == _GRAPH and isinstance(value, memoryview):
                    graph = value
                else:
                    head += raw
            if graph is None:
                raise OnnxError("not an ONNX model: it holds no graph")
            return cls._of(bytes(head), graph)
        except (IndexError, UnicodeDecodeError) as error:
            raise OnnxError(f"not an ONNX model: {error}") from error

    @classmethod
    def _of(cls, head: bytes, graph: memoryview) -> Graph:
        nodes: list[Node] = []
        tables: dict[int, dict[str, bytes]] = {_INITIALIZER: {}, _INPUT: {}, _OUTPUT: {}}
        for number, value, _ in _fields(graph):
            if not isinstance(value, memoryview):
                continue
            if number == _NODE:
                nodes.append(_node(value))
            elif number in tables:
                # TensorProto keeps its name in field 8, ValueInfoProto in field 1.
                name = _texts(value, 8 if number == _INITIALIZER else 1)[0]
                tables[number][name] = bytes(value)
        return cls(head, tuple(nodes), tables[_INITIALIZER], tables[_INPUT], tables[_OUTPUT])

    def find(self, op: str, prefix: str = "") -> Node:
        """The first node of kind `op` whose name begins with `prefix`. Raises OnnxError."""
        for node in self.nodes:
            if node.op == op and node.name.startswith(prefix):
                return node
        raise OnnxError(f"the model has no {op} node named {prefix}…")

    def cut(self, inputs: Mapping[str, Sequence[int | str]], outputs: Sequence[str]) -> bytes:
        """A model that computes `outputs` from `inputs` (and the model's own inputs).

        Args:
            inputs: float tensors to be fed instead of computed, with their shapes; a string
                names a dimension that varies.
            outputs: tensors to be returned, in this order.

        Raises:
            OnnxError: an output cannot be computed.
        """
        maker = {output: node for node in self.nodes for output in node.outputs}
        wanted: set[str] = set()
        pending = list(outputs)
        used: set[int] = set()
        while pending:
            tensor = pending.pop()
            if tensor in wanted or not tensor:
                continue
            wanted.add(tensor)
            if tensor in inputs or tensor in self.inputs or tensor in self.initializers:
                continue
            node = maker.get(tensor)
            if node is None:
                raise OnnxError(f"the model has no tensor {tensor}")
            used.add(id(node))
            pending.extend(node.inputs)
        body = bytearray(_field(_NAME, b"part"))
        for node in self.nodes:
            if id(node) in used:
                body += _field(_NODE, node.raw)
        for name, raw in self.initializers.items():
            if name in wanted:
                body += _field(_INITIALIZER, raw)
        for name, raw in self.inputs.items():
            if name in wanted and name not in inputs:
                body += _field(_INPUT, raw)
        for name, shape in inputs.items():
            body += _field(_INPUT, _value_info(name, shape))
        for name in outputs:
            body += _field(_OUTPUT, self.outputs.get(name) or _field(1, name.encode()))
        return self.head + _field(_GRAPH, bytes(body))


def _node(raw: memoryview) -> Node:
    return Node(
        op="".join(_texts(raw, 4)),
        name="".join(_texts(raw, 3)),
        inputs=tuple(_texts(raw, 1)),
        outputs=tuple(_texts(raw, 2)),
        raw=bytes(raw),
    )


def _value_info(name: str, shape: Sequence[int | str]) -> bytes:
    dimensions = b"".join(
        _field(1, _field(2, size.encode()) if isinstance(size, str) else b"\x08" + _varint(size))
        for size in shape
    )
    tensor = b"\x08" + _varint(_FLOAT) + _field(2, dimensions)
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _texts(message: memoryview, number: int) -> list[str]:
    return [
        bytes(value).decode()
        for found, value, _ in _fields(message)
        if found == number and isinstance(value, memoryview)
    ]


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int, memoryview]]:
    """Number, value and raw bytes of each field of a protobuf message."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        value: memoryview | int
        match key & 7:
            case 0:
                value, at = _read_varint(message, at)
            case 1:
                value, at = message[at : at + 8], at + 8
            case 2:
                size, at = _read_varint(message, at)
                value, at = message[at : at + size], at + size
            case 5:
                value, at = message[at : at + 4], at + 4
            case kind:
                raise OnnxError(f"not an ONNX model: wire type {kind} at byte {start}")
        if at > len(message):
            raise OnnxError(f"the model is cut off: a field at byte {start} ends at {at} of {len(message)}")
        yield key >> 3, value, message[start:at]


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload
