"""A task in a flow: what is asked of the caller, what is then done for him, and what he is told.

An admin writes it in YAML; `docs/tasks.md` teaches it by example.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialogue.texts import Name, Sentences, SentencesByLanguage, Text, Texts, listed
from dialogue.tools.refusals import Code
from dialogue.yamlfile import Strict, expected

SlotType: TypeAlias = Literal[
    "order",
    "items",
    "new-items",
    "payment",
    "address",
    "choice",
    "text",
    "email",
    "phone",
    "postcode",
    "name",
    "date",
    "quantity",
    "product",
]

ARGUMENTS: dict[SlotType, str] = {
    "order": "order_id",
    "items": "item_ids",
    "new-items": "new_item_ids",
    "payment": "payment_method_id",
}
"""The argument of a tool that a slot fills, where the slot names none."""

ADDRESS_ARGUMENTS = ("address1", "address2", "city", "state", "country", "zip")
"""What an address fills."""


def _values(value: object) -> object:
    """One value, or several of which any will do."""
    return listed(value)


Values = Annotated[tuple[str, ...], BeforeValidator(_values), Field(min_length=1)]
Condition: TypeAlias = dict[str, Values]
"""Every field named must have one of its values; none named: always."""


def holds(condition: Condition, fields: dict[str, str]) -> bool:
    """Whether a condition is true of these fields; one that is missing is empty."""
    return all(fields.get(name, "") in values for name, values in condition.items())


class Choice(Strict):
    """One of a few answers.

    Attributes:
        value: what the tool is given.
        name: how it is read out among the others.
        examples: how callers say it.
    """

    value: str
    name: Text
    examples: Sentences = SentencesByLanguage()


class Slot(Strict):
    """One thing that must be known.

    Attributes:
        type: what it is, which says how it is understood, keyed, corrected and read back.
        prompt: the question, and the one asked when its answer was not understood.
        argument: the tool's argument that it fills; by default that of its type, or the slot's name.
        confirm: whether the caller is asked if he was heard right; `unsure` asks where the recogniser and
            the known values left a doubt.
        when: asked only if these other slots have these values.
        optional: taken if it is said, never asked for.
        default: taken if nothing is said: `name` is the caller's, from his account; else the value itself.
        status: of an order: only those of one of these statuses come into question.
        refund: of a payment: only what the order was paid with, or a gift card.
        choices: of a choice.
    """

    type: SlotType
    prompt: Texts | None = None
    argument: str | None = None
    confirm: Literal["always", "unsure", "never"] = "unsure"
    when: Condition = Field(default_factory=dict)
    optional: bool = False
    default: str | None = None
    status: Annotated[tuple[str, ...], BeforeValidator(_values)] = ()
    refund: bool = False
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise expected("choices in a slot of the type choice, and in no other")
        if self.status and self.type != "order":
            raise expected("a status in a slot of the type order only")
        if self.refund and self.type != "payment":
            raise expected("refund in a slot of the type payment only")
        return self


class Telling(Strict):
    """What is said of a result, where the condition holds; fields in braces are filled in."""

    text: Text
    when: Condition = Field(default_factory=dict)


class Refused(Strict):
    """What follows a tool's refusal, instead of its own sentence.

    Attributes:
        say: said instead of it.
        task: offered; a "yes" begins it.
        transfer: follows at once.
    """

    say: Text | None = None
    task: str | None = None
    transfer: str | None = None


def _codes(value: dict[str, Refused]) -> dict[str, Refused]:
    known = {code.value for code in Code}
    if unknown := sorted(set(value) - known):
        raise expected(f"codes of refusals ({', '.join(sorted(known))}), not {', '.join(unknown)}")
    return value


class Task(Strict):
    """Something that callers want done.

    Attributes:
        matter: what it is called in a sentence: "cancelling your order", 取消订单.
        examples: how callers ask for it; a known answer, a key or another task may lead to it as well.
        keywords: words that nearly give it away.
        slots: what must be known, in the order in which it is asked.
        tool: what is then used.
        arguments: further arguments of the tool; slots in braces are filled in.
        say: what is said of the result; a write has a sentence of its own.
        refused: what follows refusals, by code.
        otherwise: name of the known answer that is given where the shop's orders cannot be reached.
        then: another task that follows.
        transfer: the transfer that follows.
    """

    name: Name
    matter: Text
    examples: Sentences = SentencesByLanguage()
    keywords: Sentences = SentencesByLanguage()
    slots: dict[Name, Slot] = Field(default_factory=dict)
    tool: str
    arguments: dict[str, str] = Field(default_factory=dict)
    say: tuple[Telling, ...] = ()
    refused: Annotated[dict[str, Refused], AfterValidator(_codes)] = Field(default_factory=dict)
    otherwise: str | None = None
    then: str | None = None
    transfer: str | None = None
