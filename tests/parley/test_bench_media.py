"""The media measurement: how it lays frames on a beat, how it searches, and one small run of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from typer.testing import CliRunner

from parley.benches.media import MediaOptions, bench_media
from parley.benches.media.figures import Measured, figures, what_limits
from parley.benches.media.pacing import Search, pacing, spread
from parley.benches.media.peers import FRAME_BYTES, AudioSocketPeer, WebSocketPeer
from parley.cli.app import app
from telephony.audiosocket_wire import Audio, Hangup, encode

BEAT: NDArray[np.float64] = np.arange(500, dtype=np.float64) * 0.02


def test_frames_on_the_beat_have_no_error() -> None:
    laid = pacing(BEAT + 17.3)
    assert laid.errors == pytest.approx(np.zeros(500), abs=1e-9)
    assert laid.missed == 0


def test_a_late_frame_is_late_by_as_much_and_moves_no_other() -> None:
    late = BEAT.copy()
    late[100] += 0.012
    errors = pacing(late).errors
    assert errors[100] == pytest.approx(0.012)
    assert np.delete(errors, 100) == pytest.approx(np.zeros(499), abs=1e-9)


def test_a_stall_that_is_made_up_for_misses_no_frame() -> None:
    stalled = BEAT.copy()
    stalled[100:103] = stalled[102] + 0.005  # three at once, 45, 25 and 5 ms late
    laid = pacing(stalled)
    assert laid.errors[100:103] == pytest.approx([0.045, 0.025, 0.005])
    assert laid.missed == 0


@given(st.sets(st.integers(1, 498), max_size=20))
def test_frames_that_never_came_are_counted_and_are_no_error_of_the_others(gone: set[int]) -> None:
    laid = pacing(np.delete(BEAT, sorted(gone)))
    assert laid.missed == len(gone)
    assert laid.errors == pytest.approx(np.zeros(500 - len(gone)), abs=1e-9)


def test_a_call_without_frames_has_no_figures() -> None:
    assert pacing([]).missed == 0
    assert spread([]) == {"p50_ms": 0.0, "p99_ms": 0.0, "max_ms": 0.0}


@pytest.mark.parametrize(("holds", "start"), [(1, 1), (7, 50), (163, 100), (400, 50), (999, 150)])
def test_the_search_finds_what_is_held_within_a_twentieth(holds: int, start: int) -> None:
    search, trials = Search(start, 2000), 0
    while (calls := search.next) is not None:
        search.tried(calls, calls <= holds)
        trials += 1
    assert holds - max(1, holds * 0.05) <= search.held <= holds
    assert trials <= 12


def test_the_search_ends_where_nothing_is_held_and_where_all_is() -> None:
    search = Search(50, 400)
    while (calls := search.next) is not None:
        search.tried(calls, True)
    assert (search.held, search.failed) == (400, None)
    search = Search(50, 400)
    while (calls := search.next) is not None:
        search.tried(calls, False)
    assert (search.held, search.failed) == (0, 1)
    with pytest.raises(ValueError, match="expected a start from 1 to 400, got 500"):
        Search(500, 400)


def measured(*, busy: float = 2.5, heard: int = 1010, **changes: Any) -> Measured:
    """Two calls for ten seconds, in perfect order but for the changes."""
    perfect = {"p50_ms": 0.1, "p99_ms": 1.0, "max_ms": 2.0}
    served = {"seconds": 10.0, "cpu_seconds": 2.0, "frames": 1000, "lateness": perfect, "gc_max_ms": 0.1}
    received = {
        "seconds": 10.0, "cpu_seconds": 1.0, "frames": 1000, "closed": 0, "lateness": perfect,
        "error": perfect, "missed": 0,
    }  # fmt: skip
    last = {"frames": heard, "broken": []}
    for key, value in changes.items():
        next(part for part in (served, received, last) if key in part)[key] = value
    full = {"rss": 40_000_000, "threads": 3}
    return Measured(full, served, received, {"sent": 1010}, last, busy)


def figures_of(**changes: Any) -> dict[str, Any]:
    return figures({"calls": 2, "via": "audiosocket"}, {"rss": 39_000_000}, measured(**changes))


def test_calls_that_are_paced_well_are_held() -> None:
    found = figures_of()
    assert found["held"]
    assert found["cpu_share"] == 0.2
    assert found["us_per_frame"] == 2000
    assert found["kb_per_call"] == 488
    assert found["other_load"] == 0.05


@pytest.mark.parametrize(
    "trouble",
    [
        {"error": {"p50_ms": 0.1, "p99_ms": 5.1, "max_ms": 9.0}},
        {"missed": 1},
        {"heard": 1000},
        {"broken": ["ended by error: reset"]},
        {"closed": 1},
    ],
)
def test_any_trouble_means_not_held(trouble: dict[str, Any]) -> None:
    assert not figures_of(**trouble)["held"]
    assert figures_of(heard=1000)["lost"] == 10


def test_a_far_end_with_a_beat_of_its_own_is_held_while_it_never_runs_dry() -> None:
    whole = measured()
    received = {key: value for key, value in whole.received.items() if key not in ("error", "missed")}
    for gaps, held in ((0, True), (1, False)):
        answer = {**received, "gaps": gaps, "lead": {"p1_ms": 260.0, "min_ms": 240.0}}
        found = figures(
            {"calls": 2, "via": "websocket"},
            {"rss": 0},
            Measured(whole.full, whole.served, answer, whole.stopped, whole.last, None),
        )
        assert found["held"] is held
        assert "pacing_error" not in found


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cpu_seconds": 9.6, "busy": 9.7}, "the processor: 100 times a second"),
        ({"broken": ["ended by error: reset"]}, "calls that broke (ended by error: reset)"),
        ({"busy": 8.0}, "other processes, which took 60%"),
        (
            {"lateness": {"p50_ms": 0.1, "p99_ms": 9.0, "max_ms": 12.0}},
            "waiting in the event loop: frames were written 9.0 ms late",
        ),
        ({}, "the way to the callers"),
    ],
)
def test_the_limit_is_named(change: dict[str, Any], reason: str) -> None:
    assert what_limits(figures_of(**change)).startswith(reason)


def test_callers_at_their_limit_are_not_taken_for_the_servers() -> None:
    found = figures_of(cpu_seconds=9.6)
    found["callers"]["cpu_share"] = 0.95
    assert what_limits(found).startswith("the callers")
    assert what_limits(None).startswith("nothing yet")


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def test_a_caller_by_audiosocket_counts_frames_however_they_are_cut() -> None:
    peer, wire = AudioSocketPeer(), Wire()
    peer.connection_made(wire)
    assert wire.written[:3] == b"\x01\x00\x10"
    stream = encode(Audio(bytes(FRAME_BYTES), 8000)) * 5 + encode(Hangup())
    peer.keeping = True
    for at in range(0, len(stream), 100):
        peer.data_received(stream[at : at + 100])
    assert peer.received == len(peer.arrivals) == 5
    peer.tick()
    assert wire.written.endswith(peer._frame)
    assert peer.sent == 1


def websocket_peer() -> tuple[WebSocketPeer, Wire]:
    peer, wire = WebSocketPeer("/media"), Wire()
    peer.connection_made(wire)
    peer.data_received(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
    return peer, wire


def test_a_caller_by_websocket_plays_at_its_own_beat_and_echoes_marks() -> None:
    peer, wire = websocket_peer()
    assert b"MEDIA_START" in wire.written
    peer.keeping = True
    mark = json.dumps({"command": "MARK_MEDIA", "correlation_id": "7"}).encode()
    media = b"\x82\x7e" + (2 * FRAME_BYTES).to_bytes(2, "big") + bytes(2 * FRAME_BYTES)
    stream = media + bytes((0x81, len(mark))) + mark
    for at in range(0, len(stream), 99):
        peer.data_received(stream[at : at + 99])
    assert peer.received == 2
    assert list(peer.leads) == [0.0, 0.02]
    for _ in range(2):
        peer.tick()
    assert b"MEDIA_MARK_PROCESSED" not in wire.written
    assert peer.gaps == 0
    peer.tick()
    assert b"MEDIA_MARK_PROCESSED" in wire.written
    assert peer.gaps == 1


def test_a_server_that_refuses_the_websocket_is_left() -> None:
    peer, wire = WebSocketPeer("/media"), Wire()
    peer.connection_made(wire)
    peer.data_received(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert wire.closed
    peer.tick()
    assert peer.sent == 0


@pytest.mark.parametrize("via", ["audiosocket", "websocket"])
@pytest.mark.calls
async def test_a_few_calls_between_two_processes(via: str) -> None:
    told: list[str] = []
    found = await bench_media(MediaOptions(via, calls=3, seconds=1.0), lambda what, _: told.append(what))
    assert found["lost"] == 0
    assert found["broken"] == []
    assert found["frames"] > 0
    assert found["loop"] == "uvloop"
    assert told == ["3 calls: starting", "3 calls: connecting", "3 calls: measuring"]


def test_the_command_shows_the_figures_and_says_whether_calls_were_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def bench(options: MediaOptions, tell: Any) -> dict[str, Any]:
        missed = 0 if options.calls == 2 else 3
        about = {"recorded": options.record, "cores": {"server": 0, "callers": 1}}
        return {**figures_of(missed=missed), **about, "calls": options.calls}

    monkeypatch.setattr("parley.benches.media.bench_media", bench)
    shown = CliRunner().invoke(app, ["bench", "media", "--calls", "2"])
    assert shown.exit_code == 0
    assert "2 calls by audiosocket: held for 10 s (server on processor 0, callers on 1)" in shown.stdout
    assert "p99 1.00 ms" in shown.stdout
    assert CliRunner().invoke(app, ["bench", "media", "--calls", "3"]).exit_code == 1
    as_json = CliRunner().invoke(app, ["bench", "media", "--calls", "2", "--json"])
    assert json.loads(as_json.stdout)["held"] is True
