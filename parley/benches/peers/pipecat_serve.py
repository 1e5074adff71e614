"""Pipecat with its language model, as one process to be started and measured.

    python -m parley.benches.peers.pipecat_serve SETTINGS.json

Runs the language model's server here and the bot as a child, prints `Ready.` once calls are answered, and
stops both on SIGTERM or when the bot ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from dialogue.embedded import EmbeddedServer
from dialogue.llm import Message
from parley.benches.latency.party import Answer, Shop
from parley.benches.peers.language_model import ShopModel, Upstream
from parley.children import end
from parley.config import Config, load_config
from parley.demo.servers import DemoError
from parley.models import ModelStore
from parley.voices import models_of

BOT = Path(__file__).with_name("pipecat_bot.py")

STOP_SECONDS = 10.0


class PeerError(DemoError):
    """The other party could not be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Served:
    """What `SETTINGS.json` holds.

    Attributes:
        shop: what to say.
        environment: the virtual environment that `scripts/pipecat-env` made.
        port: TCP port for Asterisk's WebSocket.
        config: Parley's configuration file, `None` for the built-in one: its models are used.
        journal: file for what the bot knows of its calls.
    """

    shop: Shop
    environment: Path
    port: int
    config: Path | None
    journal: Path

    def write(self, path: Path) -> None:
        """Save as JSON."""
        plain = {**asdict(self), "environment": str(self.environment), "journal": str(self.journal)}
        plain["config"] = str(self.config) if self.config is not None else None
        path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Served:
        """Read what `write` saved."""
        plain = json.loads(path.read_text(encoding="utf-8"))
        answers = tuple(
            Answer(one["name"], tuple(one["examples"]), one["text"]) for one in plain["shop"]["answers"]
        )
        return cls(
            shop=Shop(**{**plain["shop"], "answers": answers}),
            environment=Path(plain["environment"]),
            port=plain["port"],
            config=Path(plain["config"]) if plain["config"] is not None else None,
            journal=Path(plain["journal"]),
        )


def bot_settings(served: Served, config: Config, model: str) -> dict[str, Any]:
    """The bot's own settings: Parley's Whisper and Piper voice, in the shop's language.

    Raises PeerError for a voice that is not Piper's, ModelError for a model that is not there.
    """
    language = served.shop.language
    store = ModelStore(config.models.folder, config.models.local)
    name = next((voice for key, voice in config.tts.voices.items() if key == language), "none")
    engine, _, which = name.partition(":")
    if engine != "piper":
        raise PeerError(f"Pipecat needs a Piper voice in tts.voices.{language}, got {name}")
    folder = Path(which).expanduser() if "/" in which else store.path(models_of(name)[0])
    files = sorted(folder.glob("*.onnx"))
    if not files:
        raise PeerError(f"{name}: expected an .onnx file in {folder}, found none")
    return {
        "port": served.port,
        "whisper": str(store.path(config.asr.model)),
        "voice": str(files[0]),
        "model": model,
        "language": language,
        "greeting": served.shop.greeting,
        "persona": served.shop.persona,
        "journal": str(served.journal),
    }


def bot_command(environment: Path, settings: Path) -> list[str]:
    """How to start the bot. Raises PeerError when there is no such environment."""
    python = environment / "bin" / "python"
    if not python.is_file():
        raise PeerError(
            f"{python}: expected Pipecat's environment, found none: scripts/pipecat-env {environment}"
        )
    # Isolated from this process's environment variables and folders: it has a Python and packages of its own.
    return [str(python.absolute()), "-I", str(BOT), str(settings)]


@contextlib.asynccontextmanager
async def language_model(shop: Shop, config: Config) -> AsyncGenerator[str]:
    """Serve the shop's language model; yields its base address."""
    settings = config.dialogue.model
    async with contextlib.AsyncExitStack() as stack:
        first = settings.every_server[0]
        url, name = first.server, first.name
        if url == "embedded":
            folder = ModelStore(config.models.folder, config.models.local).path(name)
            embedded = EmbeddedServer(
                next(folder.glob("*.gguf")), context=settings.context, threads=settings.threads
            )
            await embedded.start()
            stack.push_async_callback(embedded.stop)
            # Read ahead, as Parley does: no caller waits for the persona to be read.
            persona: Message = {"role": "system", "content": shop.persona}
            await embedded.read([persona, {"role": "user", "content": "Hello"}])
            url, name = embedded.url, ""
        upstream = Upstream(
            url,
            name,
            first.api_key.get_secret_value() if first.api_key else "",
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
        )
        app = ShopModel(shop.answers, upstream).application()
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"


async def serve(served: Served, env: Mapping[str, str]) -> int:
    """Run until SIGTERM or the bot's end; returns the bot's exit code.

    Raises PeerError, ModelError, LanguageModelError: it can't be started.
    """
    config = load_config(served.config, env)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with language_model(served.shop, config) as model:
        settings = served.journal.with_name("bot.json")
        settings.write_text(json.dumps(bot_settings(served, config, model)), encoding="utf-8")
        bot = await asyncio.create_subprocess_exec(*bot_command(served.environment, settings))
        ended = asyncio.create_task(bot.wait())
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        await end(bot, STOP_SECONDS)
        return await ended


def main(arguments: Sequence[str]) -> int:
    """Read the settings, then serve."""
    try:
        return asyncio.run(serve(Served.read(Path(arguments[0])), dict(os.environ)))
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
