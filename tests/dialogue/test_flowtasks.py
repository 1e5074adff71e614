"""Tasks of a flow: every mistake is told with its file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.flowfile import FlowProblem, check_flow
from dialogue.flowminds import FlowMinds
from dialogue.mind import Said
from tests.dialogue.flows import SMALL
from tests.dialogue.task_mistakes import CASES, FLOW


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def fitting(problems: list[FlowProblem], where: str, expected: str, found: str) -> list[FlowProblem]:
    return [p for p in problems if p.where == where and expected in p.expected and found in p.found]


def test_a_flow_with_tasks_is_right(write: Callable[..., Path]) -> None:
    assert [str(problem) for problem in check_flow(write(FLOW))] == []


@pytest.mark.parametrize(("old", "new", "where", "expected", "found"), CASES)
def test_mistakes_of_tasks_are_told(
    write: Callable[..., Path], old: str, new: str, where: str, expected: str, found: str
) -> None:
    assert old in FLOW
    path = write(FLOW.replace(old, new, 1))
    problems = check_flow(path)
    assert len(fitting(problems, where, expected, found)) == 1, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("new", "where"),
    [
        ("tool: no_tool", "tasks.3.tool"),
        ("tool: get_order_details\n    then: nowhere", "tasks.3.then"),
    ],
)
def test_the_line_of_a_mistake_is_told(write: Callable[..., Path], new: str, where: str) -> None:
    text = FLOW.replace("tool: get_order_details", new, 1)
    (problem,) = check_flow(write(text))
    assert problem.where == where
    assert problem.line == line_of(text, new.rpartition("\n")[2].strip())


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("tasks.0.matter", "a text for the language 'zh' too"),
        ("tasks.0.examples", "examples in the language 'zh' too"),
        ("tasks.0.slots.reason.choices.1.name", "a text for the language 'zh' too"),
        ("tasks.0.slots.reason.choices.0.examples", "examples in the language 'zh' too"),
        ("tasks.0.refused.not_pending.say", "a text for the language 'zh' too"),
        ("tasks.1.slots.items.prompt.0", "a text for the language 'zh' too"),
        ("tasks.3.say.1.text", "a text for the language 'zh' too"),
        ("wording.ticket", "a text for the language 'zh' too"),
    ],
)
def test_texts_are_there_in_every_language_of_the_flow(
    write: Callable[..., Path], where: str, expected: str
) -> None:
    problems = check_flow(write(FLOW.replace("languages: [en]", "languages: [en, zh]")))
    assert len(fitting(problems, where, expected, "none")) == 1


def test_a_tool_that_hands_over_needs_a_transfer(write: Callable[..., Path]) -> None:
    task = "tasks: [{name: hand, matter: it, examples: [hand me over], tool: transfer_to_human_agents"
    right = f"{task}, arguments: {{summary: wants a person}}, transfer: desk}}]\n"
    assert check_flow(write(SMALL + right)) == []
    (problem,) = check_flow(write(SMALL + right.replace(", transfer: desk", "")))
    assert problem.expected == "a transfer beside this tool"


def test_a_text_of_results_is_needed_where_something_is_looked_up(write: Callable[..., Path]) -> None:
    task = "tasks: [{name: mine, matter: it, examples: [my account], tool: get_user_details}]\n"
    (problem,) = check_flow(write(SMALL + task))
    assert "a group 'say'" in problem.expected


async def test_without_a_shop_a_tasks_known_answer_is_given(write: Callable[..., Path]) -> None:
    mind = FlowMinds({"a": write(FLOW)}, default="a").mind(flow=None, dialled="", caller="")
    thought = mind.think(Said("cancel my order", "en"))
    assert [getattr(act, "text", "") async for act in thought.acts()] == ["Two days."]
    assert thought.change.answered == "delivery"
    thought = mind.think(Said("swap the shoes", "en"))  # it has none: a person
    told = [getattr(act, "text", "") async for act in thought.acts()]
    assert told[:2] == ["I can't look that up.", "One moment please."]
