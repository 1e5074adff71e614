"""One call: the caller listens, and does what his script says to that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from parley.benches.callers.lines import file_of
from parley.benches.callers.scenario import Answering, Rule, Scenario
from parley.store import CallRow, CallStore, TurnRow
from telephony.caller import Caller
from telephony.caller_sip import SipPhone

REPLY_SECONDS = 45.0
"""How long a whole reply may take."""

THINKING_SECONDS = 0.4
"""How long callers think before they answer."""

MOST_TURNS = 24
ROW_SECONDS = 2.0
"""How long after its end the last turn of a call may take to be written down."""


@dataclass
class Made:
    """A call as it took place.

    Attributes:
        lines: what was said, the caller's lines with `caller` before, Parley's with its kind.
        replies: what Parley said.
        transferred: the call was handed to a person.
        call_ids: identifiers of the call, and of those that it went on as when nobody took it over.
        delays: seconds from the end of the caller's speech to the reply, by turn.
        trouble: why it could not be held to its end, empty otherwise.
    """

    lines: list[tuple[str, str]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    transferred: bool = False
    call_ids: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    trouble: str = ""


async def make_call(
    scenario: Scenario, uri: str, number: str, store: CallStore, voices: Path, noise: bytes
) -> Made:
    """Call Parley and hold the conversation.

    Args:
        scenario: what the caller wants and says.
        uri: whom to call.
        number: the caller's own number, which no other call has.
        store: where Parley keeps its calls.
        voices: folder of the rendered lines.
        noise: what sounds around the caller, s16le at 8000 a second.

    Raises:
        LineError: the call was not answered.
    """
    made, answering = Made(), Answering(scenario)
    async with Caller(SipPhone(user=number, noise=noise)) as caller:
        await caller.dial(uri)
        heard = ("", -1)
        for _ in range(MOST_TURNS):
            row = await _reply(caller, store, number, heard, made)
            if row is None:
                made.trouble = "" if caller.ended else f"no reply within {REPLY_SECONDS:g} s"
                break
            heard, reply = (row.call_id, row.number), row.reply_text or ""
            made.lines.append((row.kind, reply))
            made.replies.append(reply)
            if caller.ended or row.kind == "goodbye":
                break
            rule = answering.next(reply)
            if rule is None:
                made.trouble = f"the caller has no answer to {reply!r}"
                break
            if rule.hang_up:
                break
            await asyncio.sleep(THINKING_SECONDS)
            since = await _do(caller, rule, scenario, voices, made)
            if (first := await caller.hear_speech(REPLY_SECONDS)) is not None and not rule.silence:
                made.delays.append(first - since)
        else:
            made.trouble = f"not over after {MOST_TURNS} turns"
        await caller.wait_ended(2.0)
        await caller.hang_up()
    return made


async def _do(caller: Caller, rule: Rule, scenario: Scenario, voices: Path, made: Made) -> float:
    """Do what a rule says; from when on a reply to it counts."""
    if rule.keys:
        made.lines.append(("caller", f"[{rule.keys}]"))
        await caller.press(rule.keys)
        return caller.now()
    if rule.silence:
        made.lines.append(("caller", "[nothing]"))
        since = caller.now()
        await asyncio.sleep(rule.silence)
        return since
    made.lines.append(("caller", rule.say))
    said = await caller.say(file_of(rule.say, rule.language or scenario.language, scenario.voice, voices))
    if rule.after is not None:
        await caller.hear_speech(10.0)
        await asyncio.sleep(rule.after)
    return said.speech_end


async def _reply(
    caller: Caller, store: CallStore, number: str, heard: tuple[str, int], made: Made
) -> TurnRow | None:
    """The newest turn behind that of `heard`, a call and a turn's number, once it was heard to its end.

    None if none is written down in time.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + REPLY_SECONDS
    while True:
        call = await call_from(store, number)
        if call is not None:
            if call.id not in made.call_ids:
                made.call_ids.append(call.id)
            behind = heard[1] if call.id == heard[0] else -1
            # A key within a number is a turn of its own, which nothing is said to.
            rows = [row for row in await store.turns(call.id) if row.number > behind and row.reply_text]
            if rows:
                return rows[-1]
        if caller.ended:
            deadline = min(deadline, loop.time() + ROW_SECONDS)
        if loop.time() > deadline:
            return None
        await asyncio.sleep(0.1)


async def call_from(store: CallStore, number: str) -> CallRow | None:
    """The latest call from a number."""
    return next((call for call in await store.calls(200) if call.caller == number), None)
