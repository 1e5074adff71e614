"""Minds of a small flow, and one turn of theirs."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dialogue.flowmind import FlowMind
from dialogue.flowminds import FlowMinds
from dialogue.llm import LanguageModel
from dialogue.mind import (
    Act,
    Input,
    Say,
)


def noon() -> datetime:
    return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def rewrite(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


def minds_of(flow: Path, model: LanguageModel | None, *, turns: int = 8) -> FlowMinds:
    return FlowMinds({"small": flow}, default="small", model=model, turns=turns, clock=noon)


def mind_of(flow: Path, model: LanguageModel | None, *, turns: int = 8) -> FlowMind:
    return minds_of(flow, model, turns=turns).mind(flow=None, dialled="100", caller="200")


async def turn(mind: FlowMind, heard: Input) -> tuple[str, list[Act]]:
    thought = mind.think(heard)
    async with asyncio.timeout(10):
        acts = [act async for act in thought.acts()]
    mind.commit(thought, " ".join(say.text for say in thought.said))
    await thought.close()
    return thought.kind, acts


def spoken(acts: list[Act]) -> list[str]:
    return [act.text for act in acts if isinstance(act, Say)]
