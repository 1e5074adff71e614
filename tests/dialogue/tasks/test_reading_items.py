"""Which items of an order a caller means, and what they are to be replaced by."""

from collections.abc import Sequence

import pytest

from dialogue.tasks.definition import Slot
from dialogue.tasks.reading_items import PICKED, items_chosen
from dialogue.tasks.reading_new_items import lacking_item, variant_chosen
from dialogue.tasks.scene import Begun, Impossible, Unclear
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import (
    JUN,
    KEYBOARD,
    LAMPS,
    PETER,
    account,
    alone,
    directory,
    items_of,
    order,
    order_and_items,
    read,
    scene,
    value,
)

ITEMS, NEW = Slot(type="items"), Slot(type="new-items")
BOARD, SHIRT, SLEEPING, MOUSE = items_of(KEYBOARD)
SHELF, WHITE, GREEN = items_of(LAMPS)


def options_of(item_id: str) -> dict[str, str]:
    """An item's options in English."""
    product = next(one for one, items in directory().variants.items() if item_id in items)
    return dict(directory().options(product, item_id, "en"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the keyboard", [BOARD]),
        ("the keyboard and the mouse", [BOARD, MOUSE]),
        ("the T-shirts", [SHIRT]),
        ("all of them", [BOARD, SHIRT, SLEEPING, MOUSE]),
        ("everything", [BOARD, SHIRT, SLEEPING, MOUSE]),
        ("the whole order please", [BOARD, SHIRT, SLEEPING, MOUSE]),
        ("everything except the mouse", [BOARD, SHIRT, SLEEPING]),
        ("all but the keyboard and the mouse", [SHIRT, SLEEPING]),
        ("the keyboard for one with tactile switches", [BOARD]),
        ("both", None),  # of four things
        ("the piano", None),
        ("that's all", None),
        ("all right", None),
    ],
)
def test_items_by_name(said: str, meant: Sequence[str] | None) -> None:
    assert value(read(ITEMS, scene(said, slots=order(KEYBOARD)))) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("书架", [SHELF]),
        ("全部", [SHELF, WHITE, GREEN]),
        ("都要退", [SHELF, WHITE, GREEN]),
        ("白色的台灯", [WHITE]),
        ("绿色的台灯和书架", {GREEN, SHELF}),
        ("除了书架", [WHITE, GREEN]),
        ("台灯换成黑色的", {WHITE, GREEN}),
        ("两个台灯都退", [WHITE, GREEN]),
    ],
)
def test_items_by_name_and_option_in_chinese(said: str, meant: object) -> None:
    found = value(read(ITEMS, scene(said, user=JUN, slots=order(LAMPS))))
    assert set(found) == set(meant) if isinstance(meant, set) and isinstance(found, list) else found == meant


def test_of_two_of_a_product_it_is_asked_which_and_the_others_are_kept() -> None:
    where = scene("the desk lamp and the bookshelf", user=JUN, slots=order(LAMPS))
    reading = read(ITEMS, where)
    assert isinstance(reading, Unclear)
    assert {one.value for one in reading.options} == {WHITE, GREEN}
    assert [one.said for one in reading.options] == [
        "the Desk Lamp in white, bright",
        "the Desk Lamp in green, warm",
    ]
    chosen = items_chosen((GREEN,), scene(user=JUN, slots=order(LAMPS), parts={PICKED: [SHELF]}))
    assert value(chosen) == [SHELF, GREEN]


def test_a_correction_takes_away_or_adds() -> None:
    before = Filled([BOARD, SHIRT, MOUSE])
    assert value(read(ITEMS, scene("not the keyboard", slots=order(KEYBOARD), before=before))) == [
        SHIRT,
        MOUSE,
    ]
    assert value(read(ITEMS, scene("the sleeping bag too", slots=order(KEYBOARD), before=before))) == [
        *before.value,
        SLEEPING,
    ]
    assert value(read(ITEMS, scene("only the mouse", slots=order(KEYBOARD), before=before))) == [MOUSE]


def test_equal_items_are_taken_once_unless_more_are_meant() -> None:
    peter = account(PETER)
    twice = {**(peter.order(KEYBOARD) or {})}
    twice["items"] = [*twice["items"], twice["items"][3]]
    own = type(peter)(peter.user, [twice], peter.directory)

    def meant(said: str) -> object:
        where = scene(said, slots=order(KEYBOARD))
        return value(read(ITEMS, type(where)(where.texts, "en", True, where.directory, own, where.slots)))

    assert meant("the mouse") == [MOUSE]
    assert meant("both mice, I mean the mouse") == [MOUSE, MOUSE]
    assert meant("two of the mouse") == [MOUSE, MOUSE]


