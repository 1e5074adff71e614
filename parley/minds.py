"""Builds what answers calls, the minds of all flows: alike for the server, for replays and for rehearsals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial

from dialogue.decide import Train
from dialogue.embedded import EmbeddedServer
from dialogue.flowmind import FlowMinds, utc_now
from dialogue.llm import LanguageModel, ModelSettings
from parley.intents import trainer
from parley.models import ModelStore
from parley.reporting import Report, timed
from parley.settings import Config
from parley.shopfacts import open_facts


async def open_minds(
    config: Config,
    models: ModelStore,
    stack: AsyncExitStack,
    report: Report,
    *,
    model: LanguageModel | None,
    clock: Callable[[], datetime] = utc_now,
    train: Train | None = None,
) -> FlowMinds:
    """The minds of all configured flows, with the intents, the facts and the shop that calls have.

    Args:
        config: what the admin configured.
        models: where the sentence encoders are.
        stack: closes what was opened.
        report: told about each thing loaded.
        model: the language model, None to do without.
        clock: tells the time, for opening hours.
        train: trains intents, None to make it of the models' sentence encoders.

    Raises:
        ModelError, FlowError, ShopError: what is missing or wrong.
    """
    train = train or await asyncio.to_thread(trainer, models)
    facts = await open_facts(config, stack)
    report("shop", facts.summary() if facts is not None else "none was brought in")
    dialogue = config.dialogue
    make = partial(
        FlowMinds,
        dialogue.flows,
        default=dialogue.flow,
        routes=dialogue.routes,
        model=model,
        turns=dialogue.model.history,
        clock=clock,
        train=train,
        facts=facts,
    )
    return await timed(report, "flows", ", ".join(dialogue.flows), asyncio.to_thread(make))


async def open_model(
    config: Config, models: ModelStore, stack: AsyncExitStack, report: Report
) -> LanguageModel:
    """The configured language model; the embedded one is started.

    Raises:
        ModelError, LanguageModelError: its weights are missing, or it does not start.
    """
    settings = config.dialogue.model
    url, name, read = settings.server, settings.name, None
    if url == "embedded":
        weights = next(models.path(settings.name).glob("*.gguf"))
        embedded = EmbeddedServer(
            weights,
            threads=settings.threads,
            context=settings.context,
            prompts=config.models.folder.with_name("prompts"),
        )
        await timed(report, "model", f"{settings.name}, embedded", embedded.start())
        stack.push_async_callback(embedded.stop)
        url, name, read = embedded.url, "", embedded.read
    model = LanguageModel(
        ModelSettings(
            url,
            name,
            settings.api_key.get_secret_value() if settings.api_key else "",
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            first_token=settings.first_token,
            total=settings.total,
        ),
        read=read,
    )
    stack.push_async_callback(model.close)
    return model
