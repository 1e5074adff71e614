"""Several servers as one language model: routing, health checks, failover, and shares of calls."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.llm.client import LanguageModel
from dialogue.llm.failover import FleetReply
from dialogue.llm.routing import Candidate, Place, order
from dialogue.llm.standing import Standing
from dialogue.llm.values import LanguageModelError, Message, ToolSchema

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds that a look at a server's health may take."""

TICK = 0.25
"""Seconds between two glances at whose health is to be looked at."""

LINGER = 60.0
"""Seconds for which a server that was taken out may go on with replies that it has begun."""


@dataclass(slots=True)
class Member:
    """One server of a fleet: where it stands in the configuration, its client, and how it does."""

    place: Place
    model: LanguageModel
    standing: Standing = field(default_factory=Standing)


class Fleet:
    """Implements `Model` with several servers.

    Args:
        members: the servers, at least one, their names different. The fleet closes their clients.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)
        self._watch: asyncio.Task[None] | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    @property
    def members(self) -> tuple[Member, ...]:
        """The servers now."""
        return self._members

    def for_call(self, call: str) -> FleetCall:
        """See `Model.for_call`."""
        return FleetCall(self, call)

    async def warm(self, messages: Sequence[Message]) -> None:
        """See `Model.warm`: all servers read it at the same time. Raises when none could."""
        members = self._members
        done = await asyncio.gather(*(one.model.warm(messages) for one in members), return_exceptions=True)
        troubles = [result for result in done if isinstance(result, BaseException)]
        for member, result in zip(members, done, strict=True):
            if isinstance(result, LanguageModelError):
                log.warning("%s", result)
                member.standing.failed(str(result), time.monotonic())
        for trouble in troubles:
            if not isinstance(trouble, LanguageModelError) or len(troubles) == len(members):
                raise trouble

    def replace(self, members: Sequence[Member]) -> None:
        """Let other servers, weights or shares hold from the next request on.

        A server whose name stays keeps its standing. Replies that have begun are not disturbed: a server that
        is gone is closed when they are over.
        """
        known = {one.place.name: one for one in self._members}
        for member in members:
            if (old := known.get(member.place.name)) is not None and old.model is member.model:
                member.standing = old.standing
        kept = {id(one.model) for one in members}
        for old in self._members:
            if id(old.model) not in kept:
                self._job(self._retire(old), f"taking out {old.place.name}")
        self._members = tuple(members)

    async def start(self) -> None:
        """Look at the servers' health every few seconds, until `close`."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._look_around(), name="language model servers")

    async def look(self) -> None:
        """Look at every server's health now."""
        await asyncio.gather(*(self._look_at(one) for one in self._members))

    async def close(self) -> None:
        """Stop looking, and close all clients. Safe to call twice."""
        watch, self._watch = self._watch, None
        tasks = {*self._jobs, *([watch] if watch is not None else [])}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for member in self._members:
            await member.model.close()

    async def _look_around(self) -> None:
        looking: dict[str, asyncio.Task[None]] = {}
        while True:
            now = time.monotonic()
            for member in self._members:
                task = looking.get(member.place.name)
                if now >= member.standing.next_look and (task is None or task.done()):
                    looking[member.place.name] = self._job(self._look_at(member), "language model health")
            await asyncio.sleep(TICK)

    async def _look_at(self, member: Member) -> None:
        was_well, trouble = member.standing.is_well, ""
        try:
            await member.model.check(LOOK)
        except LanguageModelError as error:
            trouble = str(error)
        member.standing.looked(trouble, time.monotonic())
        if was_well and trouble:
            log.warning("%s gets no requests: %s", member.place.name, trouble)
        elif trouble == "" and not was_well:
            log.info("%s gets requests again", member.place.name)

    def _job(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return task

    async def _retire(self, member: Member) -> None:
        try:
            async with asyncio.timeout(LINGER):
                while member.standing.in_flight:  # noqa: ASYNC110 - replies end in many places
                    await asyncio.sleep(TICK)
        except TimeoutError:
            log.warning("%s is taken out in the middle of a reply", member.place.name)
        finally:
            await member.model.close()


class FleetCall:
    """One call's use of a fleet. Implements `CallModel`.

    Attributes:
        last: name of the server that wrote the call's last reply, None before.
    """

    def __init__(self, fleet: Fleet, call: str) -> None:
        self._fleet = fleet
        self._id = call
        self.last: str | None = None

    @property
    def is_guarded(self) -> bool:
        """See `CallModel.is_guarded`."""
        return True

    @property
    def uses_tools(self) -> bool:
        """See `CallModel.uses_tools`; a server that is not to be told of them is not."""
        return any(one.model.uses_tools for one in self._fleet.members)

    def reply(
        self, messages: Sequence[Message], language: str, tools: Sequence[ToolSchema] = ()
    ) -> FleetReply:
        """See `CallModel.reply`."""
        return FleetReply(self, messages, language, tools)

    def read_ahead(self, messages: Sequence[Message]) -> None:
        """See `CallModel.read_ahead`: by the server that would be asked now."""
        self.choose(())[0].model.read_ahead(messages, self._id)

    def ended(self) -> None:
        """See `CallModel.ended`."""
        for one in self._fleet.members:
            one.model.ended(self._id)

    def choose(self, tried: Collection[str]) -> tuple[Member, int]:
        """The server to ask next, and how many others that are well are left after it.

        Args:
            tried: names of those that have failed.
        """
        members = {one.place.name: one for one in self._fleet.members}
        every = [Candidate(one.place, one.standing) for one in members.values()]
        left = [one for one in order(every, self._id, self.last) if one.place.name not in tried]
        chosen = left[0] if left else order(every, self._id, self.last)[0]
        others = sum(one.standing.is_well for one in left[1:])
        return members[chosen.place.name], others

    def has_more(self, tried: Collection[str]) -> bool:
        """Whether there is a server that has not been tried."""
        return any(one.place.name not in tried for one in self._fleet.members)
