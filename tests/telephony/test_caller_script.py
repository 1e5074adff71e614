from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.caller import CallReport
from telephony.caller_script import (
    Dtmf,
    HangUp,
    Play,
    Silence,
    Step,
    WaitReply,
    WaitSpeech,
    parse_step,
    run_script,
)
from tests.telephony.fake_phone import RATE, FakePhone, Replies, tone
from tests.virtual import run_virtual

ANSWER = 0.5


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("play=order.wav", Play(Path("order.wav"))),
        ("play=order.wav@0.5", Play(Path("order.wav"), 0.5)),
        ("play=me@home.wav", Play(Path("me@home.wav"))),
        ("play=me@home.wav@2", Play(Path("me@home.wav"), 2.0)),
        ("dtmf=12#", Dtmf("12#")),
        ("dtmf=*0A@3", Dtmf("*0A", 3.0)),
        ("silence=2.5", Silence(2.5)),
        ("wait-reply", WaitReply()),
        ("wait-reply=1.2", WaitReply(1.2)),
        ("wait-reply=1.2,8", WaitReply(1.2, 8.0)),
        ("wait-speech", WaitSpeech()),
        ("wait-speech=3@4", WaitSpeech(3.0, 4.0)),
        ("hangup@8", HangUp(8.0)),
        ("hangup", HangUp()),
    ],
)
def test_steps(text: str, step: Step) -> None:
    assert parse_step(text) == step


@pytest.mark.parametrize(
    "text",
    ["", "play", "play=", "dtmf=", "dtmf=12x", "dtmf=1 2", "silence", "silence=long", "silence=-1",
     "wait-reply=soon", "wait-reply=1,", "wait-speech=1,2", "hangup=1", "wait", "sing=la", "@3"],
)  # fmt: skip
def test_what_is_no_step_is_named_with_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected play=FILE, dtmf=KEYS") as caught:
        parse_step(text)
    assert repr(text) in str(caught.value)


@pytest.fixture
def question(tmp_path: Path) -> Path:
    path = tmp_path / "question.wav"
    sf.write(path, np.frombuffer(tone(1.0), "<i2"), RATE)
    return path


def run(phone: FakePhone, *steps: str, **options: object) -> CallReport:
    return run_virtual(
        run_script("sip:shop", [parse_step(step) for step in steps], phone=phone, **options)  # type: ignore[arg-type]
    )


def test_steps_follow_one_another_and_the_call_ends_after_the_last(question: Path) -> None:
    phone = FakePhone(Replies(0.3, tone(0.5)))
    report = run(phone, f"play={question}", "wait-reply", "dtmf=1", "silence=2")
    assert report.said[0].start == pytest.approx(ANSWER, abs=0.03)
    assert phone.pressed[0][1] > report.heard[0].end + 0.7
    assert report.ended_by == "caller"
    assert phone.is_down


def test_waiting_for_speech_ends_when_the_other_side_begins(question: Path) -> None:
    phone = FakePhone(Replies(0.3, tone(5.0)))
    report = run(phone, f"play={question}", "wait-speech", "silence=1", "dtmf=1")
    assert phone.pressed[0][1] == pytest.approx(report.said[0].speech_end + 0.3 + 1.0, abs=0.06)


def test_waiting_for_speech_that_does_not_come_ends_in_time() -> None:
    phone = FakePhone()
    run(phone, "wait-speech=2", "dtmf=1")
    assert phone.pressed[0][1] == pytest.approx(ANSWER + 2, abs=0.05)


def test_steps_with_a_time_happen_then_beside_the_others(question: Path) -> None:
    phone = FakePhone()
    report = run(phone, f"play={question}@1", "silence=4", "dtmf=9", "dtmf=7@1.5")
    assert report.said[0].start == pytest.approx(ANSWER + 1, abs=0.03)
    assert dict(phone.pressed)["7"] == pytest.approx(ANSWER + 1.5, abs=0.03)
    assert dict(phone.pressed)["9"] == pytest.approx(ANSWER + 4, abs=0.05)


def test_hanging_up_at_a_time_ends_what_goes_on() -> None:
    phone = FakePhone()
    run(phone, "hangup@1", "silence=30")
    assert phone.ended_by == "caller"
    assert phone.tape.seconds(0) < 2


def test_a_call_is_ended_at_its_limit() -> None:
    phone = FakePhone()
    report = run(phone, "silence=600", limit=3.0)
    assert report.ended_by == "caller"
    assert report.reason == "not all steps were done within 3 s"


def test_the_other_side_hanging_up_ends_the_script(question: Path) -> None:
    phone = FakePhone(hangs_up_at=1.0)
    report = run(phone, "silence=5", f"play={question}", "dtmf=1", "wait-reply")
    assert report.ended_by == "callee"
    assert report.said == ()
    assert phone.pressed == []


def test_both_sides_are_recorded(question: Path, tmp_path: Path) -> None:
    run(FakePhone(Replies(0.3, tone(0.5))), f"play={question}", "wait-reply", record=tmp_path / "call.flac")
    both, rate = sf.read(tmp_path / "call.flac")
    assert rate == RATE
    assert (np.abs(both).max(axis=0) > 0.1).all()


def test_a_file_that_is_missing_is_named_before_anybody_is_called(tmp_path: Path) -> None:
    phone = FakePhone()
    with pytest.raises(OSError, match=r"nothing\.wav"):
        run(phone, "silence=1", f"play={tmp_path / 'nothing.wav'}")
    assert phone.dialled == ""


def test_a_recording_that_cannot_be_written_is_named_before_anybody_is_called(tmp_path: Path) -> None:
    phone = FakePhone()
    with pytest.raises(OSError, match=r"call\.txt"):
        run(phone, "silence=1", record=tmp_path / "call.txt")
    with pytest.raises(OSError, match="nowhere"):
        run(phone, "silence=1", record=tmp_path / "nowhere" / "call.wav")
    assert phone.dialled == ""
