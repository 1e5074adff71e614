"""Minds for all the flows of a server, read again when their files change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

from dialogue.callback_tickets import CallBackTickets
from dialogue.decide import Decider
from dialogue.facts import Facts
from dialogue.flow import Flow
from dialogue.flowfile import FlowError, FlowProblem, load_flow
from dialogue.flowmind import HISTORY_TOKENS, HISTORY_TURNS, FlowMind, utc_now
from dialogue.llm import LanguageModelError, Model
from dialogue.mind import Earlier, Say
from dialogue.prompt import messages
from dialogue.resuming import begun
from dialogue.tasks.counter import Counter
from dialogue.tasks.directory import Directory
from dialogue.tools import TicketOffice
from dialogue.understanding import Train

log = logging.getLogger(__name__)

Stamp: TypeAlias = tuple[int, int]
"""Tells one version of a file from the next."""


class FlowMinds:
    """Makes minds by flow name or dialled number. Implements `dialogue.mind.MindMaker`.

    A flow's file that changes counts from the next call on; while it is broken, the last good
    version goes on serving and the problems are logged.

    Args:
        flows: the file of each flow, by the name that routes and dialplans use.
        default: the flow of a call that nothing else chooses.
        routes: flow name by dialled number.
        model: the language model, None to do without.
        turns, tokens: bounds of the history that the language model is sent.
        clock: tells the time, for opening hours.
        train: trains a flow's intent recogniser, None to compare words only.
        facts: what the shop's catalogue and documents say, None to do without.
        counter: where tasks are done, None where the shop's orders cannot be reached.
        tickets: where a wish to be called back is kept, None to offer no call back.

    Raises:
        FlowError: with the problems of all flows, when any of them can't be used.
        KeyError: `default` or a route names no flow.
    """

    def __init__(
        self,
        flows: Mapping[str, str | Path],
        *,
        default: str,
        routes: Mapping[str, str] | None = None,
        model: Model | None = None,
        turns: int = HISTORY_TURNS,
        tokens: int = HISTORY_TOKENS,
        clock: Callable[[], datetime] = utc_now,
        train: Train | None = None,
        facts: Facts | None = None,
        counter: Counter | None = None,
        tickets: TicketOffice | None = None,
    ) -> None:
        self._paths = {name: Path(path) for name, path in flows.items()}
        self._default = default
        self._routes = dict(routes or {})
        self._model = model
        self._history = (turns, tokens)
        self._clock = clock
        self._train = train
        self._facts = facts
        self._counter = counter
        self._tickets = tickets
        self._stamps: dict[str, dict[Path, Stamp]] = {}
        self._deciders: dict[str, Decider] = {}
        self._problems: dict[str, tuple[FlowProblem, ...]] = {}
        self._watch: asyncio.Task[None] | None = None
        for name in (default, *self._routes.values()):
            self._require(name)
        self._load_changed()
        if problems := self.problems:
            raise FlowError(problems)

    @property
    def problems(self) -> tuple[FlowProblem, ...]:
        """What is wrong with the flows' files now."""
        every = (problem for problems in self._problems.values() for problem in problems)
        return tuple(dict.fromkeys(every))  # flows may share a file of tasks

    def mind(
        self,
        *,
        flow: str | None,
        dialled: str,
        caller: str,
        call_id: str = "",
        earlier: Earlier | None = None,
    ) -> FlowMind:
        """See `MindMaker.mind`."""
        name = flow if flow is not None else self._routes.get(dialled, self._default)
        self._require(name)
        turns, tokens = self._history
        decider = self._deciders[name]
        return FlowMind(
            name,
            decider,
            self._model.for_call(call_id) if self._model is not None else None,
            turns=turns,
            tokens=tokens,
            counter=self._counter,
            call_id=call_id,
            clock=self._clock,
            state=begun(name, decider.flow, caller, earlier),
            tickets=CallBackTickets(self._tickets, call_id) if self._tickets is not None else None,
        )

    def flow(self, name: str | None = None) -> Flow:
        """A flow as it is served now, the default one without a name. Raises KeyError."""
        self._require(name or self._default)
        return self._deciders[name or self._default].flow

    def opening_phrases(self) -> tuple[Say, ...]:
        """What must be ready when the first call comes: greetings and acknowledgements of every flow."""
        lists = [decider.words.opening_phrases() for decider in self._deciders.values()]
        return tuple(dict.fromkeys(phrase for phrases in lists for phrase in phrases))

    def fixed_phrases(self) -> tuple[Say, ...]:
        """Every phrase of every flow, those of `opening_phrases` first, the others as they are needed."""
        lists = [decider.words.fixed_phrases() for decider in self._deciders.values()]
        every = (phrase for rank in zip_longest(*lists) for phrase in rank if phrase is not None)
        return tuple(dict.fromkeys([*self.opening_phrases(), *every]))

    async def warm(self) -> AsyncGenerator[str]:
        """Let the language model's server read the system prompts ahead, one at each step.

        Begins with the prompt that most calls need, and yields the name of each that was read. A server
        that fails is logged only: calls have the flow's known answers and apology.
        """
        if self._model is None:
            return
        names = sorted(self._deciders, key=lambda name: name != self._default)
        flows = [self._deciders[name].flow for name in names]
        wanted = [(flow, flow.main_language) for flow in flows]
        wanted += [(flow, language) for flow in flows for language in flow.languages[1:]]
        for flow, language in wanted:
            request = messages(flow, language, (), "Hello", turns=0, tokens=0)
            try:
                await self._model.warm(request)
            except LanguageModelError as error:
                log.warning("flow %s, %s: the prompt could not be read ahead: %s", flow.name, language, error)
                return
            yield f"{flow.name}, {language}"

    async def start(self, every: float = 1.0) -> None:
        """Look for changed files every so many seconds, until `stop`."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._watch_files(every), name="flow files")

    async def stop(self) -> None:
        """Stop looking for changed files. Safe to call twice."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait({watch})

    async def refresh(self) -> bool:
        """Read the files that have changed since they were read last, in a thread.

        Returns:
            Whether any flow is another one now.
        """
        return await asyncio.to_thread(self._load_changed)

    async def _watch_files(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            if await self.refresh():
                # Otherwise the first caller after the change would wait for the new prompt to be read.
                async for name in self.warm():
                    log.info("the prompt of flow %s was read", name)

    def _load_changed(self) -> bool:
        changed = False
        for name, path in self._paths.items():
            before = self._stamps.get(name)
            if before is not None and all(_stamp(file) == stamp for file, stamp in before.items()):
                continue
            again = before is not None
            stamps = self._stamps[name] = {}
            try:
                flow = load_flow(path, partial(_note, stamps))
                has_model = self._model is not None
                self._deciders[name] = Decider(
                    flow,
                    clock=self._clock,
                    has_model=has_model,
                    directory=self._directory if self._counter is not None else None,
                    train=self._train,
                    facts=self._facts,
                    callbacks=self._tickets is not None,
                )
                self._problems.pop(name, None)
                changed = True
            except FlowError as error:
                self._problems[name] = error.problems
                if again:
                    log.error("flow %s is broken, its last good version stays in use:\n%s", name, error)
            else:
                if again:
                    log.info("flow %s was read again from %s", name, path)
        return changed

    def _directory(self) -> Directory:
        return self._counter.directory if self._counter is not None else Directory()

    def _require(self, name: str) -> None:
        if name not in self._paths:
            raise KeyError(f"no flow {name!r}; there are {', '.join(sorted(self._paths)) or 'none'}")


def _note(stamps: dict[Path, Stamp], file: Path) -> None:
    """Remember what a file is like before it is read."""
    stamps[file] = _stamp(file)


def _stamp(path: Path) -> Stamp:
    """Tells whether a file has changed; (0, 0) while it is missing."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
