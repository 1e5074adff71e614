"""A caller who was cut off calls again, or is brought back by a transfer that nobody took."""

import asyncio
import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialogue.flowmind import FlowMind
from dialogue.flowminds import FlowMinds
from dialogue.mind import (
    Act,
    Arrived,
    Earlier,
    End,
    Input,
    Keyed,
    Record,
    Said,
    Say,
    Silence,
    Transfer,
    TransferFailed,
)
from dialogue.tools.tickets import Receipt, TicketNote, TicketOffice
from tests.dialogue.flows import SMALL

OFFERS = """\
  - name: prices
    examples: [what does the lamp cost]
    text: Shall I put you through?
    offer: desk
"""
DEAD_KEY = "That key does nothing. Press 1 for delivery or 0 for a colleague."
RESUME = "Welcome back. Shall we go on with your call to a colleague?"


class Office(TicketOffice):
    """Keeps tickets in memory; `gate` holds it up."""

    def __init__(self) -> None:
        super().__init__(None, Path("/nowhere"))
        self.kept: list[TicketNote] = []
        self.gate = threading.Event()
        self.gate.set()

    def open(self, ticket: TicketNote) -> Receipt:
        assert self.gate.wait(5)
        if ticket not in self.kept:
            self.kept.append(ticket)
        return Receipt(ticket.number, "database")


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL + OFFERS, "utf-8")
    return path


@pytest.fixture
def minds(flow: Path, office: Office) -> FlowMinds:
    def noon() -> datetime:
        return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)

    return FlowMinds({"small": flow}, default="small", clock=noon, tickets=office)


def rewrite(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def begin(minds: FlowMinds, earlier: Earlier | None = None, caller: str = "+4930555") -> FlowMind:
    return minds.mind(flow=None, dialled="100", caller=caller, call_id="call-1", earlier=earlier)


async def put(mind: FlowMind, heard: Input) -> list[Act]:
    thought = mind.think(heard)
    thought.release()
    async with asyncio.timeout(5):
        acts = [act async for act in thought.acts()]
    mind.commit(thought, " ".join(say.text for say in thought.said))
    await thought.close()
    return acts


async def hear(mind: FlowMind, *inputs: Input | str) -> str:
    """The words of the last answer."""
    for one in inputs:
        acts = await put(mind, Said(one, "en") if isinstance(one, str) else one)
    return text(acts)


def text(acts: Sequence[Act]) -> str:
    return " ".join(act.text for act in acts if isinstance(act, Say))


def cut_off(mind: FlowMind, returned: str = "") -> Earlier:
    """What is left of a call in another process."""
    snapshot: dict[str, Any] = json.loads(json.dumps(mind.snapshot()))
    return Earlier(snapshot, returned)


async def test_a_yes_goes_on_where_the_call_was_cut_off(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    again = begin(minds, cut_off(before))
    acts = await put(again, Arrived())
    assert (acts[0], text(acts)) == (Record(on=True), RESUME)
    assert again.state.expects == "yes-no"
    acts = await put(again, Said("yes please", "en"))
    assert acts[-1] == Transfer("600")
    assert isinstance(acts[-1], Transfer)
    assert acts[-1].about is not None
    assert acts[-1].about.wants == "what does the lamp cost"
    assert [one.kind for one in again.state.exchanges] == ["greeting", "known", "greeting", "resumed"]


async def test_a_no_begins_afresh(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived(), "no") == "All right. How can I help you?"
    assert again.state.answers == ()
    assert len(again.state.exchanges) == 1
    assert again.state.caller == "+4930555"


async def test_keys_say_yes_and_no(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived(), Keyed("2")) == "All right. How can I help you?"
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived(), Keyed("1")) == "One moment please."


@pytest.mark.parametrize("heard", [Said("how long does delivery take", "en"), Keyed("3")])
async def test_another_question_begins_afresh_too(minds: FlowMinds, heard: Input) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived(), heard) in ("Two days.", DEAD_KEY)
    assert await hear(again, "yes") != "One moment please."


async def test_the_offer_stays_open_while_nothing_is_understood(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived(), "say that again") == RESUME
    assert await hear(again, Silence(1)) == "Are you there?"
    assert await hear(again, "mumble mumble") == "Sorry?"
    third = begin(minds, cut_off(again))
    assert await hear(third, Arrived()) == RESUME, "cut off a second time"
    assert await hear(third, "yes") == "One moment please."


async def test_nothing_was_under_way(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "how long does delivery take")
    again = begin(minds, cut_off(before))
    assert await hear(again, Arrived()) == "Hello, lamp shop."
    assert again.state.answers == ()


