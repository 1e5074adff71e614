from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations
from hypothesis import given
from hypothesis import strategies as st

from telephony.tape import FLOOR_DB, HEARD, SAID, Tape, read_audio, speech_spans

RATE = 8000


def tone(seconds: float, level: float = 8000, rate: int = RATE) -> bytes:
    t = np.arange(round(seconds * rate)) / rate
    return bytes((level * np.sin(2 * np.pi * 500 * t + 1.57)).astype("<i2").tobytes())


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * 2)


def noise(seconds: float, level: float) -> bytes:
    samples = np.random.default_rng(5).normal(0, level, round(seconds * RATE))
    return bytes(samples.astype("<i2").tobytes())


def added(one: bytes, other: bytes) -> bytes:
    size = max(len(one), len(other))
    both = [np.frombuffer(pcm.ljust(size, b"\0"), "<i2").astype(int) for pcm in (one, other)]
    return bytes(np.clip(both[0] + both[1], -32768, 32767).astype("<i2").tobytes())


@given(st.integers(1, 2000), st.integers(1, 4000))
def test_edges_of_speech_are_found_to_the_sample(before: int, after: int) -> None:
    [span] = speech_spans(bytes(before * 2) + tone(0.5) + bytes(after * 2), RATE)
    # The sine's own last sample may lie under the threshold.
    assert span.start * RATE == pytest.approx(before, abs=1)
    assert span.end * RATE == pytest.approx(before + 0.5 * RATE, abs=2)


def test_silence_behind_the_last_word_is_not_speech() -> None:
    [span] = speech_spans(tone(1.0) + silence(3.0), RATE)
    assert span.end == pytest.approx(1.0, abs=0.001)


def test_hiss_behind_the_last_word_is_not_speech() -> None:
    # A noisy telephone line: hiss at -43 dBFS, well above the floor, on and after the speech.
    hissing = added(silence(0.5) + tone(1.0), noise(3.0, 230))
    [span] = speech_spans(hissing, RATE)
    assert span.start == pytest.approx(0.5, abs=0.011)
    assert span.end == pytest.approx(1.5, abs=0.011)


def test_a_breath_or_a_click_behind_the_last_word_is_not_speech() -> None:
    clicks = tone(0.02, 900)
    [span] = speech_spans(tone(1.0) + silence(0.7) + clicks + silence(0.2) + clicks + silence(0.3), RATE)
    assert span.end == pytest.approx(1.0, abs=0.001)


def test_a_quiet_last_sound_belongs_to_the_speech() -> None:
    [span] = speech_spans(tone(1.0) + tone(0.2, 8000 * 10 ** (-18 / 20)) + silence(1), RATE)
    assert span.end == pytest.approx(1.2, abs=0.001)


def test_speech_without_any_pause_is_speech_from_end_to_end() -> None:
    [span] = speech_spans(tone(2.0), RATE)
    assert span.seconds == pytest.approx(2.0, abs=0.001)


def test_short_pauses_belong_to_the_speech_and_long_ones_part_it() -> None:
    spoken = tone(0.5) + silence(0.2) + tone(0.5) + silence(0.5) + tone(0.5)
    spans = speech_spans(spoken, RATE)
    assert [(round(s.start, 2), round(s.end, 2)) for s in spans] == [(0, 1.2), (1.7, 2.2)]


@pytest.mark.parametrize("pcm", [b"", silence(1), bytes(np.full(8000, 8, "<i2").tobytes()), noise(1, 30)])
def test_neither_silence_nor_a_codecs_idle_noise_is_speech(pcm: bytes) -> None:
    assert speech_spans(pcm, RATE) == []
    tape = Tape(RATE)
    tape.put(HEARD, pcm, 0.0)
    assert tape.first_sample_after(HEARD, 0.0) is None


def test_first_audible_sample_is_found_to_the_sample() -> None:
    tape = Tape(RATE)
    tape.put(HEARD, tone(0.5), 1.0)
    tape.put(HEARD, tone(0.5), 2.12345)
    found = tape.first_sample_after(HEARD, 1.6)
    assert found == pytest.approx(2.12345, abs=1.5 / RATE)


