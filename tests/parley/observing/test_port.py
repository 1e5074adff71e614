from __future__ import annotations

import socket
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from parley.config import load_config
from parley.observing import ObservingError
from parley.observing.metrics import Metrics
from parley.observing.opening import observing
from parley.observing.port import MetricsPort
from parley.values import Address
from telephony.line import LineInfo
from tests.parley.kept_turns import said

ANY = Address("127.0.0.1", 0)


async def test_prometheus_reads_the_page_in_the_format_it_asks_for() -> None:
    metrics = Metrics(0.5)
    metrics.call(LineInfo("c1", "sip"), datetime.now(UTC)).turn(said())
    async with TestClient(TestServer(MetricsPort(metrics, ANY, lambda: "ok").application())) as client:
        plain = await client.get("/metrics")
        assert plain.status == 200
        assert plain.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert 'parley_turns_total{kind="known",transport="sip"} 1.0' in await plain.text()
        accept = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.3"
        modern = await client.get("/metrics", headers={"Accept": accept})
        assert modern.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        read = text_string_to_metric_families(await modern.text())  # type: ignore[no-untyped-call]
        families = {family.name for family in read}
        assert {"parley_turn_stage_seconds", "parley_calls_running", "parley_build"} <= families


async def test_health_says_whether_calls_are_taken() -> None:
    states = iter(["starting", "ok", "draining"])
    app = MetricsPort(Metrics(0.5), ANY, lambda: next(states)).application()
    async with TestClient(TestServer(app)) as client:
        told = []
        for _ in range(3):
            answer = await client.get("/healthz")
            told.append((answer.status, (await answer.json())["status"]))
    assert told == [(503, "starting"), (200, "ok"), (503, "draining")]


async def test_it_listens_on_a_port_of_its_own_until_it_is_stopped() -> None:
    port = MetricsPort(Metrics(0.5), ANY, lambda: "ok")
    await port.start()
    number = int(port.address.removeprefix("http://127.0.0.1:").removesuffix("/metrics"))
    assert number > 0
    with socket.create_connection(("127.0.0.1", number), 5):
        pass
    await port.stop()
    await port.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number), 5)


async def test_the_page_is_there_while_parley_runs_if_it_is_configured() -> None:
    env = {"HOME": "/nowhere", "PARLEY__METRICS__ENABLED": "true", "PARLEY__METRICS__LISTEN": "127.0.0.1:0"}
    config = load_config(None, {**env, "PARLEY__TURNS__BUDGET": "700ms"})
    told: list[tuple[str, str]] = []
    async with observing(config, lambda *line: told.append(line), lambda: "ok") as observers:
        observers.refused(LineInfo("c1", "sip"))
        ((name, address),) = told
        async with aiohttp.ClientSession() as client, client.get(address) as answer:
            page = await answer.text()
    assert name == "metrics"
    assert 'parley_calls_total{ending="busy",transport="sip"} 1.0' in page
    assert "parley_turn_budget_seconds 0.7" in page


async def test_nothing_is_opened_that_is_not_configured() -> None:
    told: list[tuple[str, str]] = []
    async with observing(load_config(None, {"HOME": "/nowhere"}), lambda *line: told.append(line), str):
        assert told == []


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        port = MetricsPort(Metrics(0.5), Address("127.0.0.1", number), lambda: "ok")
        with pytest.raises(
            ObservingError, match=rf"metrics.listen: cannot listen on 127.0.0.1:{number}: .+ in use"
        ):
            await port.start()


async def test_a_host_that_does_not_exist_is_named() -> None:
    port = MetricsPort(Metrics(0.5), Address("no.such.host.invalid", 9464), lambda: "ok")
    with pytest.raises(
        ObservingError, match=r"metrics.listen: cannot listen on no.such.host.invalid:9464: \w+"
    ):
        await port.start()
