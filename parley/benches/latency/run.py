"""Runs the latency benchmark: starts the party, has it called, and puts the figures together."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio import WHISPER_RATE, resample, to_float
from asr.whisper import Recogniser
from parley.benches.latency.backchannel import Backchannel
from parley.benches.latency.barge_in import BargeIn
from parley.benches.latency.calling import CallFailedError, CallPlan, Taped, matched, place
from parley.benches.latency.clips import LEVEL, RATE, Clip, levelled
from parley.benches.latency.figures import Row, headline, targets
from parley.benches.latency.known import Known
from parley.benches.latency.model import Model
from parley.benches.latency.party import LONG, Host, Party, Place, Rendering
from parley.benches.latency.pauses import Pauses
from parley.benches.latency.scenario import Amount, Scenario
from parley.benches.latency.sharing import Alone, Sharing
from parley.benches.latency.shop import Cast, cast
from parley.benches.latency.usage import Usage, settle, usage
from parley.models import ModelStore
from parley.settings import Config

SCENARIOS: Mapping[str, Scenario] = {
    one.name: one for one in (Known(), Pauses(), BargeIn(), Backchannel(), Model())
}

_LEDGER_SECONDS = 1.0
"""Seconds after a call in which the party writes down the rest of it."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many calls of how many are."""


class BenchError(Exception):
    """Nothing could be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured.

    Attributes:
        data: folder of the recordings.
        via: the way calls take.
        language: `en` or `zh`.
        only: names of scenarios, all by default.
        calls, turns: how many calls of each scenario, and trials in each call.
        noise: signal-to-noise ratio in dB of people talking around the caller; `None` for quiet.
        seed: of all that is chosen.
        keep: folder for the tapes and what the party wrote, kept; `None` to throw them away.
    """

    data: Path
    via: str = "asterisk-websocket"
    language: str = "en"
    only: Sequence[str] = ()
    calls: int = 4
    turns: int = 6
    noise: float | None = None
    seed: int = 1
    keep: Path | None = None


