"""The order tools as a language model may use them: to look things up, never to change anything."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from dialogue.shop.errors import ShopUnavailableError
from dialogue.tools.catalogue import TOOLS
from dialogue.tools.desk import Caller
from dialogue.tools.registry import Tool

log = logging.getLogger(__name__)


class CallerToolbox:
    """Implements `dialogue.llm.Toolbox` for one caller in one turn.

    Writes are the flow's business: it asks for a yes and confirms. A model may at most propose one.

    Args:
        caller: whose orders it is about; a copy that is dropped with the turn.
        language: of what an agent can say.
        proposals: whether writes may be proposed.
    """

    def __init__(self, caller: Caller, language: str, *, proposals: bool = False) -> None:
        self._caller = caller
        self._language = language
        self._tools = {
            name: tool
            for name, tool in TOOLS.items()
            if _is_harmless(tool) or (proposals and tool.kind == "write")
        }

    def schemas(self) -> Sequence[dict[str, Any]]:
        """See `Toolbox.schemas`."""
        return [tool.schema() for tool in self._tools.values()]

    async def call(self, name: str, arguments: str) -> str:
        """See `Toolbox.call`."""
        if name not in self._tools:
            return json.dumps({"error": f"there is no tool {name}"})
        try:
            answer = await self._caller.call(name, json.loads(arguments))
        except ShopUnavailableError as error:
            log.warning("%s could not be used by the language model: %s", name, error)
            return json.dumps({"error": "the shop's records cannot be reached now"})
        return json.dumps(answer.as_json(self._language), ensure_ascii=False)


def _is_harmless(tool: Tool) -> bool:
    return tool.kind == "read" or tool.name == "calculate"
