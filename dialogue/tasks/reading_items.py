"""Which items of an order the caller means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities import extract
from dialogue.tasks.definition import Slot
from dialogue.tasks.naming import products_named
from dialogue.tasks.options import has_options, options_named
from dialogue.tasks.scene import Option, Reading, Scene, Unclear, means_all, means_both, means_whole
from dialogue.tasks.state import Filled
from dialogue.tools.values import Record

_INSTEAD = re.compile(
    r"\b(?:for (?:a|an|the|one|another|something)|to (?:a|an|the|one)|into|with (?:a|an|the)|instead)\b"
    r"|换成|换个|换一个|改成|变成"
)
"""Behind it stands what is wanted, before it what is there."""

_SPARED = re.compile(
    r"\b(?:except(?: for)?|apart from|all but|everything but|but not|without|not)\b|除了|不要|不包括|别"
)
_BESIDES = re.compile(r"\b(?:also|too|as well|add)\b|还有|也|加上")
MOST = 4
"""So many items or variants can be read out to choose from."""

PICKED = "picked"
"""Part of the slot's value: ids of the items that were clear while another one was not."""


def items_said(slot: Slot, scene: Scene) -> Reading:
    """The items of the chosen order that the words mean."""
    order = scene.chosen_order
    if order is None or not scene.texts:
        return None
    items: list[Record] = order["items"]
    text = before_instead(scene.text)
    text, _, spared = _divided(text)
    if spared and (spares := _named(scene, spared, items)):
        present = _of_ids(items, scene.before.value) if scene.before is not None else items
        left = [item for item in present if item["item_id"] not in {one["item_id"] for one in spares}]
        return _filled(scene, left) if left and len(left) < len(present) else None
    if means_whole(text):
        return _filled(scene, items)
    reading = _picked(scene, text, items)
    if reading is None and means_all(text) and (not means_both(text) or len(items) == 2):
        return _filled(scene, items)
    if isinstance(reading, Filled) and scene.before is not None and _BESIDES.search(text.casefold()):
        ids = [*scene.before.value, *(one for one in reading.value if one not in scene.before.value)]
        return _filled(scene, _of_ids(items, ids))
    return reading


def items_alone(slot: Slot, scene: Scene) -> Reading:
    """The only item that there is."""
    order = scene.chosen_order
    if order is None:
        return None
    items: list[Record] = order["items"]
    return _filled(scene, items) if len(items) == 1 else None


def items_chosen(ids: Sequence[str], scene: Scene) -> Reading:
    """Items that were chosen of those read out, and what was clear before."""
    order = scene.chosen_order
    if order is None:
        return None
    return _filled(scene, _of_ids(order["items"], [*scene.parts.get(PICKED, ()), *ids]))


def chosen_items(scene: Scene) -> list[Record]:
    """The items that a slot before this one holds."""
    order = scene.chosen_order
    ids = next((one.value for one in scene.slots.values() if isinstance(one.value, list)), [])
    return _of_ids(order["items"], ids) if order is not None else []


def before_instead(text: str) -> str:
    """What stands before "for a", 换成; the whole where there is none of them."""
    return _INSTEAD.split(text, maxsplit=1)[0] or text


def behind_instead(text: str) -> str:
    """What stands behind "for a", 换成; nothing where there is none of them."""
    parts = _INSTEAD.split(text, maxsplit=1)
    return parts[1] if len(parts) > 1 else ""


def _divided(text: str) -> tuple[str, str, str]:
    """What is meant, and what is spared: "everything except the lamp"."""
    match = _SPARED.search(text.casefold())
    if match is None:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :]


def _named(scene: Scene, text: str, items: Sequence[Record]) -> list[Record]:
    reading = _picked(scene, text, items)
    return _of_ids(items, reading.value) if isinstance(reading, Filled) else []


def _picked(scene: Scene, text: str, items: Sequence[Record]) -> Reading:
    """The items that are named: by their products, and by their options where a product is there twice."""
    picked: list[Record] = []
    unclear: tuple[Option, ...] = ()
    for product in _products(scene, text, items):
        own = [item for item in items if item["product_id"] == product]
        if len({item["item_id"] for item in own}) > 1:
            wanted = options_named(scene, text, product)
            fitting = [item for item in own if has_options(scene, item, wanted)] if wanted else own
            alike = len({item["item_id"] for item in fitting}) == 1
            if not alike and len(fitting) > 1 and not means_all(text):
                unclear = tuple(Option(item["item_id"], _said(scene, item, items)) for item in fitting[:MOST])
                continue
            own = fitting
        picked += _so_many(scene, text, own)
    if unclear:
        return Unclear(unclear, {PICKED: [item["item_id"] for item in picked]})
    return _filled(scene, picked) if picked else None


def _so_many(scene: Scene, text: str, items: Sequence[Record]) -> Sequence[Record]:
    """Of equal items as many as were said: one, unless all or a number were meant."""
    if len({item["item_id"] for item in items}) != 1 or means_all(text):
        return items
    found = extract(text, scene.language, expected=("quantity",))
    number = next((one.value for one in found if one.kind == "quantity"), "1")
    return items[: max(1, int(number))] if number.isdigit() else items[:1]


def _products(scene: Scene, text: str, items: Sequence[Record]) -> list[str]:
    if not text:
        return []
    return products_named(
        scene.directory.only(item["product_id"] for item in items), text, asked=scene.asked or scene.opening
    )


def _of_ids(items: Sequence[Record], ids: Sequence[str]) -> list[Record]:
    """The lines of an order with these items, each line once."""
    left, found = list(items), []
    for item_id in ids:
        item = next((one for one in left if one["item_id"] == item_id), None)
        if item is not None:
            left.remove(item)
            found.append(item)
    return found


def _said(scene: Scene, item: Record, among: Sequence[Record]) -> str:
    assert scene.account is not None  # noqa: S101 - an order is chosen
    return scene.account.item_said(item, scene.language, among=among)


def _filled(scene: Scene, items: Sequence[Record]) -> Filled:
    assert scene.account is not None  # noqa: S101 - an order is chosen
    said = scene.account.items_said(items, scene.language) if items else ""
    return Filled([item["item_id"] for item in items], said, 0.9, "named")
