"""A flow's tasks, made ready for its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from dialogue.known import KnownAnswers
from dialogue.tasks.definition import ADDRESS_ARGUMENTS, ARGUMENTS, Slot, Task
from dialogue.tasks.reading import READERS
from dialogue.tasks.reading_plain import matcher_of
from dialogue.tasks.state import Filled
from dialogue.tasks.wording import Wording
from dialogue.tools import TOOLS


class Tasked(Protocol):
    """What a flow has of tasks."""

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks."""

    @property
    def wording(self) -> Wording:
        """How Parley speaks while it works on them."""


class Book:
    """The tasks by name, with what finds choices in the caller's words. Shared by all calls of a flow."""

    def __init__(self, flow: Tasked) -> None:
        self.wording = flow.wording
        self._tasks = {task.name: task for task in flow.tasks}
        self._matchers = {
            (task.name, name): matcher_of(slot)
            for task in flow.tasks
            for name, slot in task.slots.items()
            if slot.type == "choice"
        }

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    def task(self, name: str) -> Task:
        """A task. Raises KeyError."""
        return self._tasks[name]

    def matcher(self, task: str, slot: str) -> KnownAnswers | None:
        """What finds a slot's choice."""
        return self._matchers.get((task, slot))

    def needs_identity(self, task: Task) -> bool:
        """Whether the caller has to be identified before anything else."""
        tool = TOOLS[task.tool]
        return tool.identity or any(READERS[slot.type].account for slot in task.slots.values())


def argument_of(name: str, slot: Slot) -> str:
    """The tool's argument that a slot fills; an address fills several by itself."""
    return slot.argument or ARGUMENTS.get(slot.type) or name.replace("-", "_")


def arguments_of(task: Task, slots: Mapping[str, Filled], user_id: str) -> dict[str, object]:
    """The tool's arguments: what the slots hold, what the flow gives, and who the caller is."""
    made: dict[str, object] = {}
    for name, slot in task.slots.items():
        filled = slots.get(name)
        if slot.type == "address" and filled is not None and slot.argument is None:
            made.update({key: filled.value.get(key, "") for key in ADDRESS_ARGUMENTS})
        elif filled is not None:
            made[argument_of(name, slot)] = filled.value
    fields = fields_of(task, slots)
    for key, template in task.arguments.items():
        made[key] = template.format_map(fields).strip()
    accepted = TOOLS[task.tool].arguments.model_fields
    if "user_id" in accepted and user_id:
        made["user_id"] = user_id
    return {key: value for key, value in made.items() if key in accepted}


def fields_of(task: Task, slots: Mapping[str, Filled]) -> dict[str, str]:
    """What `arguments` can name: a slot by its name as it is said, by its argument as the tool takes it."""
    made: dict[str, str] = {}
    for name, slot in task.slots.items():
        filled = slots.get(name)
        made[argument_of(name, slot)] = str(filled.value) if filled is not None else ""
    return made | {name: slots[name].said if name in slots else "" for name in task.slots}
