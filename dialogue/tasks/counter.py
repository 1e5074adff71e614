"""Where tasks are done: the tools for each caller, and what is known of the shop beforehand."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from dialogue.shop import Shop
from dialogue.tasks.directory import Directory, read_directory
from dialogue.tools import Caller, OrderDesk, SessionState


class Counter:
    """The counter of one shop, shared by all calls.

    Args:
        shop: its database.
        desk: the tools.
    """

    def __init__(self, shop: Shop, desk: OrderDesk) -> None:
        self.directory = Directory()
        self._shop = shop
        self._desk = desk

    @property
    def currency(self) -> str:
        """ISO 4217 code of all amounts."""
        return self._shop.currency

    def refresh(self) -> None:
        """Read the directory again if it has changed. Blocks: call it in a thread.

        Raises:
            ShopError: the database holds no shop.
            ShopUnavailableError: it did not answer within its time; the directory stays as it was.
        """
        self.directory = read_directory(self._shop, self.directory)

    def caller(self, call_id: str, session: Mapping[str, Any]) -> Caller:
        """One caller, as an earlier turn left him, perhaps in an earlier call.

        Works on a copy, which is dropped with a turn that is.
        """
        kept = copy.deepcopy(dict(session))
        return self._desk.caller(SessionState(**{**kept, "call_id": call_id}))
