"""What to tell the recogniser before it listens: the words that an answer is likely to be made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogue.entities.entity import Kind, Valid

MOST = 160
"""Characters at most: Whisper keeps the last 64 tokens of a prompt, and an order number takes six."""

_LEADS: dict[str, dict[Kind, str]] = {
    "en": {
        "order": "Order number",
        "email": "E-mail",
        "phone": "Phone number",
        "postcode": "Zip code",
        "name": "My name is",
        "product": "Products:",
        "payment": "Card ending in, gift card, PayPal.",
        "option": "Options:",
    },
    "zh": {
        "order": "订单号",
        "email": "邮箱",
        "phone": "手机号",
        "postcode": "邮编",
        "name": "我叫",
        "product": "商品",
        "payment": "尾号，礼品卡，微信支付，支付宝。",
        "option": "规格",
    },
}


def hotwords(expected: Iterable[Kind], valid: Valid, language: str) -> str:
    """A short text for the recogniser's prompt, empty where nothing is known of what may be said.

    The values are in the form in which they should be written (`W2378156`). The first ones of a list go in,
    whole, until the text is as long as is useful; so put what the caller most likely means first.

    Args:
        expected: what the caller was asked for, the most important first.
        valid: known values.
        language: `en` or `zh`.
    """
    leads = _LEADS["zh" if language == "zh" else "en"]
    parts: list[str] = []
    room = MOST
    for kind in expected:
        values = _values(kind, valid)
        lead = leads.get(kind, "")
        if not values and kind != "payment":
            continue
        part = _listed(lead, values, room, language)
        if part:
            parts.append(part)
            room -= len(part) + 1
    return " ".join(parts)


def _listed(lead: str, values: Iterable[str], room: int, language: str) -> str:
    comma, stop = ("，", "。") if language == "zh" else (", ", ".")
    text = lead
    count = 0
    for value in values:
        joined = f"{text}{comma if count else ' '}{value}"
        if len(joined) + 1 > room:
            break
        text, count = joined, count + 1
    if not count:
        return text if text.endswith((".", "。")) and len(text) <= room else ""
    return text + stop


def _values(kind: Kind, valid: Valid) -> list[str]:
    products = valid.catalogue.products if valid.catalogue else ()
    options = valid.catalogue.options.values() if valid.catalogue else ()
    names = [product.names[0] for product in products]
    known: dict[Kind, Sequence[str]] = {
        "order": [order.lstrip("#") for order in valid.orders],
        "email": valid.emails,
        "phone": valid.phones,
        "postcode": valid.postcodes,
        "name": valid.names,
        "payment": [method.last_four for method in valid.payments if method.last_four],
        "product": names,
        "variant": names,
        "option": [value for values in options for value in values],
    }
    return list(dict.fromkeys(known.get(kind, ())))
