"""The port that Prometheus reads: `/metrics`, and `/healthz`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from parley.observing.metrics import Metrics
from parley.observing.watch import ObservingError
from parley.values import Address


class MetricsPort:
    """Serves what `metrics` counted.

    Args:
        metrics: what is counted.
        listen: where; port 0 for any free one.
        state: tells what `/healthz` says; it is healthy while this is `ok`.
    """

    def __init__(self, metrics: Metrics, listen: Address, state: Callable[[], str]) -> None:
        self._metrics = metrics
        self._listen = listen
        self._state = state
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """The page's address, as one types it."""
        return f"http://{self._listen}/metrics"

    def application(self) -> web.Application:
        """The two pages."""
        app = web.Application()
        app.router.add_get("/metrics", self._page)
        app.router.add_get("/healthz", self._health)
        return app

    async def start(self) -> None:
        """Listen. Raises ObservingError naming address and cause when the port can't be had."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._listen.host, self._listen.port).start()
        except OSError as error:
            await self.stop()
            raise ObservingError(
                f"metrics.listen: cannot listen on {self._listen}: {error.strerror or error}"
            ) from error
        self._listen = Address(self._listen.host, self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening. Safe to call twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        write, content_type = self._metrics.page(request.headers.get("Accept", ""))
        # In a thread, because a long page takes longer than the packets of the calls may wait.
        return web.Response(body=await asyncio.to_thread(write), headers={"Content-Type": content_type})

    async def _health(self, _: web.Request) -> web.Response:
        state = self._state()
        return web.json_response({"status": state}, status=200 if state == "ok" else 503)
