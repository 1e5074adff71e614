"""What Asterisk is told of a caller: nothing that its dialplan would read as syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi_wire import set_variable
from telephony.ami_wire import action
from telephony.handing_over import LONGEST, NAMES, channel_variables, clean, event_fields

ABOUT = {
    "who": "+4930555",
    "wants": 'where is order #W123, the "black" one',
    "mood": "angry",
    "priority": "5",
    "language": "zh",
    "queue": "returns",
    "call_id": "0f8c",
}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a, b", "a; b"),
        ('say "hello"', "say 'hello'"),
        ("one\r\ntwo\tthree\0", "one two three"),
        ("${SHELL(rm)} and $[1+1]", "SHELL rm and 1+1"),
        ("back\\slash|pipe", "back/slash/pipe"),
        ("价格是多少，快点", "价格是多少，快点"),
        ("Bob <100> & co?", "Bob 100 co"),
        ("half a pair \ud800", "half a pair"),
        ("", ""),
    ],
)
def test_a_text_is_made_harmless(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(max_size=600))
def test_no_text_is_syntax_or_too_long(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= LONGEST
    assert not set(cleaned) & set(',"\\|${}[]()<>&?\r\n\t\0')
    assert clean(cleaned) == cleaned
    set_variable("__PARLEY_WANTS", cleaned)
    action("Setvar", {"Channel": "PJSIP/1", "Variable": "__PARLEY_WANTS", "Value": cleaned})


def test_what_is_too_long_ends_after_a_word() -> None:
    cleaned = clean("a word " * 60)
    assert cleaned.endswith("word…") or cleaned.endswith("a…")
    assert LONGEST - 10 < len(cleaned) <= LONGEST
    assert len(clean("字" * 300)) == LONGEST


def test_every_variable_is_set_and_inherited() -> None:
    variables = channel_variables(ABOUT)
    assert set(variables) == {f"__PARLEY_{name.upper()}" for name in (*NAMES, "screen")}
    assert variables["__PARLEY_WANTS"] == "where is order #W123; the 'black' one"
    assert variables["__PARLEY_TRIED"] == ""
    assert channel_variables({})["__PARLEY_QUEUE"] == "", "not the queue of a transfer before"


def test_a_telephone_shows_the_mood_and_the_matter() -> None:
    assert channel_variables(ABOUT)["__PARLEY_SCREEN"] == "angry: where is order #W123; the…"
    assert channel_variables({"wants": "a refund"})["__PARLEY_SCREEN"] == "a refund"


def test_the_event_for_screens() -> None:
    fields = event_fields(ABOUT, "returns", "PJSIP/trunk-1")
    assert fields["UserEvent"] == "ParleyHandover"
    assert (fields["Channel"], fields["Target"], fields["Queue"]) == ("PJSIP/trunk-1", "returns", "returns")
    assert (fields["CallId"], fields["Mood"], fields["Priority"]) == ("0f8c", "angry", "5")
