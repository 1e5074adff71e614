"""The gold actions of a file of tasks, made on a fresh copy of a shop each, with a digest of what is left.

Actions go the way of a caller's: identified, proposed, confirmed (by the bench itself), through the
tools, into SQLite. The copy is taken by SQLite's backup within memory.

Gold lists contain look-ups that find nothing, as a caller's wrong e-mail does, and even writes that the
order's status forbids. The refusal is then the answer, so an action counts as executed if its tool ran to
an answer; one that no tool takes (unknown name, wrong arguments, no database) does not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import StaticPool, create_engine

from dialogue.shop import Shop, bring_in, check, create_schema, read_json
from dialogue.shop.database import with_transactions
from dialogue.shop.digesting import Digester
from dialogue.shop.errors import ShopError, ShopUnavailableError
from dialogue.shop.jsonfile import found, path_of
from dialogue.tools import (
    POLICY,
    REFERENCE,
    CallerSession,
    Code,
    Proposal,
    Refusal,
    Rules,
    SessionState,
    TicketOffice,
)

_NOT_RUN = {Code.UNKNOWN_TOOL, Code.BAD_ARGUMENTS, Code.NOT_IDENTIFIED, Code.TOO_MANY_ATTEMPTS}


@dataclass(frozen=True, slots=True)
class Action:
    """One tool call of a gold list."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A task's id and its gold actions in order."""

    id: str
    actions: Sequence[Action]


@dataclass(slots=True)
class Outcome:
    """What became of a task: actions that no tool took, and those that were answered by a refusal."""

    sha256: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)


def bench_shop(db: Path, tasks: Path, console: Console) -> dict[str, Any]:
    """Execute every task's gold actions on a fresh copy.

    Args:
        db: a shop, see `dialogue.shop.shape`.
        tasks: a list of `{id, evaluation_criteria: {actions: [{name, arguments}]}}`.
        console: where progress is shown.

    Returns:
        `tasks` and `executed` (how many), and `results`: for each task `id`, `executed`, `sha256` of the
        canonical JSON of the shop afterwards, by the reference's rules (`dialogue.tools.REFERENCE`);
        `sha256_policy` where Parley's own rules leave other records; `errors` of actions that no tool took,
        `refusals` of those that were answered by a refusal, where there are any.

    Raises:
        ShopError: a file cannot be used; names the file and the place in it.
    """
    todo = read_tasks(tasks)
    runner = Runner(check(read_json(db), str(db)))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        results = [
            _result(task, runner.run(task, REFERENCE), runner.run(task, POLICY))
            for task in progress.track(todo, description="tasks")
        ]
    return {
        "tasks": len(results),
        "executed": sum(result["executed"] for result in results),
        "results": results,
    }


def _result(task: Task, outcome: Outcome, by_policy: Outcome) -> dict[str, Any]:
    result: dict[str, Any] = {"id": task.id, "executed": not outcome.errors, "sha256": outcome.sha256}
    if by_policy.sha256 != outcome.sha256:
        result["sha256_policy"] = by_policy.sha256
    if outcome.errors:
        result["errors"] = outcome.errors
    if outcome.refusals:
        result["refusals"] = outcome.refusals
    return result


def read_tasks(path: Path) -> list[Task]:
    """Read a file of tasks.

    Raises:
        ShopError: it is not what it should be; names the place.
    """
    tasks = read_json(path)
    if not isinstance(tasks, list):
        raise ShopError(f"{path}: $: expected a list of tasks, found {found(tasks)}")
    return [_task(path, index, task) for index, task in enumerate(tasks)]


def _task(path: Path, index: int, task: object) -> Task:
    if not isinstance(task, dict) or not isinstance(task.get("id"), str | int):
        raise ShopError(f"{path}: {path_of(index)}: expected a task with an id, found {found(task)}")
    if task.get("initial_state"):
        place = path_of(index, "initial_state")
        raise ShopError(f"{path}: {place}: expected null, because the shop comes from --db")
    criteria = task.get("evaluation_criteria") or {}
    actions = (criteria.get("actions") if isinstance(criteria, dict) else None) or []
    steps = (index, "evaluation_criteria", "actions")
    if not isinstance(actions, list):
        raise ShopError(f"{path}: {path_of(*steps)}: expected a list, found {found(actions)}")
    return Task(str(task["id"]), [_action(path, (*steps, at), one) for at, one in enumerate(actions)])


def _action(path: Path, steps: tuple[str | int, ...], action: object) -> Action:
    if not isinstance(action, dict) or not isinstance(action.get("name"), str):
        raise ShopError(f"{path}: {path_of(*steps)}: expected an action with a name, found {found(action)}")
    arguments = action.get("arguments") or {}
    if not isinstance(arguments, dict):
        raise ShopError(
            f"{path}: {path_of(*steps, 'arguments')}: expected an object, found {found(arguments)}"
        )
    return Action(action["name"], arguments)


class Runner:
    """Runs tasks on copies of one shop.

    Args:
        shop: checked JSON.
    """

    def __init__(self, shop: Mapping[str, Mapping[str, Any]]) -> None:
        self._users = shop["users"]
        self._orders = shop["orders"]
        self._fresh = sqlite3.connect(":memory:", check_same_thread=False)
        self._work = sqlite3.connect(":memory:", check_same_thread=False)
        original = Shop(_engine(self._fresh))
        create_schema(original.engine, "USD")
        with original.writing() as session:
            bring_in(session, shop)
        self._shop = Shop(_engine(self._work))
        self._digester = Digester()

    def run(self, task: Task, rules: Rules) -> Outcome:
        """Make a task's actions on a fresh copy."""
        self._fresh.backup(self._work)
        outcome = Outcome()
        callers: dict[str | None, CallerSession] = {}
        caller: str | None = None
        for index, action in enumerate(task.actions):
            caller = self._owner(action) or caller
            if caller not in callers:
                callers[caller] = self._session(task.id, caller, rules)
            self._act(callers[caller], index, action, outcome)
        with self._shop.reading() as session:
            outcome.sha256 = self._digester.digest(session)
        return outcome

    def _owner(self, action: Action) -> str | None:
        """Whose order or account an action is about; look-ups of people identify by themselves."""
        order = self._orders.get(str(action.arguments.get("order_id")))
        user_id = order["user_id"] if order else str(action.arguments.get("user_id"))
        return user_id if user_id in self._users else None

    def _session(self, task_id: str, user_id: str | None, rules: Rules) -> CallerSession:
        """A call of a user who has already said who he is."""
        state = SessionState(call_id=f"bench {task_id}", user_id=user_id)
        return CallerSession(self._shop, TicketOffice(None, Path("/nonexistent")), state, rules=rules)

    def _act(self, session: CallerSession, index: int, action: Action, outcome: Outcome) -> None:
        told: dict[str, Any] = {"action": index, "name": action.name}
        try:
            answer = session.call(action.name, action.arguments)
            if isinstance(answer, Proposal):
                answer = session.confirm(answer.token)
        except ShopUnavailableError as error:
            outcome.errors.append({**told, "error": str(error)})
            return
        if isinstance(answer, Refusal):
            told |= {"code": answer.code.value, "facts": dict(answer.facts)}
            (outcome.errors if answer.code in _NOT_RUN else outcome.refusals).append(told)


def _engine(connection: sqlite3.Connection) -> Any:
    return with_transactions(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool))
