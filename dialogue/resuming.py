"""Going on where an earlier call was cut off, or where a transfer brought the caller back. Pure logic."""

from __future__ import annotations

from dataclasses import replace

from dialogue.flow import Flow
from dialogue.mind import Earlier
from dialogue.snapshots import restored
from dialogue.state import DialogueState
from dialogue.texts import TextByLanguage

_COLLEAGUE = TextByLanguage(en="your call to a colleague", zh="转接同事")
_CALL_BACK = TextByLanguage(en="noting down a call back for you", zh="登记回电")


def open_matter(state: DialogueState, flow: Flow) -> TextByLanguage | None:
    """What was under way in a dialogue, as it fits into "Shall we go on with ...?"; `None` if nothing was."""
    if state.callback is not None and state.callback.stage != "kept" and flow.callback is not None:
        return _CALL_BACK
    if state.tasks.current is not None:
        return next((one.matter for one in flow.tasks if one.name == state.tasks.current.task), None)
    return _COLLEAGUE if state.offer in flow.transfers else None


def begun(name: str, flow: Flow, caller: str, earlier: Earlier | None) -> DialogueState:
    """The state that a call begins with.

    Args:
        name: the flow's name in the configuration.
        flow: the flow.
        caller: the number that calls, empty if withheld.
        earlier: the same caller's call before.

    Returns:
        A fresh state, unless a transfer brought the caller back, or something was under way when the
        earlier call was cut off: then its state, which `begins` accordingly.
    """
    fresh = DialogueState(flow.main_language, caller=caller)
    if earlier is None:
        return fresh
    state = restored(name, earlier.snapshot) if earlier.snapshot is not None else None
    if state is not None and state.language not in flow.languages:
        state = None
    if earlier.returned:
        return replace(state or fresh, caller=caller, begins="returned")
    if state is None or flow.resume is None or open_matter(state, flow) is None:
        return fresh
    return replace(state, caller=caller, begins="resuming")
