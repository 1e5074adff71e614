"""What joins the steps in which Asterisk brings a call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.arrivals import Arrival, Arrivals, Ending
from telephony.line import LineError, TransferUnsupportedError


def announced(call_id: str = "a", *, asks_after: bool = True) -> Arrivals:
    arrivals = Arrivals()
    arrivals.announce(Arrival(call_id, channel="PJSIP/1", caller="7", dialled="100", asks_after=asks_after))
    return arrivals


def test_media_finds_what_fastagi_learnt() -> None:
    arrival = announced().claim("a")
    assert arrival is not None
    info = arrival.info("asterisk-websocket", "127.0.0.1")
    assert (info.caller, info.dialled, info.peer) == ("7", "100", "127.0.0.1 PJSIP/1")
    assert announced().claim("unknown") is None


def test_one_identifier_is_one_call() -> None:
    arrivals = announced()
    arrivals.claim("a")
    with pytest.raises(LineError, match="came twice"):
        arrivals.claim("a")


def test_how_calls_end() -> None:
    assert announced().after("a") == Ending("failed")  # its media never came
    assert announced().after("unknown") == Ending("failed")  # Parley was started again meanwhile
    arrivals = announced()
    arrivals.claim("a")
    assert arrivals.after("a") == Ending("hangup")
    arrivals = announced()
    arrivals.fail("a")
    assert arrivals.after("a") == Ending("failed")
    assert not len(arrivals)


async def test_a_transfer_is_left_for_the_dialplan_and_a_failure_after_it_changes_nothing() -> None:
    arrivals = announced()
    arrivals.claim("a")
    await arrivals.transfer("a", "200", {"who": "Bob"})
    arrivals.fail("a")
    assert arrivals.after("a") == Ending("transfer", "200", {"who": "Bob"})


@pytest.mark.parametrize("call_id", ["a", "unknown"])
async def test_a_dialplan_that_does_not_ask_cannot_transfer(call_id: str) -> None:
    with pytest.raises(TransferUnsupportedError, match="does not ask FastAGI"):
        await announced(asks_after=False).transfer(call_id, "200")


async def test_but_something_else_may() -> None:
    moved: list[tuple[str, str, Mapping[str, str]]] = []
    shown: list[tuple[str, str, Mapping[str, str]]] = []

    async def redirect(call_id: str, target: str, about: Mapping[str, str]) -> None:
        moved.append((call_id, target, about))

    arrivals = Arrivals(redirect=redirect, show=lambda *told: shown.append(told))
    arrivals.announce(Arrival("asks", "PJSIP/1", asks_after=True))
    await arrivals.transfer("asks", "200", {"who": "Bob"})
    assert not moved  # the dialplan's own step is the better way
    assert shown == [("PJSIP/1", "200", {"who": "Bob"})]
    await arrivals.transfer("unknown", "sip:bob@example.com", {"who": "Ann"})
    assert moved == [("unknown", "sip:bob@example.com", {"who": "Ann"})]
    assert len(shown) == 1  # who redirects shows as well: he knows the channel


@pytest.mark.parametrize(
    "target", ["200", "+4930123", "*99#", "bob", "sip:bob@example.com:5061", "sip:b@[::1]"]
)
async def test_targets(target: str) -> None:
    arrivals = announced()
    await arrivals.transfer("a", target)
    assert arrivals.after("a").target == target


@given(st.text(min_size=1, max_size=40))
def test_no_target_reaches_the_dialplan_as_syntax(target: str) -> None:
    arrivals = announced()
    try:
        asyncio.run(arrivals.transfer("a", target))
    except LineError:
        assert arrivals.after("a").next == "failed"
        return
    assert not set(target) & set(" ,()&|^;\"'\\${}\r\n\t\0<>")


def test_calls_that_never_ended_are_forgotten() -> None:
    now = 0.0
    arrivals = Arrivals(expiry=100, limit=3, clock=lambda: now)
    for k in range(5):
        arrivals.announce(Arrival(str(k)))
    assert len(arrivals) == 3
    assert arrivals.claim("1") is None
    now = 101.0
    arrivals.announce(Arrival("new"))
    assert len(arrivals) == 1


async def test_a_living_asterisk_asks() -> None:
    arrivals = announced()
    waiting = asyncio.create_task(arrivals.asked_after("a", 1.0))
    await asyncio.sleep(0)
    arrivals.after("a")
    assert await waiting is True
    assert await announced().asked_after("a", 0.01) is False
    assert await announced(asks_after=False).asked_after("a", 0.01) is None
    assert await arrivals.asked_after("unknown", 0.01) is None
