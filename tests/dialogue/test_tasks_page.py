"""What docs/tasks.md teaches is so."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from dialogue.flowfile import check_flow, load_flow
from dialogue.tasks.definition import ARGUMENTS, Slot, SlotType, Task
from dialogue.tasks.fields import CONDITIONS, SAYABLE
from dialogue.tasks.wording import Wording
from dialogue.tools.refusals import STATUSES
from tests.dialogue.flows import SMALL

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tasks.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=["smallest", "conditions"])
def test_the_examples_are_right(write: Callable[..., Path], example: str) -> None:
    assert [str(problem) for problem in check_flow(write(SMALL + example))] == []


def rows(heading: str) -> dict[str, list[str]]:
    """The table's rows by what stands in backticks in the first column."""
    table: list[str] = []
    for line in PAGE[PAGE.index(heading) :].splitlines():
        if line.startswith("|"):
            table.append(line)
        elif table:
            break
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    return {name: cells[1:] for cells in found for name in re.findall(r"`([\w-]+)", cells[0])}


def test_every_key_is_told() -> None:
    assert set(rows("| key of a task")) == set(Task.model_fields)
    assert set(rows("| key of a slot")) == set(Slot.model_fields)
    assert set(rows("| key of `wording` |")) == set(Wording.model_fields)


def test_every_type_of_slot_is_told() -> None:
    told = rows("## Types of slots")
    assert set(told) == set(get_args(SlotType))
    assert {name: told[name][-1].strip("`") for name in ARGUMENTS} == ARGUMENTS


def test_the_fields_of_every_tool_are_told() -> None:
    told = rows("## What can be said of a result")
    for tool, fields in SAYABLE.items():
        if fields:
            assert set(re.findall(r"`(\w+)`", told[tool][0])) == fields, tool
            assert set(re.findall(r"`(\w+)`", told[tool][1])) == set(CONDITIONS.get(tool, ())), tool
    assert all(status in PAGE for status in STATUSES)


def test_the_number_of_tasks_is_told() -> None:
    words = {17: "seventeen"}
    assert words[len(load_flow(ROOT / "dialplans" / "shop-en.yaml").tasks)] in PAGE
