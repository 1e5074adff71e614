"""The language model's servers as the configuration lists them, and again when it changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

from dialogue.embedded import EmbeddedServer
from dialogue.llm import Fleet, LanguageModel, LanguageModelError, ModelSettings, Place
from dialogue.llm.fleet import Member
from dialogue.yamlfile import YamlError
from parley.models import ModelError, ModelStore
from parley.settings import Config, Model, ModelServer

log = logging.getLogger(__name__)

Reread: TypeAlias = Callable[[], Config]
"""Reads the configuration again. Raises YamlError."""

_Key: TypeAlias = tuple[str, ModelSettings]


def settings_of(model: Model, server: ModelServer, url: str, name: str) -> ModelSettings:
    """How to reach a server that has this address and calls its model so."""
    return ModelSettings(
        url,
        name,
        server.api_key.get_secret_value() if server.api_key else "",
        max_tokens=model.max_tokens,
        temperature=model.temperature,
        first_token=model.first_token,
        total=model.total,
        tools=model.may_call_tools(server),
        send_personal_data=model.send_personal_data,
    )


def embedded_server(config: Config, name: str, models: ModelStore) -> EmbeddedServer:
    """The embedded server of a model, not started. Raises ModelError."""
    settings = config.dialogue.model
    return EmbeddedServer(
        next(models.path(name).glob("*.gguf")),
        threads=settings.threads,
        context=settings.context,
        prompts=config.models.folder.with_name("prompts"),
    )


class ModelServers:
    """Opens the servers, and brings the fleet up to date when the configuration's file changes.

    Args:
        config: what the admin configured.
        models: the weights of embedded models.
        timed: awaits the start of an embedded server, and tells how long it took.
    """

    def __init__(
        self,
        config: Config,
        models: ModelStore,
        timed: Callable[[str, str, Coroutine[Any, Any, None]], Awaitable[None]],
    ) -> None:
        self._config = config
        self._models = models
        self._timed = timed
        self._embedded: dict[str, EmbeddedServer] = {}
        self._clients: dict[_Key, LanguageModel] = {}
        self._fleet: Fleet | None = None

    async def open(self, stack: AsyncExitStack) -> Fleet:
        """Start what runs in this process, and the fleet; both are closed with the stack.

        Raises ModelError, LanguageModelError: an embedded model is missing or broken.
        """
        stack.push_async_callback(self._stop_embedded)
        self._fleet = Fleet(await self._members(self._config.dialogue.model))
        stack.push_async_callback(self._fleet.close)
        await self._fleet.start()
        return self._fleet

    async def follow(self, file: Path, reread: Reread, every: float = 1.0) -> None:
        """Look every so many seconds whether the file has changed, until cancelled."""
        stamp = _stamp(file)
        while True:
            await asyncio.sleep(every)
            if (now := _stamp(file)) != stamp:
                stamp = now
                await self.refresh(reread)

    async def refresh(self, reread: Reread) -> bool:
        """Let the servers of the configuration as it is now hold. One that is wrong changes nothing.

        Returns:
            Whether anything is other than before.
        """
        try:
            model = (await asyncio.to_thread(reread)).dialogue.model
            before = self._config.dialogue.model
            if self._fleet is None or model.every_server == before.every_server:
                return False
            # The rest of the section holds from the next start on.
            model = before.model_copy(update={"servers": model.every_server})
            self._fleet.replace(await self._members(model))
        except (YamlError, ModelError, LanguageModelError) as error:
            log.error("the language model's servers stay as they were:\n%s", error)
            return False
        dialogue = self._config.dialogue.model_copy(update={"model": model})
        self._config = self._config.model_copy(update={"dialogue": dialogue})
        log.info("the language model's servers are now %s", "; ".join(map(told, model.every_server)))
        return True

    async def _members(self, model: Model) -> Sequence[Member]:
        """The fleet's members. Clients that are no longer needed are forgotten, for the fleet closes them."""
        before, self._clients = self._clients, {}
        try:
            return [await self._member(model, server, before) for server in model.every_server]
        except BaseException:
            self._clients = before
            raise

    async def _member(self, model: Model, server: ModelServer, known: Mapping[_Key, LanguageModel]) -> Member:
        place = Place(server.title, server.weight, server.canary, server.standby)
        url, name, read = server.server, server.name, None
        if url == "embedded":
            embedded = await self._started(server.name)
            url, name, read = embedded.url, "", embedded.read
        key = (server.title, settings_of(model, server, url, name))
        self._clients[key] = known.get(key) or LanguageModel(key[1], read=read)
        return Member(place, self._clients[key])

    async def _started(self, name: str) -> EmbeddedServer:
        if name not in self._embedded:
            server = embedded_server(self._config, name, self._models)
            await self._timed("model", f"{name}, embedded", server.start())
            self._embedded[name] = server
        return self._embedded[name]

    async def _stop_embedded(self) -> None:
        for server in self._embedded.values():
            await server.stop()


def told(server: ModelServer) -> str:
    """A server with its part of the calls, in a few words."""
    parts = [server.title]
    if server.weight != 1.0:
        parts.append(f"weight {server.weight:g}")
    if server.canary is not None:
        parts.append(f"{100 * server.canary:g} % of the calls")
    if server.standby:
        parts.append("standby")
    return ", ".join(parts)


def _stamp(path: Path) -> tuple[int, int]:
    """Tells whether a file has changed; (0, 0) while it is missing."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
