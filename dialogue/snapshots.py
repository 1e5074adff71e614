"""A dialogue's state as JSON and back: for the record, and for a dialogue that goes on in another call."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from dialogue.state import DialogueState, Exchange

log = logging.getLogger(__name__)

VERSION = 1
"""Raised when a field that stays changes its meaning; new and lost fields are noticed without it."""

_STATE = TypeAdapter(DialogueState)


def snapshot_of(flow: str, state: DialogueState) -> dict[str, object]:
    """The whole state, ready for JSON, without words that were said off the record.

    Args:
        flow: name of the flow, without which the state means nothing.
        state: of one call's dialogue. Its fields are told by their types: plain values, dataclasses, tuples
            and mappings of them; nothing that has no order, such as a set.
    """
    fields: dict[str, object] = _STATE.dump_python(_on_record(state), mode="json")
    return {"version": VERSION, "flow": flow, **fields}


def restored(flow: str, snapshot: Mapping[str, object]) -> DialogueState | None:
    """The state that a snapshot of this flow holds; `None`, and a line in the log, for any other content.

    A state of an older or newer Parley is dropped: half of what was meant is worse than a fresh start.
    """
    if (snapshot.get("version"), snapshot.get("flow")) != (VERSION, flow):
        log.info(
            "an earlier dialogue is dropped: expected version %s of flow %s, found %s of %s",
            VERSION,
            flow,
            snapshot.get("version"),
            snapshot.get("flow"),
        )
        return None
    fields = {name: value for name, value in snapshot.items() if name not in ("version", "flow")}
    try:
        state = _STATE.validate_python(fields)
    except ValidationError as error:
        log.info("an earlier dialogue is dropped: %s", "; ".join(_told(error)))
        return None
    if _STATE.dump_python(state, mode="json") != fields:
        log.info("an earlier dialogue is dropped: its fields are not those of this Parley")
        return None
    return state


def _on_record(state: DialogueState) -> DialogueState:
    if not any(one.off_record for one in state.exchanges):
        return state
    exchanges = tuple(_wordless(one) if one.off_record else one for one in state.exchanges)
    return replace(state, exchanges=exchanges, said=() if exchanges[-1].off_record else state.said)


def _wordless(exchange: Exchange) -> Exchange:
    return replace(exchange, caller="", agent="", covered="")


def _told(error: ValidationError) -> list[str]:
    """Places and reasons, without the values: they are what somebody said."""
    return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)]
