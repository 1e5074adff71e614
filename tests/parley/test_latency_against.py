"""Several parties in one run of the latency benchmark."""

import asyncio
import contextlib
import io
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from rich.console import Console

from parley.benches.latency import run
from parley.benches.latency.against import bench_against, columns, figures
from parley.benches.latency.party import Party, Place, Shop
from parley.benches.latency.run import Options
from parley.benches.latency.sharing import Beside
from parley.cli.latency_table import columns_table
from parley.config import load_config
from parley.demo import DemoError


async def test_calls_alternate_and_never_overlap() -> None:
    sharing, said, busy = Beside(2), list[str](), list[str]()

    async def party(name: str, calls: int) -> None:
        await sharing.ready()
        for _ in range(calls):
            async with sharing.call():
                assert not busy
                busy.append(name)
                said.append(name)
                await asyncio.sleep(0)
                busy.remove(name)
        await sharing.done()
        said.append(f"{name} done")

    async with asyncio.timeout(5):
        await asyncio.gather(party("a", 2), party("b", 4))
    assert said[:6] in (["a", "b", "a", "b", "b", "b"], ["b", "a", "b", "a", "b", "b"])
    assert sorted(said[6:]) == ["a done", "b done"]


async def test_nobody_is_called_before_all_are_ready() -> None:
    sharing = Beside(2)
    early = asyncio.create_task(sharing.ready())
    await asyncio.sleep(0)
    assert not early.done()
    await sharing.ready()
    async with asyncio.timeout(5):
        await early


async def test_a_party_that_does_not_start_ends_the_run_with_its_own_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = asyncio.Event()

    @contextlib.asynccontextmanager
    async def starts(shop: Shop, place: Place) -> AsyncGenerator[Party]:
        try:
            yield Party("starts", "sip:nobody@127.0.0.1:9", 0)
        finally:
            stopped.set()

    @contextlib.asynccontextmanager
    async def fails(shop: Shop, place: Place) -> AsyncGenerator[Party]:
        await asyncio.sleep(0)
        raise DemoError("it did not start")
        yield

    class Actors:
        shop = Shop("en", "Hello.", "You are a shop.", ())

    monkeypatch.setattr(run, "cast", lambda *_: Actors())
    monkeypatch.setattr(run, "SCENARIOS", {})
    hosts = {"a": starts, "b": fails}
    with pytest.raises(DemoError, match=r"^it did not start$"):
        async with asyncio.timeout(10):
            await bench_against(Options(tmp_path), hosts, load_config(None, {}), lambda *_: None)
    assert stopped.is_set()


def test_columns_hold_every_figure_of_every_party() -> None:
    results = [
        {"party": "parley", "seed": 1, "known": {"p50_ms": 300.0, "right": True}, "rows": {"known": []}},
        {"party": "pipecat", "known": {"p50_ms": None, "n": 0}, "peak_memory_mb": 900},
    ]
    assert figures(results[0]) == {"known.p50_ms": 300.0}
    assert columns(results) == [
        ("known.p50_ms", [300.0, None]),
        ("known.n", [None, 0]),
        ("peak_memory_mb", [None, 900]),
    ]


def test_the_table_has_a_column_for_each_party() -> None:
    results = [
        {"party": "parley", "via": "sip", "language": "en", "known": {"p50_ms": 300.0}},
        {"party": "pipecat", "via": "sip", "language": "en", "known": {"p50_ms": None}},
    ]
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(columns_table({"parties": results}))
    lines = [line.split() for line in console.export_text().splitlines() if line.strip()]
    assert lines[-2:] == [["parley", "pipecat"], ["known.p50_ms", "300", "–"]]
