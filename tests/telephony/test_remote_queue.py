"""The model of a far end's queue, and what it says was played."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.line import MarkPlayed, Played
from telephony.playout import PlayoutEvent
from telephony.remote_queue import FIRST_ECHO_SECONDS, TRAVEL_SECONDS, RemoteQueue

RATE = 8000
FRAME = bytes(320)


def frame(number: int) -> tuple[PlayoutEvent, ...]:
    return (Played(bytes([number % 256]) * 320, RATE, 0.0),)


def numbers(events: list[PlayoutEvent]) -> list[int]:
    return [event.pcm[0] for event in events if isinstance(event, Played)]


def times(events: list[PlayoutEvent]) -> list[float]:
    return [event.at for event in events]


def started(frames: int, at: float = 1.0) -> RemoteQueue:
    """A queue whose first mark was echoed `at`, with some frames behind it."""
    queue = RemoteQueue()
    queue.send_mark("1", (), at - 0.01)
    for k in range(frames):
        queue.send_frame(frame(k), at - 0.01)
    queue.echoed("1", at + TRAVEL_SECONDS)
    return queue


def test_frames_are_played_one_after_another() -> None:
    queue = started(5)
    assert queue.ahead == pytest.approx(0.1)
    events = queue.advance(1.05)
    assert numbers(events) == [0, 1, 2]
    assert times(events) == pytest.approx([1.0, 1.02, 1.04])
    assert queue.ahead == pytest.approx(0.04)


def test_nothing_is_played_before_the_far_end_has_begun() -> None:
    queue = RemoteQueue()
    queue.send_mark("1", (), 0.0)
    queue.send_frame(frame(0), 0.0)
    assert queue.advance(1.0) == []  # the call is not answered yet
    queue.echoed("1", 1.2 + TRAVEL_SECONDS)
    assert times(queue.advance(1.25)) == pytest.approx([1.2])


def test_a_far_end_that_never_echoes_is_gone_on_without() -> None:
    queue = RemoteQueue()
    queue.send_mark("1", (), 0.0)
    queue.send_frame(frame(0), 0.0)
    assert numbers(queue.advance(FIRST_ECHO_SECONDS + 0.1)) == [0]


def test_an_early_echo_draws_the_line_anew_and_a_late_one_but_a_little() -> None:
    for echoed, expected in ((1.06, 1.06), (1.115, 1.115), (1.5, 1.12)):
        queue = started(5)
        queue.send_mark("2", (), 1.0)
        queue.send_frame(frame(9), 1.0)
        played = queue.echoed("2", echoed + TRAVEL_SECONDS)
        assert numbers(played) == [0, 1, 2, 3, 4]
        assert times(queue.advance(2.0)) == pytest.approx([expected])


def test_a_far_end_that_stays_late_is_believed_at_its_second_late_echo() -> None:
    queue = started(5)
    for sync in ("2", "3"):
        queue.send_mark(sync, (), 1.0)
        for k in range(5):
            queue.send_frame(frame(k), 1.0)
    queue.echoed("2", 1.3 + TRAVEL_SECONDS)  # 0.2 s late
    queue.echoed("3", 1.4 + TRAVEL_SECONDS)
    assert times(queue.advance(2.0)) == pytest.approx([1.4, 1.42, 1.44, 1.46, 1.48])


def test_the_echo_of_a_flushed_mark_says_nothing() -> None:
    queue = started(3)
    queue.send_mark("2", (MarkPlayed("end", 0.0),), 1.0)
    queue.flush()
    assert queue.ahead == 0
    assert queue.echoed("2", 1.01) == []
    assert queue.advance(9.0) == []


def test_a_mark_whose_frames_were_played_survives_a_flush() -> None:
    queue = started(1)
    queue.send_mark("2", (MarkPlayed("end", 0.0),), 1.0)
    queue.send_frame(frame(5), 1.0)
    assert numbers(queue.advance(1.03)) == [0]
    queue.flush()
    (event,) = queue.advance(1.03)
    assert isinstance(event, MarkPlayed)
    assert event.name == "end"
    assert event.at == pytest.approx(1.02)


def test_a_pause_stops_and_loses_nothing() -> None:
    queue = started(5)
    assert numbers(queue.advance(1.03)) == [0, 1]
    queue.pause()
    assert queue.advance(5.0) == []
    queue.resume(5.0)
    events = queue.advance(5.2)
    assert numbers(events) == [2, 3, 4]
    assert 5.0 < events[0].at <= 5.0 + 0.021


def test_what_comes_after_silence_waits_for_the_far_timers_next_tick() -> None:
    queue = started(1, at=1.0)
    queue.advance(1.1)
    queue.send_frame(frame(7), 3.005)
    assert times(queue.advance(3.1)) == pytest.approx([3.02])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("frame"), st.integers(1, 20)),
        st.tuples(st.just("mark"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 400)),
        st.tuples(st.just("echo"), st.just(0)),
        st.tuples(st.sampled_from(["pause", "resume", "flush"]), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_each_frame_is_played_once_in_order_or_flushed(
    steps: list[tuple[str, int]],
) -> None:
    queue, now, sent, marks, flushed = RemoteQueue(), 0.0, 0, 0, 0
    echoes: list[str] = []
    events: list[PlayoutEvent] = []
    for what, amount in steps:
        if what == "frame":
            for _ in range(amount):
                queue.send_frame((Played(sent.to_bytes(2, "little"), RATE, 0.0),), now)
                sent += 1
        elif what == "mark":
            marks += 1
            echoes.append(str(marks))
            queue.send_mark(str(marks), (), now)
        elif what == "wait":
            now += amount / 1000
            events += queue.advance(now)
        elif what == "echo" and echoes:
            events += queue.echoed(echoes.pop(0), now)
        elif what == "pause":
            queue.pause()
        elif what == "resume":
            queue.resume(now)
        elif what == "flush":
            events += queue.advance(now)
            flushed += round(queue.ahead / 0.02)
            queue.flush()
            assert queue.ahead == 0
    played = [int.from_bytes(event.pcm, "little") for event in events if isinstance(event, Played)]
    assert played == sorted(set(played))
    assert len(played) + flushed + round(queue.ahead / 0.02) == sent
    assert all(event.at <= now + 1e-9 for event in events)
