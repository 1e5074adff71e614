"""Recognition with an engine that says what it is told to."""

import asyncio
import threading
from pathlib import Path

import pytest

from asr.decoding import Decoding
from asr.whisper import MANDARIN_PROMPT, Recogniser, Recognition
from tests.asr.fake_whisper import FakeEngine, Hears, decoding, nothing, sound

NOWHERE = Path("/nonexistent")


def recogniser(engine: FakeEngine) -> Recogniser:
    return Recogniser(NOWHERE, engine=lambda: engine, detector=Hears)


async def recognise(
    engine: FakeEngine,
    seconds: float = 2.0,
    languages: tuple[str, ...] = ("en",),
    prompt: str = "",
    likely: str = "",
) -> Recognition:
    one = recogniser(engine)
    try:
        return await one.recognise(sound(seconds), languages=languages, prompt=prompt, likely=likely)
    finally:
        one.close()


STUCK = decoding("no no no no", finished=False)


async def test_a_clip_is_encoded_once_in_a_short_context() -> None:
    engine = FakeEngine([decoding(" Where is my order?")])
    result = await recognise(engine)
    assert result.text == "Where is my order?"
    assert result.confidence == pytest.approx(0.741, abs=0.001)
    assert [one.context for one in engine.encoded] == [5.0]
    assert {"queued", "encode", "decode", "total"} <= result.ms.keys()


async def test_a_stuck_decoder_gets_a_longer_context() -> None:
    engine = FakeEngine([STUCK, decoding("No.")])
    assert (await recognise(engine)).text == "No."
    assert [one.context for one in engine.asked] == [5.0, 9.0]
    assert all(one.penalty == 1.0 for one in engine.asked)


async def test_a_decoder_that_stays_stuck_gets_the_full_context_and_a_penalty() -> None:
    engine = FakeEngine([STUCK, STUCK, decoding("No.")])
    assert (await recognise(engine)).text == "No."
    assert (engine.asked[-1].context, engine.asked[-1].penalty > 1) == (30.0, True)


async def test_what_nothing_cures_is_said_once() -> None:
    assert (await recognise(FakeEngine([STUCK]))).text == "no"


async def test_true_repeats_are_looked_at_twice_and_kept() -> None:
    engine = FakeEngine([decoding("1 1 1 1 1 1 ")])
    assert (await recognise(engine)).text == "1 1 1 1 1 1"
    assert [one.context for one in engine.asked] == [5.0, 9.0]


@pytest.mark.parametrize(
    ("heard", "languages", "chosen", "probability"),
    [
        ({"en": 0.2, "zh": 0.6, "ja": 0.2}, ("en", "zh"), "zh", 0.75),
        ({"ja": 0.9, "en": 0.06, "zh": 0.04}, ("en", "zh"), "en", 0.6),
        ({"zh": 0.9}, ("en",), "en", 1.0),
        ({}, ("zh", "en"), "zh", 0.5),
    ],
)
async def test_only_the_languages_asked_for_are_considered(
    heard: dict[str, float], languages: tuple[str, ...], chosen: str, probability: float
) -> None:
    engine = FakeEngine([decoding("x")], heard or {"ja": 1.0})
    result = await recognise(engine, languages=languages)
    assert (result.language, engine.asked[0].language) == (chosen, chosen)
    assert result.language_probability == pytest.approx(probability)


@pytest.mark.parametrize(
    ("english", "chosen"), [(0.92, "zh"), (0.99, "en")], ids=["a single word", "another language"]
)
async def test_a_word_is_in_the_language_of_the_dialogue_unless_it_is_surely_not(
    english: float, chosen: str
) -> None:
    engine = FakeEngine([decoding("对。")], {"en": english, "zh": 1 - english})
    result = await recognise(engine, languages=("en", "zh"), likely="zh")
    assert result.language == chosen


UNSURE = decoding("4, queen of clothes", log_probability=-0.8)


async def test_likely_words_are_told_where_the_decoder_is_unsure() -> None:
    engine = FakeEngine([UNSURE, decoding("4, queen of clubs", log_probability=-0.6)])
    assert (await recognise(engine, prompt="hearts, clubs")).text == "4, queen of clubs"
    assert [one.prompt for one in engine.asked] == ["", "hearts, clubs "]
    sure = FakeEngine([decoding("queen of clubs", log_probability=-0.2)])
    await recognise(sure, prompt="hearts, clubs")
    assert len(sure.asked) == 1


@pytest.mark.parametrize(
    "hinted",
    [
        decoding("4, queen of clubs", log_probability=-0.9),
        decoding("4, queen of close", log_probability=-0.3),
        decoding("4, queen of clubs", log_probability=-0.1, finished=False),
        decoding("clubs clubs clubs ", log_probability=-0.1),
        decoding("4, queen of clubs. 4, queen of clubs.", log_probability=-0.1),
    ],
)
async def test_a_hint_that_only_misleads_is_not_taken(hinted: Decoding) -> None:
    result = await recognise(FakeEngine([UNSURE, hinted]), prompt="hearts, clubs")
    assert result.text == "4, queen of clothes"


