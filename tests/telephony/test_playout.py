"""The playback queue: nothing lost, nothing doubled, marks where they were put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.line import MarkPlayed, Played
from telephony.playout import Playout, Taken

RATE = 8000
FRAME = 160


def tone(samples: int, value: int = 1) -> bytes:
    return value.to_bytes(2, "little", signed=True) * samples


def drain(playout: Playout, frames: int, start: float = 0.0) -> list[Taken]:
    return [playout.take(FRAME, start + i * 0.02) for i in range(frames)]


def marks(taken: list[Taken]) -> list[MarkPlayed]:
    return [event for t in taken for event in t.events if isinstance(event, MarkPlayed)]


def heard(taken: list[Taken]) -> bytes:
    return b"".join(event.pcm for t in taken for event in t.events if isinstance(event, Played))


def test_an_empty_queue_gives_silence_and_reports_nothing() -> None:
    taken = Playout(RATE).take(FRAME, 0.0)
    assert taken == Taken(bytes(320), 0, ())


def test_a_short_tail_is_filled_with_silence_but_reported_without_it() -> None:
    playout = Playout(RATE)
    playout.play(tone(200))
    first, second = drain(playout, 2)
    assert first.events == (Played(tone(160), RATE, 0.0),)
    assert second.events == (Played(tone(40), RATE, 0.02),)
    assert second.pcm == tone(40) + bytes(240)
    assert second.audible == 80
    assert playout.queued == 0


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="got 3 bytes"):
        Playout(RATE).play(b"abc")


def test_a_mark_is_reported_when_the_sample_before_it_is_over() -> None:
    playout = Playout(RATE)
    playout.play(tone(200))
    playout.mark("end of phrase")
    taken = drain(playout, 3)
    assert not marks(taken[:2])
    (mark,) = marks(taken)
    assert mark.name == "end of phrase"
    assert mark.at == pytest.approx(200 / RATE)


def test_a_mark_at_the_end_of_a_frame_comes_with_the_next_frame() -> None:
    playout = Playout(RATE)
    playout.play(tone(160))
    playout.mark("m")
    first, second = drain(playout, 2)
    assert not marks([first])
    assert [mark.at for mark in marks([second])] == pytest.approx([0.02])


def test_a_mark_on_an_empty_queue_comes_at_once() -> None:
    playout = Playout(RATE)
    playout.mark("m")
    assert marks(drain(playout, 1, start=3.0)) == [MarkPlayed("m", 3.0)]


def test_marks_keep_their_order_and_places() -> None:
    playout = Playout(RATE)
    for name in "abc":
        playout.play(tone(80))
        playout.mark(name)
    found = marks(drain(playout, 3))
    assert [m.name for m in found] == ["a", "b", "c"]
    assert [m.at for m in found] == pytest.approx([0.01, 0.02, 0.03])


def test_pause_holds_samples_and_their_marks() -> None:
    playout = Playout(RATE)
    playout.play(tone(320))
    playout.mark("m")
    first = playout.take(FRAME, 0.0)
    playout.pause()
    silent = drain(playout, 5, start=0.02)
    assert heard(silent) == b""
    assert not marks(silent)
    assert playout.queued == pytest.approx(0.02)
    playout.resume()
    rest = drain(playout, 2, start=0.12)
    assert heard([first, *silent, *rest]) == tone(320)
    assert [mark.at for mark in marks(rest)] == pytest.approx([0.14])


def test_flush_drops_samples_marks_and_pause() -> None:
    playout = Playout(RATE)
    playout.play(tone(320))
    playout.mark("never")
    playout.take(FRAME, 0.0)
    playout.pause()
    assert playout.flush() == ("never",)
    assert not playout.paused
    assert playout.queued == 0
    playout.play(tone(160, 7))
    taken = drain(playout, 2, start=0.02)
    assert heard(taken) == tone(160, 7)
    assert not marks(taken)


def test_flush_keeps_a_mark_whose_samples_are_already_out() -> None:
    playout = Playout(RATE)
    playout.play(tone(160))
    playout.mark("said")
    playout.take(FRAME, 0.0)
    assert playout.flush() == ()
    assert [mark.name for mark in marks(drain(playout, 1, start=0.02))] == ["said"]


def test_idle_only_when_nothing_is_left_to_play_or_report() -> None:
    playout = Playout(RATE)
    assert playout.idle
    playout.play(tone(160))
    playout.mark("m")
    playout.take(FRAME, 0.0)
    assert not playout.idle
    playout.take(FRAME, 0.02)
    assert playout.idle


operations = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(0, 700)),
        st.tuples(st.just("mark"), st.just(0)),
        st.tuples(st.just("take"), st.integers(1, 400)),
        st.tuples(st.sampled_from(["pause", "resume", "flush"]), st.just(0)),
    ),
    max_size=60,
)


@given(operations)
def test_every_sample_is_played_or_flushed_once_and_marks_never_run_ahead(ops: list[tuple[str, int]]) -> None:
    playout = Playout(RATE)
    expected: list[bytes] = []  # samples that must still come, in order
    got: list[bytes] = []
    open_marks: dict[str, int] = {}  # name -> samples played when it may be reported
    queued = 0
    now, serial = 0.0, 0
    for op, size in ops:
        if op == "play":
            block = b"".join((serial + i & 0x7FFF).to_bytes(2, "little") for i in range(size))
            serial += size
            playout.play(block)
            expected.append(block)
            queued += size
        elif op == "mark":
            name = str(len(open_marks))
            playout.mark(name)
            open_marks[name] = sum(map(len, expected)) // 2
        elif op == "take":
            played_before = sum(map(len, got)) // 2
            taken = playout.take(size, now)
            now += size / RATE
            assert len(taken.pcm) == size * 2
            for event in taken.events:
                if isinstance(event, Played):
                    got.append(event.pcm)
                else:
                    assert open_marks[event.name] <= played_before
        elif op == "flush":
            playout.flush()
            flushed = b"".join(expected)[: sum(map(len, got))]
            expected = [flushed]
            queued = len(flushed) // 2
        else:
            getattr(playout, op)()
        assert playout.queued == pytest.approx((queued - sum(map(len, got)) // 2) / RATE)
    assert b"".join(expected).startswith(b"".join(got))
