"""Which items of an order the caller means, and what they are to be replaced by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialogue.entities import Valid, extract
from dialogue.tasks.definition import Slot
from dialogue.tasks.naming import products_named
from dialogue.tasks.scene import Begun, Impossible, Option, Reading, Scene, Unclear, means_all
from dialogue.tasks.state import Filled
from dialogue.tools.values import Record, options_text

_INSTEAD = re.compile(
    r"\b(?:for (?:a|an|the|one|another|something)|to (?:a|an|the|one)|into|with (?:a|an|the)|instead)\b"
    r"|换成|换个|换一个|改成|变成"
)
"""Behind it stands what is wanted, before it what is there."""

MOST = 4
"""So many variants can be read out to choose from."""


def items_said(slot: Slot, scene: Scene) -> Reading:
    """The items of the chosen order that the words mean."""
    order = scene.chosen_order
    if order is None or not scene.texts:
        return None
    items: list[Record] = order["items"]
    if means_all(scene.text):
        return _filled(scene, items)
    text = _INSTEAD.split(scene.text, maxsplit=1)[0] or scene.text
    picked: list[Record] = []
    for product in _products(scene, text):
        own = [item for item in items if item["product_id"] == product]
        if len(own) > 1:
            wanted = _options(scene, text, product)
            by_options = [item for item in own if _has_options(scene, item, wanted)] if wanted else own
            if len(by_options) > 1:
                options = tuple(
                    Option(item["item_id"], _said(scene, item, items)) for item in by_options[:MOST]
                )
                return Unclear(options)
            own = by_options
        picked += own
    return _filled(scene, picked) if picked else None


def items_alone(slot: Slot, scene: Scene) -> Reading:
    """The only item that there is."""
    order = scene.chosen_order
    if order is None:
        return None
    items: list[Record] = order["items"]
    return _filled(scene, items) if len(items) == 1 else None


def item_chosen(item_id: str, scene: Scene) -> Filled:
    """One item that was chosen of those read out."""
    order = scene.chosen_order
    items = [item for item in (order["items"] if order else ()) if item["item_id"] == item_id]
    return _filled(scene, items[:1])


def new_items_said(slot: Slot, scene: Scene) -> Reading:
    """The new variant of each item: what was said of it changes, the rest stays as it is."""
    items = chosen_items(scene)
    if not items:
        return None
    wanted: dict[str, Any] = {key: dict(value) for key, value in scene.parts.items()}
    text = _behind(scene.text) if not scene.asked else scene.text
    for item in items:
        said = _options(scene, text, item["product_id"])
        if not said:
            continue
        only = len(items) == 1
        named = item["product_id"] in _products(scene, text)
        if only or named or item["item_id"] == _lacking(scene, items, wanted):
            wanted[item["item_id"]] = {**wanted.get(item["item_id"], {}), **said}
    if not any(wanted.values()):
        return None
    return _settled(scene, items, wanted)


def new_items_alone(slot: Slot, scene: Scene) -> Reading:
    """The only other variant that is to be had."""
    items = chosen_items(scene)
    if not items:
        return None
    made = _settled(scene, items, {key: dict(value) for key, value in scene.parts.items()})
    return made if isinstance(made, Filled | Impossible) else None


def lacking_item(scene: Scene) -> tuple[str, tuple[Option, ...]]:
    """The item whose new variant is asked for, as it is called, and the variants there are."""
    items = chosen_items(scene)
    wanted: dict[str, Any] = {key: dict(value) for key, value in scene.parts.items()}
    lacking = _lacking(scene, items, wanted)
    item = next(item for item in items if item["item_id"] == lacking)
    name = scene.directory.name(item["product_id"], scene.language) or item["name"]
    fitting = _variants(scene, item, wanted.get(lacking, {}))
    if len(fitting) > MOST:
        # Too many to read out: the values of the option that divides them best.
        option = _dividing(scene, item, fitting)
        values = dict.fromkeys(_value(scene, item["product_id"], one, option) for one in fitting)
        return name, tuple(Option(value, value) for value in values)
    return name, tuple(Option(one, said) for one, said in _told_apart(scene, item["product_id"], fitting))


def variant_chosen(item_id: str, scene: Scene) -> Reading:
    """The variant that was chosen of those read out, for the item that was asked about."""
    items = chosen_items(scene)
    wanted: dict[str, Any] = {key: dict(value) for key, value in scene.parts.items()}
    lacking = _lacking(scene, items, wanted)
    item = next((one for one in items if one["item_id"] == lacking), None)
    if item is None:
        return None
    variant = scene.directory.variants.get(item["product_id"], {}).get(item_id)
    if variant is not None:
        wanted[lacking] = {"=": item_id}
    else:
        wanted[lacking] = {**wanted.get(lacking, {}), **_named_value(scene, item["product_id"], item_id)}
    return _settled(scene, items, wanted)


def chosen_items(scene: Scene) -> list[Record]:
    """The items that are to be replaced."""
    order = scene.chosen_order
    ids = next((one.value for one in scene.slots.values() if isinstance(one.value, list)), [])
    left = list(order["items"]) if order is not None else []
    found = []
    for item_id in ids:
        item = next((one for one in left if one["item_id"] == item_id), None)
        if item is not None:
            left.remove(item)
            found.append(item)
    return found


def _settled(scene: Scene, items: Sequence[Record], wanted: Mapping[str, Any]) -> Reading:
    new: list[str] = []
    for item in items:
        fitting = _variants(scene, item, wanted.get(item["item_id"], {}))
        if not fitting:
            return Impossible()
        if len(fitting) > 1:
            fitting = _nearest(scene, item, fitting) if wanted.get(item["item_id"]) else fitting
        if len(fitting) > 1:
            return Begun(dict(wanted)) if any(wanted.values()) else None
        new.append(fitting[0])
    said = [_variant_said(scene, item["product_id"], one) for item, one in zip(items, new, strict=True)]
    return Filled(new, ("、" if scene.language == "zh" else ", ").join(said), 0.9, "named")


def _variants(scene: Scene, item: Record, wanted: Mapping[str, str]) -> list[str]:
    """What an item may be replaced by: to be had, another one, with what was asked for."""
    variants = scene.directory.variants.get(item["product_id"], {})
    if "=" in wanted:
        return [wanted["="]]
    return [
        one
        for one, variant in variants.items()
        if variant["available"] and one != item["item_id"] and _fits(variant, wanted)
    ]


def _fits(variant: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    options = {**variant.get("options", {}), **(variant.get("options_zh") or {})}
    return all(options.get(option) == value for option, value in wanted.items())


def _nearest(scene: Scene, item: Record, fitting: Sequence[str]) -> list[str]:
    """Of several the ones that keep most of what the item is like."""
    variants = scene.directory.variants[item["product_id"]]

    def kept(one: str) -> int:
        options = variants[one]["options"]
        assert isinstance(options, Mapping)  # noqa: S101 - the shop's shape
        return sum(item["options"].get(option) == value for option, value in options.items())

    best = max(kept(one) for one in fitting)
    return [one for one in fitting if kept(one) == best]


def _lacking(scene: Scene, items: Sequence[Record], wanted: Mapping[str, Any]) -> str:
    """The first item whose new variant is not settled yet."""
    for item in items:
        if len(_variants(scene, item, wanted.get(item["item_id"], {}))) != 1:
            return str(item["item_id"])
    return str(items[0]["item_id"]) if items else ""


def _dividing(scene: Scene, item: Record, fitting: Sequence[str]) -> str:
    variants = scene.directory.variants[item["product_id"]]
    names = list(scene.directory.options(item["product_id"], fitting[0], scene.language))
    assert variants  # noqa: S101 - `fitting` are some of them

    def count(option: str) -> int:
        return len({_value(scene, item["product_id"], one, option) for one in fitting})

    several = (
        [name for name in names if 1 < count(name) <= MOST] or [n for n in names if count(n) > 1] or names
    )
    return several[0]


def _value(scene: Scene, product: str, item_id: str, option: str) -> str:
    return scene.directory.options(product, item_id, scene.language).get(option, "")


def _named_value(scene: Scene, product: str, value: str) -> dict[str, str]:
    for item_id in scene.directory.variants.get(product, {}):
        for option, own in scene.directory.options(product, item_id, scene.language).items():
            if own == value:
                return {option: value}
    return {}


def _products(scene: Scene, text: str) -> list[str]:
    order = scene.chosen_order
    if order is None or not text:
        return []
    catalogue = scene.directory.only(item["product_id"] for item in order["items"])
    return products_named(catalogue, text)


def _options(scene: Scene, text: str, product: str) -> dict[str, str]:
    """The options of a product that a text names."""
    if not text or product not in scene.directory.names_of:
        return {}
    valid = Valid(catalogue=scene.directory.only((product,)))
    found = extract(text, scene.language, expected=("option",), valid=valid)
    return {
        one.parts["option"]: one.value for one in found if one.kind == "option" and one.source == "listed"
    }


def _has_options(scene: Scene, item: Record, wanted: Mapping[str, str]) -> bool:
    both = {
        **item["options"],
        **scene.directory.options(item["product_id"], item["item_id"], "zh"),
        **scene.directory.options(item["product_id"], item["item_id"], "en"),
    }
    return all(both.get(option) == value for option, value in wanted.items())


def _behind(text: str) -> str:
    """What stands behind "for", "to", 换成; nothing where there is none of them."""
    parts = _INSTEAD.split(text, maxsplit=1)
    return parts[1] if len(parts) > 1 else ""


def _told_apart(scene: Scene, product: str, items: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Variants by the options in which they differ from each other."""
    options = {one: scene.directory.options(product, one, scene.language) for one in items}
    for one, own in options.items():
        apart = {
            name: value
            for name, value in own.items()
            if any(other.get(name) != value for other in options.values())
        }
        yield one, options_text(apart or own, scene.language)


def _variant_said(scene: Scene, product: str, item_id: str) -> str:
    return options_text(scene.directory.options(product, item_id, scene.language), scene.language)


def _said(scene: Scene, item: Record, among: Sequence[Record]) -> str:
    assert scene.account is not None  # noqa: S101 - an order is chosen
    return scene.account.item_said(item, scene.language, among=among)


def _filled(scene: Scene, items: Sequence[Record]) -> Filled:
    assert scene.account is not None  # noqa: S101 - an order is chosen
    said = scene.account.items_said(items, scene.language) if items else ""
    return Filled([item["item_id"] for item in items], said, 0.9, "named")
