"""Reads flows and checks what a schema cannot: names that lead nowhere, texts that are missing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dialogue.flow import Flow, Then
from dialogue.flowfeelings import feeling_problems
from dialogue.yamlfile import Loc, YamlDocument, YamlError, YamlProblem, read_yaml

FlowProblem = YamlProblem
"""One thing that is wrong with a flow: `file`, `line`, `where`, `expected`, `found`."""


class FlowError(YamlError):
    """A flow can't be used; `problems` lists everything that is wrong with it."""


def load_flow(path: str | Path) -> Flow:
    """Read a flow.

    Raises:
        FlowError: with every problem found, each with file, line, what was expected and found.
    """
    try:
        document = read_yaml(path)
        flow = document.validate(Flow)
    except YamlError as error:
        raise FlowError(error.problems) from None
    if problems := list(_semantic_problems(document, flow)):
        raise FlowError(sorted(problems, key=lambda problem: problem.line))
    return flow


def check_flow(path: str | Path) -> list[FlowProblem]:
    """Everything that is wrong with the flow in `path`; empty when it can be used."""
    try:
        load_flow(path)
    except FlowError as error:
        return list(error.problems)
    return []


def _semantic_problems(document: YamlDocument, flow: Flow) -> Iterator[FlowProblem]:
    yield from _references(document, flow)
    yield from _languages(document, flow)
    yield from _answers(document, flow)
    yield from feeling_problems(document, flow)
    if flow.hours is not None and flow.closed is None:
        yield document.problem(("hours",), "a group 'closed' beside the hours", "none")
    if len(flow.languages) > 1 and flow.language is None:
        yield document.problem(("languages",), "a group 'language' in a flow of several languages", "none")


def _references(document: YamlDocument, flow: Flow) -> Iterator[FlowProblem]:
    """Names of transfers, answers and languages that are used but not defined."""
    answers = [one.name for one in flow.answers]
    for loc, target in _transfer_uses(flow):
        if target not in flow.transfers:
            yield document.problem(loc, _defined("a transfer", target, flow.transfers), repr(target))
    for key, action in flow.menu.keys.items() if flow.menu else ():
        key_loc: Loc = ("menu", "keys", key)
        if action.answer is not None and action.answer not in answers:
            wanted = _defined("a known answer", action.answer, answers)
            yield document.problem((*key_loc, "answer"), wanted, repr(action.answer))
        if action.language is not None and action.language not in flow.languages:
            wanted = f"one of the flow's languages {', '.join(flow.languages)}"
            yield document.problem((*key_loc, "language"), wanted, repr(action.language))
    for loc, then in _thens(flow):
        if then.menu and flow.menu is None:
            yield document.problem((*loc, "menu"), "a group 'menu' in the flow", "none")


def _transfer_uses(flow: Flow) -> Iterator[tuple[Loc, str]]:
    for index, answer in enumerate(flow.answers):
        for field in ("offer", "transfer"):
            if (target := getattr(answer, field)) is not None:
                yield ("answers", index, field), target
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


def _thens(flow: Flow) -> Iterator[tuple[Loc, Then]]:
    yield ("silence", "then"), flow.silence.then
    yield ("misunderstanding", "then"), flow.misunderstanding.then


def _languages(document: YamlDocument, flow: Flow) -> Iterator[FlowProblem]:
    if len(set(flow.languages)) < len(flow.languages):
        yield document.problem(("languages",), "each language once", ", ".join(flow.languages))
    for loc, text in (*flow.texts(), (("persona",), flow.persona)):
        for language in flow.languages:
            if not text.has(language):
                yield document.problem(loc, f"a text for the language {language!r} too", "none")


def _answers(document: YamlDocument, flow: Flow) -> Iterator[FlowProblem]:
    names: dict[str, int] = {}
    examples: dict[str, str] = {}
    for index, answer in enumerate(flow.answers):
        loc: Loc = ("answers", index)
        if answer.name in names:
            first = document.lines.get(("answers", names[answer.name], "name"), 0)
            found = f"{answer.name!r} again (first on line {first})"
            yield document.problem((*loc, "name"), "each answer's name once", found)
        names.setdefault(answer.name, index)
        for language in flow.languages:
            if not answer.examples.of(language):
                wanted = f"example questions in the language {language!r} too"
                yield document.problem((*loc, "examples"), wanted, "none")
        for example in answer.examples.all():
            key = example.casefold().strip(" ?？。.!！")
            other = examples.setdefault(key, answer.name)
            if other != answer.name:
                found = f"{example!r}, which {other!r} has too"
                yield document.problem((*loc, "examples"), "examples of this answer only", found)


def _defined(what: str, name: str, options: Iterable[str]) -> str:
    known: Sequence[str] = sorted(options)
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return f"{what} that exists, perhaps {close[0]!r}"
    return f"{what} that exists ({', '.join(known) or 'there is none'})"
