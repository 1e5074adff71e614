"""What a colleague is told of a caller: who, what, tried, mood."""

import pytest

from dialogue.handover import handover_of, with_mood
from dialogue.mind import Keyed, Said
from dialogue.state import DialogueState, Exchange


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


def test_who_what_and_what_was_tried() -> None:
    told = handover_of(CALL, "en", PERSON, "person")
    assert told.who == "+4930555"
    assert told.wants == "My lamp came broken; Where do I send it"
    assert told.tried == "told about delivery time; answered freely 1x; not understood 1x"
    assert (told.language, told.mood, told.priority) == ("en", "", 0)
    assert told.summary == (
        "+4930555, speaks English. Wants: My lamp came broken; Where do I send it. "
        "Tried: told about delivery time; answered freely 1x; not understood 1x."
    )


def test_the_words_that_led_to_the_transfer_count_unless_they_ask_for_a_person() -> None:
    told = handover_of(CALL, "en", Said("I need an invoice for my company.", "en"), "known")
    assert told.wants == "Where do I send it; I need an invoice for my company"


def test_the_summary_is_in_the_shops_language_and_the_callers_words_are_his() -> None:
    state = DialogueState("en", (exchange("where is my parcel"),), answers=("order-status",), caller="138")
    assert handover_of(state, "zh", Keyed("0"), "menu", mood="angry").summary == (
        "138，说英语。诉求：where is my parcel。已做：已告知order status。情绪：生气。"
    )


def test_an_unknown_caller_who_said_nothing() -> None:
    told = handover_of(DialogueState("zh"), "en", Keyed("0"), "menu")
    assert told.summary == "caller without a number, speaks Chinese."


def test_the_language_is_that_of_the_last_sentence() -> None:
    assert handover_of(CALL, "en", Said("我要找人工", "zh"), "person").language == "zh"


@pytest.mark.parametrize(("mood", "priority"), [("neutral", 0), ("anxious", 2), ("angry", 5)])
def test_who_is_angry_waits_less(mood: str, priority: int) -> None:
    told = with_mood(handover_of(CALL, "en", PERSON, "person"), mood)
    assert (told.mood, told.priority) == (mood, priority)
    assert told.summary.endswith(f"Mood: {mood}.")


def test_nobody_is_handed_on_for_ever_at_the_same_place() -> None:
    state = DialogueState("en", unreached=2, caller="+4930555")
    told = handover_of(state, "en", PERSON, "person", mood="angry")
    assert told.priority == 9
    assert "nobody reached 2x" in told.tried


def test_words_off_the_record_are_not_told() -> None:
    card = Exchange("my card is 4242", "Thank you.", "known", "en", off_record=True)
    assert "4242" not in handover_of(DialogueState("en", (card,)), "en", PERSON, "person").summary
