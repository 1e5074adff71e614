"""Files of tasks that flows share: added to their own, told of with their lines, read again on a change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.flowfile import FlowError, check_flow, load_flow
from dialogue.flowminds import FlowMinds
from tests.dialogue.flows import SMALL
from tests.dialogue.task_mistakes import TASKS


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


OWN = """\
tasks:
  - {name: mine, matter: it, examples: [my account], tool: get_user_details, say: [{text: Well.}]}
"""
FROM = "tasks_from: tasks/shared.yaml\n"
SHARED = TASKS[: TASKS.index("wording")]


def test_tasks_of_a_file_are_added_to_the_flows_own(write: Callable[..., Path]) -> None:
    write(SHARED, "tasks/shared.yaml")
    flow = load_flow(write(SMALL + FROM + OWN))
    assert [task.name for task in flow.tasks] == ["cancel", "give-back", "swap", "status", "note", "mine"]
    more = OWN.replace("mine", "more").replace("my account", "our account")
    write(more, "tasks/more.yaml")
    both = "tasks_from: [tasks/more.yaml, tasks/shared.yaml]\n"
    assert [task.name for task in load_flow(write(SMALL + both)).tasks][:2] == ["more", "cancel"]


def test_mistakes_in_a_file_of_tasks_are_told_with_its_line(write: Callable[..., Path]) -> None:
    shared = SHARED.replace("then: give-back", "then: giveback").replace(
        "otherwise: delivery", "otherwise: no"
    )
    file = write(shared, "tasks/shared.yaml")
    flow = write(SMALL + FROM)
    told = {(problem.file, problem.line) for problem in check_flow(flow)}
    assert told == {(str(file), line_of(shared, part)) for part in ("then: giveback", "otherwise: no")}
    write(SHARED.replace("keywords:", "keyword:"), "tasks/shared.yaml")
    (problem,) = check_flow(flow)
    assert (problem.file, problem.line) == (str(file), line_of(SHARED, "keywords:"))
    assert "did you mean that?" in problem.expected


def test_mistakes_of_the_flow_and_of_its_tasks_are_told_together(write: Callable[..., Path]) -> None:
    write(SHARED.replace("keywords:", "keyword:"), "tasks/shared.yaml")
    problems = check_flow(write(SMALL.replace("more:", "moar:") + FROM))
    assert {Path(problem.file).name for problem in problems} == {"small.yaml", "shared.yaml"}


def test_the_same_name_in_two_places_is_a_mistake(write: Callable[..., Path]) -> None:
    file = write(SHARED, "tasks/shared.yaml")
    flow = write(SMALL + FROM + OWN.replace("mine", "swap"))
    (problem,) = check_flow(flow)
    assert problem.file == str(flow)
    assert problem.found == f"'swap' again (first on line {line_of(SHARED, 'name: swap')} of {file})"


def test_a_file_of_tasks_that_is_not_there(write: Callable[..., Path]) -> None:
    text = SMALL + FROM
    (problem,) = check_flow(write(text))
    assert (problem.where, problem.line) == ("tasks_from.0", line_of(text, FROM))
    assert "shared.yaml" in problem.found


async def test_a_change_of_a_file_of_tasks_counts_from_the_next_call_on(write: Callable[..., Path]) -> None:
    shared = write(SHARED, "tasks/shared.yaml")
    minds = FlowMinds({"a": write(SMALL + FROM), "b": write(SMALL + FROM, "other.yaml")}, default="a")
    assert not await minds.refresh()
    changed = SHARED.replace("take a note", "write this down for me")
    write(changed, "tasks/shared.yaml")
    assert await minds.refresh()
    assert all(minds.flow(name).tasks[4].examples.en == ("write this down for me",) for name in "ab")

    write(changed.replace("then: give-back", "then: nothing"), "tasks/shared.yaml")
    assert not await minds.refresh()
    assert [problem.file for problem in minds.problems] == [str(shared)]  # once, though two flows have it
    assert minds.flow("a").tasks[4].then == "give-back"
    shared.unlink()
    assert not await minds.refresh()
    assert "no file" in minds.problems[0].found
    write(SHARED, "tasks/shared.yaml")
    assert await minds.refresh()
    assert minds.problems == ()


def test_a_start_with_a_broken_file_of_tasks_is_refused(write: Callable[..., Path]) -> None:
    write(SHARED.replace("then: give-back", "then: nothing"), "tasks/shared.yaml")
    with pytest.raises(FlowError, match=r"shared\.yaml:\d+: tasks\.4\.then"):
        FlowMinds({"a": write(SMALL + FROM)}, default="a")
