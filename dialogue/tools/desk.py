"""The tools for asyncio: every call in a thread, and never longer than a caller can wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from dialogue.shop.database import Shop
from dialogue.shop.errors import ShopUnavailableError
from dialogue.tools.answers import Answer, Done
from dialogue.tools.session import CallerSession, SessionState
from dialogue.tools.tickets import Receipt, TicketNote, TicketOffice
from dialogue.tools.values import POLICY, Record, Rules

PATIENCE = 4.0
"""Seconds that a tool call may take: beyond the database's own limits, for a disk or network that hangs."""

T = TypeVar("T")


class OrderDesk:
    """Serves all callers of one shop.

    Args:
        shop: the shop's database.
        office: takes tickets.
        patience: seconds that a call may take before it raises.
        threads: calls at the same time; further ones wait, within their patience.
        rules: the policy.
    """

    def __init__(
        self,
        shop: Shop,
        office: TicketOffice,
        *,
        patience: float = PATIENCE,
        threads: int = 8,
        rules: Rules = POLICY,
    ) -> None:
        self._shop = shop
        self._office = office
        self._patience = patience
        self._rules = rules
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="order desk")

    def caller(self, state: SessionState) -> Caller:
        """A caller of a new call, or one who is taken up again."""
        return Caller(self, CallerSession(self._shop, self._office, state, rules=self._rules))

    async def within(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread.

        Raises:
            ShopUnavailableError: it took longer than the patience; it may still come to its end.
        """
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            return await asyncio.wait_for(future, self._patience)
        except TimeoutError:
            raise ShopUnavailableError("slow", f"no answer for {self._patience:g} s") from None

    def close(self) -> None:
        """Take no further calls; those that hang are left behind."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Caller:
    """`CallerSession` for asyncio; see there for arguments, answers and errors."""

    def __init__(self, desk: OrderDesk, session: CallerSession) -> None:
        self.session = session
        self._desk = desk

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """Use a tool."""
        return await self._desk.within(lambda: self.session.call(name, arguments))

    async def confirm(self, token: str, *, key: str | None = None) -> Answer:
        """Make the write that was proposed."""
        return await self._desk.within(lambda: self.session.confirm(token, key=key))

    async def withdraw(self, token: str) -> Done | None:
        """Take a proposal back; returns what it came to if it was made already."""
        return await self._desk.within(lambda: self.session.withdraw(token))

    async def account(self) -> tuple[Record, list[Record]]:
        """The caller's user record and his orders."""
        return await self._desk.within(self.session.account)

    async def file(self, note: TicketNote) -> Receipt:
        """Leave work for a colleague; it goes to the journal where the database does not answer."""
        return await self._desk.within(lambda: self.session.file(note))

    async def keep(self, token: str, words: str = "") -> Receipt:
        """Turn a proposal that could not be made into a ticket."""
        return await self._desk.within(lambda: self.session.keep(token, words))
