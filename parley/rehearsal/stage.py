"""The stage of a rehearsal: flows as the server has them, on a copy of the shop, at any time of day."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from dialogue.courtesies import TO_CHINESE, TO_ENGLISH
from dialogue.flow import Flow
from dialogue.flowminds import FlowMinds
from dialogue.llm import Model
from dialogue.mind import Said
from dialogue.rehearsal import Rehearsal
from dialogue.texts import script_of
from dialogue.understanding import Train
from parley.config import Config
from parley.intents import trainer
from parley.minds import make_minds, open_parts
from parley.models import ModelStore
from parley.rehearsal.shopcopy import ShopCopy, ShopSource
from parley.reporting import Report

_NOON = datetime(2026, 1, 7, 12, 0)
"""A Wednesday."""


@dataclass(slots=True)
class Clock:
    """Tells the time that a rehearsal takes for the present, the real one where none was set."""

    now: datetime | None = None

    def __call__(self) -> datetime:
        """The time, aware of its zone."""
        return self.now or datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """What rehearsals share.

    Attributes:
        minds: makes minds for the flows.
        train: trains intents.
        clock: what they take for the present.
        shop: the copy of the shop, None where there is no shop.
    """

    minds: FlowMinds
    train: Train
    clock: Clock
    shop: ShopCopy | None

    def begin(self, flow: str | None = None, *, number: str = "", dialled: str = "") -> Rehearsal:
        """A conversation from its beginning, on the shop as it came. Nothing was said yet.

        Args:
            flow: its name, None for the default one.
            number: the caller's.
            dialled: the number called.
        """
        if self.shop is not None:
            self.shop.reset()
        return Rehearsal(self.minds.mind(flow=flow, dialled=dialled, caller=number))


@asynccontextmanager
async def open_stage(
    config: Config,
    flows: Mapping[str, Path],
    report: Report,
    *,
    model: Model | None = None,
    shop: ShopSource | None = None,
    train: Train | None = None,
) -> AsyncIterator[Stage]:
    """Load flows with all that calls have.

    Args:
        config: what the admin configured.
        flows: the file of each flow by its name, the default one first.
        report: told about each thing loaded.
        model: the language model.
        shop: the shop that is copied.
        train: trains intents, None for what the server's are trained with.

    Raises:
        ModelError, FlowError, ShopError, ShopUnavailableError: what is missing or wrong.
    """
    models = ModelStore(config.models.folder, config.models.local)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-")))
        copy = None
        if shop is not None:
            copy = await asyncio.to_thread(ShopCopy, shop, folder)
            stack.callback(copy.close)
        clock = Clock()
        if train is None:
            train = await asyncio.to_thread(trainer, models)
        moved = _moved(config, flows, folder, copy, shop.rules if shop else None)
        parts = await open_parts(moved, models, stack, report, train=train)
        minds = await make_minds(moved, parts, report, model=model, clock=clock)
        yield Stage(minds, train, clock, copy)


def _moved(
    config: Config, flows: Mapping[str, Path], folder: Path, copy: ShopCopy | None, rules: Path | None
) -> Config:
    """The configuration with the given flows, on a copied shop or none, writing nowhere but into `folder`."""
    dialogue = {"flows": dict(flows), "flow": next(iter(flows)), "routes": {}}
    url = SecretStr(copy.url) if copy is not None else None
    return config.model_copy(
        update={
            "server": config.server.model_copy(update={"data": folder}),
            "dialogue": config.dialogue.model_copy(update=dialogue),
            "shop": config.shop.model_copy(update={"url": url, "documents": rules if copy else None}),
        }
    )


def noon_of(flow: Flow) -> datetime:
    """Noon of a Wednesday that is no holiday where the shop is."""
    return here_of(flow, _NOON)


def here_of(flow: Flow, time: datetime) -> datetime:
    """A time without zone as one where the shop is."""
    if time.tzinfo is not None:
        return time
    return time.replace(tzinfo=ZoneInfo(flow.hours.zone) if flow.hours else UTC)


def asking_for(language: str) -> Said:
    """What a caller says who would rather speak `language`."""
    phrases = TO_CHINESE if language == "zh" else TO_ENGLISH
    return Said(next(one for one in phrases if script_of(one) == language), language)
