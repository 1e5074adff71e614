"""What an angry caller hears, over whole conversations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from dialogue.decide import Decider
from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.flowmind import FlowMind
from dialogue.mind import Act, End, Said, Say, Transfer
from dialogue.shop import Shop
from dialogue.state import DialogueState
from dialogue.tasks.counter import Counter
from dialogue.texts import script_of
from dialogue.tools import OrderDesk, TicketOffice
from tests.dialogue.emotions.feelings import angry, felt
from tests.dialogue.shop.world import small_shop

SHOP = Path("dialplans/shop-en.yaml")
APOLOGY = {"en": "I am sorry about this.", "zh": "很抱歉给您带来不便。"}
QUESTION = {"en": "Shall I put you through to a colleague?", "zh": "需要我帮您转接同事吗？"}
ASIDE = {
    "en": "If you would rather speak to a colleague, just say so.",
    "zh": "如果您想找人工客服，直接告诉我就行。",
}
CROSS = {
    "en": ("when are you open", "how can I pay", "yes please"),
    "zh": ("你们几点开门", "可以用什么方式付款", "好的"),
}


def noon() -> datetime:
    return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def midnight() -> datetime:
    return datetime(2026, 6, 10, 23, 0, tzinfo=UTC)


@cache
def shop_flow() -> Flow:
    return load_flow(SHOP)


def decider(counter: Counter | None = None) -> Decider:
    directory = (lambda: counter.directory) if counter is not None else None
    return Decider(shop_flow(), clock=noon, has_model=False, directory=directory)


class Talk:
    """One caller."""

    def __init__(self, counter: Counter | None = None, decides: Decider | None = None) -> None:
        decides = decides or decider(counter)
        self.mind = FlowMind("shop", decides, None, counter=counter, call_id="one", clock=noon)

    async def says(self, text: str, feels: Felt | None = None, *, heard: int | None = None) -> list[Act]:
        """The caller's turn; he hears so many characters of the answer, or all of it."""
        thought = self.mind.think(Said(text, script_of(text), 0.9))
        first: tuple[Say, ...] = self.mind.feel(thought, feels) if feels is not None else ()
        thought.release()
        acts: list[Act] = [*first, *[act async for act in thought.acts()]]
        self.mind.commit(thought, " ".join(words(acts))[:heard])
        await thought.close()
        return acts


def words(acts: list[Act]) -> list[str]:
    return [act.text for act in acts if isinstance(act, Say)]


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    shop: Shop = small_shop(tmp_path)
    made = Counter(shop, OrderDesk(shop, TicketOffice(shop, tmp_path / "tickets.jsonl")))
    made.refresh()
    return made


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_angry_caller_hears_one_apology_and_is_then_offered_a_person(language: str) -> None:
    talk = Talk()
    first, second, yes = CROSS[language]
    told = words(await talk.says(first, angry(1)))
    assert told[0] == APOLOGY[language]
    assert QUESTION[language] not in told
    told = words(await talk.says(second, angry(2)))
    assert APOLOGY[language] not in told
    assert told[-1] == QUESTION[language]
    feelings = talk.mind.state.feelings
    assert (feelings.apologised, feelings.flagged, feelings.priority) == (True, True, 2)
    acts = await talk.says(yes, felt())
    assert isinstance(acts[-1], Transfer)


@pytest.mark.parametrize(("language", "no"), [("en", "no thanks"), ("zh", "不需要")])
async def test_who_declines_the_offer_goes_on_and_is_not_asked_again(language: str, no: str) -> None:
    talk = Talk()
    first, second, _ = CROSS[language]
    await talk.says(first, angry(1))
    await talk.says(second, angry(2))
    acts = await talk.says(no, felt())
    assert not any(isinstance(act, End | Transfer) for act in acts)
    told = words(await talk.says(first, angry(3)))
    assert not {APOLOGY[language], QUESTION[language]} & set(told)


async def test_a_dropped_thought_leaves_nothing() -> None:
    talk = Talk()
    before = talk.mind.state
    for _ in range(2):
        thought = talk.mind.think(Said("when are you open", "en"))
        assert talk.mind.feel(thought, angry(2))
        await thought.close()
        assert talk.mind.state is before
    told = words(await talk.says("when are you open", angry(2)))
    assert told[0] == APOLOGY["en"]
    assert told[-1] == QUESTION["en"]
    assert talk.mind.state.feelings.history == ("angry",)


