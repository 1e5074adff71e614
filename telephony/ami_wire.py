"""The Asterisk manager interface on the wire: pure, no I/O.

A banner line, then packets of `Name: value` lines that end with an empty line.
Reading and writing one packet is `asterisk-ami`'s work. Its client is not used:
a thread that can't be stopped while it reads, keeps whatever it is sent without
bound, and dies of a foreign banner. Source: Asterisk's `main/manager.c` (22.10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from asterisk.ami import Action, Event, Response  # type: ignore[import-untyped]  # ships no annotations

from telephony.line import LineError

MAX_PACKET_BYTES = 65_536
"""Longest packet accepted; Asterisk's own are a few kilobytes."""

MAX_HEADER_BYTES = 1024
"""Asterisk cuts longer lines off."""

MAX_BANNER_BYTES = 200

_BANNER = re.compile(r"Asterisk Call Manager/(\d[\d.]*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_()-]{0,79}")
# What `str.splitlines` takes for line ends and Asterisk does not: in a caller's name they would let him
# write further lines of the packet.
_FALSE_LINE_ENDS = re.compile("[\v\f\x1c\x1d\x1e\x85\u2028\u2029]|\r(?!\n)|(?<!\r)\n")


class AmiError(LineError):
    """The manager interface could not do what was asked: who, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """Something that happened in Asterisk.

    Attributes:
        name: `Newchannel`, `Hangup`, `QueueCallerJoin` ...
        fields: the other lines; of a name that comes twice the last one.
    """

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A field, empty if it is missing."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class AmiResponse:
    """The answer to an action.

    Attributes:
        ok: whether Asterisk did it, or will.
        fields: the other lines.
    """

    ok: bool
    fields: Mapping[str, str]

    @property
    def message(self) -> str:
        """What Asterisk says in words."""
        return self.fields.get("Message", "")


Packet: TypeAlias = AmiEvent | AmiResponse


def action(name: str, fields: Mapping[str, str], variables: Mapping[str, str] | None = None) -> bytes:
    """An action as bytes. Raises AmiError for what would become other lines, or be cut off.

    Args:
        name: `Redirect`, `Originate` ...
        fields: its lines; empty values are left out.
        variables: channel variables to set.
    """
    fields = {key: value for key, value in fields.items() if value}
    for key in (name, *fields, *(variables or {})):
        if not _NAME.fullmatch(key):
            raise AmiError(f"action {name[:40]!r}: expected a name, got {key[:80]!r}")
    text = f"{Action(name, fields, dict(variables or {}))}\r\n"
    lines = text.split("\r\n")
    if len(lines) != 3 + len(fields) + len(variables or {}) or any(map(_breaks, lines)):
        raise AmiError(f"action {name}: expected values without line breaks, got {dict(fields)!r:.200}")
    longest = max(len(line.encode()) for line in lines)
    if longest > MAX_HEADER_BYTES:
        raise AmiError(f"action {name}: a line is at most {MAX_HEADER_BYTES} bytes, got {longest}")
    return text.encode()


def _breaks(text: str) -> bool:
    return any(char in text for char in "\r\n\0")


def banner(line: bytes) -> str:
    """The version of the interface. Raises AmiError for a line that is not Asterisk's first."""
    match = _BANNER.match(line.decode("utf-8", errors="replace"))
    if match is None:
        raise AmiError(f"expected `Asterisk Call Manager/...`, got {line[:80]!r}: is it the manager's port?")
    return match[1]


def parse(packet: bytes) -> Packet | None:
    """One packet, without its empty line; `None` for one that is neither an event nor a response."""
    text = packet.decode("utf-8", errors="replace").lstrip("\r\n")
    text = _FALSE_LINE_ENDS.sub(" ", text)
    if Event.match(text):
        event = Event.read(text)
        return AmiEvent(event.name.strip(), _texts(event.keys))
    if Response.match(text):
        response = Response.read(text)
        return AmiResponse(
            response.status.lower() in {"success", "follows", "goodbye"}, _texts(response.keys)
        )
    return None


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    """The fields that are text: `ChanVariable` and its kind come as mappings that nobody here asks for."""
    return {name: value.strip() for name, value in fields.items() if isinstance(value, str)}


class Packets:
    """Cuts the stream behind the banner into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """What became whole; unknown packets are left out. Raises AmiError for one without an end."""
        searched = max(0, len(self._rest) - 3)
        self._rest += data
        packets: list[Packet] = []
        while (end := self._rest.find(b"\r\n\r\n", searched)) >= 0:
            if (packet := parse(bytes(self._rest[:end]))) is not None:
                packets.append(packet)
            del self._rest[: end + 4]
            searched = 0
        if len(self._rest) > MAX_PACKET_BYTES:
            raise AmiError(f"expected packets of at most {MAX_PACKET_BYTES} bytes, got a longer one")
        return packets
