"""The arguments of each tool, as pydantic models: checked here, shown to language models as JSON Schema.

Names are those that tau2-bench's retail tasks use. Texts in these classes are read by language models.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Arguments(BaseModel):
    """Base: no further arguments, no conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]

OrderId = Annotated[Id, Field(description="The order number with its #, such as #W0000000.")]
ProductId = Annotated[Id, Field(description="The product's id, which is not an item's id.")]
ItemId = Annotated[Id, Field(description="The id of one variant of a product.")]
UserId = Annotated[Id, Field(description="The user's id, such as sara_doe_496.")]
MethodId = Annotated[Id, Field(description="The payment method's id, such as gift_card_0000000.")]
ItemIds = Annotated[
    list[Id], Field(description="Ids of the items in the order. One that is meant twice is named twice.")
]
NewItemIds = Annotated[
    list[Id],
    Field(description="The new item's id for each one in item_ids, in the same order, of the same product."),
]


class NoArguments(Arguments):
    """No arguments."""


class Email(Arguments):
    """An e-mail address."""

    email: Annotated[Id, Field(description="The caller's e-mail address.")]


class NameAndZip(Arguments):
    """A name and a zip code."""

    first_name: Annotated[Line, Field(description="The caller's first name.")]
    last_name: Annotated[Line, Field(description="The caller's family name.")]
    zip: Annotated[Id, Field(description="The zip code of the caller's address.")]


class OfUser(Arguments):
    """A user."""

    user_id: UserId


class OfOrder(Arguments):
    """An order."""

    order_id: OrderId


class OfProduct(Arguments):
    """A product."""

    product_id: ProductId


class OfItem(Arguments):
    """A variant."""

    item_id: ItemId


class Expression(Arguments):
    """Something to calculate."""

    expression: Annotated[str, Field(description="Numbers, + - * / and parentheses, such as 2 * (3.5 + 1).")]


class Cancel(OfOrder):
    """Cancelling."""

    reason: Annotated[str, Field(description="Either 'no longer needed' or 'ordered by mistake'.")]


class AddressFields(Arguments):
    """A postal address."""

    address1: Annotated[Line, Field(description="Street and number.", min_length=1)]
    address2: Annotated[Line, Field(description="Apartment or suite; may be empty.")]
    city: Annotated[Line, Field(description="City.", min_length=1)]
    state: Annotated[Line, Field(description="State or province, such as CA.")]
    country: Annotated[Line, Field(description="Country, such as USA.", min_length=1)]
    zip: Annotated[Id, Field(description="Zip code.")]

    def address(self) -> dict[str, str]:
        """The address as it is kept with an order or a user."""
        keys = ("address1", "address2", "city", "country", "state", "zip")
        return {key: getattr(self, key) for key in keys}


class OrderAddress(OfOrder, AddressFields):
    """A new address for an order."""


class UserAddress(OfUser, AddressFields):
    """A new address for a user."""


class Payment(OfOrder):
    """Another payment method for an order."""

    payment_method_id: MethodId


class Swap(OfOrder):
    """Items to be replaced by others."""

    item_ids: ItemIds
    new_item_ids: NewItemIds
    payment_method_id: Annotated[MethodId, Field(description="Pays or gets back the difference in price.")]


class Return(OfOrder):
    """Items to be returned."""

    item_ids: ItemIds
    payment_method_id: Annotated[
        MethodId, Field(description="Gets the refund: the order's original method, or a gift card.")
    ]


class Invoice(OfOrder):
    """An invoice."""

    title: Annotated[
        Line, Field(description="Name of the person or company it is made out to.", min_length=1)
    ]
    tax_number: Annotated[Line, Field(description="The company's tax number, empty for a person.")] = ""


class Ticket(Arguments):
    """Work for a colleague."""

    subject: Annotated[Words, Field(description="What it is about, in a few words.", max_length=200)]
    text: Annotated[Words, Field(description="Everything that a colleague needs to know to act.")]


class Summary(Arguments):
    """What a colleague is told."""

    summary: Annotated[Words, Field(description="Who calls, what he wants, and what was tried.")]
