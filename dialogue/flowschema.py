"""The JSON Schema of a flow: what editors complete and check while an admin types."""

from __future__ import annotations

from typing import Any

from dialogue.flow import Flow
from dialogue.yamlschema import json_schema

KEYS = {
    "name": "The flow's name: lower-case letters, digits and hyphens.",
    "languages": "The languages it understands; calls are answered in the first one.",
    "persona": "Tells the language model who it is. Not spoken.",
    "notices": "Sentences before the greeting.",
    "greeting": "What a call begins with.",
    "transfers": "Where callers can be handed to, by a name of your choice.",
    "more": "Said after a no to an offer, or a yes to nothing in particular.",
    "knowledge": "Whether the shop's catalogue and documents answer what no known answer fits.",
    "emotions": "What is done about how callers feel; an empty list for nothing. docs/emotion.md teaches it.",
    "answers": "The known answers.",
    "tasks_from": "Files of tasks that flows share, from the flow's folder.",
    "tasks": "What callers want done, asked for step by step and done by the shop's tools.",
}
"""What a flow's own keys mean, where neither its docstring nor that of what they hold says it."""


def flow_schema() -> dict[str, Any]:
    """The schema (draft 7)."""
    return json_schema(Flow, "A Parley flow", KEYS)
