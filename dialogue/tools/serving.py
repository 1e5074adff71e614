"""Tools that need no database, and work when there is none: calculating, tickets, handing over."""

from __future__ import annotations

from typing import Any

from dialogue.tools import arithmetic
from dialogue.tools.arguments import Expression, Summary, Ticket
from dialogue.tools.registry import Desk, Tool


def _calculate(_: Desk, given: Expression) -> str:
    return arithmetic.calculate(given.expression)


def _ticket(desk: Desk, given: Ticket) -> dict[str, Any]:
    receipt = desk.office.open(
        desk.office.ticket(desk.call_id, desk.user_id, subject=given.subject, text=given.text)
    )
    return {"ticket": receipt.number, "kept": receipt.kept}


def _transfer(_: Desk, given: Summary) -> dict[str, Any]:
    return {"transfer": True, "summary": given.summary}


SERVING = (
    Tool(
        "calculate",
        "Calculate with + - * / and parentheses, rounded to two decimals.",
        Expression,
        "generic",
        serve=_calculate,
        identity=False,
    ),
    Tool(
        "open_ticket",
        "Leave work for a colleague, who calls back or acts later.",
        Ticket,
        "generic",
        serve=_ticket,
        identity=False,
    ),
    Tool(
        "transfer_to_human_agents",
        "Hand the caller over to a person: if he asks for one, or if the tools and the policy cannot help.",
        Summary,
        "generic",
        serve=_transfer,
        identity=False,
    ),
)
