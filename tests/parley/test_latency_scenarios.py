"""What each scenario makes of a tape and of the party's own record."""

from __future__ import annotations

import random
from typing import Any

import pytest

from parley.benches.latency.backchannel import Backchannel
from parley.benches.latency.barge_in import BargeIn, words_in, words_until
from parley.benches.latency.calling import Trial, matched
from parley.benches.latency.clips import RATE, Clip
from parley.benches.latency.known import Known
from parley.benches.latency.model import Model
from parley.benches.latency.party import LONG, Answer, CallEntry, Shop
from parley.benches.latency.pauses import Pauses
from parley.benches.latency.run import SCENARIOS, BenchError, chosen_scenarios
from parley.benches.latency.scenario import Amount
from parley.benches.latency.shop import Cast
from tests.parley.latency_tapes import clip, event, made, recorded, rendering, speech, tone, turn

Row = dict[str, Any]

END = 1.1
"""Last voiced sample of `clip()`, from its first sample on."""


def known_row(heard: list[tuple[float, bytes]], entry: CallEntry | None = None) -> Row:
    call = made([Trial(clip(), "yes")], [10.0], heard, entry=entry)
    (row,) = Known().rows(call, None)
    return row


# -- questions -----------------------------------------------------------------------------------


def test_an_answer_is_timed_from_the_last_voiced_sample() -> None:
    row = known_row([(1.0, tone(2.0)), (10 + END + 0.5432, tone(1.0))])
    assert row["ms"] == pytest.approx(543.2, abs=0.2)
    assert (row["missed"], row["cut_in"], row["kind"]) == (False, False, None)


def test_the_partys_record_says_what_kind_of_answer_it_was_and_where_its_time_went() -> None:
    entry = recorded(turn(3.0, kind="fallback"), turn(10 + END - 0.03))
    row = known_row([(10 + END + 0.55, tone(1.0))], entry)
    assert (row["kind"], row["right"], row["understood"]) == ("known", True, "words")
    assert row["stages"]["decision_to_sent"] == 10
    assert row["stages"]["way"] == pytest.approx(550 - 510, abs=0.2)


def test_another_answer_than_the_expected_one_is_told() -> None:
    row = known_row([(10 + END + 0.5, tone(1.0))], recorded(turn(10 + END, kind="model", reply="no idea")))
    assert (row["kind"], row["right"], row["reply"]) == ("model", False, "no idea")


def test_a_question_without_an_answer_is_missed() -> None:
    row = known_row([(1.0, tone(2.0))])
    assert (row["ms"], row["missed"], row["cut_in"]) == (None, True, False)


def test_an_answer_to_the_next_question_is_none_to_this_one() -> None:
    call = made([Trial(clip()), Trial(clip())], [10.0, 15.0], [(15 + END + 0.4, tone(1.0))])
    first, second = Known().rows(call, None)
    assert first["missed"]
    assert second["ms"] == pytest.approx(400, abs=0.2)


def test_a_reply_before_the_end_cuts_in_and_has_no_delay() -> None:
    row = known_row([(10.8, tone(1.0))])
    assert (row["cut_in"], row["ms"], row["missed"]) == (True, None, False)
    assert row["cut_in_after_ms"] == pytest.approx(700, abs=0.2)


def test_a_turn_that_was_decided_before_the_end_cuts_in_although_it_was_not_heard() -> None:
    # Decided 500 ms after a pause that began 700 ms before the end.
    entry = recorded(turn(10 + END - 0.7), turn(10 + END))
    assert known_row([(10 + END + 0.5, tone(1.0))], entry)["cut_in"]
    # A wrong idea of the end is no cut-in, as long as the decision came after it.
    entry = recorded(turn(10 + END - 0.2))
    assert not known_row([(10 + END + 0.3, tone(1.0))], entry)["cut_in"]


def test_a_turn_that_ended_early_and_was_taken_back_is_counted_apart() -> None:
    entry = recorded(turn(10 + END), events=[event("turn_ended", 10.6), event("turn_ended", 10 + END + 0.5)])
    row = known_row([(10 + END + 0.52, tone(1.0))], entry)
    assert (row["ended_early"], row["cut_in"]) == (1, False)


