"""What items are to be replaced by: another variant of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialogue.tasks.definition import Slot
from dialogue.tasks.naming import products_named
from dialogue.tasks.options import in_english, options_named
from dialogue.tasks.reading_items import MOST, behind_instead, chosen_items
from dialogue.tasks.scene import Begun, Impossible, Option, Reading, Scene, means_all
from dialogue.tasks.state import Filled
from dialogue.tools.values import Record, options_text

_EXACTLY = "="
"""Among the options wanted: the id of the variant itself."""


def new_items_said(slot: Slot, scene: Scene) -> Reading:
    """The new variant of each item: what was said of it changes, the rest stays as it is."""
    items = chosen_items(scene)
    if not items:
        return None
    wanted = _wanted(scene)
    text = scene.text if scene.asked or scene.before is not None else behind_instead(scene.text)
    catalogue = scene.directory.only(item["product_id"] for item in items)
    named = set(products_named(catalogue, text)) if text and len(items) > 1 else set()
    lacking = _lacking(scene, items, wanted)
    heard = False
    for item in items:
        said = options_named(scene, text, item["product_id"])
        is_meant = (
            len(items) == 1
            or item["product_id"] in named
            or (not named and (item["item_id"] == lacking or means_all(text)))
        )
        if said and is_meant:
            chosen = {} if _EXACTLY in wanted.get(item["item_id"], {}) else wanted.get(item["item_id"], {})
            wanted[item["item_id"]] = {**chosen, **said}
            heard = True
    if not heard:
        return None
    if scene.before is None:
        return _settled(scene, items, wanted)
    return _corrected(scene, items, wanted)


def new_items_alone(slot: Slot, scene: Scene) -> Reading:
    """The only other variant that is to be had."""
    items = chosen_items(scene)
    if not items:
        return None
    made = _settled(scene, items, _wanted(scene))
    return made if isinstance(made, Filled | Impossible) else None


def lacking_item(scene: Scene) -> tuple[str, tuple[Option, ...]]:
    """The item whose new variant is asked for, as it is called, and the variants there are."""
    items, wanted = chosen_items(scene), _wanted(scene)
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


def variant_chosen(value: str, scene: Scene) -> Reading:
    """The variant, or the value of an option, that was chosen of those read out."""
    items, wanted = chosen_items(scene), _wanted(scene)
    lacking = _lacking(scene, items, wanted)
    item = next((one for one in items if one["item_id"] == lacking), None)
    if item is None:
        return None
    if value in scene.directory.variants.get(item["product_id"], {}):
        wanted[lacking] = {_EXACTLY: value}
    else:
        wanted[lacking] = {**wanted.get(lacking, {}), **_named_value(scene, item["product_id"], value)}
    return _settled(scene, items, wanted)


def _wanted(scene: Scene) -> dict[str, Any]:
    return {key: dict(value) for key, value in scene.parts.items() if isinstance(value, Mapping)}


def _corrected(scene: Scene, items: Sequence[Record], wanted: Mapping[str, Any]) -> Reading:
    """Another variant than the one that was understood: what was not corrected stays as it was."""
    assert scene.before is not None  # noqa: S101 - asked by the caller
    new: list[str] = []
    for item, before in zip(items, scene.before.value, strict=False):
        said = wanted.get(item["item_id"], {})
        own = scene.directory.options(item["product_id"], before, "en")
        fitting = (
            [before] if not said else _variants(scene, item, {**own, **said}) or _variants(scene, item, said)
        )
        if not fitting:
            return Impossible()
        new.append(fitting[0] if len(fitting) == 1 else _nearest(scene, item, fitting)[0])
    return _filled(scene, items, new) if len(new) == len(items) else None


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
    return _filled(scene, items, new)


def _filled(scene: Scene, items: Sequence[Record], new: list[str]) -> Filled:
    said = [_variant_said(scene, item["product_id"], one) for item, one in zip(items, new, strict=True)]
    return Filled(new, ("、" if scene.language == "zh" else ", ").join(said), 0.9, "named")


def _variants(scene: Scene, item: Record, wanted: Mapping[str, str]) -> list[str]:
    """What an item may be replaced by: to be had, another one, with what was asked for."""
    variants = scene.directory.variants.get(item["product_id"], {})
    if _EXACTLY in wanted:
        return [wanted[_EXACTLY]]
    return [
        one
        for one, variant in variants.items()
        if variant["available"] and one != item["item_id"] and _fits(variant, wanted)
    ]


def _fits(variant: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(variant["options"].get(option) == value for option, value in wanted.items())


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
    """The option that has several values among some variants, but not too many to be read out."""
    names = list(scene.directory.options(item["product_id"], fitting[0], scene.language))

    def count(option: str) -> int:
        return len({_value(scene, item["product_id"], one, option) for one in fitting})

    few = [name for name in names if 1 < count(name) <= MOST]
    return (few or [name for name in names if count(name) > 1] or names)[0]


def _value(scene: Scene, product: str, item_id: str, option: str) -> str:
    return scene.directory.options(product, item_id, scene.language).get(option, "")


def _named_value(scene: Scene, product: str, value: str) -> dict[str, str]:
    for item_id in scene.directory.variants.get(product, {}):
        for option, own in scene.directory.options(product, item_id, scene.language).items():
            if own == value:
                return dict([in_english(scene, product, option, value)])
    return {}


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