async def test_other_readings_come_without_loops_and_without_the_first_one_again() -> None:
    engine = FakeEngine([decoding(" W 237."), decoding(" W 237."), STUCK, decoding(" W 327.")])
    one = recogniser(engine)
    try:
        result = await one.recognise(sound(2.0), languages=["en"], alternatives=3)
    finally:
        one.close()
    assert (result.text, result.alternatives) == ("W 237.", ("W 327.",))
    assert (await recognise(FakeEngine([decoding(" W 237.")]))).alternatives == ()


async def test_mandarin_is_asked_for_in_simplified_characters() -> None:
    unsure = decoding(f"{MANDARIN_PROMPT}我要退火。", log_probability=-0.6)
    engine = FakeEngine([unsure, decoding("我要退货。", log_probability=-0.5)])
    result = await recognise(engine, languages=("zh",), prompt="退货、发票")
    assert [one.prompt for one in engine.asked] == [MANDARIN_PROMPT, f"退货、发票 {MANDARIN_PROMPT}"]
    assert result.text == "我要退货。"
    assert (await recognise(FakeEngine([unsure]), languages=("zh",))).text == "我要退火。"


async def test_silence_never_reaches_the_engine() -> None:
    engine = FakeEngine([decoding("you")])
    one = recogniser(engine)
    for seconds in (0.0, 0.05, 30.0, 70.0):
        assert (await one.recognise(nothing(seconds), languages=["en", "zh"])).text == ""
    assert (await one.recognise(sound(1.0), languages=["en"], speech=0.0)).text == ""
    one.close()
    assert engine.encoded == []


async def test_a_single_click_in_a_long_span_is_no_speech() -> None:
    samples = nothing(20.0)
    samples[1600:3200], samples[-3200:-1600] = sound(0.1), sound(0.1)
    one = recogniser(FakeEngine([decoding("you")]))
    assert (await one.recognise(samples, languages=["en"])).text == ""
    one.close()


async def test_words_that_whisper_itself_doubts_are_dropped() -> None:
    doubted = decoding("I'm going to go.", log_probability=-1.8, no_speech=0.8)
    assert (await recognise(FakeEngine([doubted]))).text == ""


async def test_a_minute_of_speech_is_recognised_piece_by_piece() -> None:
    engine = FakeEngine([decoding(" First."), decoding(" Second."), decoding(" Third.")])
    result = await recognise(engine, 60.0)
    assert result.text == "First. Second. Third."
    assert sum(len(one.samples) for one in engine.encoded) == 60 * 16000
    mandarin = FakeEngine([decoding("一。"), decoding("二。"), decoding("三。")])
    assert (await recognise(mandarin, 60.0, ("zh",))).text == "一。二。三。"


async def test_another_calls_turn_comes_between_the_pieces_of_a_long_one() -> None:
    gate = threading.Event()
    engine = FakeEngine([decoding("x")], gate=gate)
    one = recogniser(engine)
    long = asyncio.create_task(one.recognise(sound(60.0), languages=["en"]))
    await asyncio.to_thread(engine.started.wait, 10)
    short = asyncio.create_task(one.recognise(sound(1.0), languages=["en"], speech=1.0))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(long, short)
    one.close()
    assert [len(asked.samples) <= 16000 for asked in engine.encoded] == [False, True, False, False]


async def test_a_cancelled_recognition_that_has_not_begun_costs_nothing() -> None:
    gate = threading.Event()
    engine = FakeEngine([decoding("x")], gate=gate)
    one = recogniser(engine)
    running = asyncio.create_task(one.recognise(sound(1.0), languages=["en"]))
    await asyncio.to_thread(engine.started.wait, 10)
    dropped = [asyncio.create_task(one.recognise(sound(k), languages=["en"])) for k in (2.0, 3.0)]
    kept = asyncio.create_task(one.recognise(sound(4.0), languages=["en"]))
    await asyncio.sleep(0)
    for task in dropped:
        task.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert (await running).text == (await kept).text == "x"
    one.close()
    assert [len(asked.samples) // 16000 for asked in engine.encoded] == [1, 4]


async def test_an_engine_that_fails_fails_only_that_recognition() -> None:
    class Failing(FakeEngine):
        def decode(self, encoded: object, language: str, **options: object) -> Decoding:
            if language == "zh":
                raise RuntimeError("out of memory")
            return decoding("x")

    one = recogniser(Failing([]))
    with pytest.raises(RuntimeError, match="out of memory"):
        await one.recognise(sound(1.0), languages=["zh"])
    assert (await one.recognise(sound(1.0), languages=["en"])).text == "x"
    one.close()


async def test_no_language_and_no_model_are_said_plainly(tmp_path: Path) -> None:
    one = Recogniser(tmp_path)
    with pytest.raises(ValueError, match="language"):
        await one.recognise(sound(1.0), languages=[])
    with pytest.raises(FileNotFoundError, match=r"model\.bin"):
        await one.warm()
    one.close()
