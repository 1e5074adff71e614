"""The calls of the soak: a short one by keys, and a long one that goes on as long as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telephony.caller import Caller
from telephony.line import LineError

QUIET_SECONDS = 0.3
"""Silence that ends a sentence of the soak's flow: none has a pause inside."""

REPLY_SECONDS = 15.0
"""How long a reply is waited for."""


async def short_call(uri: str) -> str:
    """Hear the greeting, press a key, hear the reply, hang up; returns what went wrong, or nothing."""
    try:
        async with Caller() as caller:
            await caller.dial(uri)
            greeting = await caller.listen(QUIET_SECONDS, REPLY_SECONDS, since=caller.answered_at)
            if not greeting.spans:
                return "expected a greeting, heard nothing"
            pressed = caller.now()
            await caller.press("1")
            reply = await caller.listen(QUIET_SECONDS, REPLY_SECONDS, since=pressed)
            if not reply.spans:
                return "expected a reply to the key, heard nothing"
    except LineError as error:
        return str(error)
    return ""


@dataclass(slots=True)
class Asked:
    """How often a caller did something, and how often he was answered."""

    times: int = 0
    answered: int = 0


async def long_call(
    uri: str,
    questions: Sequence[Path],
    seconds: float,
    every: float,
    look: Callable[[], Awaitable[object]],
) -> tuple[Asked, str]:
    """One call of so many seconds, in which the caller speaks and presses a key in turn.

    Args:
        uri: whom to call.
        questions: what he says, one after the other.
        seconds: how long the call lasts.
        every: seconds from one question to the next.
        look: awaited before each of them, while nobody speaks.

    Returns:
        How often he was answered, and what ended the call before its time, if anything did.
    """
    asked = Asked()
    try:
        async with Caller() as caller:
            await caller.dial(uri)
            await caller.listen(QUIET_SECONDS, REPLY_SECONDS, since=caller.answered_at)
            while caller.now() < seconds and not caller.ended:
                turn = caller.now()
                await look()
                since = turn
                if asked.times % 2:
                    await caller.press("1")
                else:
                    since = (await caller.say(questions[asked.times // 2 % len(questions)])).speech_end
                heard = await caller.listen(2 * QUIET_SECONDS, REPLY_SECONDS, since=since)
                asked.times += 1
                asked.answered += bool(heard.spans)
                await asyncio.sleep(max(0.0, turn + every - caller.now()))
            if caller.ended:
                return asked, f"ended by {caller.report().ended_by} after {caller.now():.0f} s"
    except LineError as error:
        return asked, str(error)
    return asked, ""
