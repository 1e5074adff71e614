"""Plain values, choices, and a matter in the caller's own words."""

from dataclasses import replace
from datetime import datetime

import pytest

from dialogue.tasks.reading_plain import matcher_of
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import directory, read, scene, slot, value
from tests.dialogue.tasks.talk import decider

REASON = decider().book.task("cancel-order").slots["reason"]
LONG = (
    "so my neighbour took the parcel in on Monday, or it may have been Tuesday, and when I opened it the lid "
    "was cracked and one cup was missing, which is a pity because it was meant as a present for my sister"
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I don't need it any more", "no longer needed"),
        ("no longer needed", "no longer needed"),
        ("it takes too long", "no longer needed"),
        ("it was a mistake", "ordered by mistake"),
        ("I ordered it by accident", "ordered by mistake"),
        ("不需要了", "no longer needed"),
        ("我改主意了", "no longer needed"),
        ("下错单了", "ordered by mistake"),
        ("不小心拍错了", "ordered by mistake"),
        ("the second one", "ordered by mistake"),
        ("tell me a joke", None),
        ("blah", None),
        ("", None),
    ],
)
def test_a_choice_is_what_the_words_come_nearest_to(said: str, meant: str | None) -> None:
    where = replace(scene(said), matcher=matcher_of(REASON))
    assert value(read(REASON, where)) == meant


def test_a_choice_is_read_back_in_the_callers_language() -> None:
    reading = read(REASON, replace(scene("点错了"), matcher=matcher_of(REASON)))
    assert isinstance(reading, Filled)
    assert reading.said == "下错单"
    assert read(REASON, scene("点错了")) is None  # nothing to find it with


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [
        ("phone", "six one seven five five five oh one two three", "6175550123"),
        ("phone", "一三八零零一三八零零零", "13800138000"),
        ("postcode", "oh two one three four", "02134"),
        ("email", "ann dot reed at example dot com", "ann.reed@example.com"),
        ("date", "tomorrow", "2026-06-11"),
        ("quantity", "two of them", "2"),
        ("name", "my name is Ann Reed", "Ann Reed"),
        ("name", "我叫张伟", "张伟"),
    ],
)
def test_plain_values(kind: str, said: str, meant: str) -> None:
    where = replace(scene(said, user=None), now=datetime(2026, 6, 10, 12), directory=type(directory())())
    assert value(read(slot(kind), where)) == meant


def test_a_product_is_read_back_by_its_name() -> None:
    reading = read(slot("product"), scene("the desk lamp"))
    assert isinstance(reading, Filled)
    assert reading.said == "Desk Lamp"


@pytest.mark.parametrize("kind", ["name", "quantity", "text"])
def test_what_could_be_anything_is_only_taken_where_it_was_asked_for(kind: str) -> None:
    said = "my name is Ann Reed and I want two of them"
    assert read(slot(kind), scene(said, user=None)) is not None
    assert read(slot(kind), scene(said, user=None, asked=False)) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [(LONG, True), ("the lid broke", True), ("盖子坏了杯子也碎了", True), ("broken", False), ("坏了", False)],
)
def test_a_matter_is_kept_in_the_callers_own_words(said: str, told: bool) -> None:
    assert value(read(slot("text"), scene(said))) == (said if told else None)
