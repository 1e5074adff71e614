"""All tools by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogue.tools.reading import READING
from dialogue.tools.registry import Tool
from dialogue.tools.serving import SERVING
from dialogue.tools.writing import WRITING

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in (*READING, *WRITING, *SERVING)}


def schemas() -> list[dict[str, Any]]:
    """Every tool as a function of the OpenAI chat API, always in the same order."""
    return [tool.schema() for tool in TOOLS.values()]
