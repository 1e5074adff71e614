"""Callers who were cut off, or whom a transfer brings back: what their dialogue had come to."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from dialogue.mind import Earlier
from parley.states import KEPT
from parley.store import CallStore
from telephony.line import LineInfo

log = logging.getLogger(__name__)

RETURNED = "PARLEY_RETURNED"
"""The channel variable that says why a transfer brought the caller back."""
CALL_ID = "PARLEY_CALL_ID"
"""The channel variable that names the call in which he was handed over."""

PATIENCE = 0.5
"""Seconds that the database may take before a call is answered without it."""

_NUMBER = re.compile(r"(?:tel:)?\+?[0-9]{3,20}")


class EarlierCalls:
    """Looks up what a call goes on with.

    Args:
        store: keeps the states of calls.
        within: seconds after its last turn in which a call that was cut off can be gone on with, `None` for
            never.
        clock: monotonic seconds.
    """

    def __init__(
        self, store: CallStore, within: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._within = within
        self._clock = clock
        self._handed: dict[str, tuple[float, Mapping[str, object]]] = {}

    def handed_over(self, call_id: str, state: Mapping[str, object]) -> None:
        """A caller was handed over; perhaps nobody takes him."""
        now, longest = self._clock(), KEPT.total_seconds()
        # The dictionary is in the order of time.
        for old in [one for one, (since, _) in self._handed.items() if now - since > longest]:
            del self._handed[old]
        self._handed[call_id] = (now, state)

    async def of(self, info: LineInfo, running: Collection[str]) -> Earlier | None:
        """The earlier call of this caller, if there is something to go on with.

        Never fails and takes `PATIENCE` at most: without a database every call begins afresh.

        Args:
            info: the call that has come.
            running: the calls that are not over.
        """
        if returned := info.variables.get(RETURNED):
            before = info.variables.get(CALL_ID, "")
            _, state = self._handed.pop(before, (0.0, None))
            return Earlier(state or await self._kept(before), returned)
        if self._within is None or not _NUMBER.fullmatch(info.caller):
            return None
        since = datetime.now(UTC) - timedelta(seconds=self._within)
        state = await self._asked(self._store.cut_off(info.caller, since, {*running, info.call_id}))
        return Earlier(state) if state is not None else None

    async def _kept(self, call_id: str) -> Mapping[str, object] | None:
        return await self._asked(self._store.state(call_id)) if call_id else None

    async def _asked(self, asking: Awaitable[Mapping[str, object] | None]) -> Mapping[str, object] | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asking
        except TimeoutError:
            log.warning("the database did not tell of an earlier call within %.1f s", PATIENCE)
        except (SQLAlchemyError, ValueError) as error:
            log.warning("the database does not tell of an earlier call: %s", error)
        return None