def test_figures_are_of_the_known_answers_and_count_the_others() -> None:
    def row(ms: float | None, kind: str, **more: object) -> Row:
        return {"ms": ms, "kind": kind, "missed": ms is None, "cut_in": False, "ended_early": 0,
                "stages": {"endpoint": 500.0}, **more}  # fmt: skip

    figures = Known().figures([row(500, "known"), row(600, "known"), row(2000, "model"), row(None, "known")])
    assert (figures["n"], figures["p50_ms"], figures["p95_ms"], figures["max_ms"]) == (2, 550, 595, 600)
    assert (figures["turns"], figures["answered_otherwise"], figures["missed_turns"]) == (4, 1, 1)
    assert figures["kinds"]["model"]["p50_ms"] == 2000
    assert figures["stages"]["endpoint"]["n"] == 3


def test_a_pause_is_told_with_its_utterance() -> None:
    paused = clip(2.0, pause=0.55)
    call = made([Trial(paused)], [10.0], [(11.2, tone(0.5))])
    rows = Pauses().rows(call, None)
    assert (rows[0]["pause_ms"], rows[0]["natural"], rows[0]["cut_in"]) == (550, False, True)
    figures = Pauses().figures(rows)
    assert figures["cut_in_rate"] == 1
    assert figures["by_pause"]["500-600 ms"] == {"n": 1, "cut_in_rate": 1.0}
    assert figures["by_pause"]["300-400 ms"] == {"n": 0, "cut_in_rate": None}


# -- the language model --------------------------------------------------------------------------


def test_without_an_acknowledgement_the_first_sound_is_the_first_word() -> None:
    entry = recorded(turn(10 + END, kind="model"), events=[event("reply_started", 12.3)])
    call = made([Trial(clip())], [10.0], [(12.4, tone(1.0))], entry=entry)
    (row,) = Model().rows(call, None)
    assert row["content_ms"] == row["ms"] == pytest.approx(1300, abs=0.2)


def test_after_an_acknowledgement_the_first_word_is_the_replys_own() -> None:
    events = [event("acknowledged", 11.5), event("reply_started", 12.5)]
    entry = recorded(turn(10 + END, kind="model"), events=events)
    heard = [(11.55, tone(0.5)), (12.58, tone(1.0))]
    (row,) = Model().rows(made([Trial(clip())], [10.0], heard, entry=entry), None)
    assert row["ms"] == pytest.approx(450, abs=0.2)
    assert row["content_ms"] == pytest.approx(1480, abs=0.2)
    figures = Model().figures([row])
    assert figures["first_audio"]["p50_ms"] == row["ms"]
    assert figures["first_content"]["p50_ms"] == row["content_ms"]


# -- the caller interrupts -----------------------------------------------------------------------

REPLY = speech(8.0)
WORDS = 40
"""Words of the long answer: each takes 0.2 s."""


def long_text(words: int = WORDS) -> str:
    return " ".join(f"w{k:02}" for k in range(words))


def interrupted(stop: float, believed: str, *, goes_on: bool = False) -> Row:
    """A caller asks at 10 s, hears the answer from 11.5 s on, and speaks from 14.1 to 16.1 s."""
    trial = Trial(clip(), long_text(), second=clip(2.0, "second"), after=2.5)
    until = len(REPLY) if goes_on else round((14.1 + stop - 11.5) * RATE)
    heard = [(11.5, REPLY[:until].astype("<i2").tobytes())]
    if not goes_on:
        heard.append((16.7, tone(1.0)))
    entry = recorded(turn(10 + END, reply=long_text(), heard=believed))
    call = made([trial], [10.0], heard, seconds=[14.0], entry=entry)
    (row,) = BargeIn().rows(call, rendering(REPLY, WORDS))
    return row


