"""Runs the calls: a Parley with the sample shop, behind a real Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from asr.audio import resample
from dialogue.shop import Shop, bring_in, connect, create_schema, take_out
from dialogue.shop.sample import sample_shop
from dialogue.shop.tables import InvoiceRow, TicketRow
from parley.benches.callers.calling import Made, make_call
from parley.benches.callers.judging import Seen, acted_wrongly, changed, problems
from parley.benches.callers.lines import render, wanted
from parley.benches.callers.scenario import SHIPPED, Scenario, load_scenarios
from parley.config import load_config
from parley.demo.asterisk import asterisk_towards
from parley.demo.servers import Ports, environment, parley_server
from parley.models import ModelStore
from parley.settings import Config
from parley.store import CallStore
from telephony.line import LineError

Tell = Callable[[str, int, int], None]

PHONE_RATE = 8000


async def bench_callers(
    config: Path | None,
    env: dict[str, str],
    tell: Tell,
    *,
    scenarios: Path = SHIPPED,
    only: Sequence[str] = (),
    language: str | None = None,
    via: str = "agi",
    noise: Path | None = None,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Hold every call and judge it.

    Args:
        config: configuration to start from, None for the built-in one.
        env: environment, whose `PARLEY__…` variables override it.
        tell: told what goes on, with how many calls are over of how many.
        scenarios: the file of calls.
        only: names of calls to hold; all by default.
        language: only those of callers who speak it.
        via: the way calls take, see `parley demo`.
        noise: audio that sounds around the callers whose scenario wants it.
        keep: folder for Parley's data, which is deleted otherwise.

    Returns:
        `calls`, `right`, `wrong_acts`, `with_a_person`, and `results`: for each call `name`, `right`,
        `problems`, `acted_wrongly`, `transferred`, `lines`, `delays`.

    Raises:
        DemoError, ModelError, VoiceError, YamlError: the calls could not be held.
    """
    every = load_scenarios(scenarios)
    chosen = [
        one
        for one in every.calls
        if (not only or one.name in only) and (language is None or one.language == language)
    ]
    settings = load_config(config, env)
    store = ModelStore(settings.models.folder, settings.models.local)
    voices = settings.models.folder.with_name("callers")
    missing = wanted(chosen, voices)
    if missing:
        tell(f"rendering {len(missing)} lines of the callers", 0, len(chosen))
        await render(missing, store)
    around = await asyncio.to_thread(_noise, noise)
    results: list[dict[str, Any]] = []
    with _folder(keep) as folder:
        for spoken in ("en", "zh"):
            own = [one for one in chosen if one.language == spoken]
            if own:
                place = Place(config, env, folder / spoken, spoken, via, every.seed)
                step = _counted(tell, len(results), len(chosen))
                results += await _called(place, own, voices, around, step)
    return {
        "calls": len(results),
        "right": sum(row["right"] for row in results),
        "with_a_person": sum(row["transferred"] and not row["right"] for row in results),
        "wrong_acts": sum(row["acted_wrongly"] for row in results),
        "via": via,
        "results": results,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """The Parley that is called in one language.

    Attributes:
        config, env: configuration to start from.
        folder: its data.
        language: in which it answers.
        via, seed: see `bench_callers`.
    """

    config: Path | None
    env: dict[str, str]
    folder: Path
    language: str
    via: str
    seed: int


async def _called(
    place: Place, scenarios: Sequence[Scenario], voices: Path, around: bytes, step: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The calls of one language's callers."""
    ports = Ports.free()
    overrides = {
        **environment(ports, place.folder, place.language, place.via),
        "PARLEY__SERVER__MAX_CALLS": "20",
    }
    own = load_config(place.config, {**place.env, **overrides})
    shop = await asyncio.to_thread(_open_shop, own, place.seed)
    calls = CallStore(own.database_url)
    await calls.open()
    try:
        async with parley_server(place.config, overrides), asterisk_towards(place.via, ports) as uri:
            results = []
            for number, scenario in enumerate(scenarios):
                results.append(await _judged(scenario, number, uri, calls, shop, voices, around))
                step(scenario.name)
            return results
    finally:
        await calls.close()
        shop.close()


def _counted(tell: Tell, done: int, total: int) -> Callable[[str], None]:
    """Tells of each call that is over, counting."""
    count = done

    def step(name: str) -> None:
        nonlocal count
        count += 1
        tell(name, count, total)

    return step


async def _judged(
    scenario: Scenario, number: int, uri: str, calls: CallStore, shop: Shop, voices: Path, around: bytes
) -> dict[str, Any]:
    before = await asyncio.to_thread(_taken_out, shop)
    caller = f"+4411790{number:04}"
    noise = at_level(around, scenario.noise) if scenario.noise is not None else b""
    try:
        made = await make_call(scenario, uri, caller, calls, voices, noise)
    except LineError as error:
        made = Made(trouble=str(error))
    seen = await asyncio.to_thread(_seen, shop, before, made, await _transferred(calls, made))
    found = problems(scenario.expect, seen)
    if found and made.trouble:
        found.append(made.trouble)
    return {
        "name": scenario.name,
        "language": scenario.language,
        "right": not found,
        "problems": found,
        "acted_wrongly": acted_wrongly(scenario.expect, seen),
        "transferred": seen.transferred,
        "delays": [round(delay, 3) for delay in made.delays],
        "lines": made.lines,
    }


def _seen(shop: Shop, before: dict[str, Any], made: Made, transferred: bool) -> Seen:
    after = _taken_out(shop)
    with shop.reading() as session:
        tickets = _count(session, TicketRow, made.call_ids)
        invoices = _count(session, InvoiceRow, made.call_ids)
    return Seen(changed(before, after), tickets, invoices, transferred, made.replies)


def _count(session: Session, table: type[TicketRow] | type[InvoiceRow], call_ids: Sequence[str]) -> int:
    query = select(func.count()).select_from(table).where(table.call_id.in_(call_ids))
    return session.scalar(query) or 0


async def _transferred(calls: CallStore, made: Made) -> bool:
    """Whether the call was handed over, by the recordings' events."""
    for call in await calls.calls(200):
        if call.id in made.call_ids and call.recording is not None:
            events = Path(call.recording) / "events.jsonl"
            text = await asyncio.to_thread(events.read_text, "utf-8")
            if any(json.loads(line).get("event") == "transfer" for line in text.splitlines()):
                return True
    return False


def _taken_out(shop: Shop) -> dict[str, Any]:
    with shop.reading() as session:
        return take_out(session)


def _open_shop(config: Config, seed: int) -> Shop:
    """A sample shop in the database of the configured Parley."""
    config.server.data.mkdir(parents=True, exist_ok=True)
    engine = connect(config.shop_url, create=True)
    create_schema(engine, "USD")
    shop = Shop(engine)
    shop.open()
    with shop.writing() as session:
        bring_in(session, sample_shop(seed))
    return shop


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="parley-callers-") as folder:
        yield Path(folder)


def _noise(path: Path | None) -> bytes:
    if path is None:
        return b""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = resample(samples.mean(axis=1), rate, PHONE_RATE)
    return (np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes()


SPEECH_DB = -20.0
"""About how loud the callers' lines are, in dB below full scale."""


def at_level(noise: bytes, ratio: float) -> bytes:
    """Noise so loud that speech stands `ratio` dB above it."""
    samples = np.frombuffer(noise, dtype="<i2").astype(np.float64)
    if not len(samples):
        return b""
    rms = float(np.sqrt(np.mean(samples**2))) or 1.0
    wanted = 32767 * 10 ** ((SPEECH_DB - ratio) / 20)
    return np.clip(samples * wanted / rms, -32767, 32767).astype("<i2").tobytes()
