"""`parley bench calls`: how many calls a machine holds at once, and how the delay grows with them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley.benches.latency.calling import CallFailedError, CallPlan, Taped, place
from parley.benches.latency.figures import Row
from parley.benches.latency.known import Known
from parley.benches.latency.party import Host, Party, Place
from parley.benches.latency.run import Progress, kept, reader, with_entries
from parley.benches.latency.scenario import Amount
from parley.benches.latency.shop import Cast, cast
from parley.benches.latency.usage import settle, usage
from parley.settings import Config

APART = (0.35, 0.75)
"""Seconds between one caller's dialling and the next one's, from and to."""

REST = 2.0
"""Seconds between one number of calls and the next."""


@dataclass(frozen=True, slots=True)
class CallsOptions:
    """What is measured.

    Attributes:
        data: folder of the recordings.
        via: the way calls take.
        language: `en` or `zh`.
        most: the largest number of calls at once.
        turns: questions of each caller.
        budget: seconds from the end of speech to the reply that may pass at p95.
        seed: of all that is chosen.
        keep: folder for the tapes and what the party wrote, kept; `None` to throw them away.
    """

    data: Path
    via: str = "asterisk-websocket"
    language: str = "en"
    most: int = 8
    turns: int = 6
    budget: float = 0.5
    seed: int = 1
    keep: Path | None = None


async def bench_calls(
    options: CallsOptions, host: Host, config: Config, progress: Progress
) -> dict[str, Any]:
    """Have 1, 2, 4, … callers ask at once, each a process of his own.

    Returns:
        The object that `parley bench calls --json` prints; see docs/latency.md.

    Raises:
        DataError: there are no recordings.
        DemoError: the party did not start.
    """
    progress("choosing recordings", 0, 1)
    actors = await asyncio.to_thread(cast, options.data, options.language, reader(config, options.language))
    rng = random.Random(options.seed)  # noqa: S311 - to choose recordings
    counts = numbers_of_calls(options.most)
    steps: list[Row] = []
    with kept(options.keep) as folder:
        home = Place(folder / "party", options.via, options.most)
        home.folder.mkdir(parents=True, exist_ok=True)
        progress("starting the party", 0, len(counts))
        async with host(actors.shop, home) as party:
            await settle(party.pid)
            for done, count in enumerate(counts):
                progress(f"{count} calls at once", done, len(counts))
                steps.append(await _step(party, actors, options, count, folder, rng))
                await asyncio.sleep(REST)
    return {
        "party": party.name,
        "via": options.via,
        "language": options.language,
        "seed": options.seed,
        "about": dict(party.about),
        "budget_ms": round(options.budget * 1000),
        "calls_within_budget": calls_within(steps, options.budget * 1000),
        "steps": steps,
    }


def numbers_of_calls(most: int) -> list[int]:
    """1, 2, 4, 8 and so on, and at last `most` itself."""
    counts = [1]
    while counts[-1] * 2 <= most:
        counts.append(counts[-1] * 2)
    return counts if counts[-1] == most else [*counts, most]


def calls_within(steps: Sequence[Row], budget_ms: float) -> int:
    """The largest number of calls up to which every turn was answered, and within the budget at p95."""
    held = 0
    for step in steps:
        if (
            step["missed_turns"]
            or step["failed_calls"]
            or step["p95_ms"] is None
            or step["p95_ms"] > budget_ms
        ):
            break
        held = int(step["calls"])
    return held


async def _step(
    party: Party, actors: Cast, options: CallsOptions, count: int, folder: Path, rng: random.Random
) -> Row:
    scenario = Known()
    waits = [0.0]
    while len(waits) < count:
        waits.append(waits[-1] + rng.uniform(*APART))
    plans = scenario.plan(actors, Amount(count, options.turns), rng)
    before, begun = usage(party.pid), time.monotonic()
    made = await asyncio.gather(
        *(
            _place(party.uri, replace(plan, delay=wait), count * 1000 + k, folder)
            for k, (plan, wait) in enumerate(zip(plans, waits, strict=True))
        )
    )
    after, seconds = usage(party.pid), time.monotonic() - begun
    calls = await with_entries(party, [one for one in made if isinstance(one, Taped)])
    failures = [one for one in made if isinstance(one, str)]
    rows = [row for call in calls for row in scenario.rows(call, None)]
    unasked = sum(len(call.left) for call in calls) + options.turns * len(failures)
    figures = scenario.figures(rows)
    figures["missed_turns"] += unasked
    return {
        "calls": count,
        **figures,
        "failed_calls": failures,
        "cores_busy": round((after.cpu - before.cpu) / seconds, 2),
        "peak_memory_mb": round(after.peak_memory / 1e6),
        "rows": rows,
    }


async def _place(uri: str, plan: CallPlan, number: int, folder: Path) -> Taped | str:
    """The call, or why there was none."""
    await asyncio.sleep(plan.delay)
    try:
        return await place(uri, plan, number, folder)
    except CallFailedError as error:
        return str(error)
