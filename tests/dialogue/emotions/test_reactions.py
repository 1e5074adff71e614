"""The table of what is done about feelings."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from dialogue.emotions.memory import FeelingMemory
from dialogue.emotions.reactions import DEFAULT, Reaction, Response, respond
from dialogue.texts import TextByLanguage
from dialogue.yamlfile import YamlError, parse_yaml
from tests.dialogue.emotions.feelings import angry, felt


def answers(table: tuple[Reaction, ...], *turns: tuple[str, int]) -> list[Response]:
    """What is done after each turn, where the caller heard nothing of it yet."""
    memory, done = FeelingMemory(), []
    for mood, in_a_row in turns:
        done.append(respond(table, memory, felt(mood, in_a_row)))
        memory = done[-1].memory
    return done


def test_anger_is_apologised_for_at_once_and_twice_brings_the_offer_of_a_person() -> None:
    first, second, calm = answers(DEFAULT, ("neutral", 1), ("angry", 2), ("neutral", 0))
    assert first.memory.style == "calm"
    assert first.apology is not None
    assert first.apology.best("zh")[0].startswith("很抱歉")
    assert (first.memory.owed, first.memory.flagged, first.memory.priority) == ("", False, 1)
    assert (second.memory.style, second.memory.owed) == ("short", "person")
    assert (second.memory.flagged, second.memory.priority) == (True, 2)
    assert calm.memory.style is None
    assert (calm.memory.flagged, calm.memory.priority) == (True, 2), "supervisors still see the call"
    assert calm.memory.history == ("angry", "angry", "neutral")
    assert (calm.memory.mood, calm.memory.told) == ("neutral", "angry")


def test_what_was_said_already_is_not_said_again() -> None:
    memory = FeelingMemory(mood="angry", apologised=True, offered=("person",))
    again = respond(DEFAULT, memory, angry(3))
    assert again.apology is None
    assert again.memory.owed == ""


def test_one_calm_turn_does_not_end_the_style_while_the_mood_lasts() -> None:
    styles = [one.memory.style for one in answers(DEFAULT, ("neutral", 1), ("angry", 2), ("angry", 0))]
    assert styles == ["calm", "short", "short"]


def test_other_moods_count_while_they_last() -> None:
    table = (Reaction(when="anxious", turns=2, style="reassuring"),)
    moods = ("anxious", "anxious", "sad", "anxious")
    styles = [one.memory.style for one in answers(table, *((mood, 0) for mood in moods))]
    assert styles == [None, "reassuring", None, None]


def test_a_flow_s_table_is_read_from_yaml() -> None:
    text = """
    - when: angry
      apology: {en: My apologies., zh: 抱歉。}
    - when: angry
      turns: 3
      offer: desk
      flag: true
    """
    table = TypeAdapter(tuple[Reaction, ...]).validate_python(parse_yaml(text, "flow.yaml").data)
    assert table[0].apology == TextByLanguage(en="My apologies.", zh="抱歉。")
    owed = [one.memory.owed for one in answers(table, ("angry", 1), ("angry", 2), ("angry", 3))]
    assert owed == ["", "", "desk"]


@pytest.mark.parametrize(
    ("line", "lines", "wanted"),
    [
        ("when: cross\nturns: 0\n", [1, 2], "happy"),
        ("when: angry\nturns: 2\n", [1], "something to do"),
        ("when: angry\nflag: true\nquestion: Shall I?\n", [1], "an 'offer' beside the words"),
        ("when: angry\nstyle: calmly\n", [2], "calm"),
    ],
)
def test_a_line_that_is_wrong_says_where_and_what_was_expected(
    line: str, lines: list[int], wanted: str
) -> None:
    document = parse_yaml(line, "flow.yaml")
    with pytest.raises(YamlError) as caught:
        document.validate(Reaction)
    assert [problem.line for problem in caught.value.problems] == lines
    assert wanted in caught.value.problems[0].expected
