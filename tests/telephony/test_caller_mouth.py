from __future__ import annotations

import numpy as np
import pytest

from telephony.caller_mouth import Echo, Mouth
from telephony.tape import HEARD, Tape

RATE = 8000
FRAME = 160


def ramp(first: int, count: int) -> bytes:
    return bytes(np.arange(first, first + count).astype("<i2").tobytes())


def samples(pcm: bytes) -> list[int]:
    return [int(value) for value in np.frombuffer(pcm, "<i2")]


def test_words_leave_in_order_and_the_last_piece_is_filled_up() -> None:
    mouth = Mouth(Tape(RATE))
    mouth.say(ramp(1, FRAME + 10))
    assert mouth.queued == pytest.approx(0.02125)
    assert samples(mouth.frame(0.0)) == list(range(1, FRAME + 1))
    assert samples(mouth.frame(0.02)) == [*range(FRAME + 1, FRAME + 11), *[0] * (FRAME - 10)]
    assert mouth.queued == 0
    assert not mouth.never_still


def test_noise_sounds_with_and_without_words_and_begins_anew_at_its_end() -> None:
    mouth = Mouth(Tape(RATE), noise=ramp(0, 100))
    assert mouth.never_still
    assert samples(mouth.frame(0.0)) == [k % 100 for k in range(FRAME)]
    mouth.say(bytes(np.full(FRAME, 1000, "<i2").tobytes()))
    assert samples(mouth.frame(0.02)) == [1000 + k % 100 for k in range(FRAME, 2 * FRAME)]


def test_loud_words_in_noise_are_clipped_and_do_not_wrap() -> None:
    mouth = Mouth(Tape(RATE), noise=bytes(np.full(10, 30000, "<i2").tobytes()))
    mouth.say(bytes(np.full(FRAME, 30000, "<i2").tobytes()))
    assert set(samples(mouth.frame(0.0))) == {32767}


def test_an_echo_is_what_was_heard_later_and_quieter() -> None:
    tape = Tape(RATE)
    heard = np.random.default_rng(1).integers(-20000, 20000, RATE)
    tape.put(HEARD, heard.astype("<i2").tobytes(), 0.0)
    mouth = Mouth(tape, echo=Echo(-20, 0.12))
    sent = np.concatenate([samples(mouth.frame(k * 0.02)) for k in range(50)])
    assert not sent[:960].any()
    assert sent[960:] == pytest.approx(heard[: RATE - 960] / 10, abs=1)


def test_an_echo_of_what_has_not_come_is_silence() -> None:
    tape = Tape(RATE)
    tape.put(HEARD, ramp(1000, 80), 0.5)
    mouth = Mouth(tape, echo=Echo(-20, 0.12))
    assert samples(mouth.frame(0.62)) == [round(k / 10) for k in range(1000, 1080)] + [0] * 80
    assert mouth.lead < 0.12


def test_an_echo_is_written_as_decibels_and_seconds() -> None:
    assert Echo.parse("-20@0.12") == Echo(-20.0, 0.12)


@pytest.mark.parametrize("text", ["", "-20", "20@0.12", "-20@", "-20@0.01", "0@0.12", "-x@1"])
def test_an_echo_that_cannot_be_made_says_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Echo.parse(text)