@pytest.mark.parametrize("stop", [0.12, 0.2345])
def test_the_stop_is_timed_from_the_callers_onset(stop: float) -> None:
    row = interrupted(stop, long_text(13))
    assert row["stop_ms"] == pytest.approx(stop * 1000, abs=1)
    assert row["speaking"] is True


def test_what_is_believed_to_be_heard_is_compared_with_what_was() -> None:
    # 2.6 s and 0.13 s of the answer were heard: 13 words, and more than half of the next one.
    assert interrupted(0.13, long_text(14))["word_error"] == 0
    assert interrupted(0.13, long_text(16))["word_error"] == 2
    assert interrupted(0.13, "")["word_error"] == -14


def test_an_answer_that_speaks_on_was_not_stopped() -> None:
    row = interrupted(0.0, long_text(), goes_on=True)
    assert (row["speaking"], row["stop_ms"], row["word_error"]) == (True, None, None)
    figures = BargeIn().figures([row, interrupted(0.2, long_text(14))])
    assert (figures["n"], figures["trials"], figures["not_stopped"]) == (1, 2, 1)
    assert figures["heard_text"]["within_one_word"] == 1.0


def test_where_nothing_was_being_said_nothing_was_interrupted() -> None:
    trial = Trial(clip(), "yes", second=clip(2.0))
    rows = BargeIn().rows(made([trial], [10.0], [(11.5, tone(1.0))], seconds=[14.0]), None)
    figures = BargeIn().figures(rows)
    assert (figures["n"], figures["trials"], figures["nothing_to_interrupt"]) == (0, 0, 1)


def test_words_of_a_rendering_are_counted_by_time_and_by_letters() -> None:
    spoken = rendering(REPLY, WORDS)
    assert [words_until(spoken, at) for at in (0.0, 0.09, 0.11, 8.0)] == [0, 0, 1, 40]
    assert [words_in(spoken, text) for text in ("", "W00, w01", long_text())] == [0, 2, 40]


# -- what must not interrupt ---------------------------------------------------------------------


def disturbed(*heard: tuple[float, bytes], label: str = "cough", known: bool = True) -> Row:
    """A caller asks at 10 s, hears the answer from 11.5 s on, and coughs at 13 s."""
    trial = Trial(clip(), long_text(), second=clip(0.4) if label != "echo" else None, label=label)
    entry = recorded(turn(10 + END, reply=long_text() if known else "other"))
    call = made([trial], [10.0], heard, seconds=[13.0 if label != "echo" else None], entry=entry)
    (row,) = Backchannel().rows(call, rendering(REPLY, WORDS))
    return row


def part(first: float, last: float) -> bytes:
    return REPLY[round(first * RATE) : round(last * RATE)].astype("<i2").tobytes()


def test_an_answer_that_is_not_disturbed() -> None:
    row = disturbed((11.5, part(0, 8)))
    assert (row["false"], row["broken_off"]) == (False, False)


def test_an_answer_that_is_held_for_a_moment_is_no_false_barge_in() -> None:
    row = disturbed((11.5, part(0, 1.7)), (14.0, part(1.7, 8)))
    assert (row["false"], row["broken_off"]) == (False, False)
    assert row["longest_silence_ms"] == pytest.approx(800, abs=15)


def test_an_answer_that_stays_stopped_is_a_false_barge_in_although_it_goes_on() -> None:
    row = disturbed((11.5, part(0, 1.7)), (14.6, part(1.7, 8)))
    assert (row["false"], row["broken_off"]) == (True, False)


def test_an_answer_that_is_broken_off_is_a_false_barge_in_whatever_is_said_then() -> None:
    row = disturbed((11.5, part(0, 1.7)), (13.6, tone(7.0)))
    assert (row["false"], row["broken_off"]) == (True, True)


def test_without_the_long_answer_nothing_could_be_disturbed() -> None:
    row = disturbed((11.5, tone(1.0)), known=False)
    assert (row["speaking"], row["false"]) == (False, None)
    figures = Backchannel().figures([row, disturbed((11.5, part(0, 8)))])
    assert (figures["trials"], figures["no_long_answer"], figures["false_barge_in_rate"]) == (1, 1, 0)


