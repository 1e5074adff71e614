"""What replays need of a server: the same ears, minds and voices, and no ports."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from asr.ears import WhisperEars
from dialogue.embedded import EmbeddedServer
from dialogue.flowmind import FlowMinds, utc_now
from dialogue.llm import LanguageModelError, Message, ModelSettings
from dialogue.tools.tickets import Receipt, TicketNote, TicketOffice
from parley.feelings import FeelingsMaker
from parley.intents import trainer
from parley.models import ModelStore
from parley.replay.answers import AnswerBook, RememberingModel
from parley.replay.outside import Outside
from parley.server import Report, Server
from parley.settings import Config
from parley.shopfacts import open_facts
from parley.voices import open_voices
from tts.voice import Voice


class Studio(Server):
    """A server without ports, database and idle work, and with a language model that remembers.

    Enter it with `Outside.run`: everything that it opens lives there.

    Args:
        config: what the admin configured.
        report: told about each thing loaded.
        outside: where the engines live.
        answers: folder of the language model's answers.
        ask_again: forget them.
    """

    def __init__(
        self, config: Config, report: Report, outside: Outside, answers: Path, *, ask_again: bool = False
    ) -> None:
        super().__init__(config, report)
        self.ears: WhisperEars
        self.voices: Mapping[str, Voice]
        self.minds: FlowMinds
        self.feelings: FeelingsMaker | None = None
        self.model: RememberingModel
        self._now: Callable[[], datetime] = utc_now
        self._outside = outside
        self._book = AnswerBook(answers, ask_again=ask_again)

    @property
    def ready(self) -> frozenset[str]:
        """Texts that a running server has rendered before a call."""
        return frozenset(say.text for say in self.minds.fixed_phrases())

    def set_clock(self, now: Callable[[], datetime]) -> None:
        """Let the flows take the time of a recorded call for the present."""
        self._now = now

    def _time(self) -> datetime:
        return self._now()

    async def _open(self, stack: contextlib.AsyncExitStack) -> None:
        config = self.config
        models = ModelStore(config.models.folder, config.models.local)
        self.ears = await self._open_ears(stack, models)
        self.voices = await self._timed(
            "voices",
            ", ".join(f"{language} {name}" for language, name in config.tts.voices.items()),
            stack.enter_async_context(open_voices(config, models)),
        )
        self.minds = await self._open_minds(stack, models)
        self.feelings = FeelingsMaker.of(config.dialogue, models)

    async def _open_minds(self, stack: contextlib.AsyncExitStack, models: ModelStore) -> FlowMinds:
        config = self.config.dialogue
        settings = config.model
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        server = _LazyServer(self, stack, models)
        self.model = RememberingModel(
            ModelSettings(
                "http://127.0.0.1/v1" if settings.server == "embedded" else settings.server,
                settings.name,
                key,
                max_tokens=settings.max_tokens,
                first_token=settings.first_token,
            ),
            self._book,
            self._outside,
            server.start,
        )
        stack.push_async_callback(self.model.close)
        minds = FlowMinds(
            config.flows,
            default=config.flow,
            routes=config.routes,
            model=self.model,
            turns=settings.history,
            clock=self._time,
            train=trainer(models),
            facts=await open_facts(self.config, stack),
            tickets=_NoTickets(None, self.config.ticket_journal),
        )
        self._report("flows", ", ".join(config.flows))
        async for _ in minds.warm():
            continue
        return minds


@contextlib.contextmanager
def open_studio(
    config: Config, report: Report, *, ask_again: bool = False
) -> Generator[tuple[Studio, Outside]]:
    """The engines for replays, opened in a thread of their own and closed at the end.

    Raises what entering a `Server` raises.
    """
    with Outside() as outside:
        answers = config.server.data / "replays" / "answers"
        studio = Studio(config, report, outside, answers, ask_again=ask_again)
        outside.run(studio.__aenter__())
        try:
            yield studio, outside
        finally:
            outside.run(studio.__aexit__(None, None, None))


class _NoTickets(TicketOffice):
    """Nobody is called back because of a replay."""

    def open(self, ticket: TicketNote) -> Receipt:
        """Keep nothing."""
        return Receipt(ticket.number, "database")


class _LazyServer:
    """The language model's server, which is only started when it is asked something new."""

    def __init__(self, studio: Studio, stack: contextlib.AsyncExitStack, models: ModelStore) -> None:
        self._studio = studio
        self._stack = stack
        self._models = models
        self._embedded: EmbeddedServer | None = None
        self._read: set[str] = set()
        self._starting = asyncio.Lock()

    async def start(self, messages: Sequence[Message]) -> tuple[str, str]:
        """See `RememberingModel`."""
        settings = self._studio.config.dialogue.model
        if settings.server != "embedded":
            return settings.server, settings.name
        async with self._starting:
            if self._embedded is None:
                self._embedded = await self._load()
            await self._read_ahead(self._embedded, messages)
        return self._embedded.url, ""

    async def _load(self) -> EmbeddedServer:
        config = self._studio.config
        settings = config.dialogue.model
        weights = next(self._models.path(settings.name).glob("*.gguf"))
        embedded = EmbeddedServer(
            weights,
            threads=settings.threads,
            context=settings.context,
            prompts=config.models.folder.with_name("prompts"),
        )
        await self._studio._timed("model", f"{settings.name}, embedded", embedded.start())
        self._stack.push_async_callback(embedded.stop)
        return embedded

    async def _read_ahead(self, embedded: EmbeddedServer, messages: Sequence[Message]) -> None:
        """Let the server take the question's first message from its kept prompts, if it has it there."""
        for prompt in self._studio.model.prompts:
            name = str(prompt[0])
            if prompt[0] == messages[0] and name not in self._read:
                self._read.add(name)
                with contextlib.suppress(LanguageModelError):  # then it is read with the question
                    await self._studio._timed("prompt", "read ahead", embedded.read(prompt))
