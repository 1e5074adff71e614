"""What the page and Parley say to each other over the WebSocket. A pure codec, no I/O.

Binary messages are audio in both directions: s16le mono at the rate that `ready`
names. Text messages are JSON objects with a `type`:

| from | `type` | fields |
|---|---|---|
| page | `key` | `digit`: one of `0123456789*#ABCD` |
| page | `hangup` | |
| Parley | `ready` | `call_id`, `rate` |
| Parley | `answered` | |
| Parley | `flush` | drop what is buffered for the loudspeaker |
| Parley | `show` | `event`: an object for the transcript, see `telephony.browser.Screen` |
| Parley | `ended` | `by`, `reason` |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

MAX_AUDIO = 16_000
"""Bytes of one binary message: half a second at 16 kHz."""

MAX_TEXT = 1_000
"""Bytes of one text message from the page."""

DIGITS = frozenset("0123456789*#ABCD")


class WireError(ValueError):
    """A message that breaks the protocol; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Samples from the microphone."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the keypad."""

    digit: str


@dataclass(frozen=True, slots=True)
class HangUpPressed:
    """The hang-up button."""


FromPage: TypeAlias = Audio | KeyPressed | HangUpPressed


def decode(message: bytes | str) -> FromPage:
    """Read a message from the page.

    Raises:
        WireError: too long, not JSON, an unknown type, or half a sample.
    """
    if isinstance(message, bytes):
        if not message or len(message) % 2 or len(message) > MAX_AUDIO:
            raise WireError(f"expected 2 to {MAX_AUDIO} bytes of 16-bit samples, got {len(message)} bytes")
        return Audio(message)
    if len(message) > MAX_TEXT:
        raise WireError(f"expected at most {MAX_TEXT} characters of JSON, got {len(message)}")
    try:
        event = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise WireError(f"expected a JSON object, got {message[:40]!r}: {error}") from error
    kind = event.get("type") if isinstance(event, dict) else None
    if kind == "hangup":
        return HangUpPressed()
    if kind == "key":
        digit = event.get("digit")
        if not isinstance(digit, str) or digit not in DIGITS:
            raise WireError(f"expected a digit out of 0123456789*#ABCD, got {digit!r}")
        return KeyPressed(digit)
    raise WireError(f"expected an object with type key or hangup, got {message[:40]!r}")


def key(digit: str) -> str:
    """The page's message for a key."""
    return json.dumps({"type": "key", "digit": digit})


def hang_up() -> str:
    """The page's message for hanging up."""
    return json.dumps({"type": "hangup"})


def ready(call_id: str, rate: int) -> str:
    """The first message: the call exists and is ringing."""
    return json.dumps({"type": "ready", "call_id": call_id, "rate": rate})


def answered() -> str:
    """The call was picked up."""
    return json.dumps({"type": "answered"})


def flush() -> str:
    """Whatever the page has not played yet must not be played any more."""
    return json.dumps({"type": "flush"})


def show(event: Mapping[str, Any]) -> str:
    """Something for the transcript. Raises TypeError for values that JSON has not."""
    return json.dumps({"type": "show", "event": dict(event)}, ensure_ascii=False)


def ended(by: str, reason: str) -> str:
    """The last message."""
    return json.dumps({"type": "ended", "by": by, "reason": reason}, ensure_ascii=False)
