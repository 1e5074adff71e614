"""Timing: when each written word is heard, although other words are spoken for it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tts.timing import shifted, text_of, tokens, written_times
from tts.voice import WordTime


def spoken(text: str, seconds: float = 1.0) -> list[WordTime]:
    return [WordTime(token, at * seconds, (at + 1) * seconds) for at, token in enumerate(tokens(text))]


def test_words_that_are_spoken_as_written_keep_their_times() -> None:
    assert written_times("Hello, world!", spoken("hello world")) == (
        WordTime("Hello,", 0, 1),
        WordTime("world!", 1, 2),
    )


def test_a_number_lasts_as_long_as_its_words() -> None:
    times = written_times(
        "Order 1042 costs $12.50.", spoken("Order one oh four two costs twelve dollars fifty")
    )
    assert times == (
        WordTime("Order", 0, 1),
        WordTime("1042", 1, 5),
        WordTime("costs", 5, 6),
        WordTime("$12.50.", 6, 9),
    )


def test_chinese_goes_by_character() -> None:
    times = written_times("订单A1到了。", spoken("订单 A 一到了"))
    assert [time.word for time in times] == ["订", "单", "A1", "到", "了。"]
    assert times[2] == WordTime("A1", 2, 4)


def test_neighbours_that_change_together_share_the_time() -> None:
    times = written_times("on 3/12 2026 again", spoken("on march twelfth twenty twenty six again"))
    assert [time.word for time in times] == ["on", "3/12", "2026", "again"]
    assert times[1].start == 1
    assert times[1].end == times[2].start
    assert times[2].end == 6


def test_words_that_are_not_spoken_take_no_time() -> None:
    times = written_times("Hello 😀 world", [WordTime("Hello", 0, 1), WordTime("world", 1, 2)])
    assert [time.word for time in times] == ["Hello 😀", "world"]


def test_nothing_spoken_means_no_times() -> None:
    assert written_times("Hello", []) == ()
    assert written_times("...", spoken("a")) == ()


@pytest.mark.parametrize(
    "text", ["Hello, my  world! 您好，iPhone。", "“Quoted” text", "...so, it — goes", "A"]
)
def test_the_parts_make_up_the_text(text: str) -> None:
    count = len(tokens(text))
    for cut in range(count + 1):
        assert (text_of(text, 0, cut) + text_of(text, cut, count)).replace(" ", "") == text.replace(" ", "")


@example("品1111 1111品a", "1品1 a")
@given(st.text(alphabet="ab1 商品，. -", max_size=40), st.text(alphabet="ab1 商品，. -", max_size=40))
def test_times_never_run_backwards(written: str, said: str) -> None:
    times = written_times(written, spoken(said))
    assert [time.word for time in times] == (tokens(written) if tokens(said) else [])
    edges = [edge for time in times for edge in (time.start, time.end)]
    assert edges == sorted(edges)


def test_shifted_times_stay_inside_their_piece() -> None:
    assert shifted([WordTime("a", 0.1, 0.5), WordTime("b", 0.5, 1.5)], -0.2, 1.0) == (
        WordTime("a", 0.0, 0.3),
        WordTime("b", 0.3, 1.0),
    )
