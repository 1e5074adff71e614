"""The language model's servers as configured, changed while Parley runs, and shown by `parley llm`."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from dialogue.llm import Fleet, Message
from dialogue.yamlfile import YamlError
from parley.cli.app import app
from parley.config import Config, load_config
from parley.models import ModelStore
from parley.modelservers import ModelServers
from parley.modelsurvey import counted, survey
from parley.observing.opening import observing
from tests.dialogue.fake_server import FakeServer, serving

ASK: list[Message] = [{"role": "user", "content": "Where is my order?"}]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "flow.yaml").touch()

    def write(servers: str) -> Path:
        file = tmp_path / "config.yaml"
        head = "dialogue:\n  flows: {a: flow.yaml}\n  flow: a\n  model:\n    servers:\n"
        file.write_text(head + servers, "utf-8")
        return file

    return write


def listed(*servers: tuple[FakeServer, str]) -> str:
    return "".join(f'      - {{server: "{server.url}", name: fake{more}}}\n' for server, more in servers)


def read(file: Path) -> Config:
    return load_config(file, {"HOME": "/nowhere"})


async def no_start(name: str, what: str, work: Coroutine[Any, Any, None]) -> None:
    raise AssertionError(f"nothing is embedded here, found {what}")


async def opened(config: Config, stack: AsyncExitStack) -> tuple[ModelServers, Fleet]:
    servers = ModelServers(config, ModelStore(), no_start)
    return servers, await servers.open(stack)


async def ask(fleet: Fleet) -> None:
    async for _ in fleet.for_call("x").reply(ASK, "en"):
        continue


@pytest.mark.parametrize(
    ("servers", "told"),
    [
        ("      - {server: gpu:8000}\n", "expected embedded, or an http:// or https:// address"),
        ('      - {server: "http://a/v1"}\n' * 2, "each server once, not a:http again"),
        ('      - {server: "http://a/v1", canary: 0.5}\n', "at least one server without canary"),
        ('      - {server: "http://a/v1", canary: 5}\n', "1"),
        ('      - {server: "http://a/v1", weight: 0}\n', "0"),
    ],
)
def test_servers_that_make_no_sense_are_named(write: Callable[[str], Path], servers: str, told: str) -> None:
    with pytest.raises(YamlError, match="servers") as caught:
        read(write(servers))
    assert told in str(caught.value)


def test_a_key_may_come_from_the_environment(write: Callable[[str], Path]) -> None:
    file = write('      - {server: "http://a/v1", api_key: "env:GPU_KEY"}\n')
    config = load_config(file, {"HOME": "/nowhere", "GPU_KEY": "s3cret"})
    key = config.dialogue.model.servers[0].api_key
    assert key is not None
    assert key.get_secret_value() == "s3cret"
    with pytest.raises(YamlError, match="GPU_KEY"):
        read(file)


async def test_a_change_of_the_file_holds_at_once_and_a_mistake_in_it_does_not(
    write: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(serving()) for _ in range(2)]
        file = write(listed((one, "")))
        servers, fleet = await opened(read(file), stack)
        following = asyncio.create_task(servers.follow(file, lambda: read(file), every=0.02))
        stack.callback(following.cancel)
        await ask(fleet)
        assert (len(one.requests), len(other.requests)) == (1, 0)

        write(listed((one, ""), (other, ", canary: 1")))
        await until(lambda: len(fleet.members) == 2)
        await ask(fleet)
        assert (len(one.requests), len(other.requests)) == (1, 1)

        write(listed((one, ""), (other, ", canary: 7")))
        await until(lambda: "stay as they were" in caplog.text)
        await ask(fleet)
        assert len(other.requests) == 2

        write(listed((one, "")))
        await until(lambda: len(fleet.members) == 1)
        write(listed((one, ""), (other, ", canary: 1.0")))
        await until(lambda: len(fleet.members) == 2)
        await ask(fleet)
        assert (len(one.requests), len(other.requests)) == (1, 3)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


async def test_the_metrics_tell_how_each_server_does(write: Callable[[str], Path]) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        env = {
            "HOME": "/nowhere",
            "PARLEY__METRICS__ENABLED": "true",
            "PARLEY__METRICS__LISTEN": "127.0.0.1:0",
        }
        config = load_config(write(listed((server, ""))), env)
        _, fleet = await opened(config, stack)
        lines: list[tuple[str, str]] = []
        await stack.enter_async_context(
            observing(config, lambda *line: lines.append(line), lambda: "ok", lambda: fleet.members)
        )
        await ask(fleet)
        async with aiohttp.ClientSession() as client, client.get(lines[0][1]) as answer:
            figures = counted(await answer.text())
    (found,) = figures.values()
    assert list(figures) == [config.dialogue.model.every_server[0].title]
    assert (found["up"], found["in_flight"], found["replies"], found["failures"]) == (1, 0, 1, 0)
    assert 0 < found["first_token_seconds"] < 2


async def test_the_survey_asks_each_server(write: Callable[[str], Path]) -> None:
    async with serving() as one, serving() as other:
        other.status = 503
        well, ill = await survey(read(write(listed((one, ""), (other, ", standby: true")))))
    assert well.trouble == ""
    assert well.first_ms is not None
    assert len(one.requests) == 3
    assert "503" in (ill.trouble or "")


def test_the_command_shows_what_is_wrong(write: Callable[[str], Path]) -> None:
    file = write(
        '      - {server: "http://127.0.0.1:9/v1", name: qwen, canary: 0.05}\n'
        "      - {server: embedded, name: q}\n"
    )
    shown = CliRunner().invoke(app, ["llm", "--config", str(file)])
    assert shown.exit_code == 1
    assert "canary, 5 %" in shown.output
    assert "expected a connection" in shown.output
    found = json.loads(CliRunner().invoke(app, ["llm", "--config", str(file), "--json"]).output)
    assert [one["canary"] for one in found] == [0.05, None]
    assert found[1]["trouble"] is None
