"""What is wrong with a task by itself: its tool, what the tool is given, and the order of its slots."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from dialogue.nearest import existing
from dialogue.tasks.book import argument_of, fields_of
from dialogue.tasks.definition import ADDRESS_ARGUMENTS, Slot, SlotType, Task
from dialogue.tasks.fields import fields_in
from dialogue.tools import TOOLS
from dialogue.tools.orders import REASONS
from dialogue.tools.refusals import STATUSES
from dialogue.yamlfile import Loc

Finding: TypeAlias = tuple[Loc, str, str]
"""One thing that is wrong: where in the task, what was expected, and what was found."""

_OURS = ("user_id",)
"""Arguments that the caller's account gives."""

_VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {("cancel_pending_order", "reason"): REASONS}
"""What a tool's argument may be, where it is one of a few."""

_BEFORE: Mapping[SlotType, SlotType] = {"items": "order", "new-items": "items"}
"""What a slot is chosen from: a slot of this type must come before."""


def tool_findings(task: Task) -> Iterator[Finding]:
    """What is wrong with the tool and with what it is given."""
    if task.tool not in TOOLS:
        yield ("tool",), existing("a tool", task.tool, TOOLS), repr(task.tool)
        return
    if task.tool == "transfer_to_human_agents" and task.transfer is None:
        yield ("tool",), "a transfer beside this tool", "none"
    known = [name for name in TOOLS[task.tool].arguments.model_fields if name not in _OURS]
    yield from _required(task)
    yield from _unknown(task, known)
    yield from _templates(task)
    yield from _values(task)


def _required(task: Task) -> Iterator[Finding]:
    """Arguments that the tool needs and nothing gives."""
    for name, field in TOOLS[task.tool].arguments.model_fields.items():
        if not field.is_required() or name in _OURS or name in task.arguments:
            continue
        giving = [one for one, slot in task.slots.items() if name in _given(one, slot)]
        if not giving:
            yield ("tool",), f"a slot or an argument for the {name!r} of {task.tool}", "none"
        elif all(task.slots[one].optional and task.slots[one].default is None for one in giving):
            wanted = f"a slot that is asked for, as {task.tool} needs its {name!r}"
            yield ("slots", giving[0], "optional"), wanted, "an optional one"


def _given(name: str, slot: Slot) -> Collection[str]:
    """The arguments that a slot fills."""
    if slot.type == "address" and slot.argument is None:
        return ADDRESS_ARGUMENTS
    return (argument_of(name, slot),)


def _unknown(task: Task, known: Collection[str]) -> Iterator[Finding]:
    """Arguments that the tool does not know, and slots that nothing is done with."""
    what = f"an argument of {task.tool}"
    for name in task.arguments:
        if name not in known:
            yield ("arguments", name), existing(what, name, known), repr(name)
    used = set(_used(task))
    for name, slot in task.slots.items():
        given = [one for one in _given(name, slot) if one in known]
        if slot.argument is not None and not given and not {name, slot.argument} & used:
            yield ("slots", name, "argument"), existing(what, slot.argument, known), repr(slot.argument)
        elif not given and name not in used and argument_of(name, slot) not in used:
            wanted = f"the name of {existing(what, name, known)}, or its use in arguments"
            yield ("slots", name), wanted, f"{name!r}, which nothing is done with"


def _used(task: Task) -> Iterator[str]:
    """Names of slots and arguments that something else of the task is made from."""
    for template in task.arguments.values():
        yield from _fields(template) or ()
    for slot in task.slots.values():
        yield from slot.when
        yield from (name for name, other in task.slots.items() if other.type == _wanted(slot))


def _wanted(slot: Slot) -> SlotType | None:
    """The type of slot that this one is chosen from."""
    return "order" if slot.refund else _BEFORE.get(slot.type)


def _templates(task: Task) -> Iterator[Finding]:
    """Fields of `arguments` that no slot has."""
    known = fields_of(task, {})
    for name, template in task.arguments.items():
        fields = _fields(template)
        if fields is None:
            yield ("arguments", name), "braces in pairs", repr(template)
        for field in fields or ():
            if field not in known:
                yield ("arguments", name), existing("a slot", field, known), f"{{{field}}}"


def _fields(template: str) -> list[str] | None:
    """The fields of a text, None where its braces are not in pairs."""
    try:
        return list(fields_in(template))
    except ValueError:
        return None


def _values(task: Task) -> Iterator[Finding]:
    """Values that the tool does not take."""
    for name, slot in task.slots.items():
        allowed = _VALUES.get((task.tool, argument_of(name, slot)))
        for index, choice in enumerate(slot.choices):
            if allowed is not None and choice.value not in allowed:
                wanted = f"a value that {task.tool} takes ({', '.join(allowed)})"
                yield ("slots", name, "choices", index, "value"), wanted, repr(choice.value)
    for name, template in task.arguments.items():
        allowed = _VALUES.get((task.tool, name))
        if allowed is not None and not _fields(template) and template not in allowed:
            wanted = f"a value that {task.tool} takes ({', '.join(allowed)})"
            yield ("arguments", name), wanted, repr(template)


def slot_findings(task: Task) -> Iterator[Finding]:
    """What is wrong with the slots among one another."""
    before: dict[str, Slot] = {}
    for name, slot in task.slots.items():
        loc: Loc = ("slots", name)
        wanted = _wanted(slot)
        if wanted is not None and wanted not in [one.type for one in before.values()]:
            yield loc, f"a slot of the type {wanted} before this one", "none"
        for index, status in enumerate(slot.status):
            if status not in STATUSES:
                yield (*loc, "status", index), existing("a status of orders", status, STATUSES), repr(status)
        yield from _conditions(loc, slot, before)
        yield from _choices(loc, slot)
        before[name] = slot


def _conditions(loc: Loc, slot: Slot, before: Mapping[str, Slot]) -> Iterator[Finding]:
    for field, values in slot.when.items():
        if field not in before:
            yield (*loc, "when", field), existing("a slot before this one", field, before), repr(field)
            continue
        choices = [choice.value for choice in before[field].choices]
        for value in values:
            if choices and value not in choices:
                wanted = existing(f"a value of {field!r}", value, choices)
                yield (*loc, "when", field), wanted, repr(value)


def _choices(loc: Loc, slot: Slot) -> Iterator[Finding]:
    values = [choice.value for choice in slot.choices]
    for index, value in enumerate(values):
        if value in values[:index]:
            yield (*loc, "choices", index, "value"), "each value once", f"{value!r} again"
    if slot.default is not None and values and slot.default not in values:
        yield (*loc, "default"), existing("a value of this slot", slot.default, values), repr(slot.default)