async def test_a_flow_may_not_want_it(minds: FlowMinds, flow: Path) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "what does the lamp cost")
    rewrite(flow, SMALL.replace("more:", "resume: null\nmore:") + OFFERS)
    await minds.refresh()
    assert await hear(begin(minds, cut_off(before)), Arrived()) == "Hello, lamp shop."


async def test_a_lost_or_foreign_state_is_no_obstacle(minds: FlowMinds) -> None:
    for earlier in (Earlier(None), Earlier({"version": 0}), Earlier({"version": 1, "flow": "small"})):
        assert await hear(begin(minds, earlier), Arrived()) == "Hello, lamp shop."


async def test_who_is_brought_back_is_told_and_not_greeted(minds: FlowMinds) -> None:
    before = begin(minds)
    await hear(before, Arrived(), "how long does delivery take", Keyed("0"))
    back = begin(minds, cut_off(before, "NOANSWER"))
    acts = await put(back, Arrived())
    assert acts[0] == Record(on=True)
    assert text(acts).startswith("I am sorry, I couldn't reach a colleague. Shall a colleague call you back")
    assert back.state.answers == ("delivery",)
    assert back.state.unreached == 1


async def test_even_when_parley_has_forgotten_him(minds: FlowMinds) -> None:
    back = begin(minds, Earlier(None, "CHANUNAVAIL"))
    assert (await hear(back, Arrived())).startswith("I am sorry, I couldn't reach a colleague.")


async def test_a_call_back_is_a_ticket_with_all_that_a_colleague_needs(
    minds: FlowMinds, office: Office
) -> None:
    mind = begin(minds)
    await hear(mind, Arrived(), "how long does delivery take", TransferFailed("600"))
    done = await hear(mind, "yes please")
    assert done.startswith("I have noted it")
    (ticket,) = office.kept
    assert ticket.call_id == "call-1"
    assert ticket.subject == "Call back +4930555"
    assert "how long does delivery take" in ticket.text
    assert ticket.request is not None
    assert ticket.request["call_back"] == "+4930555"
    assert (await put(mind, Said("no", "en")))[-1] == End()


async def test_nothing_is_kept_before_the_turn_took_place(minds: FlowMinds, office: Office) -> None:
    mind = begin(minds)
    await hear(mind, Arrived(), TransferFailed("600"))
    guess = mind.think(Said("yes", "en"))
    acts = asyncio.ensure_future(anext(guess.acts()))
    await asyncio.sleep(0.05)
    assert not acts.done()
    assert not office.kept
    await guess.close()
    with pytest.raises(StopAsyncIteration):
        await acts
    assert not office.kept


async def test_an_answer_that_is_taken_back_and_given_again_keeps_one_ticket(
    minds: FlowMinds, office: Office
) -> None:
    mind = begin(minds)
    await hear(mind, Arrived(), TransferFailed("600"))
    taken_back = mind.think(Said("yes", "en"))
    taken_back.release()
    assert [act async for act in taken_back.acts()]
    await taken_back.close()
    await hear(mind, "yes please")
    assert len(office.kept) == 1


async def test_a_slow_database_is_bridged(
    minds: FlowMinds, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialogue.thought.SOON", 0.02)
    mind = begin(minds)
    await hear(mind, Arrived(), TransferFailed("600"))
    office.gate.clear()
    thought = mind.think(Said("yes", "en"))
    thought.release()
    acts = thought.acts()
    assert await anext(acts) == Say("Just a moment more, please.", "en", fixed=True)
    office.gate.set()
    assert text([act async for act in acts]).startswith("I have noted it")
    await thought.close()


async def test_a_ticket_that_cannot_be_kept_is_said(minds: FlowMinds, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    office = TicketOffice(None, tmp_path / "file" / "tickets.jsonl")
    other = FlowMinds({"small": tmp_path / "small.yaml"}, default="small", tickets=office)
    mind = begin(other)
    await hear(mind, Arrived(), TransferFailed("600"))
    assert (await hear(mind, "yes")).startswith("I am sorry, I can't note that at the moment.")


async def test_what_is_said_while_recording_is_off_is_in_no_snapshot(minds: FlowMinds, flow: Path) -> None:
    rewrite(flow, SMALL.replace("persona:", "recording: {mode: off}\npersona:"))
    await minds.refresh()
    mind = begin(minds)
    await hear(mind, Arrived(), "how long does delivery take")
    assert "delivery take" not in json.dumps(mind.snapshot())
