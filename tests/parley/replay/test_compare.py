"""What counts as better, worse or merely different."""

from __future__ import annotations

from typing import Any

import pytest

from parley.replay.compare import Comparison, Rules, Verdict, compare
from parley.replay.outcome import Outcome, outcome_of, read_outcome
from parley.replay.words import word_error
from tests.parley.replay.calls import Event, answer, closing, event, opening

WHERE = answer(1, 2.0, 3.0, "Where is my order?", "It is on its way.")
MORE = answer(2, 6.0, 7.0, "Thank you.", "You are welcome.")


def run(*turns: list[Event], end: float = 12.0) -> Outcome:
    return outcome_of([*opening(), *(one for turn in turns for one in turn), *closing(end)])


def differences(comparison: Comparison) -> dict[str, tuple[Verdict, str]]:
    return {one.what: (one.verdict, one.why) for turn in comparison.turns for one in turn.differences}


def compared(old: Outcome, new: Outcome, **rules: Any) -> dict[str, tuple[Verdict, str]]:
    return differences(compare(old, new, Rules(**rules)))


def test_the_same_is_the_same() -> None:
    comparison = compare(run(WHERE, MORE), run(WHERE, MORE), Rules())
    assert comparison.verdict is Verdict.SAME
    assert [turn.verdict for turn in comparison.turns] == [Verdict.SAME] * 3
    assert comparison.events == ()


def test_jitter_within_the_tolerance_is_the_same() -> None:
    late = answer(1, 2.0, 3.0, "where is my order", "It is on its way.", decided=3.55, waits=0.14)
    assert compare(run(WHERE), run(late), Rules()).verdict is Verdict.SAME
    assert compared(run(WHERE), run(late), tolerance=0.04)["decided"] == (
        Verdict.WORSE,
        "decided 50 ms later",
    )


@pytest.mark.parametrize(
    ("decided", "waits", "what", "verdict"),
    [
        (3.8, 0.1, "decided", Verdict.WORSE),
        (3.3, 0.1, "decided", Verdict.BETTER),
        (3.5, 0.4, "reply_after", Verdict.WORSE),
    ],
)
def test_later_is_worse_and_earlier_is_better(
    decided: float, waits: float, what: str, verdict: Verdict
) -> None:
    other = answer(1, 2.0, 3.0, "Where is my order?", "It is on its way.", decided=decided, waits=waits)
    assert {name: found for name, (found, _) in compared(run(WHERE), run(other)).items()} == {what: verdict}


def test_a_question_that_is_not_answered_any_more_is_worse() -> None:
    comparison = compare(run(WHERE, MORE), run(WHERE), Rules())
    assert differences(comparison) == {"turn": (Verdict.WORSE, "not answered any more")}
    assert comparison.verdict is Verdict.WORSE
    assert compare(run(WHERE), run(WHERE, MORE), Rules()).verdict is Verdict.CHANGED
    over = compared(run(WHERE, MORE), run(WHERE, end=5.0))
    assert over["turn"] == (Verdict.WORSE, "the call is over by then")


def test_a_new_cut_in_is_worse_and_one_that_is_gone_is_better() -> None:
    whole = run(answer(1, 2.0, 5.0, "my number is four two", "Thank you."))
    early = answer(1, 2.0, 3.0, "my number is", "Pardon?", decided=3.3, waits=0.0)
    early[-1] |= {"at": 3.5, "heard": "Par"}
    cut = run(early, answer(2, 3.6, 5.0, "four two", "Thank you."))
    assert compared(whole, cut)["cut_in"] == (Verdict.WORSE, "the caller is cut off")
    assert compared(cut, whole)["cut_in"] == (Verdict.BETTER, "the caller is not cut off any more")


def test_words_are_judged_by_what_was_said_where_that_is_known() -> None:
    misheard = answer(1, 2.0, 3.0, "Where is my daughter?", "It is on its way.")
    verdict, why = compared(run(WHERE), run(misheard))["text"]
    assert (verdict, why) == (Verdict.WORSE, "word error 0.00 → 0.25")
    assert compared(run(WHERE), run(misheard), word_error=0.3)["text"][0] is Verdict.CHANGED
    baseline = run(misheard).as_json()
    baseline["turns"][1]["words"] = "where is my order"
    assert compared(read_outcome(baseline), run(WHERE))["text"][0] is Verdict.BETTER


