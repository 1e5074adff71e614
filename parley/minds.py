"""Builds what answers calls, the minds of all flows: alike for the server, for replays and for rehearsals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dialogue.facts import Facts
from dialogue.flowmind import utc_now
from dialogue.flowminds import FlowMinds
from dialogue.llm import Fleet, Model
from dialogue.tasks.counter import Counter
from dialogue.tools import TicketOffice
from dialogue.understanding import Train
from parley.intents import trainer
from parley.models import ModelStore
from parley.modelservers import ModelServers
from parley.reporting import Report, timed
from parley.settings import Config
from parley.shopcounter import open_counter
from parley.shopfacts import open_facts, ticket_office
from parley.together import together


@dataclass(frozen=True, slots=True)
class Parts:
    """What minds are made of besides flows and language model.

    Attributes:
        train: trains intents.
        facts: what the shop's catalogue and documents say, None without a shop.
        counter: where the shop's orders are looked up and changed, None without a shop.
        tickets: where a wish to be called back is kept.
    """

    train: Train
    facts: Facts | None
    counter: Counter | None
    tickets: TicketOffice


async def open_parts(
    config: Config, models: ModelStore, stack: AsyncExitStack, report: Report, *, train: Train | None = None
) -> Parts:
    """Load what minds are made of, all of it at the same time.

    Args:
        config: what the admin configured.
        models: where the sentence encoders are.
        stack: closes what was opened.
        report: told about each thing loaded.
        train: trains intents, None to make it of the models' sentence encoders.

    Raises:
        ModelError, ShopError: what is missing or wrong.
    """
    training = asyncio.create_task(_trainer(train, models))
    knowing = asyncio.create_task(open_facts(config, stack))
    serving = asyncio.create_task(open_counter(config, stack))
    await together(training, knowing, serving)
    facts = knowing.result()
    report("shop", facts.summary() if facts is not None else "none was brought in")
    return Parts(training.result(), facts, serving.result(), ticket_office(config, facts))


async def _trainer(train: Train | None, models: ModelStore) -> Train:
    return train if train is not None else await asyncio.to_thread(trainer, models)


async def make_minds(
    config: Config,
    parts: Parts,
    report: Report,
    *,
    model: Model | None,
    clock: Callable[[], datetime] = utc_now,
) -> FlowMinds:
    """The minds of all configured flows.

    Args:
        config: what the admin configured.
        parts: what they are made of.
        report: told about the flows.
        model: the language model, None to do without.
        clock: tells the time, for opening hours.

    Raises:
        FlowError: what is wrong with the flows.
    """
    dialogue = config.dialogue
    make = partial(
        FlowMinds,
        dialogue.flows,
        default=dialogue.flow,
        routes=dialogue.routes,
        model=model,
        turns=dialogue.model.history,
        clock=clock,
        train=parts.train,
        facts=parts.facts,
        counter=parts.counter,
        tickets=parts.tickets,
    )
    return await timed(report, "flows", ", ".join(dialogue.flows), asyncio.to_thread(make))


async def open_model(config: Config, models: ModelStore, stack: AsyncExitStack, report: Report) -> Fleet:
    """The configured servers of language models; the embedded one is started.

    Raises:
        ModelError, LanguageModelError: its weights are missing, or it does not start.
    """
    return await ModelServers(config, models, partial(timed, report)).open(stack)
