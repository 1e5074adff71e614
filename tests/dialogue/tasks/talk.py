"""Conversations with a flow's tasks, by text, on a copy of the sample shop."""

from __future__ import annotations

import atexit
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeAlias

from sqlalchemy import select

from dialogue.decide import Decider
from dialogue.flowfile import load_flow
from dialogue.flowmind import FlowMind
from dialogue.mind import Act, End, Input, Keyed, Said, Say, Silence, Transfer
from dialogue.shop import Shop, bring_in, connect, create_schema, take_out
from dialogue.shop.sample import sample_shop
from dialogue.shop.tables import AuditRow, TicketRow
from dialogue.tasks.counter import Counter
from dialogue.tasks.directory import Directory
from dialogue.tasks.state import TaskMemory
from dialogue.thought import FlowThought
from dialogue.tools import OrderDesk, TicketOffice

FLOW = Path("dialplans/shop-en.yaml")
SEED = 7
Shape: TypeAlias = dict[str, dict[str, dict[str, Any]]]


def noon() -> datetime:
    """A Wednesday on which the shop is open."""
    return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@cache
def sample() -> Shape:
    """The sample shop; not to be changed."""
    return sample_shop(SEED)


@cache
def _template() -> Path:
    folder = Path(mkdtemp(prefix="parley-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "shop.db"
    engine = connect(f"sqlite:///{path}", create=True)
    create_schema(engine, "USD")
    shop = Shop(engine)
    with shop.writing() as session:
        bring_in(session, sample())
    shop.close()
    return path


@cache
def decider(flow: Path = FLOW) -> Decider:
    """The sample flow's decisions, without encoders and language models."""
    return Decider(load_flow(flow), clock=noon, has_model=False, directory=Directory)


_directories: list[Directory] = []


class Counted:
    """A shop of one's own with its counter.

    Args:
        folder: where its database and journal are.
        patience: seconds that the database may take.
    """

    def __init__(self, folder: Path, *, patience: float = 5.0) -> None:
        self.path = folder / "shop.db"
        self.journal = folder / "tickets.jsonl"
        shutil.copy(_template(), self.path)
        self.shop = Shop(connect(f"sqlite:///{self.path}", patience=patience))
        self.shop.open()
        self.desk = OrderDesk(self.shop, TicketOffice(self.shop, self.journal), patience=patience)
        self.counter = Counter(self.shop, self.desk)
        if not _directories:
            self.counter.refresh()
            _directories.append(self.counter.directory)
        self.counter.directory = _directories[0]

    def call(self, call_id: str = "call-1", *, flow: Path = FLOW) -> Call:
        """A call to a flow."""
        mind = FlowMind("shop", decider(flow), None, counter=self.counter, call_id=call_id, clock=noon)
        return Call(self, mind)

    def stored(self) -> Shape:
        """The whole shop as it is now."""
        with self.shop.reading() as session:
            return take_out(session)

    def changed(self) -> dict[str, Any]:
        """What differs from the sample shop, by the path of what differs: `#W1/status`."""
        before, now = sample(), self.stored()
        return dict(
            found
            for section in ("users", "orders", "products")
            for key, record in now[section].items()
            for found in _differences(key, before[section].get(key, {}), record)
        )

    def tickets(self) -> list[TicketRow]:
        """The tickets in the database."""
        with self.shop.reading() as session:
            return list(session.scalars(select(TicketRow)))

    def audit(self) -> list[AuditRow]:
        """The writes that were made."""
        with self.shop.reading() as session:
            return list(session.scalars(select(AuditRow)))

    def close(self) -> None:
        """Give everything back."""
        self.desk.close()
        self.shop.close()


def _differences(path: str, before: Any, now: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in {**before, **now}:
            yield from _differences(f"{path}/{key}", before.get(key), now.get(key))
    elif before != now:
        yield path, now


class Call:
    """One call, turn by turn.

    Attributes:
        said: what Parley said in the last turn.
        acts: the same with what it did.
        kind: where the answer came from.
    """

    def __init__(self, counted: Counted, mind: FlowMind) -> None:
        self.counted = counted
        self.mind = mind
        self.said = ""
        self.acts: list[Act] = []
        self.kind = ""

    @property
    def tasks(self) -> TaskMemory:
        """What the call remembers of its tasks."""
        return self.mind.state.tasks

    @property
    def over(self) -> bool:
        """Whether Parley has hung up or handed the caller over."""
        return any(isinstance(act, End | Transfer) for act in self.acts)

    async def turn(self, heard: Input) -> str:
        """One turn that takes place."""
        thought = self.mind.think(heard)
        thought.release()
        return await self.finish(thought)

    async def finish(self, thought: FlowThought) -> str:
        """Hear a thought to its end."""
        self.acts = [act async for act in thought.acts()]
        self.said = " ".join(act.text for act in self.acts if isinstance(act, Say))
        self.kind = thought.kind
        self.mind.commit(thought, self.said)
        await thought.close()
        return self.said

    async def line(self, line: str) -> str:
        """A line of a script: words, keys (`#` before them) or silence (`...`)."""
        if line == "...":
            return await self.turn(Silence(1))
        if line.startswith("#"):
            said = ""
            for key in line[1:]:
                said = await self.turn(Keyed(key))
            return said
        return await self.turn(spoken(line))


async def hold(call: Call, script: str) -> None:
    """Hold a conversation, and look at every answer.

    Args:
        call: the call.
        script: a line of the caller's begins with `>`; what has to be in the answer follows behind `<`,
            pieces between bars, those with an exclamation mark must not be in it. `...` is silence, `#12`
            are keys.
    """
    caller = ""
    for line in script.strip().splitlines():
        mark, _, rest = line.strip().partition(" ")
        if mark == ">":
            caller = rest.strip()
            await call.line(caller)
        elif mark == "<":
            for piece in (one.strip() for one in rest.split("|")):
                wanted = not piece.startswith("!")
                said = f"> {caller}\n< {call.said or call.acts}"
                assert (_plain(piece.lstrip("!")) in _plain(call.said)) is wanted, f"{said}\n{piece}"
        elif mark:
            raise ValueError(f"neither > nor <: {line}")


def _plain(text: str) -> str:
    """Lower case; a space between Chinese phrases is where one ends and the next begins."""
    return re.sub(r"(?<=[，。？：、；！]) ", "", text.casefold())


_FOLLOWS = ("exchange_price_difference", "items", "return_items", "exchange_items", "exchange_new_items")
"""Fields that follow from others; looked at where a test names them."""


def assert_changed(counted: Counted, wanted: Mapping[str, Any], *, writes: int) -> None:
    """The shop differs from the sample in nothing but this.

    Args:
        counted: the shop.
        wanted: what differs, by the path of what differs; `#W1/payment_history/1` is the method of an entry.
        writes: how many writes there were.
    """
    changed = counted.changed()
    for key, value in wanted.items():
        order, _, place = key.partition("/payment_history/")
        if place:
            assert changed[f"{order}/payment_history"][int(place)]["payment_method_id"] == value
        else:
            assert changed[key] == value
    others = {
        key for key in changed if key not in wanted and not key.endswith(("payment_history", "balance"))
    }
    assert {key for key in others if key.rpartition("/")[2] not in _FOLLOWS} == set()
    assert len(counted.audit()) == writes


def spoken(text: str, confidence: float = 0.9) -> Said:
    """Words in the language that they are written in."""
    chinese = any("一" <= char <= "鿿" for char in text)
    return Said(text, "zh" if chinese else "en", confidence)