def test_how_words_are_written_does_not_matter() -> None:
    assert word_error("It takes two to four days.", "it takes 2 to 4 days") == 0.0
    assert word_error("我想退货，应该怎么办？", "我想退货应该怎么办") == 0.0
    assert word_error("我想退货", "我想退火") == pytest.approx(0.25)
    assert word_error("", "hello") == 1.0


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ("known", "fallback", Verdict.WORSE),
        ("known", "error", Verdict.WORSE),
        ("fallback", "error", Verdict.WORSE),
        ("error", "model", Verdict.BETTER),
        ("known", "model", Verdict.CHANGED),
    ],
)
def test_a_reply_that_helps_nobody_is_worse(before: str, now: str, verdict: Verdict) -> None:
    old, new = (answer(1, 2.0, 3.0, "why", "so", kind=kind) for kind in (before, now))
    assert compared(run(old), run(new)) == {"kind": (verdict, "")}


def test_other_words_of_parley_are_a_change_and_less_of_the_same_is_worse() -> None:
    other = answer(1, 2.0, 3.0, "Where is my order?", "It will come tomorrow.")
    assert compared(run(WHERE), run(other))["reply"][0] is Verdict.CHANGED
    less = answer(1, 2.0, 3.0, "Where is my order?", "It is on its way.", heard="It is")
    assert compared(run(WHERE), run(less))["heard"] == (Verdict.WORSE, "100% → 29% of the reply heard")
    assert compared(run(less), run(WHERE))["heard"][0] is Verdict.BETTER
    unheard = [one for one in WHERE if one["event"] != "reply_started"]
    assert compared(run(WHERE), run(unheard))["answered"][0] is Verdict.WORSE


def test_of_a_reply_that_was_cut_only_the_rendered_part_is_known() -> None:
    def told(reply: str, heard: str) -> Outcome:
        return run(answer(1, 2.0, 3.0, "tell me", reply, heard=heard))

    long, longer = "It began with a table", "It began with a table on the market"
    assert compared(told(long, "It began"), told(longer, "It began")) == {}
    assert compared(told(long, "It began"), told(longer, longer))["heard"][0] is Verdict.BETTER
    assert compared(told(long, long), told(longer, longer))["reply"][0] is Verdict.CHANGED, "said to its end"


def test_an_emotion_is_compared_where_both_know_it() -> None:
    def felt(emotion: str | None) -> Outcome:
        return run([{**one, "emotion": emotion} if one["event"] == "recognised" else one for one in WHERE])

    assert compared(felt("calm"), felt("angry"))["emotion"][0] is Verdict.CHANGED
    assert compared(felt(None), felt("angry")) == {}


def test_events_of_any_name_are_compared_by_time() -> None:
    def judged(at: float, words: str) -> Outcome:
        return run(WHERE, [event("judged", at, revision=1, sound=0.9, words=words)])

    [moved] = compare(judged(3.2, "expected"), judged(3.6, "expected"), Rules()).events
    assert (moved.what, moved.verdict, moved.why) == ("judged", Verdict.CHANGED, "400 ms later")
    [other] = compare(judged(3.2, "expected"), judged(3.25, "unknown"), Rules()).events
    assert other.new == {"at": 3.25, "words": "unknown"}
    [gone] = compare(judged(3.2, "expected"), run(WHERE), Rules()).events
    assert (gone.old, gone.new, gone.why) == ({"at": 3.2, "words": "expected"}, None, "not there any more")


@pytest.mark.parametrize(
    ("name", "added", "gone"),
    [
        ("error", Verdict.WORSE, Verdict.BETTER),
        ("played_on", Verdict.WORSE, Verdict.BETTER),
        ("transfer", Verdict.CHANGED, Verdict.WORSE),
        ("something", Verdict.CHANGED, Verdict.CHANGED),
    ],
)
def test_some_events_are_good_or_bad_news(name: str, added: Verdict, gone: Verdict) -> None:
    with_it = run(WHERE, [event(name, 8.0, target="200")])
    assert compare(run(WHERE), with_it, Rules()).verdict is added
    assert compare(with_it, run(WHERE), Rules()).verdict is gone


def test_nothing_is_compared_where_nothing_is_known() -> None:
    off = [event("recording", 5.5, on=False), event("recording", 7.5, on=True)]
    paused = run(
        WHERE, [off[0]], [{**one, "off": True} for one in MORE if one["event"] != "recognised"], [off[1]]
    )
    comparison = compare(paused, run(WHERE), Rules())
    assert [turn.verdict for turn in comparison.turns] == [Verdict.SAME, Verdict.SAME, Verdict.SKIPPED]
    crashed = outcome_of([*opening(), *WHERE])
    assert compare(crashed, run(WHERE, MORE), Rules()).verdict is Verdict.SAME


def test_turns_that_moved_are_still_the_same_turns() -> None:
    second = answer(2, 6.0, 7.0, "Thank you.", "You are welcome.", decided=8.4)
    comparison = compare(run(WHERE, MORE), run(WHERE, second), Rules())
    assert [(turn.old is None, turn.new is None) for turn in comparison.turns] == [(False, False)] * 3