def test_the_only_item_needs_no_words() -> None:
    assert value(alone(ITEMS, scene(slots=order("#W6649259")))) == items_of("#W6649259")
    assert alone(ITEMS, scene(slots=order(KEYBOARD))) is None
    assert read(ITEMS, scene("the keyboard")) is None  # of no order yet


def test_what_is_said_of_a_new_item_changes_and_the_rest_stays() -> None:
    # black, S
    reading = read(NEW, scene("a white one please", slots=order_and_items(KEYBOARD, [SHIRT])))
    assert isinstance(reading, Filled)
    assert [options_of(one) for one in reading.value] == [{"color": "white", "size": "S"}]
    assert reading.said == "white, S"


def test_behind_for_stands_what_is_wanted() -> None:
    said = "exchange the black T-shirt for a white one"
    where = scene(said, asked=False, slots=order_and_items(KEYBOARD, [SHIRT]))
    assert [options_of(one)["color"] for one in value(read(NEW, where))] == ["white"]
    assert read(NEW, scene("the black T-shirt", asked=False, slots=where.slots)) is None


def test_several_new_items_at_once() -> None:
    slots = order_and_items(KEYBOARD, [SHIRT, MOUSE])
    reading = value(read(NEW, scene("both in white", slots=slots)))
    assert [options_of(one)["color"] for one in reading] == ["white", "white"]
    reading = read(NEW, scene("the mouse in white", slots=slots))
    assert isinstance(reading, Begun)
    assert list(reading.parts) == [MOUSE]
    reading = read(NEW, scene("in blue", slots=slots, parts=reading.parts))
    assert [options_of(one)["color"] for one in value(reading)] == ["blue", "white"]


def test_new_items_in_chinese() -> None:
    where = scene("换成黑色的", user=JUN, slots=order_and_items(LAMPS, [GREEN]))
    reading = value(read(NEW, where))
    assert [options_of(one) for one in reading] == [{"color": "black", "light": "warm"}]
    assert isinstance(read(NEW, scene("红色的", user=JUN, slots=where.slots)), Impossible | None)


def test_a_correction_of_the_new_item_keeps_what_was_not_corrected() -> None:
    slots = order_and_items(KEYBOARD, [SHIRT])
    first = read(NEW, scene("a blue one in large", slots=slots))
    assert isinstance(first, Filled)
    assert options_of(first.value[0]) == {"color": "blue", "size": "L"}
    second = read(NEW, scene("no, white", slots={**slots, "new": first}, before=first))
    assert options_of(value(second)[0]) == {"color": "white", "size": "L"}


def test_one_is_asked_for_by_what_divides_the_variants() -> None:
    name, options = lacking_item(scene(slots=order_and_items(KEYBOARD, [SHIRT]), language="en"))
    assert name == "Cotton T-Shirt"
    assert [one.said for one in options] == ["black", "white", "blue", "green"]
    chosen = variant_chosen("white", scene(slots=order_and_items(KEYBOARD, [SHIRT]), language="en"))
    assert options_of(value(chosen)[0]) == {"color": "white", "size": "S"}
    name, options = lacking_item(scene(user=JUN, slots=order_and_items(LAMPS, [GREEN]), language="zh"))
    assert name == "台灯"
    chosen = variant_chosen(
        options[0].value, scene(user=JUN, slots=order_and_items(LAMPS, [GREEN]), language="zh")
    )
    assert isinstance(chosen, Filled)


def test_nothing_is_taken_in_silence_where_there_are_several_variants() -> None:
    assert alone(NEW, scene(slots=order_and_items(KEYBOARD, [SHIRT]))) is None
    assert alone(NEW, scene()) is None
    assert read(NEW, scene("what colours are there", slots=order_and_items(KEYBOARD, [SHIRT]))) is None


def test_a_variant_that_is_sold_out_is_never_chosen() -> None:
    for product, variants in directory().variants.items():
        for item, variant in variants.items():
            if not variant["available"]:
                colour = str(directory().options(product, item, "en").get("color", ""))
                slots = {"items": Filled([SHIRT]), "order": Filled(KEYBOARD)}
                reading = read(NEW, scene(f"{colour} please", slots=slots)) if colour else None
                assert not isinstance(reading, Filled) or item not in reading.value
