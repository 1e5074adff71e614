"""Which server gets a request, by load, speed, health and share."""

import pytest

from dialogue.llm.routing import Candidate, Place, fraction, order, trial_of
from dialogue.llm.standing import LONGEST_PAUSE, NONSENSE_IN_A_ROW, Standing

CALLS = [f"call-{number}" for number in range(2000)]


def candidate(
    name: str,
    *,
    busy: int = 0,
    first: float | None = 0.2,
    well: bool = True,
    weight: float = 1.0,
    canary: float | None = None,
    standby: bool = False,
) -> Candidate:
    standing = Standing()
    standing.in_flight = busy
    if first is not None:
        standing.first(first)
    if not well:
        standing.failed("down", 0.0)
    return Candidate(Place(name, weight, canary, standby), standing)


def names(candidates: list[Candidate], call: str = "x", last: str | None = None) -> list[str]:
    return [one.place.name for one in order(candidates, call, last)]


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (candidate("a", busy=2), candidate("b", busy=1), "b"),
        (candidate("a", busy=2, weight=4), candidate("b", busy=1), "a"),
        (candidate("a", first=0.9), candidate("b", first=0.2), "b"),
        (candidate("a", first=0.2), candidate("b", first=None), "b"),
        (candidate("a", well=False), candidate("b", busy=9, first=3.0), "b"),
        (candidate("a", standby=True), candidate("b", busy=9, first=3.0), "b"),
        (candidate("a", standby=True), candidate("b", well=False), "a"),
    ],
)
def test_the_least_loaded_then_the_fastest_of_those_that_are_well(
    one: Candidate, other: Candidate, first: str
) -> None:
    assert names([one, other])[0] == first
    assert names([other, one])[0] == first


def test_a_call_stays_where_its_conversation_was_read_unless_that_is_slow_or_busy() -> None:
    assert names([candidate("a", first=0.2), candidate("b", first=0.3)], last="b") == ["b", "a"]
    assert names([candidate("a", first=0.2), candidate("b", first=2.0)], last="b") == ["a", "b"]
    assert names([candidate("a"), candidate("b", busy=1)], last="b") == ["a", "b"]


def test_a_share_of_the_calls_goes_to_the_server_on_trial_and_always_the_same_ones() -> None:
    servers = [candidate("old"), candidate("new", canary=0.1, busy=5, first=2.0)]
    on_trial = {call for call in CALLS if names(servers, call)[0] == "new"}
    assert 0.07 < len(on_trial) / len(CALLS) < 0.13
    assert on_trial == {call for call in CALLS if names(servers, call)[0] == "new"}
    more = [candidate("old"), candidate("new", canary=0.3)]
    assert on_trial < {call for call in CALLS if names(more, call)[0] == "new"}


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, len(CALLS))])
def test_no_call_and_every_call(share: float, expected: int) -> None:
    places = [Place("old"), Place("new", canary=share)]
    assert sum(trial_of(call, places) == "new" for call in CALLS) == expected


def test_a_trial_falls_back_and_others_are_never_put_on_it_without_need() -> None:
    chosen = next(call for call in CALLS if fraction(call) < 0.1)
    other = next(call for call in CALLS if fraction(call) > 0.5)
    broken = [candidate("old"), candidate("new", canary=0.1, well=False)]
    assert names(broken, chosen) == ["old", "new"]
    servers = [candidate("old", busy=9), candidate("new", canary=0.1), candidate("spare", standby=True)]
    assert names(servers, other) == ["old", "spare", "new"]
    assert names([candidate("old", well=False), candidate("new", canary=0.1)], other) == ["new", "old"]


def test_a_server_that_goes_on_failing_is_looked_at_less_and_less_often() -> None:
    standing, pauses = Standing(), []
    for _ in range(9):
        now = standing.next_look
        standing.looked("no connection", now)
        pauses.append(standing.next_look - now)
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_PAUSE
    standing.looked("", 1000.0)
    assert standing.is_well


def test_a_server_that_answers_looks_but_no_requests_stays_out_for_longer_each_time() -> None:
    standing, pauses = Standing(), []
    for now in (0.0, 100.0, 200.0):
        standing.failed("no text in time", now)
        pauses.append(standing.next_look - now)
        standing.looked("", standing.next_look)
        assert standing.is_well
    assert pauses == [1.0, 2.0, 4.0]
    standing.wrote(300.0)
    standing.failed("no text in time", 300.0)
    assert standing.next_look == 301.0


def test_nonsense_counts_against_a_server_only_when_it_comes_in_a_row() -> None:
    standing = Standing()
    for _ in range(NONSENSE_IN_A_ROW - 1):
        standing.wrote_nonsense("????", 0.0)
    standing.wrote(0.0)
    for _ in range(NONSENSE_IN_A_ROW - 1):
        standing.wrote_nonsense("????", 0.0)
    assert standing.is_well
    standing.wrote_nonsense("????", 0.0)
    assert not standing.is_well
