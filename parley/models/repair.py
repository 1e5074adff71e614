"""Two edits to TFLite flatbuffers, made in place so that the result is the same bytes everywhere.

The Mandarin voice's published files were converted with a dropout left in (the
acoustic model) and with the last signal squeezed through eight bits (the
vocoder). Both edits only reconnect tensors and shorten the list of operators:
no table is rebuilt, so the result depends on no library's version and its
SHA-256 can be pinned. Dropped operators stay in the file as unreferenced bytes.

Layout: FlatBuffers internals (https://flatbuffers.dev/internals/); field and
operator numbers: tensorflow/lite/schema/schema.fbs, file identifier `TFL3`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Final

CAST: Final = 53
CUSTOM: Final = 32
DEQUANTIZE: Final = 6
GREATER_EQUAL: Final = 62
MUL: Final = 18
QUANTIZE: Final = 114
RANDOM_UNIFORM: Final = b"FlexRandomUniform"
SHAPE: Final = 77


class RepairError(ValueError):
    """A file is not the TFLite model that an edit was made for; says what was expected and what came."""


class _Table:
    """One FlatBuffers table: finds the position of a field, or None where it is absent."""

    def __init__(self, data: bytearray, at: int) -> None:
        self._data = data
        self._at = at
        self._vtable = at - _signed(data, at)

    def field(self, number: int) -> int | None:
        slot = 4 + 2 * number
        if slot >= struct.unpack_from("<H", self._data, self._vtable)[0]:
            return None
        offset: int = struct.unpack_from("<H", self._data, self._vtable + slot)[0]
        return self._at + offset if offset else None

    def vector(self, number: int) -> range:
        """Positions of the elements of a vector of 4-byte values; empty where absent."""
        at = self.field(number)
        if at is None:
            return range(0)
        start = _follow(self._data, at)
        return range(start + 4, start + 4 + 4 * _unsigned(self._data, start), 4)

    def tables(self, number: int) -> list[_Table]:
        return [_Table(self._data, _follow(self._data, at)) for at in self.vector(number)]


class _Graph:
    """The operators of a model's first subgraph, by position, and the tensors that join them."""

    def __init__(self, data: bytearray) -> None:
        if data[4:8] != b"TFL3":
            raise RepairError(f"expected a TFLite model (identifier TFL3), found {bytes(data[4:8])!r}")
        self._data = data
        model = _Table(data, _follow(data, 0))
        codes = [self._code(one) for one in model.tables(1)]
        self._subgraph = model.tables(2)[0]
        self._operators = self._subgraph.tables(3)
        self.kinds = [codes[self._number(one)] for one in self._operators]

    def _code(self, code: _Table) -> int | bytes:
        """Builtin number of an operator code, or the name of a custom operator."""
        old, new, name = code.field(0), code.field(3), code.field(1)
        number = max(
            self._data[old] if old is not None else 0,
            _signed(self._data, new) if new is not None else 0,
        )
        if number != CUSTOM or name is None:
            return number
        start = _follow(self._data, name)
        return bytes(self._data[start + 4 : start + 4 + _unsigned(self._data, start)])

    def _number(self, operator: _Table) -> int:
        at = operator.field(0)
        return _unsigned(self._data, at) if at is not None else 0

    def inputs(self, operator: int) -> list[int]:
        return [_signed(self._data, at) for at in self._operators[operator].vector(1)]

    def outputs(self, operator: int) -> list[int]:
        return [_signed(self._data, at) for at in self._operators[operator].vector(2)]

    def find(self, kind: int | bytes) -> list[int]:
        return [index for index, one in enumerate(self.kinds) if one == kind]

    def consumer(self, tensor: int, kind: int) -> int:
        """The one operator of `kind` that reads `tensor`."""
        found = [i for i in self.find(kind) if tensor in self.inputs(i)]
        if len(found) != 1:
            raise RepairError(f"expected one operator {kind} that reads tensor {tensor}, found {len(found)}")
        return found[0]

    def producer(self, tensor: int, kind: int | None = None) -> int:
        """The operator that writes `tensor`, which must be of `kind` if one is given."""
        for index, found in enumerate(self.kinds):
            if tensor in self.outputs(index):
                if kind is not None and found != kind:
                    raise RepairError(f"expected operator {kind} to write tensor {tensor}, found {found!r}")
                return index
        raise RepairError(f"expected an operator that writes tensor {tensor}, found none")

    def redirect(self, old: int, new: int) -> None:
        """Let everything that reads tensor `old` read `new` instead."""
        readers = [one.vector(1) for one in self._operators] + [self._subgraph.vector(2)]
        self._replace(readers, old, new)

    def write_to(self, operator: int, old: int, new: int) -> None:
        """Let `operator` write tensor `new` instead of `old`."""
        self._replace([self._operators[operator].vector(2)], old, new)

    def _replace(self, vectors: Iterable[range], old: int, new: int) -> None:
        for at in (at for vector in vectors for at in vector):
            if _signed(self._data, at) == old:
                struct.pack_into("<i", self._data, at, new)

    def drop(self, operators: set[int]) -> None:
        """Take operators out of the list. The positions of those after them change: do it last."""
        slots = self._subgraph.vector(3)
        kept = [_follow(self._data, at) for index, at in enumerate(slots) if index not in operators]
        for at, target in zip(slots, kept, strict=False):
            struct.pack_into("<I", self._data, at, target - at)
        struct.pack_into("<I", self._data, slots.start - 4, len(kept))


