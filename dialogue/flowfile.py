"""Reads flows and checks what a schema cannot: names that lead nowhere, texts that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dialogue.flow import Flow, Then
from dialogue.flowfeelings import feeling_problems
from dialogue.flowsource import FlowSource, Note, read_flow
from dialogue.flowtasks import task_problems
from dialogue.nearest import existing
from dialogue.yamlfile import Loc, YamlError, YamlProblem

FlowProblem = YamlProblem
"""One thing that is wrong with a flow: `file`, `line`, `where`, `expected`, `found`."""


class FlowError(YamlError):
    """A flow can't be used; `problems` lists everything that is wrong with it."""


def load_flow(path: str | Path, note: Note | None = None) -> Flow:
    """Read a flow, and the files of tasks that it names; `note` is told of each file before it is read.

    Raises:
        FlowError: with every problem found, each with file, line, what was expected and found.
    """
    try:
        flow, source = read_flow(path, note)
    except YamlError as error:
        raise FlowError(error.problems) from None
    if problems := list(dict.fromkeys(_semantic_problems(source, flow))):
        raise FlowError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    return flow


def check_flow(path: str | Path) -> list[FlowProblem]:
    """Everything that is wrong with the flow in `path`; empty when it can be used."""
    try:
        load_flow(path)
    except FlowError as error:
        return list(error.problems)
    return []


def _semantic_problems(source: FlowSource, flow: Flow) -> Iterator[FlowProblem]:
    yield from _references(source, flow)
    yield from _languages(source, flow)
    yield from _answers(source, flow)
    yield from task_problems(source, flow)
    yield from feeling_problems(source, flow)
    if flow.hours is not None and flow.closed is None:
        yield source.problem(("hours",), "a group 'closed' beside the hours", "none")
    if len(flow.languages) > 1 and flow.language is None:
        yield source.problem(("languages",), "a group 'language' in a flow of several languages", "none")


def _references(source: FlowSource, flow: Flow) -> Iterator[FlowProblem]:
    """Names of transfers, answers and languages that are used but not defined."""
    answers = [one.name for one in flow.answers]
    for loc, target in _transfer_uses(flow):
        if target not in flow.transfers:
            yield source.problem(loc, existing("a transfer", target, flow.transfers), repr(target))
    for key, action in flow.menu.keys.items() if flow.menu else ():
        key_loc: Loc = ("menu", "keys", key)
        if action.answer is not None and action.answer not in answers:
            wanted = existing("a known answer", action.answer, answers)
            yield source.problem((*key_loc, "answer"), wanted, repr(action.answer))
        if action.language is not None and action.language not in flow.languages:
            wanted = f"one of the flow's languages {', '.join(flow.languages)}"
            yield source.problem((*key_loc, "language"), wanted, repr(action.language))
    for loc, then in _thens(flow):
        if then.menu and flow.menu is None:
            yield source.problem((*loc, "menu"), "a group 'menu' in the flow", "none")


def _transfer_uses(flow: Flow) -> Iterator[tuple[Loc, str]]:
    for index, answer in enumerate(flow.answers):
        for field in ("offer", "transfer"):
            if (target := getattr(answer, field)) is not None:
                yield ("answers", index, field), target
    yield from _transfers_of_tasks(flow)
    for key, action in flow.menu.keys.items() if flow.menu else ():
        if action.transfer is not None:
            yield ("menu", "keys", key, "transfer"), action.transfer
    for loc, then in _thens(flow):
        if then.transfer is not None:
            yield (*loc, "transfer"), then.transfer
    if flow.failure.transfer is not None:
        yield ("failure", "transfer"), flow.failure.transfer
    if flow.person is not None:
        yield ("person", "transfer"), flow.person.transfer


def _transfers_of_tasks(flow: Flow) -> Iterator[tuple[Loc, str]]:
    for index, task in enumerate(flow.tasks):
        if task.transfer is not None:
            yield ("tasks", index, "transfer"), task.transfer
        for code, refused in task.refused.items():
            if refused.transfer is not None:
                yield ("tasks", index, "refused", code, "transfer"), refused.transfer


def _thens(flow: Flow) -> Iterator[tuple[Loc, Then]]:
    yield ("silence", "then"), flow.silence.then
    yield ("misunderstanding", "then"), flow.misunderstanding.then


def _languages(source: FlowSource, flow: Flow) -> Iterator[FlowProblem]:
    if len(set(flow.languages)) < len(flow.languages):
        yield source.problem(("languages",), "each language once", ", ".join(flow.languages))
    for loc, text in (*flow.texts(), (("persona",), flow.persona)):
        for language in flow.languages:
            if not text.has(language):
                yield source.problem(loc, f"a text for the language {language!r} too", "none")


def _answers(source: FlowSource, flow: Flow) -> Iterator[FlowProblem]:
    names: dict[str, int] = {}
    for index, answer in enumerate(flow.answers):
        loc: Loc = ("answers", index)
        if answer.name in names:
            first = source.line(("answers", names[answer.name], "name"), loc)
            found = f"{answer.name!r} again (first on {first})"
            yield source.problem((*loc, "name"), "each answer's name once", found)
        names.setdefault(answer.name, index)
        for language in flow.languages:
            if not answer.examples.of(language):
                wanted = f"example questions in the language {language!r} too"
                yield source.problem((*loc, "examples"), wanted, "none")
