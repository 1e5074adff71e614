"""Tools that act on a shop's orders within its policy (`docs/shop.md`)."""

from dialogue.tools.answers import Answer, Done, Proposal
from dialogue.tools.catalogue import TOOLS, schemas
from dialogue.tools.desk import Caller, OrderDesk
from dialogue.tools.refusals import Code, Refusal
from dialogue.tools.session import CallerSession, SessionState
from dialogue.tools.tickets import Receipt, TicketError, TicketNote, TicketOffice
from dialogue.tools.values import POLICY, REFERENCE, Rules

__all__ = [
    "POLICY",
    "REFERENCE",
    "TOOLS",
    "Answer",
    "Caller",
    "CallerSession",
    "Code",
    "Done",
    "OrderDesk",
    "Proposal",
    "Receipt",
    "Refusal",
    "Rules",
    "SessionState",
    "TicketError",
    "TicketNote",
    "TicketOffice",
    "schemas",
]
