"""Parley is killed in the middle of a call; its caller calls again and goes on where he was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.caller import Caller
from tests.live.running import Running, read_back, running_parley, says

pytestmark = [pytest.mark.live, pytest.mark.calls, pytest.mark.timeout(240)]

LITTLE = {
    "PARLEY__DIALOGUE__MODEL__SERVER": "http://127.0.0.1:9/v1",
    "PARLEY__ASR__LANGUAGES": "[en]",
    "PARLEY__TTS__VOICES": '{"en": "piper:joe"}',
}
"""Only what is used here, for Parley is started twice: nobody asks the language model."""


async def taken(running: Running, turns: int) -> None:
    """Wait until so many turns of the call are in the database."""
    async with asyncio.timeout(30):
        while len((await running.last_call())[1]) < turns:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.05)


async def test_a_caller_whom_a_crash_cut_off_goes_on_where_he_was(tmp_path: Path) -> None:
    async with running_parley(tmp_path, overrides=LITTLE) as running, Caller(user="4930555") as caller:
        await caller.dial(running.sip)
        await caller.press("3")
        await taken(running, 2)
        running.process.kill()
    async with running_parley(tmp_path, overrides=LITTLE) as running, Caller(user="4930555") as caller:
        await caller.dial(running.sip)
        heard = await caller.listen(until_quiet=2.0, since=caller.answered_at)
        assert says(await read_back(heard), "Welcome back. Shall we go on with your call to a colleague?")
        call, _ = await running.last_call()
        (before,) = [event for event in running.events(call) if event["event"] == "earlier"]
        assert before["state"]["offer"] == "desk"
