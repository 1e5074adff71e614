"""One caller at the shop's counter: who he is, what he was offered, and what was done for him.

The policy is kept here and in the tools, whatever a language model asks for: first the identity, then
only the caller's own account; every write is proposed, and made when that very proposal is confirmed.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from dialogue.shop.database import Shop
from dialogue.shop.errors import ShopConflictError, ShopUnavailableError
from dialogue.shop.tables import AuditRow, OrderRow
from dialogue.shop.transfer import order_record, user_record
from dialogue.tools.answers import Answer, Done, Proposal
from dialogue.tools.catalogue import TOOLS
from dialogue.tools.records import Records, store_order, store_user
from dialogue.tools.refusals import Code, Refusal, RefusedError
from dialogue.tools.registry import Context, Desk, Draft, Tool
from dialogue.tools.tickets import Receipt, TicketNote, TicketOffice
from dialogue.tools.values import POLICY, Record, Rules
from dialogue.tools.wording import Facts, done, proposal

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a caller may fail to say who he is before this call opens no account."""

TRIES = 3
"""How often a write is tried that met another one on the same rows."""

LANGUAGES = ("en", "zh")


@dataclass
class SessionState:
    """What a session remembers, as JSON: kept with the call, restored when the caller calls back.

    Attributes:
        call_id: the call, for the audit.
        user_id: who was identified.
        failures: identifications that failed.
        proposals: what waits for a yes, by token: tool, arguments, details, says.
    """

    call_id: str
    user_id: str | None = None
    failures: int = 0
    proposals: dict[str, Record] = field(default_factory=dict)

    def as_json(self) -> Record:
        """The state as JSON."""
        return asdict(self)


