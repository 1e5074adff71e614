"""What a caller with a screen reads while he talks: the words of both, as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telephony.browser import Screen
from telephony.line import Line

Show = Callable[[dict[str, object]], None]


def screen_for(line: Line) -> Show | None:
    """Where a call's events go for `line`, or `None` if its caller has no screen."""
    if not isinstance(line, Screen):
        return None
    screen = line

    def show(event: dict[str, object]) -> None:
        shown = _as_shown(event)
        if shown is not None:
            screen.show(shown)

    return show


def _as_shown(event: dict[str, Any]) -> dict[str, Any] | None:
    shown: dict[str, Any] | None = None
    match event["event"]:
        case "recognised" if event["text"]:
            shown = {"kind": "caller", "text": event["text"], "language": event["language"]}
        case "reply_started":
            shown = {"kind": "parley", "text": event["text"]}
        case "turn" if event["ms"]:
            shown = {"kind": "timing", "ms": event["ms"]}
        case "key":
            shown = {"kind": "note", "text": f"key {event['digit']}"}
        case "transfer":
            shown = {"kind": "note", "text": f"transfer to {event['target']}"}
        case "error" | "transfer_failed":
            shown = {"kind": "note", "text": event["message"]}
    return shown
