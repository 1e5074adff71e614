"""What replays need of a server: the same ears, minds and voices, and no ports."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from asr.ears import WhisperEars
from dialogue.embedded import EmbeddedServer
from dialogue.flowmind import utc_now
from dialogue.flowminds import FlowMinds
from dialogue.llm import LanguageModelError, Message
from dialogue.shop import Shop, ShopError, ShopUnavailableError, connect
from parley.feelings import FeelingsMaker
from parley.heap import collector_off
from parley.minds import make_minds, open_parts
from parley.models import ModelStore
from parley.modelservers import embedded_server, settings_of
from parley.rehearsal.shopcopy import ShopCopy, ShopSource
from parley.replay.answers import AnswerBook, RememberingModel
from parley.replay.outside import Outside
from parley.reporting import Report
from parley.server import Server
from parley.settings import Config
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
        self.ears, self.voices, self.minds = await self._load(stack, models)
        self.feelings = FeelingsMaker.of(config.dialogue, models)

    def _with_a_copy_of_the_shop(self, stack: contextlib.AsyncExitStack) -> Config:
        """The configuration with a copy of the shop as it is now: what a replay does reaches no customer.

        Nor does it touch the tickets that wait in `server.data`.
        """
        config = self.config
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-")))
        aside = config.model_copy(update={"server": config.server.model_copy(update={"data": folder})})
        try:
            shop = Shop(connect(config.shop_url, patience=config.shop.patience))
            shop.open()
            shop.close()
        except (ShopError, ShopUnavailableError):
            return aside
        copy = ShopCopy(ShopSource(url=config.shop_url, documents=config.shop.documents), folder)
        stack.callback(copy.close)
        return aside.model_copy(update={"shop": config.shop.model_copy(update={"url": SecretStr(copy.url)})})

    async def _open_minds(self, stack: contextlib.AsyncExitStack, models: ModelStore) -> FlowMinds:
        settings = self.config.dialogue.model
        # Which server wrote an answer of a real call is not kept; in a replay it is always the first.
        first = settings.every_server[0]
        server = _LazyServer(self, stack, models)
        url = "http://127.0.0.1/v1" if first.server == "embedded" else first.server
        self.model = RememberingModel(
            settings_of(settings, first, url, first.name),
            self._book,
            self._outside,
            server.start,
        )
        stack.push_async_callback(self.model.close)
        config = await asyncio.to_thread(self._with_a_copy_of_the_shop, stack)
        parts = await open_parts(config, models, stack, self._report)
        minds = await make_minds(config, parts, self._report, model=self.model, clock=self._time)
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
        with collector_off():
            outside.run(studio.__aenter__())
        try:
            yield studio, outside
        finally:
            outside.run(studio.__aexit__(None, None, None))


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
        first = self._studio.config.dialogue.model.every_server[0]
        if first.server != "embedded":
            return first.server, first.name
        async with self._starting:
            if self._embedded is None:
                self._embedded = await self._load()
            await self._read_ahead(self._embedded, messages)
        return self._embedded.url, ""

    async def _load(self) -> EmbeddedServer:
        config = self._studio.config
        name = config.dialogue.model.every_server[0].name
        embedded = embedded_server(config, name, self._models)
        await self._studio._timed("model", f"{name}, embedded", embedded.start())
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