class CallerSession:
    """The tools for one caller in one call. Every method blocks: call it in a thread.

    Args:
        shop: the shop's database.
        office: takes tickets.
        state: of a new call, or of one that is taken up again.
        rules: the policy.
    """

    def __init__(
        self, shop: Shop, office: TicketOffice, state: SessionState, *, rules: Rules = POLICY
    ) -> None:
        self.state = state
        self._shop = shop
        self._office = office
        self._rules = rules

    @property
    def user_id(self) -> str | None:
        """Who was identified."""
        return self.state.user_id

    def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """Use a tool.

        Args:
            name: the tool, one of `dialogue.tools.TOOLS`.
            arguments: as JSON.

        Returns:
            `Done`, or for a write a `Proposal` for `confirm`, or the `Refusal`.

        Raises:
            ShopUnavailableError: the database did not answer within its time; nothing was changed.
            TicketError: a ticket could be stored nowhere.
        """
        try:
            tool = self._tool(name)
            given = tool.read(arguments)
            if tool.serve is not None:
                return self._served(
                    tool, tool.serve(Desk(self.state.call_id, self.user_id, self._office), given)
                )
            with self._shop.reading() as session:
                context = self._context(Records(session))
                if tool.plan is not None:
                    return self._proposed(tool, given.model_dump(), tool.plan(context, given), context)
                assert tool.run is not None  # noqa: S101 - a tool has one of the three
                data = tool.run(context, given)
            self.state.user_id = context.found or self.state.user_id
            return Done(tool.name, data)
        except RefusedError as error:
            return self._refused(name, error.refusal)

    def confirm(self, token: str, *, key: str | None = None) -> Answer:
        """Make the write that was proposed, now that the caller has said yes.

        Confirmed again, with the same token or the same key, it returns the first result and does nothing.

        Args:
            token: the proposal's.
            key: an idempotency key of your own; the token, if there is none.

        Raises:
            ShopUnavailableError: the database did not answer within its time. Confirm again later with
                the same token, or `keep` the request as a ticket.
        """
        for _ in range(TRIES):
            try:
                return self._made(token, key or token)
            except RefusedError as error:
                return self._refused(f"confirm {token}", error.refusal)
            except ShopConflictError as error:
                log.info("call %s: %s met another change: %s", self.state.call_id, token, error)
        raise ShopUnavailableError("locked", "the same rows are being changed by somebody else")

    def withdraw(self, token: str) -> Done | None:
        """The caller has said no: the proposal can no longer be confirmed.

        Returns:
            What it came to if it had been made already, by a yes that was taken back too late.

        Raises:
            ShopUnavailableError: the database did not answer within its time; the proposal stays.
        """
        with self._shop.reading() as session:
            made = session.scalar(select(AuditRow).where(AuditRow.key == token))
            done = self._repeated(made, None) if made is not None else None
        self.state.proposals.pop(token, None)
        return done

    def account(self) -> tuple[Record, list[Record]]:
        """The caller's own user record, and his orders in the order in which they were made.

        Raises:
            RefusedError: he is not identified.
            ShopUnavailableError: the database did not answer within its time.
        """
        with self._shop.reading() as session:
            row = self._context(Records(session)).own_user()
            rows = session.scalars(select(OrderRow).where(OrderRow.user_id == row.user_id))
            orders = {one.order_id: order_record(one) for one in rows}
            named = [orders.pop(order_id) for order_id in row.orders if order_id in orders]
            return user_record(row), [*named, *orders.values()]

    def keep(self, token: str, words: str = "") -> Receipt:
        """Turn a proposal that could not be made into a ticket, so that the request is not lost.

        The proposal is withdrawn: a person makes it now.

        Args:
            token: the proposal's.
            words: what else a colleague should know.

        Raises:
            KeyError: there is no such proposal.
            TicketError: the ticket could be stored nowhere.
        """
        kept = self.state.proposals[token]
        ticket = self._office.ticket(
            self.state.call_id,
            self.user_id,
            subject=f"{kept['tool']}: could not be done during the call",
            text=f"{kept['says']['en']} The caller said yes. {words}".strip(),
            request={"tool": kept["tool"], "arguments": kept["arguments"], "key": token},
        )
        receipt = self._office.open(ticket)
        self.state.proposals.pop(token, None)
        return receipt

    def note(self, subject: str, text: str) -> TicketNote:
        """Write out work for a colleague, to be stored by `file`. Does not block."""
        return self._office.ticket(self.state.call_id, self.user_id, subject=subject, text=text)

    def file(self, note: TicketNote) -> Receipt:
        """Leave work for a colleague; the same note again changes nothing.

        Raises:
            TicketError: the ticket could be stored nowhere.
        """
        return self._office.open(note)

    def _tool(self, name: str) -> Tool:
        tool = TOOLS.get(name)
        if tool is None:
            raise RefusedError(Code.UNKNOWN_TOOL, tool=name)
        if tool.identity and self.user_id is None:
            raise RefusedError(Code.NOT_IDENTIFIED)
        if not tool.identity and name.startswith("find_user") and self.state.failures >= ATTEMPTS:
            raise RefusedError(Code.TOO_MANY_ATTEMPTS)
        return tool

    def _context(self, records: Records) -> Context:
        return Context(records, self.user_id, self.state.call_id, self._rules)

    def _refused(self, name: str, refusal: Refusal) -> Refusal:
        if refusal.code in {Code.USER_NOT_FOUND, Code.OTHER_USER}:
            self.state.failures += 1
        log.info("call %s: %s refused: %s", self.state.call_id, name, refusal.code.value)
        return refusal

    def _served(self, tool: Tool, data: Any) -> Done:
        says = SERVED.get(tool.name)
        if says is None:
            return Done(tool.name, data)
        return Done(tool.name, data, {lang: text.format_map(data) for lang, text in says.items()})

    def _proposed(self, tool: Tool, arguments: Record, draft: Draft, context: Context) -> Proposal:
        says = {
            lang: proposal(tool.name, Facts(draft.details, lang, self._shop.currency, context.records))
            for lang in LANGUAGES
        }
        token = secrets.token_urlsafe(12)
        self.state.proposals[token] = {
            "tool": tool.name,
            "arguments": arguments,
            "details": draft.details,
            "says": says,
        }
        return Proposal(token, tool.name, arguments, draft.details, says)

    def _made(self, token: str, key: str) -> Done:
        """One transaction: the plan once more on locked rows, its effect, and the audit."""
        proposed = self.state.proposals.get(token)
        with self._shop.writing() as session:
            earlier = session.scalar(select(AuditRow).where(AuditRow.key == key))
            if earlier is not None:
                return self._repeated(earlier, proposed)
            if proposed is None:
                raise RefusedError(Code.NOT_PROPOSED)
            tool = TOOLS[proposed["tool"]]
            assert tool.plan is not None  # noqa: S101 - only writes are proposed
            records = Records(session, writing=True)
            draft = tool.plan(self._context(records), tool.read(proposed["arguments"]))
            if draft.details != proposed["details"]:
                raise RefusedError(Code.CHANGED_MEANWHILE)
            changes = _stored(draft)
            session.add_all(draft.rows)
            says = {
                lang: done(tool.name, Facts(draft.details, lang, self._shop.currency, records))
                for lang in LANGUAGES
            }
            result = {"data": _result(draft), "says": says}
            session.add(
                AuditRow(
                    at=datetime.now(UTC),
                    call_id=self.state.call_id,
                    user_id=self.user_id,
                    tool=tool.name,
                    arguments=proposed["arguments"],
                    changes=changes,
                    result=result,
                    key=key,
                )
            )
        return Done(tool.name, result["data"], says)

    def _repeated(self, earlier: AuditRow, proposed: Record | None) -> Done:
        same = proposed is None or (
            proposed["tool"] == earlier.tool and proposed["arguments"] == earlier.arguments
        )
        if not same or earlier.user_id != self.user_id:
            raise RefusedError(Code.KEY_REUSED)
        return Done(earlier.tool, earlier.result["data"], earlier.result["says"], repeated=True)


def _stored(draft: Draft) -> Record:
    changes = {}
    if draft.order is not None:
        changes["order"] = store_order(*draft.order)
    if draft.user is not None:
        changes["user"] = store_user(*draft.user)
    return {kind: fields for kind, fields in changes.items() if fields}


def _result(draft: Draft) -> Any:
    """What the write has made of the order or the user; of both, the order."""
    for changed in (draft.order, draft.user):
        if changed is not None:
            return changed[1]
    return draft.details


SERVED: Mapping[str, Mapping[str, str]] = {
    "open_ticket": {
        "en": "I have passed this on to a colleague. Your ticket number is {ticket}.",
        "zh": "我已经把您的情况转交给同事，工单号是{ticket}。",
    },
    "transfer_to_human_agents": {
        "en": "I am transferring you to a colleague. Please hold on.",
        "zh": "我现在为您转接同事，请稍候。",
    },
}
