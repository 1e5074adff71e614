"""The shape of a shop in JSON: three mappings, `products`, `users` and `orders`, each by id.

The shape is that of the retail domain of tau2-bench (Sierra Research), of which `docs/shop.md` has an
example. Fields that are not named here are kept and exported as they came. `check` finds what is
wrong, by JSON path; the import itself takes the values as they are, so that nothing is changed by
having been validated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic_core import ErrorDetails

from dialogue.shop.errors import ShopError
from dialogue.shop.jsonfile import found, path_of

MOST = 20
"""Problems that one error lists."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
PositiveNumber = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]


class Part(BaseModel):
    """Base of the parts: values are not converted, further fields are allowed."""

    model_config = ConfigDict(extra="allow", strict=True)


class Variant(Part):
    """What can be bought: one combination of a product's options."""

    item_id: str
    options: dict[str, str]
    available: bool
    price: PositiveNumber


class Product(Part):
    """A type of product with its variants by item id."""

    product_id: str
    name: str
    variants: dict[str, Variant]


class Name(Part):
    """A person's name."""

    first_name: str
    last_name: str


class Address(Part):
    """A postal address; `address2` may be empty."""

    address1: str
    address2: str
    city: str
    state: str
    country: str
    zip: str


class CreditCard(Part):
    """A credit card."""

    source: Literal["credit_card"]
    id: str
    brand: str
    last_four: str


class GiftCard(Part):
    """A gift card with what is left on it."""

    source: Literal["gift_card"]
    id: str
    balance: PositiveNumber


class Paypal(Part):
    """A PayPal account."""

    source: Literal["paypal"]
    id: str


class OtherMethod(Part):
    """Any further way to pay, `wechat_pay` for example: treated as an account."""

    source: str
    id: str


def _source(value: object) -> str:
    source = value.get("source") if isinstance(value, dict) else None
    return str(source) if source in {"credit_card", "gift_card", "paypal"} else "other"


PaymentMethod = Annotated[
    Annotated[CreditCard, Tag("credit_card")]
    | Annotated[GiftCard, Tag("gift_card")]
    | Annotated[Paypal, Tag("paypal")]
    | Annotated[OtherMethod, Tag("other")],
    Discriminator(_source),
]


class User(Part):
    """A customer."""

    user_id: str
    name: Name
    address: Address
    email: str
    payment_methods: dict[str, PaymentMethod]
    orders: list[str]


class Item(Part):
    """One line of an order, at the price at which it was bought."""

    name: str
    product_id: str
    item_id: str
    price: PositiveNumber
    options: dict[str, str]


class Fulfillment(Part):
    """A parcel, or several: which items went with which tracking numbers."""

    tracking_id: list[str]
    item_ids: list[str]


class Payment(Part):
    """An entry of an order's payment history."""

    transaction_type: Literal["payment", "refund"]
    amount: PositiveNumber
    payment_method_id: str


class Order(Part):
    """An order. The last fields appear once the order was cancelled, returned or exchanged."""

    order_id: str
    user_id: str
    address: Address
    items: list[Item]
    status: str
    fulfillments: list[Fulfillment]
    payment_history: list[Payment]
    cancel_reason: str | None = None
    return_items: list[str] | None = None
    return_payment_method_id: str | None = None
    exchange_items: list[str] | None = None
    exchange_new_items: list[str] | None = None
    exchange_payment_method_id: str | None = None
    exchange_price_difference: Number | None = None


SECTIONS: dict[str, tuple[type[Part], str]] = {
    "products": (Product, "product_id"),
    "users": (User, "user_id"),
    "orders": (Order, "order_id"),
}
"""By section, what it holds and which of its fields repeats its key."""


def check(shop: Any, name: str, step: Callable[[], None] = lambda: None) -> dict[str, dict[str, Any]]:
    """Check a shop's JSON and return it unchanged.

    Args:
        shop: the value of the whole file.
        name: the file, for errors.
        step: called after each entry, for a progress bar.

    Raises:
        ShopError: one line for each of the first problems: file, JSON path, what was expected, what came.
    """
    problems: list[str] = []
    for problem in _problems(shop, step):
        problems.append(f"{name}: {problem}")
        if len(problems) == MOST:
            problems.append(f"{name}: ... and perhaps more; these are the first {MOST}")
            break
    if problems:
        raise ShopError("\n".join(problems))
    checked: dict[str, dict[str, Any]] = shop
    return checked


def _problems(shop: object, step: Callable[[], None]) -> Iterator[str]:
    if not isinstance(shop, dict):
        yield f"$: expected an object with {', '.join(SECTIONS)}, found {found(shop)}"
        return
    for key in shop.keys() - SECTIONS.keys():
        yield f"{path_of(key)}: expected only {', '.join(SECTIONS)}, found {key!r}"
    for section, (model, id_field) in SECTIONS.items():
        entries = shop.get(section)
        if not isinstance(entries, dict):
            came = "nothing" if section not in shop else found(entries)
            yield f"{path_of(section)}: expected an object by {id_field}, found {came}"
            continue
        for key, entry in entries.items():
            step()
            yield from _of_entry(model, id_field, section, key, entry)


def _of_entry(model: type[Part], id_field: str, section: str, key: str, entry: object) -> Iterator[str]:
    try:
        valid = model.model_validate(entry)
    except ValidationError as error:
        for details in error.errors():
            yield _told(details, section, key)
        return
    if getattr(valid, id_field) != key:
        yield _mismatch((section, key, id_field), key, getattr(valid, id_field))
    inner = {"products": ("variants", "item_id"), "users": ("payment_methods", "id")}.get(section)
    if inner is not None:
        for name, part in getattr(valid, inner[0]).items():
            if getattr(part, inner[1]) != name:
                yield _mismatch((section, key, inner[0], name, inner[1]), name, getattr(part, inner[1]))
    yield from _unstorable(entry, (section, key))


def _mismatch(steps: tuple[str, ...], key: str, value: str) -> str:
    return f"{path_of(*steps)}: expected {found(key)}, the key it stands under, found {found(value)}"


def _told(details: ErrorDetails, section: str, key: str) -> str:
    steps = list(details["loc"])
    if steps[0] == "payment_methods" and len(steps) > 2:
        del steps[2]  # the kind of the method, which pydantic counts as a step
    came = "nothing" if details["type"] == "missing" else found(details["input"])
    return f"{path_of(section, key, *steps)}: expected {_expected(details)}, found {came}"


_EXPECTED = {
    "missing": "a value",
    "string_type": "a text",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "greater_than_equal": "a number from 0 on",
    "finite_number": "a finite number",
}


def _expected(details: ErrorDetails) -> str:
    if details["type"] == "literal_error":
        return str(details.get("ctx", {}).get("expected", "another value"))
    return _EXPECTED.get(details["type"], details["msg"])


def _unstorable(value: object, steps: tuple[str | int, ...]) -> Iterator[str]:
    """Texts that databases refuse: with NUL, or with half a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            came = ascii(value)[:60]
            yield f"{path_of(*steps)}: expected text without NUL and lone surrogates, found {came}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unstorable(key, (*steps, key))
            yield from _unstorable(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, (*steps, index))