async def test_what_the_caller_did_not_hear_is_said_with_the_next_answer() -> None:
    talk = Talk()
    told = await talk.says("when are you open", angry(2), heard=4)
    assert {APOLOGY["en"], QUESTION["en"]} < set(words(told))
    assert talk.mind.state.offer == ""
    told = await talk.says("how can I pay", angry(3), heard=40)
    assert {APOLOGY["en"], QUESTION["en"]} < set(words(told))
    told = await talk.says("when are you open", felt())
    assert APOLOGY["en"] not in words(told), "that he has heard"
    assert words(told)[-1] == QUESTION["en"]


async def test_an_apology_is_no_part_of_the_answer_that_the_model_is_told() -> None:
    talk = Talk()
    await talk.says("when are you open", angry(1))
    (exchange,) = talk.mind.state.exchanges
    assert exchange.agent.startswith(APOLOGY["en"])
    assert not exchange.content.startswith(APOLOGY["en"])


async def test_nobody_is_offered_who_has_gone_home() -> None:
    flow = load_flow(SHOP)
    transfers = {name: one.model_copy(update={"always": False}) for name, one in flow.transfers.items()}
    flow = flow.model_copy(update={"transfers": transfers})
    talk = Talk(decides=Decider(flow, clock=midnight, has_model=False))
    told = words(await talk.says("when are you open", angry(2)))
    assert QUESTION["en"] not in told
    assert talk.mind.state.feelings.owed == "person"


async def test_nothing_is_offered_behind_a_goodbye_or_a_transfer() -> None:
    for text in ("goodbye", "I want to talk to a human"):
        talk = Talk()
        told = words(await talk.says(text, angry(2)))
        assert told[0] == APOLOGY["en"]
        assert QUESTION["en"] not in told


async def test_beside_a_task_s_question_the_person_is_named_and_a_yes_leads_there(counter: Counter) -> None:
    talk = Talk(counter)
    told = words(await talk.says("this is ridiculous, cancel my order", angry(1)))
    assert told[0] == APOLOGY["en"]
    told = words(await talk.says("how often do I have to tell you", angry(2)))
    assert told[-1] == ASIDE["en"]
    assert QUESTION["en"] not in told
    acts = await talk.says("yes please", felt())
    assert isinstance(acts[-1], Transfer)


async def test_an_answer_that_begins_with_okay_is_still_an_answer(counter: Counter) -> None:
    talk = Talk(counter)
    await talk.says("cancel my order", angry(1))
    await talk.says("how often do I have to tell you", angry(2))
    acts = await talk.says("okay, my name is Ann Reed, 02134", felt())
    assert not any(isinstance(act, Transfer) for act in acts)
    assert talk.mind.state.tasks.customer == "Ánn Reed"


async def test_no_other_question_stands_behind_the_confirmation_of_a_write(counter: Counter) -> None:
    talk = Talk(counter)
    await talk.says("cancel my order")
    await talk.says("my name is Ann Reed and my zip code is 02134")
    for text in ("the one with the lamp", "no longer needed"):
        await talk.says(text)
        task = talk.mind.state.tasks.current
        if task is not None and task.asked is not None and task.asked.about == "proposal":
            break
    assert talk.mind.state.tasks.current is not None
    told = words(await talk.says("what nonsense is this", angry(2)))
    task = talk.mind.state.tasks.current
    assert task is not None
    assert task.asked is not None
    assert task.asked.about == "proposal"
    assert told[0] == APOLOGY["en"]
    assert not {QUESTION["en"], ASIDE["en"]} & set(told)
    assert talk.mind.state.feelings.owed == "person"
    told = words(await talk.says("no", felt()))
    assert told[-1] == QUESTION["en"], "it is made up for as soon as nothing else is asked"


def test_the_state_with_feelings_is_json_and_back() -> None:
    memory = FeelingMemory("angry", 2, 2, ("angry", "angry"), "short", 2, True, True, "", ("person",), 2)
    state = DialogueState("zh", feelings=memory)
    adapter = TypeAdapter(DialogueState)
    kept = json.dumps(adapter.dump_python(state, mode="json"))
    assert adapter.validate_python(json.loads(kept)) == state
