"""The tools by name: what they are for, what they take, and what they need first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from dialogue.shop.tables import Base, OrderRow, UserRow
from dialogue.tools.arguments import Arguments
from dialogue.tools.records import Records
from dialogue.tools.refusals import Code, RefusedError
from dialogue.tools.tickets import TicketOffice
from dialogue.tools.values import Record, Rules

Kind: TypeAlias = Literal["read", "write", "generic"]
"""Look something up, change the shop's records, or something that needs no database."""


@dataclass(slots=True)
class Context:
    """What a tool works with.

    Attributes:
        records: the shop's data.
        user_id: who was identified, `None` before that.
        call_id: in which call.
        rules: the shop's policy.
        found: set by a tool that has identified the caller.
    """

    records: Records
    user_id: str | None
    call_id: str
    rules: Rules
    found: str | None = None

    def own_order(self, order_id: str) -> OrderRow:
        """The caller's order. Somebody else's is refused like one that does not exist."""
        row = self.records.order_row(order_id)
        if row is None or row.user_id != self.user_id:
            raise RefusedError(Code.ORDER_NOT_FOUND, order_id=order_id)
        return row

    def own_user(self, user_id: str | None = None) -> UserRow:
        """The caller himself; `user_id` is whom the arguments name."""
        if user_id is not None and user_id != self.user_id:
            raise RefusedError(Code.OTHER_USER, user_id=user_id)
        row = self.records.user_row(self.user_id) if self.user_id is not None else None
        if row is None:
            raise RefusedError(Code.NOT_IDENTIFIED)
        return row


@dataclass(frozen=True, slots=True)
class Desk:
    """What a tool works with that needs no database: who calls, and where tickets go."""

    call_id: str
    user_id: str | None
    office: TicketOffice


@dataclass(slots=True)
class Draft:
    """A write that could be made: rows with what they would become.

    Attributes:
        details: what the caller is told; compared again when he has said yes.
        order, user: the row and its changed copy.
        rows: new rows.
    """

    details: Record
    order: tuple[OrderRow, Record] | None = None
    user: tuple[UserRow, Record] | None = None
    rows: list[Base] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes:
        name: as language models and tasks call it.
        description: for language models.
        arguments: the model of its arguments.
        kind: what it does.
        run: for `read`: the answer as JSON.
        plan: for `write`: the draft.
        serve: for `generic`: the answer as JSON.
        identity: whether the caller has to be identified first.
    """

    name: str
    description: str
    arguments: type[Arguments]
    kind: Kind
    run: Callable[[Context, Any], Any] | None = None
    plan: Callable[[Context, Any], Draft] | None = None
    serve: Callable[[Desk, Any], Any] | None = None
    identity: bool = True

    def read(self, arguments: Mapping[str, Any]) -> Arguments:
        """The arguments, checked. Raises RefusedError naming those that are wrong."""
        try:
            return self.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            problems = [
                f"{'.'.join(map(str, details['loc']))}: {details['msg']}" for details in error.errors()
            ]
            raise RefusedError(Code.BAD_ARGUMENTS, tool=self.name, problems=problems) from None

    def schema(self) -> dict[str, Any]:
        """The tool as a function of the OpenAI chat API, with the JSON Schema of its arguments."""
        parameters = _untitled(self.arguments.model_json_schema())
        parameters.pop("description", None)
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": parameters},
        }


def _untitled(schema: Any) -> Any:
    """Without pydantic's titles, which only repeat the names and cost tokens."""
    if isinstance(schema, dict):
        return {
            key: _untitled(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [_untitled(value) for value in schema] if isinstance(schema, list) else schema
