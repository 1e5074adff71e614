"""The soak measurement itself: short calls and a long one to a Parley with real models."""

from __future__ import annotations

import os

import pytest

from parley.benches.soak import SoakOptions, bench_soak
from parley.benches.soak.growth import COUNTS

pytestmark = [pytest.mark.live, pytest.mark.calls, pytest.mark.engines]


@pytest.mark.timeout(300)
async def test_a_short_soak_counts_what_the_server_holds_and_leaves_nothing_behind() -> None:
    told: list[str] = []
    options = SoakOptions(short_calls=5, long=14.0, every=3.0)
    environment = {**os.environ, "PARLEY__DIALOGUE__MODEL__NAME": "smollm2-135m"}  # nothing here asks it
    found = await bench_soak(options, environment, lambda what, done, total: told.append(what))
    short, long = found["short"], found["long"]
    assert (short["calls"], short["answered"], short["failed"]) == (5, 5, [])
    assert long["failed"] == []
    assert long["answered"] == long["questions"] >= 2  # one by voice and one by key
    assert len(long["samples"]) == long["questions"]
    for name in COUNTS:
        assert short["growth"][name]["first"] > 0
    assert short["growth"]["sockets"]["last"] <= short["growth"]["sockets"]["first"]
    assert any(what.startswith("short calls, ") for what in told)
    assert any(what.startswith("one long call, ") for what in told)
