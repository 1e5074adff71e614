"""What a colleague is told of a caller: who, what, tried, mood."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.emotions.memory import FeelingMemory
from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.handover import handover_of
from dialogue.mind import Keyed, Said
from dialogue.state import DialogueState, Exchange
from dialogue.tasks.state import TaskMemory, Underway, Wanted
from tests.dialogue.test_decide import DIALPLANS


@pytest.fixture(scope="module")
def english() -> Flow:
    return load_flow(Path(DIALPLANS / "shop-en.yaml"))


@pytest.fixture(scope="module")
def mandarin() -> Flow:
    return load_flow(Path(DIALPLANS / "shop-zh.yaml"))


def exchange(caller: str, kind: str = "known", language: str = "en") -> Exchange:
    return Exchange(caller, "An answer.", kind, language)


CALL = DialogueState(
    "en",
    exchanges=(
        Exchange("", "Hello.", "greeting", "en"),
        exchange("How long does delivery take?"),
        exchange("My lamp came broken.", "model"),
        exchange("what", "repeat"),
        exchange("Where do I send it?", "fallback"),
    ),
    answers=("delivery-time",),
    caller="+4930555",
)
PERSON = Said("I want to talk to a human", "en")
ANGRY = FeelingMemory("angry", history=("neutral", "angry"), priority=5)


def test_who_what_and_what_was_tried(english: Flow) -> None:
    told = handover_of(CALL, english, PERSON, "person")
    assert told.who == "+4930555"
    assert told.wants == "My lamp came broken; Where do I send it"
    assert told.tried == "told about delivery time; answered freely 1x; not understood 1x"
    assert (told.language, told.mood, told.priority) == ("en", "", 0)
    assert told.summary == (
        "+4930555, speaks English. Wants: My lamp came broken; Where do I send it. "
        "Tried: told about delivery time; answered freely 1x; not understood 1x."
    )


def test_the_words_that_led_to_the_transfer_count_unless_they_ask_for_a_person(english: Flow) -> None:
    told = handover_of(CALL, english, Said("I need an invoice for my company.", "en"), "known")
    assert told.wants == "Where do I send it; I need an invoice for my company"


def test_the_task_that_is_under_way_and_who_was_identified_go_first(english: Flow) -> None:
    first, second = english.tasks[0], english.tasks[1]
    tasks = TaskMemory(
        stack=(Underway(first.name),),
        waiting=(Wanted(second.name, ""),),
        customer="Mia Wu",
        order="#W123",
        done=("I have changed the address.",),
    )
    told = handover_of(replace(CALL, tasks=tasks), english, PERSON, "person")
    matters = [one.matter.best("en")[0] for one in (first, second)]
    assert told.who == "Mia Wu, +4930555"
    assert told.wants.startswith(f"{matters[0]} #W123; {matters[1]}; My lamp came broken")
    assert told.tried.startswith("I have changed the address; told about")


def test_the_summary_is_in_the_shops_language_and_the_callers_words_are_his(mandarin: Flow) -> None:
    state = DialogueState(
        "en", (exchange("where is my parcel"),), answers=("order-status",), caller="138", feelings=ANGRY
    )
    assert handover_of(state, mandarin, Keyed("0"), "menu").summary == (
        "138，说英语。诉求：where is my parcel。已做：已告知order status。情绪：生气。"
    )


def test_an_unknown_caller_who_said_nothing(english: Flow) -> None:
    told = handover_of(DialogueState("zh"), english, Keyed("0"), "menu")
    assert told.summary == "caller without a number, speaks Chinese."


def test_the_language_is_that_of_the_last_sentence(english: Flow) -> None:
    assert handover_of(CALL, english, Said("我要找人工", "zh"), "person").language == "zh"


def test_how_he_feels(english: Flow) -> None:
    told = handover_of(replace(CALL, feelings=ANGRY), english, PERSON, "person")
    assert (told.mood, told.priority) == ("angry", 5)
    assert told.summary.endswith("Mood: angry.")
    calm = replace(CALL, feelings=FeelingMemory("neutral", history=("neutral",)))
    told = handover_of(calm, english, PERSON, "person")
    assert (told.mood, told.priority) == ("neutral", 0)
    assert "Mood" not in told.summary


def test_whom_nobody_took_before_waits_less(english: Flow) -> None:
    state = DialogueState("en", unreached=2, caller="+4930555", feelings=ANGRY)
    told = handover_of(state, english, PERSON, "person")
    assert told.priority == 9
    assert "nobody reached 2x" in told.tried
    assert handover_of(replace(state, unreached=9), english, PERSON, "person").priority == 10


def test_words_off_the_record_are_not_told(english: Flow) -> None:
    card = Exchange("my card is 4242", "Thank you.", "known", "en", off_record=True)
    assert "4242" not in handover_of(DialogueState("en", (card,)), english, PERSON, "person").summary
