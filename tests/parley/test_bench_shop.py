from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from dialogue.shop import ShopError, check, digest, read_json
from dialogue.tools import REFERENCE
from parley.benches.shop import Runner, bench_shop, read_tasks
from parley.cli.app import app
from tests.dialogue.shop.world import ANN, CARD, ELSEWHERE, FANG, SHOP

RETAIL = Path("../shared/data/retail")
RETAIL_DIGESTS = "c8ddd9d621df5339c2222bc0156caa58d5bdc6b1aace7614349d1cdb8de1f99f"
"""SHA-256 over the digests of the 114 shops in the order of their tasks, as a second program computed
them that makes the reference's changes on plain dictionaries."""


def task(name: str, *actions: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    listed = [{"name": tool, "arguments": arguments} for tool, arguments in actions]
    return {"id": name, "evaluation_criteria": {"actions": listed}, "initial_state": None}


def bench(folder: Path, *tasks: dict[str, Any]) -> dict[str, Any]:
    (folder / "db.json").write_text(json.dumps(SHOP), "utf-8")
    (folder / "tasks.json").write_text(json.dumps(tasks), "utf-8")
    return bench_shop(folder / "db.json", folder / "tasks.json", Console(quiet=True))


def test_each_task_is_made_on_a_fresh_copy(tmp_path: Path) -> None:
    address = ("modify_pending_order_address", {"order_id": "#W9", **ELSEWHERE})
    mail = ("modify_user_address", {"user_id": FANG, **ELSEWHERE})
    nothing, moved, both = bench(tmp_path, task("0"), task("1", address), task("2", mail, address))["results"]
    assert nothing == {"id": "0", "executed": True, "sha256": digest(SHOP)}
    expected = copy.deepcopy(SHOP)
    expected["orders"]["#W9"]["address"] = ELSEWHERE
    assert moved["sha256"] == digest(expected)
    expected["users"][FANG]["address"] = ELSEWHERE
    assert both["sha256"] == digest(expected)


def test_a_refusal_is_an_answer_and_what_no_tool_takes_is_an_error(tmp_path: Path) -> None:
    result = bench(
        tmp_path,
        task(
            "refused",
            ("find_user_id_by_email", {"email": "nobody@example.com"}),
            ("cancel_pending_order", {"order_id": "#W2", "reason": "no longer needed"}),
            ("transfer_to_human_agents", {"summary": "He wants more."}),
        ),
        task("unknown", ("fly_to_the_moon", {}), ("get_product_details", {"number": "1"})),
    )
    refused, unknown = result["results"]
    assert (result["tasks"], result["executed"]) == (2, 1)
    assert [one["code"] for one in refused["refusals"]] == ["user_not_found", "not_pending"]
    assert [one["code"] for one in unknown["errors"]] == ["unknown_tool", "bad_arguments"]
    assert refused["sha256"] == unknown["sha256"] == digest(SHOP)


def test_where_the_reference_is_wrong_both_digests_are_shown(tmp_path: Path) -> None:
    swap = {"order_id": "#W1", "item_ids": ["11", "21"], "new_item_ids": ["12", "22"]}
    row = bench(tmp_path, task("0", ("modify_pending_order_items", {**swap, "payment_method_id": CARD})))
    [result] = row["results"]
    assert result["sha256_policy"] != result["sha256"]


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        ({}, "$: expected a list of tasks, found {}"),
        ([{"name": "x"}], '$[0]: expected a task with an id, found {"name": "x"}'),
        ([task("0", ("x", {}))] * 2 + [{"id": "2", "evaluation_criteria": {"actions": [5]}}],
         "$[2].evaluation_criteria.actions[0]: expected an action with a name, found 5"),
        ([{"id": "0", "initial_state": {"a": 1}}], "$[0].initial_state: expected null"),
    ],
)  # fmt: skip
def test_tasks_of_another_shape_are_told_by_their_path(tmp_path: Path, tasks: Any, told: str) -> None:
    path = tmp_path / "tasks.json"
    (tmp_path / "db.json").write_text(json.dumps(SHOP), "utf-8")
    path.write_text(json.dumps(tasks), "utf-8")
    with pytest.raises(ShopError) as error:
        bench_shop(tmp_path / "db.json", path, Console(quiet=True))
    assert str(error.value).startswith(f"{path}: {told}")


def test_json_is_one_document_and_the_table_names_the_tasks(tmp_path: Path) -> None:
    bench(tmp_path, task("task-17", ("get_user_details", {"user_id": ANN})))
    command = ["bench", "shop", "--db", f"{tmp_path}/db.json", "--tasks", f"{tmp_path}/tasks.json"]
    assert json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["executed"] == 1
    assert "1 of 1 tasks executed" in CliRunner().invoke(app, command).stdout


def test_the_retail_tasks_leave_the_shops_that_the_reference_leaves() -> None:
    if not RETAIL.is_dir():
        pytest.skip(f"needs {RETAIL}: db.json and tasks.json of tau2-bench's retail domain")
    tasks = read_tasks(RETAIL / "tasks.json")
    runner = Runner(check(read_json(RETAIL / "db.json"), "db.json"))
    outcomes = [runner.run(task, REFERENCE) for task in tasks]
    assert (len(outcomes), [one.errors for one in outcomes if one.errors]) == (114, [])
    digests = "".join(one.sha256 for one in outcomes)
    assert hashlib.sha256(digests.encode()).hexdigest() == RETAIL_DIGESTS
