"""The shop's catalogue and documents as answers to calls, read again when they change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack

from dialogue.facts import Evidence
from dialogue.knowledge import DocumentError, Knowledge, Library
from dialogue.shop import Shop, ShopError, ShopUnavailableError, connect
from dialogue.tools import TicketOffice
from parley.config import Config

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


class ShopFacts:
    """Implements `dialogue.facts.Facts`. Knows nothing until the shop could be read.

    Args:
        library: keeps the knowledge.
        shop: the shop's database.
    """

    def __init__(self, library: Library, shop: Shop | None = None) -> None:
        self.shop = shop
        self._library = library
        self._knowledge: Knowledge | None = None
        self._watch: asyncio.Task[None] | None = None

    def told(self, question: str, language: str) -> Evidence | None:
        """See `Facts.told`."""
        answer = self._knowledge.ask(question, language) if self._knowledge is not None else None
        if answer is None:
            return None
        return Evidence(answer.text, "; ".join(map(str, answer.sources)))

    def passages(self, question: str, language: str, limit: int) -> Sequence[Evidence]:
        """See `Facts.passages`."""
        if self._knowledge is None:
            return ()
        found = self._knowledge.evidence(question, language, limit)
        return [Evidence(one.text, str(one.source())) for one in found]

    def summary(self) -> str:
        """What is known, in a few words."""
        if self._knowledge is None:
            return "cannot be read yet"
        counts = self._knowledge.counts()
        return f"{counts['products']} products, {counts['passages']} passages"

    async def start(self, every: float = EVERY_SECONDS) -> None:
        """Read the shop, and again whenever it has changed, until `stop`: looks every so many seconds."""
        await self._refresh()
        self._watch = asyncio.create_task(self._keep_fresh(every), name="shop's knowledge")

    async def stop(self) -> None:
        """Stop looking for changes. Safe to call twice."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait({watch})

    async def _keep_fresh(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            self._knowledge = await asyncio.to_thread(self._library.refresh)
        except (ShopError, ShopUnavailableError, DocumentError) as error:
            log.warning("the shop's knowledge stays as it was: %s", error)


async def open_facts(config: Config, stack: AsyncExitStack) -> ShopFacts | None:
    """The facts of the configured shop, None where no shop was brought in.

    A database that does not answer now is asked again later.

    Raises:
        ShopError: a shop was named, or documents, and there is no shop.
    """
    shop = Shop(connect(config.shop_url, patience=config.shop.patience))
    stack.callback(shop.close)
    try:
        await asyncio.to_thread(shop.open)
    except ShopUnavailableError as error:
        log.warning("%s", error)
    except ShopError:
        if config.shop.url is None and config.shop.documents is None:
            return None
        raise
    facts = ShopFacts(Library(shop, config.shop.documents), shop)
    await facts.start()
    stack.push_async_callback(facts.stop)
    return facts


def ticket_office(config: Config, facts: ShopFacts | None) -> TicketOffice:
    """Where tickets of calls go: to the shop's database, or to the journal where there is none."""
    return TicketOffice(facts.shop if facts is not None else None, config.ticket_journal)
