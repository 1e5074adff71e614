"""The server: loads what all calls share, opens the ports, and closes everything again in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from asr.ears import WhisperEars
from asr.smart_turn import SmartTurn
from asr.whisper import Recogniser
from dialogue.flowminds import FlowMinds
from dialogue.llm import Fleet
from parley.desk import Desk, DeskSettings
from parley.feelings import FeelingsMaker, voice_head
from parley.heap import heap_set_aside
from parley.idle import IdleWork, render
from parley.minds import make_minds, open_parts
from parley.models import ModelStore
from parley.modelservers import ModelServers, Reread, told
from parley.observing.opening import observing
from parley.ports import transports
from parley.recording import recover
from parley.reporting import Report, timed
from parley.settings import Config
from parley.store import CallStore
from parley.together import together
from parley.voices import open_voices
from telephony.line import Transport
from tts.cache import CachedVoice

log = logging.getLogger(__name__)

T = TypeVar("T")


class Server:
    """A running Parley. An asynchronous context manager: entered, it answers calls.

    Args:
        config: what the admin configured.
        report: told about each thing loaded and each port opened, as it happens.
        file: the configuration's file; a change of the language model's servers in it holds at once.
        reread: reads it again.

    Raises (on entering):
        ModelError, VoiceError, LineError, StoreError, ObservingError, YamlError: what is missing, taken
            or wrong; whatever was opened before is closed again.
    """

    def __init__(
        self, config: Config, report: Report, *, file: Path | None = None, reread: Reread | None = None
    ) -> None:
        self.config = config
        self._file = file
        self._reread = reread
        self._fleet: Fleet | None = None
        self.ports: list[Transport] = []
        self._report = report
        self._stack = contextlib.AsyncExitStack()
        self._desk: Desk | None = None
        self._state = "starting"

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            await self._open(stack)
            self._stack = stack.pop_all()
        self._state = "ok"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._state = "draining"
        if self._desk is not None:
            await self._desk.drain(self.config.server.drain)
        await self._stack.aclose()

    @property
    def calls(self) -> int:
        """Calls running now."""
        return self._desk.calls if self._desk else 0

    async def _open(self, stack: contextlib.AsyncExitStack) -> None:
        config = self.config
        config.server.data.mkdir(parents=True, exist_ok=True)
        watching = observing(
            config,
            self._report,
            lambda: self._state,
            lambda: self._fleet.members if self._fleet is not None else (),
        )
        observers = await stack.enter_async_context(watching)
        recovered = await asyncio.to_thread(recover, config.recordings_folder)
        if recovered:
            self._report("recordings", f"{len(recovered)} of calls that a crash had cut were completed")
        models = ModelStore(config.models.folder, config.models.local)
        store = CallStore(config.database_url)
        await self._timed("database", store.address, store.open())
        stack.push_async_callback(store.close)
        ears, voices, minds = await self._load(stack, models)
        prompts, phrases = minds.warm(), render(voices, minds.fixed_phrases())
        await self._timed("prompt", "read ahead", _steps(prompts, 1))
        await self._timed("openings", "rendered", _steps(phrases, len(minds.opening_phrases())))
        idle = IdleWork()
        stack.push_async_callback(idle.close)
        stack.enter_context(heap_set_aside())
        self._desk = Desk(
            DeskSettings.of(config),
            ears,
            minds,
            voices,
            store,
            on_idle=idle.idle,
            feelings=FeelingsMaker.of(config.dialogue, models),
            observers=observers,
        )
        await self._open_ports(stack, self._desk)
        idle.begin(phrases, prompts)

    async def _load(
        self, stack: contextlib.AsyncExitStack, models: ModelStore
    ) -> tuple[WhisperEars, Mapping[str, CachedVoice], FlowMinds]:
        """Load the engines, which need nothing of one another, at the same time."""
        config = self.config
        ears = asyncio.create_task(self._open_ears(stack, models))
        voices = asyncio.create_task(
            self._timed(
                "voices",
                ", ".join(f"{language} {name}" for language, name in config.tts.voices.items()),
                stack.enter_async_context(open_voices(config, models)),
            )
        )
        minds = asyncio.create_task(self._open_minds(stack, models))
        await together(ears, voices, minds)
        return ears.result(), voices.result(), minds.result()

    async def _open_ears(self, stack: contextlib.AsyncExitStack, models: ModelStore) -> WhisperEars:
        config = self.config.asr
        recogniser = Recogniser(
            models.path(config.model), threads=config.threads, head=voice_head(config, models)
        )
        stack.callback(recogniser.close)
        await self._timed("recogniser", f"{config.model}, {config.threads} threads", recogniser.warm())
        smart_turn = None
        if config.end_of_turn is not None:
            smart_turn = SmartTurn(models.path(config.end_of_turn))
            stack.callback(smart_turn.close)
            await self._timed("end of turn", config.end_of_turn, smart_turn.warm())
        return WhisperEars(recogniser, pause=config.pause, smart_turn=smart_turn)

    async def _open_minds(self, stack: contextlib.AsyncExitStack, models: ModelStore) -> FlowMinds:
        model = asyncio.create_task(self._open_model(stack, models))
        parts = asyncio.create_task(open_parts(self.config, models, stack, self._report))
        await together(model, parts)
        minds = await make_minds(self.config, parts.result(), self._report, model=model.result())
        await minds.start()
        stack.push_async_callback(minds.stop)
        return minds

    async def _open_model(self, stack: contextlib.AsyncExitStack, models: ModelStore) -> Fleet:
        servers = ModelServers(self.config, models, self._timed)
        self._fleet = await servers.open(stack)
        for one in self.config.dialogue.model.every_server:
            self._report("model at", told(one))
        if self._file is not None and self._reread is not None:
            following = asyncio.create_task(servers.follow(self._file, self._reread), name="configuration")
            stack.callback(following.cancel)
        return self._fleet

    async def _open_ports(self, stack: contextlib.AsyncExitStack, desk: Desk) -> None:
        for port in transports(self.config):
            await port.start(desk.take)
            stack.push_async_callback(port.stop)
            self.ports.append(port)
            self._report("listening", f"{port.name} on {port.address}")

    async def _timed(self, name: str, what: str, work: Coroutine[Any, Any, T]) -> T:
        return await timed(self._report, name, what, work)


async def _steps(job: AsyncIterator[object], count: int) -> None:
    """Take the first `count` steps of a job, or all if there are fewer."""
    for _ in range(count):
        await anext(job, None)
