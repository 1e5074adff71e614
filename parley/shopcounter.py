"""The counter at which a shop's callers are served, kept up to date with its database."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

from dialogue.shop import Shop, ShopError, ShopUnavailableError, connect
from dialogue.tasks.counter import Counter
from dialogue.tools import OrderDesk, TicketOffice
from parley.config import Config

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


async def open_counter(config: Config, stack: AsyncExitStack) -> Counter | None:
    """The counter of the configured shop, None where no shop was brought in.

    A database that does not answer now is asked again later; tickets are kept meanwhile.

    Raises:
        ShopError: a shop was named, and there is none.
    """
    shop = Shop(connect(config.shop_url, patience=config.shop.patience))
    stack.callback(shop.close)
    try:
        await asyncio.to_thread(shop.open)
    except ShopUnavailableError as error:
        log.warning("%s", error)
    except ShopError:
        if config.shop.url is None:
            return None
        raise
    desk = OrderDesk(shop, TicketOffice(shop, config.ticket_journal))
    stack.callback(desk.close)
    counter = Counter(shop, desk)
    await _refresh(counter)
    watch = asyncio.create_task(_keep_fresh(counter), name="shop's directory")
    stack.push_async_callback(_stop, watch)
    return counter


async def _keep_fresh(counter: Counter) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await _refresh(counter)


async def _refresh(counter: Counter) -> None:
    try:
        await asyncio.to_thread(counter.refresh)
    except (ShopError, ShopUnavailableError) as error:
        log.warning("the shop's directory stays as it was: %s", error)


async def _stop(watch: asyncio.Task[None]) -> None:
    watch.cancel()
    await asyncio.wait({watch})
