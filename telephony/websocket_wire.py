"""The control messages of Asterisk's chan_websocket: pure, no I/O.

Asterisk's side sends events, ours sends commands, both as TEXT messages: JSON
if the channel was dialled with `f(json)`, else plain text. BINARY messages are
media. Source: Asterisk's `channels/chan_websocket.c` (22.10).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_COMMAND_BYTES = 128
"""Asterisk ignores longer TEXT messages."""

MAX_EVENT_BYTES = 65_500
"""Longest event accepted; MEDIA_START carries the channel's variables."""

RATES = {"slin": 8000, "slin16": 16000, "ulaw": 8000}
"""Formats that this side speaks, and their samples per second."""

_KEYS = frozenset("0123456789*#ABCD")


class WebSocketError(ValueError):
    """A message that is not chan_websocket's; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class MediaStart:
    """The channel is up.

    Attributes:
        channel: Asterisk's name of the WebSocket channel.
        format: codec name, one of `RATES`.
        frame_bytes: bytes of one frame in that format.
        ptime: milliseconds of one frame.
        variables: the channel's variables (JSON only).
    """

    channel: str
    format: str
    frame_bytes: int
    ptime: int
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DtmfEnd:
    """A key, sent when it was released."""

    digit: str


@dataclass(frozen=True, slots=True)
class MarkProcessed:
    """Asterisk has come to the mark in its queue."""

    mark: str


@dataclass(frozen=True, slots=True)
class Xoff:
    """The queue is nearly full (900 of 1,000 frames): send no media until `Xon`."""


@dataclass(frozen=True, slots=True)
class Xon:
    """The queue has room again (under 800 frames)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Asterisk could not do what a command asked."""

    text: str


@dataclass(frozen=True, slots=True)
class Other:
    """An event that needs no answer (STATUS, QUEUE_DRAINED, MEDIA_BUFFERING_COMPLETED, newer ones)."""

    name: str


Event: TypeAlias = MediaStart | DtmfEnd | MarkProcessed | Xoff | Xon | Problem | Other


def command(name: str, mark: str = "", *, as_json: bool) -> str:
    """A command as TEXT. Raises WebSocketError when Asterisk would ignore or misread it.

    Args:
        name: `ANSWER`, `HANGUP`, `FLUSH_MEDIA`, `PAUSE_MEDIA`, `CONTINUE_MEDIA`, `MARK_MEDIA` ...
        mark: correlation id, for `MARK_MEDIA`.
        as_json: the form the channel was dialled with.
    """
    if any(char.isspace() or not char.isprintable() for char in name + mark):
        raise WebSocketError(f"expected a command without white space, got {name!r} {mark!r}")
    if as_json:
        fields = {"command": name} | ({"correlation_id": mark} if mark else {})
        text = json.dumps(fields, separators=(",", ":"))
    else:
        text = f"{name} {mark}".rstrip()
    if len(text.encode()) > MAX_COMMAND_BYTES:
        raise WebSocketError(
            f"expected a command of at most {MAX_COMMAND_BYTES} bytes, got {len(text.encode())}: {text}"
        )
    return text


def parse_event(text: str) -> Event:
    """One TEXT message from Asterisk, JSON or plain. Raises WebSocketError."""
    if len(text) > MAX_EVENT_BYTES:
        raise WebSocketError(f"expected an event of at most {MAX_EVENT_BYTES} bytes, got {len(text)}")
    fields = _json_fields(text) if text.lstrip().startswith("{") else _plain_fields(text)
    name = fields.get("event")
    if not isinstance(name, str) or not name:
        raise WebSocketError(f"expected an event's name, got {text[:80]!r}")
    read = _EVENTS.get(name)
    return read(fields) if read else Other(name)


def _json_fields(text: str) -> Mapping[str, object]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WebSocketError(f"expected a JSON object, got {text[:80]!r}: {error}") from None
    if not isinstance(fields, dict):
        raise WebSocketError(f"expected a JSON object, got {text[:80]!r}")
    return fields


def _plain_fields(text: str) -> Mapping[str, object]:
    name, _, rest = text.strip().partition(" ")
    fields: dict[str, object] = {"event": name}
    if name in {"MEDIA_MARK_PROCESSED", "MEDIA_BUFFERING_COMPLETED"}:
        fields["correlation_id"] = rest
    elif name == "ERROR":
        fields["error_text"] = rest.partition("error_text:")[2] or rest
    else:
        for pair in rest.split():
            key, _, value = pair.partition(":")
            fields[key] = value
    return fields


def _text(fields: Mapping[str, object], key: str, event: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise WebSocketError(f"{event}: expected text in {key}, got {value!r:.80}")
    return value


def _number(fields: Mapping[str, object], key: str, event: str, low: int, high: int) -> int:
    value = fields.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WebSocketError(f"{event}: expected {key} from {low} to {high}, got {value!r:.80}")
    return value


def _media_start(fields: Mapping[str, object]) -> MediaStart:
    codec = _text(fields, "format", "MEDIA_START")
    if codec not in RATES:
        raise WebSocketError(
            f"MEDIA_START: expected format {', '.join(RATES)}, got {codec[:40]!r}: dial with c(slin16)"
        )
    variables = fields.get("channel_variables", {})
    if not isinstance(variables, dict):
        raise WebSocketError(f"MEDIA_START: expected channel_variables as an object, got {variables!r:.80}")
    return MediaStart(
        channel=_text(fields, "channel", "MEDIA_START"),
        format=codec,
        frame_bytes=_number(fields, "optimal_frame_size", "MEDIA_START", 1, 8000),
        ptime=_number(fields, "ptime", "MEDIA_START", 10, 100),
        variables={str(key): str(value) for key, value in variables.items()},
    )


def _dtmf_end(fields: Mapping[str, object]) -> DtmfEnd:
    digit = _text(fields, "digit", "DTMF_END").upper()
    if digit not in _KEYS:
        raise WebSocketError(f"DTMF_END: expected one of 0-9 * # A-D, got {digit[:20]!r}")
    return DtmfEnd(digit)


_EVENTS: Mapping[str, Callable[[Mapping[str, object]], Event]] = {
    "MEDIA_START": _media_start,
    "DTMF_END": _dtmf_end,
    "MEDIA_MARK_PROCESSED": lambda fields: MarkProcessed(
        _text(fields, "correlation_id", "MEDIA_MARK_PROCESSED")
    ),
    "MEDIA_XOFF": lambda _: Xoff(),
    "MEDIA_XON": lambda _: Xon(),
    "ERROR": lambda fields: Problem(_text(fields, "error_text", "ERROR")),
}
