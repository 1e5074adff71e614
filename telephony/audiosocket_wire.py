"""AudioSocket's messages on the wire: pure, no I/O.

One byte of kind, two bytes of big-endian length, payload. Source: Asterisk's
`include/asterisk/res_audiosocket.h` and `res/res_audiosocket.c` (22.10).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TypeAlias

HEADER_BYTES = 3

_HANGUP = 0x00
_UUID = 0x01
_DTMF = 0x03
_ERROR = 0xFF
_AUDIO_RATES = {
    0x10: 8000,
    0x11: 12000,
    0x12: 16000,
    0x13: 24000,
    0x14: 32000,
    0x15: 44100,
    0x16: 48000,
    0x17: 96000,
    0x18: 192000,
}
_AUDIO_KINDS = {rate: kind for kind, rate in _AUDIO_RATES.items()}
_KEYS = frozenset("0123456789*#ABCD")


class AudioSocketError(ValueError):
    """A message that is not AudioSocket; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class CallId:
    """First message from Asterisk: which call this is."""

    call_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Audio:
    """Samples, s16le mono at `rate`."""

    pcm: bytes
    rate: int


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A key, sent when it was released."""

    digit: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The sender ends the call."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The sender reports an error (documented; no released Asterisk sends it)."""

    code: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind this codec does not know: newer Asterisks may add some, so it is not an error."""

    kind: int
    payload: bytes


Message: TypeAlias = CallId | Audio | Dtmf | Hangup | Failure | Unknown


def _frame(kind: int, payload: bytes) -> bytes:
    if len(payload) > 0xFFFF:
        raise AudioSocketError(f"expected at most 65535 bytes of payload, got {len(payload)}")
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


def encode(message: Message) -> bytes:
    """A message as bytes. Raises AudioSocketError for values the wire can't carry."""
    match message:
        case CallId(call_id):
            return _frame(_UUID, call_id.bytes)
        case Audio(pcm, rate):
            if rate not in _AUDIO_KINDS:
                raise AudioSocketError(f"expected a rate of {sorted(_AUDIO_KINDS)}, got {rate}")
            if not pcm or len(pcm) % 2:
                raise AudioSocketError(f"expected whole 16-bit samples, got {len(pcm)} bytes")
            return _frame(_AUDIO_KINDS[rate], pcm)
        case Dtmf(digit):
            if digit not in _KEYS:
                raise AudioSocketError(f"expected a DTMF key, got {digit!r}")
            return _frame(_DTMF, digit.encode("ascii"))
        case Hangup():
            return _frame(_HANGUP, b"")
        case Failure(code):
            return _frame(_ERROR, code)
        case Unknown(kind, payload):
            return _frame(kind, payload)


def _decode(kind: int, payload: bytes) -> Message:
    if kind in _AUDIO_RATES:
        if not payload or len(payload) % 2:
            raise AudioSocketError(
                f"audio (0x{kind:02x}): expected whole 16-bit samples, got {len(payload)} bytes"
            )
        return Audio(payload, _AUDIO_RATES[kind])
    if kind == _UUID:
        if len(payload) != 16:
            raise AudioSocketError(f"UUID (0x01): expected 16 bytes, got {len(payload)}")
        return CallId(uuid.UUID(bytes=payload))
    if kind == _DTMF:
        if len(payload) != 1:
            raise AudioSocketError(f"DTMF (0x03): expected 1 byte, got {len(payload)}")
        digit = payload.decode("latin-1").upper()
        if digit not in _KEYS:
            raise AudioSocketError(f"DTMF (0x03): expected one of 0-9 * # A-D, got byte 0x{payload[0]:02x}")
        return Dtmf(digit)
    if kind == _HANGUP:
        if payload:
            raise AudioSocketError(f"hang-up (0x00): expected no payload, got {len(payload)} bytes")
        return Hangup()
    if kind == _ERROR:
        return Failure(payload)
    return Unknown(kind, payload)


class Decoder:
    """Cuts a byte stream into messages, however it was chunked.

    Never holds more than one message and one chunk (64 KiB + the chunk).
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def unfinished(self) -> int:
        """Bytes of a message that has not come whole: not 0 at the end of a stream means it was cut off."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now.

        Raises AudioSocketError at the first malformed one; the stream can't be read on after that.
        """
        self._buffer += data
        messages: list[Message] = []
        start = 0
        while len(self._buffer) - start >= HEADER_BYTES:
            end = start + HEADER_BYTES + int.from_bytes(self._buffer[start + 1 : start + 3], "big")
            if len(self._buffer) < end:
                break
            messages.append(_decode(self._buffer[start], bytes(self._buffer[start + HEADER_BYTES : end])))
            start = end
        del self._buffer[:start]
        return messages