@dataclass(slots=True)
class Measured:
    """What a run has brought so far."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    hung_up: int = 0


async def bench_latency(
    options: Options, host: Host, config: Config, progress: Progress, sharing: Sharing | None = None
) -> dict[str, Any]:
    """Measure a party.

    Args:
        options: what is measured.
        host: starts the party.
        config: names the recogniser for recordings without a transcript.
        progress: told how far it is.
        sharing: with whom the party shares the machine, with nobody by default.

    Returns:
        The object that `parley bench latency --json` prints; see docs/latency.md.

    Raises:
        DataError: there are no recordings.
        BenchError: no call could be measured.
        DemoError: the party did not start.
    """
    scenarios = chosen_scenarios(options.only)
    progress("choosing recordings", 0, 1)
    actors = await asyncio.to_thread(cast, options.data, options.language, reader(config, options.language))
    rng = random.Random(options.seed)  # noqa: S311 - to choose recordings
    amount = Amount(options.calls, options.turns)
    plans = {
        one.name: _in_noise(one.plan(actors, amount, rng), actors, options.noise, rng) for one in scenarios
    }
    with kept(options.keep) as folder:
        home = Place(folder / "party", options.via, 1)
        home.folder.mkdir(parents=True, exist_ok=True)
        progress("starting the party", 0, 1)
        async with host(actors.shop, home) as party:
            await settle(party.pid)
            sharing = sharing or Alone()
            await sharing.ready()
            before = usage(party.pid)
            measured = await _measure(party, actors, scenarios, plans, folder, progress, sharing)
            after = usage(party.pid)
    return _result(options, party, scenarios, measured, before, after)


def chosen_scenarios(only: Sequence[str]) -> list[Scenario]:
    """The scenarios of these names, all without any. Raises BenchError for a name there is not."""
    for name in only:
        if name not in SCENARIOS:
            raise BenchError(f"scenario {name!r}: expected one of {', '.join(SCENARIOS)}")
    return [one for name, one in SCENARIOS.items() if not only or name in only]


async def _measure(
    party: Party,
    actors: Cast,
    scenarios: Sequence[Scenario],
    plans: Mapping[str, Sequence[CallPlan]],
    folder: Path,
    progress: Progress,
    sharing: Sharing,
) -> Measured:
    measured = Measured()
    calls: dict[str, list[Taped]] = {one.name: [] for one in scenarios}
    waiting = [(one.name, plan) for one in scenarios for plan in plans[one.name]]
    number = 0
    while waiting:
        name, plan = waiting.pop(0)
        try:
            async with sharing.call():
                progress(name, number, number + len(waiting) + 1)
                call = await place(party.uri, plan, number, folder)
        except CallFailedError as error:
            measured.failures.append(str(error))
        else:
            calls[name].append(call)
            measured.seconds += call.seconds
            if call.left:
                measured.hung_up += 1
            if call.left and call.trials:  # he calls again, to ask the rest
                waiting.insert(0, (name, replace(plan, trials=call.left)))
        number += 1
    await sharing.done()
    progress("reading the tapes", number, number)
    if not any(calls.values()):
        raise BenchError("no call could be measured:\n" + "\n".join(measured.failures))
    rendering = await _long_rendering(party, actors)
    told = await with_entries(party, [call for made in calls.values() for call in made])
    entries = {call.number: call for call in told}
    for scenario in scenarios:
        made = [entries[call.number] for call in calls[scenario.name]]
        measured.rows[scenario.name] = [row for call in made for row in scenario.rows(call, rendering)]
    return measured


async def with_entries(party: Party, calls: Sequence[Taped]) -> list[Taped]:
    """The calls with what the party wrote down about them."""
    if party.ledger is None:
        return list(calls)
    await asyncio.sleep(_LEDGER_SECONDS)
    return matched(calls, await party.ledger())


async def _long_rendering(party: Party, actors: Cast) -> Rendering | None:
    if party.rendering is None:
        return None
    return await party.rendering(next(one.text for one in actors.shop.answers if one.name == LONG))


def _result(
    options: Options,
    party: Party,
    scenarios: Sequence[Scenario],
    measured: Measured,
    before: Usage,
    after: Usage,
) -> dict[str, Any]:
    minutes = measured.seconds / 60
    result = {
        "party": party.name,
        "via": options.via,
        "language": options.language,
        "noise_db": options.noise,
        "seed": options.seed,
        "about": dict(party.about),
        **{one.name: one.figures(measured.rows[one.name]) for one in scenarios},
        "call_minutes": round(minutes, 2),
        "cpu_seconds_per_call_minute": round((after.cpu - before.cpu) / minutes, 2),
        "peak_memory_mb": round(after.peak_memory / 1e6),
        "failed_calls": measured.failures,
        "hung_up_on": measured.hung_up,
    }
    return {**result, **headline(result), "targets": targets(result), "rows": measured.rows}


def _in_noise(
    plans: Sequence[CallPlan], actors: Cast, ratio: float | None, rng: random.Random
) -> list[CallPlan]:
    """The calls with people talking around the caller, from another moment on in each."""
    if ratio is None:
        return list(plans)
    if actors.babble is None:
        raise BenchError("--noise: expected noise/people_talking.flac in the data folder, found none")
    babble = levelled(actors.babble.pcm, None, LEVEL - ratio)
    return [_around(plan, babble, rng) for plan in plans]


def _around(plan: CallPlan, babble: bytes, rng: random.Random) -> CallPlan:
    first = 2 * rng.randrange(len(babble) // 2)
    return replace(plan, noise=babble[first:] + babble[:first])


@contextlib.contextmanager
def kept(keep: Path | None) -> Iterator[Path]:
    """The folder for a run's files: `keep`, or one that is gone afterwards."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        yield Path(folder)


def reader(config: Config, language: str) -> Callable[[Clip], str]:
    """Writes down the words of a recording, by the configured recogniser. Called outside of a loop."""

    def read(clip: Clip) -> str:
        store = ModelStore(config.models.folder, config.models.local)
        recogniser = Recogniser(store.path(config.asr.model), threads=config.asr.threads)
        try:
            samples = np.frombuffer(clip.pcm, dtype="<i2")
            return asyncio.run(_recognise(recogniser, samples, language))
        finally:
            recogniser.close()

    return read


async def _recognise(recogniser: Recogniser, samples: np.ndarray, language: str) -> str:

    result = await recogniser.recognise(resample(to_float(samples), RATE, WHISPER_RATE), languages=[language])
    return result.text
