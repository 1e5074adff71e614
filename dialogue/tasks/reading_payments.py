"""Which of his ways to pay the caller means."""

from __future__ import annotations

import re

from dialogue.tasks.account import paid_with
from dialogue.tasks.definition import Slot
from dialogue.tasks.scene import Impossible, Option, Reading, Scene, Unclear
from dialogue.tasks.state import Filled

_ORIGINAL = re.compile(
    r"\b(?:original|same|the way i paid|what i paid with|where i paid from|how i paid)\b"
    r"|原来的|原路|原支付|原方式|付款的那个"
)


def payment_said(slot: Slot, scene: Scene) -> Reading:
    """The method that the words mean, among those that come into question."""
    if scene.account is None or not scene.texts:
        return None
    order = scene.chosen_order
    if order is not None and _ORIGINAL.search(scene.text.casefold()):
        return _filled(scene, paid_with(order)[0], "named")
    found = scene.entity("payment")
    if found is None:
        return None
    if found.source == "unsure":
        return Unclear(tuple(_option(scene, method) for method in found.alternatives))
    if scene.account.method(found.value) is None:
        # Not one of his: the tool will say so.
        is_meant = scene.asked or scene.before is not None
        return Filled(found.value, found.value, found.confidence, "heard") if is_meant else None
    return _filled(scene, found.value, found.source)


def payment_alone(slot: Slot, scene: Scene) -> Reading:
    """The only method that comes into question, or those there are."""
    if scene.account is None:
        return None
    methods = _fitting(slot, scene)
    if not methods:
        return Impossible()
    if len(methods) == 1:
        return _filled(scene, methods[0], "only")
    return Unclear(tuple(_option(scene, method) for method in methods))


def _fitting(slot: Slot, scene: Scene) -> list[str]:
    """A refund goes to what was paid with or to a gift card; another payment is by another method."""
    assert scene.account is not None  # noqa: S101 - asked by the callers
    methods = scene.account.user["payment_methods"]
    order = scene.chosen_order
    if not slot.refund or order is None:
        return list(methods)
    paid = paid_with(order)
    gift_cards = [key for key, method in methods.items() if method["source"] == "gift_card"]
    return list(dict.fromkeys((*paid[:1], *gift_cards)))


def _option(scene: Scene, method: str) -> Option:
    assert scene.account is not None  # noqa: S101 - asked by the callers
    return Option(method, scene.account.method_said(method, scene.language))


def _filled(scene: Scene, method: str, source: str) -> Filled:
    return Filled(method, _option(scene, method).said, 0.95, source)
