"""The options of products as tasks compare them: by their English names where the shop has both."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.entities import Valid, extract
from dialogue.tasks.scene import Scene
from dialogue.tools.values import Record


def options_named(scene: Scene, text: str, product: str) -> dict[str, str]:
    """The options of a product that a text names."""
    if not text or product not in scene.directory.names_of:
        return {}
    valid = Valid(catalogue=scene.directory.only((product,)))
    found = extract(text, scene.language, expected=("option",), valid=valid)
    named = [
        (one.parts["option"], one.value) for one in found if one.kind == "option" and one.source == "listed"
    ]
    return dict(in_english(scene, product, option, value) for option, value in named)


def in_english(scene: Scene, product: str, option: str, value: str) -> tuple[str, str]:
    """An option and its value as the shop calls them in English, as they are where it has no other name."""
    for item_id in scene.directory.variants.get(product, {}):
        chinese = scene.directory.options(product, item_id, "zh")
        if chinese.get(option) == value:
            english = scene.directory.options(product, item_id, "en")
            # Both languages name the options in the same order.
            return list(english.items())[list(chinese).index(option)]
    return option, value


def has_options(scene: Scene, item: Record, wanted: Mapping[str, str]) -> bool:
    """Whether an item has what was asked for."""
    own = {**item["options"], **scene.directory.options(item["product_id"], item["item_id"], "en")}
    return all(own.get(option) == value for option, value in wanted.items())
