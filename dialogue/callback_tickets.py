"""A wish to be called back becomes a ticket: one for each number, however often the answer is begun."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict

from dialogue.mind import Handover
from dialogue.tools.tickets import Receipt, TicketError, TicketNote, TicketOffice

log = logging.getLogger(__name__)


class CallBackTickets:
    """One call's.

    Args:
        office: where tickets go.
        call_id: the call's identifier.
    """

    def __init__(self, office: TicketOffice, call_id: str) -> None:
        self._office = office
        self._call_id = call_id
        self._notes: dict[str, TicketNote] = {}

    async def keep(self, number: str, about: Handover) -> Receipt | None:
        """Open a ticket: `number` is to be called back. `None` if it could be kept nowhere.

        An answer may be taken back and given again; the ticket stays the same one.
        """
        if number not in self._notes:
            self._notes[number] = self._office.ticket(
                self._call_id,
                None,
                subject=f"Call back {number}",
                text=about.summary,
                request={"call_back": number, **asdict(about)},
            )
        try:
            return await asyncio.to_thread(self._office.open, self._notes[number])
        except TicketError as error:
            log.error("call %s: a wish to be called back is not kept: %s", self._call_id, error)
            return None
