from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.caller import Caller, Heard
from telephony.line import LineError
from telephony.tape import HEARD, SAID
from tests.telephony.fake_phone import RATE, FakePhone, Replies, silence, tone
from tests.virtual import run_virtual

SAMPLE = 1 / RATE


@pytest.mark.parametrize("trailing", [0.0, 0.3, 2.0])
def test_the_delay_runs_from_the_last_sound_to_the_first(trailing: float) -> None:
    async def main() -> float | None:
        async with Caller(FakePhone(Replies(0.4, tone(1.0)))) as caller:
            await caller.dial("sip:shop")
            said = await caller.say(silence(0.2) + tone(0.7) + silence(trailing))
            await caller.listen()
            first = caller.first_sample_after(said.speech_end)
            return None if first is None else first - said.speech_end

    # Silence that the file ends with is the callee's time to think, not part of the speech.
    assert run_virtual(main()) == pytest.approx(0.4, abs=3 * SAMPLE)


def test_what_was_said_lies_where_the_report_says() -> None:
    async def main() -> Caller:
        async with Caller(FakePhone()) as caller:
            await caller.dial("sip:shop")
            for seconds in (0.515, 0.7):
                await caller.say(silence(0.4) + tone(seconds), name="a")
            await caller.hang_up()
            return caller

    caller = run_virtual(main())
    for said, span in zip(caller.report().said, caller.tape.spans(SAID), strict=True):
        assert said.speech[0].start == pytest.approx(span.start, abs=2 * SAMPLE)
        assert said.speech_end == pytest.approx(span.end, abs=2 * SAMPLE)
        assert said.start == pytest.approx(span.start - 0.4, abs=2 * SAMPLE)


def test_silence_has_no_speech_and_ends_with_its_samples() -> None:
    async def main() -> tuple[float, float]:
        async with Caller(FakePhone()) as caller:
            await caller.dial("sip:shop")
            said = await caller.say(silence(0.5))
            assert said.speech == ()
            return said.speech_end, said.end

    end, last = run_virtual(main())
    assert end == last


def test_listening_ends_with_the_reply_and_returns_its_samples() -> None:
    async def main() -> tuple[Heard, float]:
        async with Caller(FakePhone(Replies(0.3, tone(1.0)))) as caller:
            await caller.dial("sip:shop")
            await caller.say(tone(0.5))
            return await caller.listen(until_quiet=0.6, timeout=20), caller.now()

    # The callee sends nothing while it is quiet, as a browser's Parley does.
    heard, now = run_virtual(main())
    assert 0.6 <= now - heard.spans[-1].end < 1.0
    assert heard.spans[0].seconds == pytest.approx(1.0, abs=0.001)
    assert tone(1.0) in heard.pcm


def test_listening_to_nobody_ends_with_the_time_given() -> None:
    async def main() -> tuple[float, bytes]:
        async with Caller(FakePhone()) as caller:
            await caller.dial("sip:shop")
            began = caller.now()
            heard = await caller.listen(timeout=3)
            assert heard.spans == ()
            assert caller.first_sample_after(0.0) is None
            return caller.now() - began, heard.pcm

    waited, pcm = run_virtual(main())
    assert waited == pytest.approx(3, abs=0.1)
    assert pcm == b""


def test_the_other_side_hanging_up_ends_listening_and_saying() -> None:
    async def main() -> Caller:
        async with Caller(FakePhone(hangs_up_at=2.0)) as caller:
            await caller.dial("sip:shop")
            await caller.say(tone(10))
            assert caller.ended
            await caller.listen(timeout=60)
            assert caller.now() < 3
            assert await caller.wait_ended(1)
            return caller

    assert run_virtual(main()).report().ended_by == "callee"


def test_waiting_for_an_end_that_does_not_come() -> None:
    async def main() -> bool:
        async with Caller(FakePhone()) as caller:
            await caller.dial("sip:shop")
            return await caller.wait_ended(2)

    assert run_virtual(main()) is False


def test_report_of_a_call() -> None:
    async def main() -> dict[str, object]:
        phone = FakePhone(Replies(0.3, tone(0.5)))
        async with Caller(phone) as caller:
            await caller.dial("sip:shop")
            await caller.say(tone(0.5), name="hello")
            await caller.press("12#")
            await caller.listen()
            await caller.hang_up()
        assert phone.is_down
        assert [digit for digit, _ in phone.pressed] == ["1", "2", "#"]
        return caller.report().as_json()

    report = run_virtual(main())
    assert report["uri"] == "sip:shop"
    assert report["answered_at"] == pytest.approx(0.5)
    assert report["ended_by"] == "caller"
    assert [said["name"] for said in report["said"]] == ["hello"]  # type: ignore[attr-defined]
    assert len(report["heard"]) == 1  # type: ignore[arg-type]


def test_a_call_that_is_refused_is_an_error_and_leaves_a_report() -> None:
    async def main() -> Caller:
        caller = Caller(FakePhone(refuses="486 Busy Here"))
        async with caller:
            with pytest.raises(LineError, match="sip:shop: expected an answer, got: 486 Busy Here"):
                await caller.dial("sip:shop")
        return caller

    assert run_virtual(main()).report().answered_at is None


def test_files_are_said_at_the_phones_rate(tmp_path: Path) -> None:
    path = tmp_path / "question.flac"
    sf.write(path, np.sin(np.arange(16000) / 16000 * 3000) * 0.5, 16000)

    async def main() -> tuple[str, float, int]:
        async with Caller(FakePhone()) as caller:
            await caller.dial("sip:shop")
            said = await caller.say(path)
            return said.name, said.end - said.start, len(caller.tape.pcm(SAID, said.start, said.end))

    name, seconds, size = run_virtual(main())
    assert (name, size) == ("question.flac", 2 * RATE)
    assert seconds == pytest.approx(1.0)


def test_before_dialling_there_is_no_call() -> None:
    caller = Caller()
    with pytest.raises(LineError, match="dial first"):
        _ = caller.tape
    assert caller.report().reason == "never dialled"


@pytest.mark.parametrize("uri", ["shop", "tel:+49", "ftp://shop", ""])
def test_an_address_of_no_phone_is_named(uri: str) -> None:
    async def main() -> None:
        async with Caller() as caller:
            await caller.dial(uri)

    with pytest.raises(LineError, match="expected an address that starts with sip:"):
        run_virtual(main())


def test_heard_speech_counts_from_the_time_asked_for() -> None:
    async def main() -> list[float]:
        async with Caller(FakePhone(Replies(0.2, tone(0.5)))) as caller:
            await caller.dial("sip:shop")
            first = await caller.say(tone(0.5))
            await caller.listen()
            second = await caller.say(tone(0.5))
            await caller.listen(since=second.speech_end)
            assert len(caller.tape.spans(HEARD)) == 2
            return [
                (caller.first_sample_after(said.speech_end) or 0.0) - said.speech_end
                for said in (first, second)
            ]

    assert run_virtual(main()) == [pytest.approx(0.2, abs=3 * SAMPLE)] * 2
