"""Texts that are worded by style, and what a flow may say of feelings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialogue.decide import Decider
from dialogue.emotions.memory import FeelingMemory
from dialogue.flow import Flow
from dialogue.flowfile import check_flow, load_flow
from dialogue.flowmind import FlowMind
from dialogue.mind import Said, Say
from dialogue.prompt import in_manner, messages
from dialogue.styles import in_style
from dialogue.tasks.definition import Slot
from dialogue.tasks.saying import spoken
from tests.dialogue.emotions.feelings import angry, felt
from tests.dialogue.flows import SMALL

WORDED = SMALL.replace(
    "text: Two days.", "text: {en: Delivery takes two days., calm: It takes two days., short: Two days.}"
)
QUESTION = Said("how long does delivery take", "en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "small.yaml"


def flow_of(path: Path, text: str) -> Flow:
    path.write_text(text, "utf-8")
    return load_flow(path)


def mind_of(flow: Flow) -> FlowMind:
    decider = Decider(flow, clock=lambda: datetime(2026, 6, 10, 12, tzinfo=UTC), has_model=False)
    return FlowMind("small", decider, None)


async def test_the_words_are_those_of_the_style_that_holds(path: Path) -> None:
    mind = mind_of(flow_of(path, WORDED))
    heard = []
    for feels in (angry(1), angry(2), felt(), felt()):
        thought = mind.think(QUESTION)
        mind.feel(thought, feels)
        said = [act.text async for act in thought.acts() if isinstance(act, Say)]
        mind.commit(thought, " ".join(said))
        heard.append(said[0])
    assert heard == [
        "Delivery takes two days.",
        "It takes two days.",
        "Two days.",
        "Delivery takes two days.",
    ]


def test_a_flow_without_other_wordings_is_the_same_in_every_style(path: Path) -> None:
    flow = flow_of(path, SMALL)
    assert in_style(flow, "calm") is flow
    worded = flow_of(path, WORDED)
    assert in_style(worded, "warm") is worded
    assert in_style(worded, "short").answer("delivery").text.best("en")[0] == "Two days."
    assert worded.answer("delivery").text.best("en")[0] == "Delivery takes two days."


def test_every_wording_is_rendered_ahead(path: Path) -> None:
    mind = mind_of(flow_of(path, WORDED))
    decider = Decider(mind.flow, clock=lambda: datetime(2026, 6, 10, 12, tzinfo=UTC), has_model=False)
    texts = {phrase.text for phrase in decider.words.fixed_phrases()}
    assert {"Delivery takes two days.", "It takes two days.", "Two days."} <= texts
    assert {"I am sorry about this.", "Shall I put you through to a colleague?"} <= texts


def test_fields_are_filled_into_every_wording() -> None:
    slot = Slot.model_validate(
        {"type": "items", "prompt": [{"en": "{items}: which?", "short": "Which, {items}?"}]}
    )
    (text,) = slot.prompt or ()
    assert [say.text for say in spoken(text.in_style("short"), "en", {"items": "a lamp"})] == [
        "Which, a lamp?"
    ]


def test_the_model_is_told_the_style_at_the_very_end(path: Path) -> None:
    flow = flow_of(path, SMALL)
    plain = messages(flow, "en", (), "where is it", turns=8, tokens=900)
    styled = in_manner(plain, "short", "en")
    assert styled[:-1] == plain[:-1]
    assert str(styled[-1]["content"]).startswith("where is it\n[")
    assert in_manner(plain, None, "en") == plain


@pytest.mark.parametrize(
    ("old", "new", "where", "wanted"),
    [
        ("text: Two days.", "text: {calm: Two days.}", "answers.0.text", "at least one language"),
        ("text: Two days.", "text: {en: Two days., calmly: No.}", "answers.0.text.calmly", "'calm'"),
        ("text: Two days.", "text: {en: Two., calm: 两天。}", "answers.0.text.calm", "the language 'en' too"),
        ("text: Two days.", "text: {en: Two., calm: {short: No.}}", "answers.0.text.calm.short", "en, zh"),
        (
            "persona: You answer the phone of a lamp shop.",
            "persona: {en: Be., calm: Be calm.}",
            "persona.calm",
            "one text for all styles",
        ),
        ("menu:", "emotions: [{when: angry, offer: disk}]\nmenu:", "emotions.0.offer", "desk"),
        (
            "person: {transfer: desk}",
            "emotions: [{when: angry, offer: person}]",
            "emotions.0.offer",
            "a group 'person'",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(path: Path, old: str, new: str, where: str, wanted: str) -> None:
    path.write_text(SMALL.replace(old, new), "utf-8")
    problems = check_flow(path)
    assert [problem.where for problem in problems] == [where]
    assert wanted in problems[0].expected


def test_feelings_can_be_left_alone(path: Path) -> None:
    mind = mind_of(flow_of(path, "emotions: []\n" + SMALL))
    thought = mind.think(QUESTION)
    assert mind.feel(thought, angry(2)) == ()
    mind.commit(thought, "Two days.")
    memory = mind.state.feelings
    assert memory == FeelingMemory(
        mood="angry", lasting=1, angry_in_a_row=2, angry_turns=1, history=("angry",)
    )
