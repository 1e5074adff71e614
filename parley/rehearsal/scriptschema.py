"""The JSON Schema of scripted conversations, for editors."""

from __future__ import annotations

from typing import Any

from dialogue.yamlschema import json_schema
from parley.rehearsal.script import Script


def script_schema() -> dict[str, Any]:
    """The schema (draft 7)."""
    return json_schema(Script, "Conversations for parley test-flow")