def test_on_an_echoing_line_an_answer_that_never_comes_was_interrupted_by_itself() -> None:
    assert disturbed((11.5, tone(1.0)), label="echo", known=False)["false"] is True
    assert disturbed((11.5, part(0, 8)), label="echo")["false"] is False


def test_a_party_without_a_rendering_is_judged_by_how_much_was_heard() -> None:
    trials = [Trial(clip(), second=clip(0.4), label="cough") for _ in range(2)]
    heard = [(11.5, part(0, 8)), (31.5, part(0, 2))]
    rows = Backchannel().rows(made(trials, [10.0, 30.0], heard, seconds=[13.0, 33.0], ended=45), None)
    assert [row["false"] for row in rows] == [False, True]


# -- plans ---------------------------------------------------------------------------------------


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to choose recordings


def cast_of(*known: Clip) -> Cast:
    answers = {one.name: f"answer to {one.name}" for one in known} | {"long": "the long answer"}
    shop = Shop("en", "hello", "you are", (Answer(LONG, ("long",), "the long answer"),))
    noises = (Clip("horn", "", tone(4.0), (clip().speech[0],)),)
    return Cast(
        shop, clip(1.5, "long"), known, (clip(1.0, "open"),), (), answers, (clip(0.5, "mm"),), noises, None
    )


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_seed_chooses_the_same_calls_again_and_another_seed_others(name: str) -> None:
    speaking = [Clip(f"c{k}", "words", b"", clip(2.0).speech) for k in range(5)]
    actors = cast_of(*speaking)
    if name == "pauses":  # needs recordings with a quiet place
        pcm = tone(1.0) + bytes(1600) + tone(1.0) + bytes(1600)
        actors = cast_of(*(Clip(f"c{k}", "words", pcm, clip(2.1).speech) for k in range(5)))
    plans = [SCENARIOS[name].plan(actors, Amount(2, 4), seeded(seed)) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]
    calls = plans[0][:2]
    assert [len(call.trials) for call in calls] == [4, 4]


def test_every_recording_is_used_before_one_is_used_again() -> None:
    plan = Known().plan(cast_of(*(clip(1.0, f"c{k}") for k in range(5))), Amount(1, 7), seeded(1))
    names = [trial.question.name for trial in plan[0].trials]
    assert sorted(names[:5]) == ["c0", "c1", "c2", "c3", "c4"]
    assert [trial.expected for trial in plan[0].trials] == [f"answer to {name}" for name in names]


def test_there_is_a_call_on_a_line_that_echoes() -> None:
    plans = Backchannel().plan(cast_of(clip(1.0, "c")), Amount(1, 4), seeded(1))
    assert [bool(plan.echo) for plan in plans] == [False, True]
    assert all(trial.second is None for trial in plans[1].trials)


def test_scenarios_are_chosen_by_name() -> None:
    assert [one.name for one in chosen_scenarios(())] == list(SCENARIOS)
    assert [one.name for one in chosen_scenarios(["model", "known"])] == ["known", "model"]
    with pytest.raises(BenchError, match="'speed': expected one of known, pauses"):
        chosen_scenarios(["speed"])


# -- calls and their records ---------------------------------------------------------------------


def test_calls_find_the_record_that_began_with_them() -> None:
    first = made([], [], [])
    calls = [first, made([], [], [])]
    later = [type(one)(k, (), (), one.tape, 1.0, one.started + 10 * k) for k, one in enumerate(calls)]
    entries = [CallEntry(one.started + 0.05, (turn(float(one.number)),)) for one in later]
    found = matched(list(reversed(later)), [*entries, CallEntry(later[0].started + 400, ())])
    assert [one.entry for one in found] == entries
    assert matched(later, [])[0].entry is None


def test_questions_that_were_not_asked_are_left() -> None:
    trials = [Trial(clip(name=name)) for name in ("a", "b", "c")]
    call = made(trials, [10.0], [])
    assert [played.trial for played in call.trials] == trials[:1]
    assert list(call.left) == trials[1:]