def drop_dropouts(model: bytes) -> bytes:
    """Take out the dropouts that were left in an inference graph.

    A dropout is x → MUL by 1/(1-rate) → MUL by (SHAPE → FlexRandomUniform → GREATER_EQUAL → CAST).
    What reads its result reads x afterwards. LiteRT has no FlexRandomUniform without TensorFlow.

    Raises:
        RepairError: there is no dropout of this form in `model`.
    """
    return _edited(model, _without_dropouts)


def _without_dropouts(graph: _Graph) -> set[int]:
    """Reconnect past every dropout; the operators that nothing needs any more."""
    randoms = graph.find(RANDOM_UNIFORM)
    if not randoms:
        raise RepairError("expected a FlexRandomUniform operator, found none")
    dropped: set[int] = set()
    for random in randoms:
        shape = graph.producer(graph.inputs(random)[0], SHAPE)
        compare = graph.consumer(graph.outputs(random)[0], GREATER_EQUAL)
        cast = graph.consumer(graph.outputs(compare)[0], CAST)
        mask = graph.outputs(cast)[0]
        apply = graph.consumer(mask, MUL)
        scaled = next(one for one in graph.inputs(apply) if one != mask)
        scale = graph.producer(scaled, MUL)
        before = graph.inputs(shape)[0]
        if before not in graph.inputs(scale):
            raise RepairError(f"expected the dropout at operator {random} to scale tensor {before}")
        graph.redirect(graph.outputs(apply)[0], before)
        dropped |= {shape, random, compare, cast, apply, scale}
    return dropped


def drop_quantisation(model: bytes) -> bytes:
    """Take out one QUANTIZE … DEQUANTIZE pair with a single reshaping operator between the two.

    What read the quantised tensor reads the float one before it; the operator in between
    writes the float tensor that DEQUANTIZE wrote.

    Raises:
        RepairError: there is no such pair, or more than one.
    """
    return _edited(model, _without_quantisation)


def _without_quantisation(graph: _Graph) -> set[int]:
    """Reconnect past the pair; the operators that nothing needs any more."""
    quantize, dequantize = graph.find(QUANTIZE), graph.find(DEQUANTIZE)
    if len(quantize) != 1 or len(dequantize) != 1:
        raise RepairError(
            f"expected one QUANTIZE and one DEQUANTIZE, found {len(quantize)} and {len(dequantize)}"
        )
    coarse = graph.outputs(quantize[0])[0]
    reshaped, wanted = graph.inputs(dequantize[0])[0], graph.outputs(dequantize[0])[0]
    between = graph.producer(reshaped)
    if coarse not in graph.inputs(between):
        raise RepairError("expected a single operator between QUANTIZE and DEQUANTIZE")
    graph.write_to(between, reshaped, wanted)
    graph.redirect(coarse, graph.inputs(quantize[0])[0])
    return {quantize[0], dequantize[0]}


def _edited(model: bytes, edit: Callable[[_Graph], set[int]]) -> bytes:
    """A copy of `model` after `edit`, without the operators that it names."""
    data = bytearray(model)
    try:
        graph = _Graph(data)
        graph.drop(edit(graph))
    except (struct.error, IndexError, StopIteration) as error:
        raise RepairError(f"expected a whole TFLite model, found a damaged one ({error})") from error
    return bytes(data)


REPAIRS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "drop-dropouts": drop_dropouts,
    "drop-quantisation": drop_quantisation,
}
"""Edits by the name that the catalogue calls them."""


def _unsigned(data: bytearray, at: int) -> int:
    value: int = struct.unpack_from("<I", data, at)[0]
    return value


def _signed(data: bytearray, at: int) -> int:
    value: int = struct.unpack_from("<i", data, at)[0]
    return value


def _follow(data: bytearray, at: int) -> int:
    """Position that the offset stored at `at` points to."""
    return at + _unsigned(data, at)
