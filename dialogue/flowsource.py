"""Where a flow is written: its own file, and the files of tasks that it takes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from dialogue.flow import Flow
from dialogue.tasks.definition import Task
from dialogue.yamlfile import Loc, Strict, YamlDocument, YamlError, YamlProblem, read_yaml

Note: TypeAlias = Callable[[Path], object]
"""Told of every file before it is read."""


class TaskFile(Strict):
    """Tasks that several flows share."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A task and where it is written: it is the `index`th of its file."""

    task: Task
    document: YamlDocument
    index: int

    @property
    def loc(self) -> Loc:
        """The way to it in its file."""
        return ("tasks", self.index)


@dataclass(frozen=True, slots=True)
class FlowSource:
    """Finds the line of everything in a flow, in whichever file it is.

    Attributes:
        document: the flow's own file.
        tasks: the flow's tasks in their order.
    """

    document: YamlDocument
    tasks: tuple[Written, ...]

    def problem(self, loc: Loc, expected: str, found: str) -> YamlProblem:
        """A problem at a place of the flow as a whole."""
        document, own = self._written(loc)
        return document.problem(own, expected, found)

    def line(self, loc: Loc, beside: Loc) -> str:
        """`line 12`, or `line 3 of tasks/retail.yaml` in another file than the place `beside`."""
        document, own = self._written(loc)
        line = f"line {document.lines.get(own, 0)}"
        return line if document is self._written(beside)[0] else f"{line} of {document.file}"

    def _written(self, loc: Loc) -> tuple[YamlDocument, Loc]:
        if len(loc) < 2 or loc[0] != "tasks":
            return self.document, loc
        written = self.tasks[int(loc[1])]
        return written.document, (*written.loc, *loc[2:])


def read_flow(path: str | Path, note: Note | None = None) -> tuple[Flow, FlowSource]:
    """Read a flow with all its tasks: those of other files first, in the order in which they are named.

    Raises:
        YamlError: with every problem of all the files.
    """
    note = note or (lambda file: None)
    note(Path(path))
    document = read_yaml(path)
    problems: list[YamlProblem] = []
    written: list[Written] = []
    for loc, name in _files(document.data):
        file = Path(path).parent / name
        note(file)
        try:
            written += _read_tasks(file, document, loc)
        except YamlError as error:
            problems += error.problems
    try:
        flow = document.validate(Flow)
    except YamlError as error:
        raise YamlError((*error.problems, *problems)) from None
    if problems:
        raise YamlError(problems)
    written += (Written(task, document, index) for index, task in enumerate(flow.tasks))
    every = tuple(one.task for one in written)
    return flow.model_copy(update={"tasks": every}), FlowSource(document, tuple(written))


def _files(data: Any) -> Iterator[tuple[Loc, str]]:
    """The files of tasks that are named, also in a flow that has other mistakes."""
    named = data.get("tasks_from") if isinstance(data, dict) else None
    for index, file in enumerate(named if isinstance(named, list) else [named]):
        if isinstance(file, str) and file:
            yield ("tasks_from", index), file


def _read_tasks(file: Path, flow: YamlDocument, loc: Loc) -> Iterator[Written]:
    if not file.is_file():
        # There is no line to show in a file that is not there.
        raise YamlError([flow.problem(loc, "a readable file of tasks", f"no file {str(file)!r}")])
    document = read_yaml(file)
    tasks = document.validate(TaskFile).tasks
    return (Written(task, document, index) for index, task in enumerate(tasks))