def test_a_sound_that_goes_on_is_audible_at_once() -> None:
    tape = Tape(RATE)
    tape.put(HEARD, tone(2.0), 0.0)
    assert tape.first_sample_after(HEARD, 1.0) == pytest.approx(1.0, abs=0.001)


def test_audible_means_above_the_floor() -> None:
    level = 32768 * 10 ** (FLOOR_DB / 20) * np.sqrt(2)
    for factor, heard in ((0.9, False), (1.1, True)):
        tape = Tape(RATE)
        tape.put(HEARD, tone(0.5, level * factor), 0.3)
        assert (tape.first_sample_after(HEARD, 0.0) is not None) is heard


def test_both_sides_lie_on_one_clock() -> None:
    tape = Tape(RATE)
    tape.put(SAID, tone(0.1), 1.0)
    tape.put(HEARD, tone(0.1), 2.5)
    assert [round(s.start, 3) for s in tape.spans(SAID)] == [1.0]
    assert [round(s.start, 3) for s in tape.spans(HEARD, 2.0)] == [2.5]
    assert tape.seconds(HEARD) == pytest.approx(2.6)
    assert tape.pcm(HEARD, 2.5, 2.6) == tone(0.1)


def test_time_before_the_call_is_cut_off() -> None:
    tape = Tape(RATE)
    tape.put(HEARD, tone(0.1), -0.05)
    assert tape.pcm(HEARD) == tone(0.1)[800:]


@pytest.mark.parametrize("name", ["call.wav", "call.flac"])
def test_a_saved_tape_has_what_was_said_left_and_what_was_heard_right(name: str, tmp_path: Path) -> None:
    tape = Tape(RATE)
    tape.put(SAID, tone(0.2), 0.1)
    tape.put(HEARD, tone(0.3), 0.5)
    tape.save(tmp_path / name)
    both, rate = sf.read(tmp_path / name, dtype="int16")
    assert rate == RATE
    assert both[:, 0].tobytes() == tape.pcm(SAID).ljust(len(both) * 2, b"\0")
    assert both[:, 1].tobytes() == tape.pcm(HEARD)
    again = Tape.load(tmp_path / name)
    assert again.rate == RATE
    assert again.pcm(SAID) == tape.pcm(SAID).ljust(len(both) * 2, b"\0")
    assert again.pcm(HEARD) == tape.pcm(HEARD)


def test_a_file_that_is_no_tape_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"not audio")
    with pytest.raises(OSError, match=r"bad\.wav: expected a WAV"):
        Tape.load(tmp_path / "bad.wav")
    sf.write(tmp_path / "one.wav", np.zeros(10, "<i2"), RATE)
    with pytest.raises(OSError, match=r"one\.wav: expected two channels, said and heard, found 1"):
        Tape.load(tmp_path / "one.wav")


def test_a_tape_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere/call\.wav"):
        Tape(RATE).save(tmp_path / "nowhere" / "call.wav")
    with pytest.raises(OSError, match=r"call\.mp7.*\.wav or \.flac"):
        Tape(RATE).save(tmp_path / "call.mp7")


def test_audio_of_any_rate_and_channels_is_read(tmp_path: Path) -> None:
    stereo = np.stack([np.frombuffer(tone(1.0, rate=44100), "<i2")] * 2, axis=1)
    sf.write(tmp_path / "a.flac", stereo, 44100)
    pcm = read_audio(tmp_path / "a.flac", RATE)
    assert len(pcm) == 2 * RATE
    assert np.abs(np.frombuffer(pcm, "<i2")).max() == pytest.approx(8000, rel=0.05)


@pytest.mark.parametrize("content", [None, b"", b"not audio", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_a_bad_audio_file_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OSError, match=r"bad\.wav: expected"):
        read_audio(path, RATE)


def test_a_file_without_samples_is_named(tmp_path: Path) -> None:
    sf.write(tmp_path / "empty.wav", np.zeros(0, "<i2"), RATE)
    with pytest.raises(OSError, match=r"empty\.wav: expected samples"):
        read_audio(tmp_path / "empty.wav", RATE)
