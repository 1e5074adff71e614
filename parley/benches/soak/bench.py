"""Calls a Parley in its own process again and again, and watches whether it grows."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from parley.benches.soak.calls import long_call, short_call
from parley.benches.soak.growth import growth, thinned
from parley.benches.soak.watch import Watch
from parley.config import load_config
from parley.demo.servers import Ports, environment, parley_server
from parley.demo.speech import rendered_questions
from parley.models import ModelStore

FLOW = Path(__file__).with_name("flow.yaml")

SAID = 2
"""Of the demonstration's questions the first so many: the last one ends the call."""


@dataclass(frozen=True, slots=True)
class SoakOptions:
    """What to do.

    Attributes:
        short_calls: short calls in a row, 0 to leave them out.
        long: seconds of the long call, 0 to leave it out.
        every: seconds from one question of the long call to the next.
        config: configuration to start from, `None` for the built-in one.
    """

    short_calls: int = 500
    long: float = 1800.0
    every: float = 10.0
    config: Path | None = None


Tell = Callable[[str, float, float], None]
"""Told what is going on, how much of it is done, and how much it is altogether."""


async def bench_soak(options: SoakOptions, env: dict[str, str], tell: Tell) -> dict[str, Any]:
    """Make the short calls, then the long one, each series with a server of its own.

    The server has the configured voices and recogniser, records every call, and speaks the flow
    beside this file, for which no language model is needed.

    Returns:
        `short` and `long`, as far as they were asked for: how many were made and answered, `failed`
        (what went wrong), `seconds`, `samples`, and `growth` (see `parley.benches.soak.growth`);
        `flat`: whether every growth was and every call was answered.

    Raises:
        DemoError, ModelError, VoiceError: the server did not start, or ended.
    """
    result: dict[str, Any] = {}
    if options.short_calls:
        result["short"] = await _short(options, env, tell)
    if options.long:
        result["long"] = await _long(options, env, tell)
    parts = [part for part in result.values() if isinstance(part, dict)]
    return {**result, "flat": all(part["growth"]["flat"] and not part["failed"] for part in parts)}


async def _short(options: SoakOptions, env: dict[str, str], tell: Tell) -> dict[str, Any]:
    failed: list[str] = []
    tell("starting Parley", 0, options.short_calls)
    async with _served(options, env) as (pid, uri, watch):
        begun = time.monotonic()
        for number in range(options.short_calls):
            if trouble := await short_call(uri):
                failed.append(f"call {number + 1}: {trouble}")
            sample = await watch.sample(pid, number + 1, idle=True)
            tell(f"short calls, {sample.memory / 1e6:.0f} MB", number + 1, options.short_calls)
        seconds = time.monotonic() - begun
    made = options.short_calls
    return {"calls": made, "answered": made - len(failed), **_found(watch, failed, seconds)}


async def _long(options: SoakOptions, env: dict[str, str], tell: Tell) -> dict[str, Any]:
    config = load_config(options.config, env)
    tell("preparing what the caller says", 0, options.long)
    store = ModelStore(config.models.folder, config.models.local)
    questions = await rendered_questions("en", store, config.server.data / "demo" / "caller")
    tell("starting Parley", 0, options.long)
    async with _served(options, env) as (pid, uri, watch):
        begun = time.monotonic()

        async def look() -> None:
            sample = await watch.sample(pid, 1)
            tell(f"one long call, {sample.memory / 1e6:.0f} MB", time.monotonic() - begun, options.long)

        said = [question.file for question in questions[:SAID]]
        asked, trouble = await long_call(uri, said, options.long, options.every, look)
        seconds = time.monotonic() - begun
    failed = [trouble] if trouble else []
    if asked.answered < asked.times:
        failed.append(f"{asked.times - asked.answered} of {asked.times} questions were not answered")
    return {"questions": asked.times, "answered": asked.answered, **_found(watch, failed, seconds)}


def _found(watch: Watch, failed: list[str], seconds: float) -> dict[str, Any]:
    return {
        "failed": failed,
        "seconds": round(seconds, 1),
        "growth": growth(watch.samples),
        "samples": [asdict(sample) for sample in thinned(watch.samples)],
    }


@contextlib.asynccontextmanager
async def _served(options: SoakOptions, env: dict[str, str]) -> AsyncGenerator[tuple[int, str, Watch]]:
    """A Parley with the soak's flow: its process, its address and a watch on it."""
    ports, watch = Ports.free(), Watch()
    with tempfile.TemporaryDirectory(prefix="parley-soak-") as folder:
        overrides = {
            **environment(ports, Path(folder), "soak", "sip"),
            "PARLEY__DIALOGUE__FLOWS": json.dumps({"soak": str(FLOW)}),
            "PARLEY__DIALOGUE__ROUTES": "{}",
            "PARLEY__DIALOGUE__MODEL__SERVER": "http://127.0.0.1:9/v1",  # nobody is there, and none is asked
            "PARLEY__LOG__LEVEL": "info",
        }
        async with parley_server(options.config, overrides, watch.heard) as pid:
            yield pid, f"sip:shop@127.0.0.1:{ports.sip}", watch
