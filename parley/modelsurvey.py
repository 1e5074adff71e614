"""What `parley llm` finds out about the language model's servers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from dialogue.llm import LanguageModel, LanguageModelError, Message, ModelSettings
from parley.modelservers import settings_of
from parley.settings import Config, ModelServer

PATIENCE = 5.0
ROUNDS = 3
_QUESTION: list[Message] = [{"role": "user", "content": "Say hello."}]
_FIGURES = {
    "parley_model_up": "up",
    "parley_model_in_flight": "in_flight",
    "parley_model_first_token_seconds": "first_token_seconds",
    "parley_model_replies_total": "replies",
    "parley_model_failures_total": "failures",
}


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One server.

    Attributes:
        title: what the configuration calls it.
        weight, canary, standby: its part of the calls, see `ModelServer`.
        trouble: what is wrong with it, empty if nothing is; None for one that only runs inside Parley.
        first_ms: median milliseconds to the first text of a short reply, None if it was not asked.
        figures: what a running Parley has counted of it: `up`, `in_flight`, `first_token_seconds`,
            `replies`, `failures`; empty where none runs that shows its metrics.
    """

    title: str
    weight: float
    canary: float | None
    standby: bool
    trouble: str | None
    first_ms: float | None
    figures: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """For `json.dumps`."""
        return asdict(self)


async def survey(config: Config) -> list[Surveyed]:
    """Look at every configured server, all at the same time."""
    counted = await _counted(config)
    servers = config.dialogue.model.every_server
    return await asyncio.gather(*(_look(config, one, counted.get(one.title, {})) for one in servers))


async def _look(config: Config, server: ModelServer, figures: Mapping[str, float]) -> Surveyed:
    trouble: str | None = None
    first: float | None = None
    if server.server != "embedded":
        settings = settings_of(config.dialogue.model, server, server.server, server.name)
        trouble, first = await _asked(settings)
    return Surveyed(server.title, server.weight, server.canary, server.standby, trouble, first, figures)


async def _asked(settings: ModelSettings) -> tuple[str, float | None]:
    """What is wrong, empty for nothing, and the median milliseconds to the first text."""
    model = LanguageModel(settings)
    firsts: list[float] = []
    try:
        await model.check(PATIENCE)
        for _ in range(ROUNDS):
            reply = model.reply(_QUESTION, "en")
            async for _ in reply:
                continue
            if reply.first_ms is not None:
                firsts.append(reply.first_ms)
    except LanguageModelError as error:
        return str(error), None
    finally:
        await model.close()
    return "", median(firsts) if firsts else None


async def _counted(config: Config) -> dict[str, dict[str, float]]:
    """What a running Parley has counted, by server; empty if none shows it."""
    if not config.metrics.enabled:
        return {}
    listen = config.metrics.listen
    address = f"http://{listen}/metrics"
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(address) as answer:
            return counted(await answer.text())
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return {}


def counted(page: str) -> dict[str, dict[str, float]]:
    """The figures of a page of metrics, by server. Raises ValueError for a page of another kind."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name in _FIGURES:
                found.setdefault(sample.labels["server"], {})[_FIGURES[sample.name]] = sample.value
    return found
