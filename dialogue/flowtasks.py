"""What is wrong with the tasks of a flow: each by itself, and where they lead to one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dialogue.flow import Flow
from dialogue.flowsource import FlowSource
from dialogue.nearest import existing
from dialogue.tasks.checking import slot_findings, tool_findings
from dialogue.tasks.checking_texts import text_findings, wording_findings
from dialogue.tasks.definition import Task
from dialogue.texts import SentencesByLanguage, TextByLanguage, plain
from dialogue.yamlfile import Loc, YamlProblem


def task_problems(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Everything that is wrong with a flow's tasks, and with what leads to them."""
    for index, task in enumerate(flow.tasks):
        for loc, expected, found in (*tool_findings(task), *slot_findings(task), *text_findings(task)):
            yield source.problem(("tasks", index, *loc), expected, found)
        yield from _languages(source, flow, index, task)
    for loc, expected, found in wording_findings(flow.wording):
        yield source.problem(("wording", *loc), expected, found)
    yield from _names(source, flow)
    yield from _uses(source, flow)
    yield from _circles(source, flow)
    yield from _forgotten(source, flow)
    yield from _shared_examples(source, flow)


def _languages(source: FlowSource, flow: Flow, index: int, task: Task) -> Iterator[YamlProblem]:
    """Texts within sentences, and examples, that a language lacks; the other texts are in `Flow.texts`."""
    texts: list[tuple[Loc, TextByLanguage]] = [(("matter",), task.matter)]
    examples: list[tuple[Loc, SentencesByLanguage]] = [(("examples",), task.examples)]
    for name, slot in task.slots.items():
        for number, choice in enumerate(slot.choices):
            loc: Loc = ("slots", name, "choices", number)
            texts.append(((*loc, "name"), choice.name))
            examples.append(((*loc, "examples"), choice.examples))
    for language in flow.languages:
        for loc, text in texts:
            if not text.has(language):
                wanted = f"a text for the language {language!r} too"
                yield source.problem(("tasks", index, *loc), wanted, "none")
        for loc, sentences in examples:
            if sentences.all() and not sentences.of(language):
                wanted = f"examples in the language {language!r} too"
                yield source.problem(("tasks", index, *loc), wanted, "none")


def _names(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Names of two tasks, or of a task and a known answer."""
    answers = {answer.name: index for index, answer in enumerate(flow.answers)}
    seen: dict[str, int] = {}
    for index, task in enumerate(flow.tasks):
        loc: Loc = ("tasks", index, "name")
        if task.name in seen:
            first = source.line(("tasks", seen[task.name], "name"), loc)
            yield source.problem(loc, "each task's name once", f"{task.name!r} again (first on {first})")
        seen.setdefault(task.name, index)
        if task.name in answers:
            where = source.line(("answers", answers[task.name], "name"), loc)
            found = f"{task.name!r}, the known answer on {where}"
            yield source.problem(loc, "a name that no known answer has", found)


def _uses(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Tasks and known answers that are named and do not exist."""
    tasks = [task.name for task in flow.tasks]
    answers = [answer.name for answer in flow.answers]
    for loc, name in (*_entries(flow), *_between(flow)):
        if name not in tasks:
            yield source.problem(loc, existing("a task", name, tasks), repr(name))
    for index, task in enumerate(flow.tasks):
        if task.otherwise is not None and task.otherwise not in answers:
            wanted = existing("a known answer", task.otherwise, answers)
            yield source.problem(("tasks", index, "otherwise"), wanted, repr(task.otherwise))


def _entries(flow: Flow) -> Iterator[tuple[Loc, str]]:
    """Known answers and keys that lead to a task."""
    for index, answer in enumerate(flow.answers):
        if answer.task is not None:
            yield ("answers", index, "task"), answer.task
    for key, action in flow.menu.keys.items() if flow.menu else ():
        if action.task is not None:
            yield ("menu", "keys", key, "task"), action.task


def _between(flow: Flow) -> Iterator[tuple[Loc, str]]:
    """Tasks that lead to another."""
    for index, task in enumerate(flow.tasks):
        for loc, name in _next(task):
            yield ("tasks", index, *loc), name


def _next(task: Task) -> Iterator[tuple[Loc, str]]:
    if task.then is not None:
        yield ("then",), task.then
    for code, refused in task.refused.items():
        if refused.task is not None:
            yield ("refused", code, "task"), refused.task


def _circles(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Tasks that lead back to themselves; each circle is told once, at its first task."""
    told: set[str] = set()
    ways = {task.name: [name for _, name in _next(task)] for task in flow.tasks}
    for index, task in enumerate(flow.tasks):
        circle = _circle(task.name, ways)
        if circle and task.name not in told:
            told.update(circle)
            loc = next(loc for loc, name in _next(task) if name == circle[1])
            found = " → ".join(circle)
            yield source.problem(("tasks", index, *loc), "tasks that come to an end", found)


def _circle(start: str, ways: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a task back to itself, with it at both ends; empty for none."""
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop(0)
        for name in ways.get(path[-1], ()):
            if name == start:
                return [*path, name]
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


def _forgotten(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Tasks that no caller can come to."""
    led = {name for _, name in (*_entries(flow), *_between(flow))}
    for index, task in enumerate(flow.tasks):
        if task.name not in led and not task.examples.all() and not task.keywords.all():
            wanted = "examples, or a known answer, key or task that leads here"
            yield source.problem(("tasks", index), wanted, "none")


def _shared_examples(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Examples that two answers or tasks have."""
    owners: dict[str, str] = {}
    asked = [(("answers", i), one.name, one.examples) for i, one in enumerate(flow.answers)]
    asked += [(("tasks", i), one.name, one.examples) for i, one in enumerate(flow.tasks)]
    for loc, name, examples in asked:
        for example in examples.all():
            other = owners.setdefault(plain(example), name)
            if other != name:
                what = "task" if loc[0] == "tasks" else "answer"
                found = f"{example!r}, which {other!r} has too"
                yield source.problem((*loc, "examples"), f"examples of this {what} only", found)
