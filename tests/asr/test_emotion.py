"""Heads that hear emotion: made, kept, refused, and what they look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asr.audio import WHISPER_RATE, Floats
from asr.emotion import CANONICAL, LABELS, EmotionHead, HeadError, VoiceEmotion, blended, load_head, pooled
from asr.emotion_training import Examples, fit, speaker_folds, validate
from asr.prosody import PROSODY, pitch
from asr.whisper import Stopwatch, join, recognise_piece
from dialogue.emotions import values
from tests.asr.fake_whisper import FakeEngine, decoding, sound

WIDTH = 4


def a_head(width: int = WIDTH, **about: object) -> EmotionHead:
    """Says angry, whatever it hears."""
    size = 6 * width + PROSODY
    bias = np.array([0, 0, 3, 0, 0, 0, 0], dtype=np.float32)
    told = {"encoder": "whisper-base", "width": width, **about}
    zeros = np.zeros((size, len(LABELS)), dtype=np.float32)
    return EmotionHead(np.zeros(size, dtype=np.float32), np.ones(size, dtype=np.float32), zeros, bias, told)


def speakers_with_moods(speakers: int = 6, each: int = 12) -> Examples:
    """Happy, angry and sad differ in one place of the encoding each; each speaker has features of his own."""
    random = np.random.default_rng(1)
    rows, labels, names = [], [], []
    for speaker in range(speakers):
        own = random.normal(size=6 * WIDTH + PROSODY)
        for label in (1, 2, 4):
            for _ in range(each):
                row = own * 0.5 + random.normal(size=own.size) * 0.3
                # Heard in the mean of the encoding, and so in its thirds.
                row[[block * WIDTH + label - 1 for block in (0, 3, 4, 5)]] += 6
                rows.append(row)
                labels.append(label)
                names.append(f"speaker {speaker}")
    return Examples(np.array([rows], dtype=np.float32), np.array(labels, dtype=np.intp), tuple(names), WIDTH)


def test_a_head_hears_the_moods_of_speakers_it_was_not_trained_on() -> None:
    result = validate(speakers_with_moods(), folds=3)
    assert min(result.uar) > 0.8
    assert result.confusion.sum() == 216
    assert result.confusion[LABELS.index("disgusted")].sum() == 0


def test_a_head_never_says_what_it_was_not_taught() -> None:
    examples = speakers_with_moods()
    head = fit(examples, {})
    scores = [head.judge(row).scores for row in examples.features[0]]
    assert max(one[LABELS.index("anxious")] for one in scores) == 0
    assert {head.judge(row).label for row in examples.features[0]} == {"happy", "angry", "sad"}


def test_validation_never_mixes_a_speaker() -> None:
    names = ["a", "a", "b", "b", "c", "d"]
    for held in speaker_folds(names, 3):
        inside = {name for name, out in zip(names, held, strict=True) if out}
        outside = {name for name, out in zip(names, held, strict=True) if not out}
        assert inside
        assert not inside & outside
    with pytest.raises(ValueError, match="two speakers or more, found 1"):
        speaker_folds(["a", "a"], 3)


def test_training_needs_two_moods() -> None:
    examples = speakers_with_moods()
    with pytest.raises(ValueError, match="two classes with two examples each, found happy 72"):
        fit(examples.of(examples.labels == 1), {})


def test_a_head_survives_its_file(tmp_path: Path) -> None:
    examples = speakers_with_moods()
    head = fit(examples, {"encoder": "whisper-base", "licence": "own recordings"})
    head.save(tmp_path / "one.npz")
    head.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = load_head(tmp_path / "one.npz", encoder="whisper-base")
    assert again.about["licence"] == "own recordings"
    row = examples.features[0][5]
    assert again.judge(row).scores == pytest.approx(head.judge(row).scores, abs=0.01)


def test_a_head_for_another_recogniser_is_refused(tmp_path: Path) -> None:
    a_head().save(tmp_path / "head.npz")
    with pytest.raises(HeadError, match=r"made for whisper-base, but recognition uses whisper-tiny\.en"):
        load_head(tmp_path / "head.npz", encoder="whisper-tiny.en")


def test_what_is_no_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeadError, match="no such file"):
        load_head(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("happy")
    with pytest.raises(HeadError, match="expected an emotion head"):
        load_head(tmp_path / "text.npz")
    a_head(width=5).save(tmp_path / "cut.npz")
    data: dict[str, Any] = dict(np.load(tmp_path / "cut.npz"))
    data["weights"] = data["weights"][:-1]
    np.savez(tmp_path / "cut.npz", **data)
    with pytest.raises(HeadError, match="the file is damaged"):
        load_head(tmp_path / "cut.npz")
    pickled = tmp_path / "pickle.npz"
    np.savez(pickled, allow_pickle=True, **dict.fromkeys(data, np.array([object()])))
    with pytest.raises(HeadError, match="expected an emotion head"):
        load_head(pickled)


def test_silence_and_padding_change_nothing_that_is_heard() -> None:
    random = np.random.default_rng(0)
    speech = (random.normal(size=WHISPER_RATE) * 0.1).astype(np.float32)
    encoding = random.normal(size=(250, WIDTH)).astype(np.float32)
    silence = np.zeros(WHISPER_RATE // 2, dtype=np.float32)
    alone, padded = pooled(encoding, speech), pooled(encoding, np.concatenate((speech, silence)))
    assert alone is not None
    assert padded is not None
    assert padded[: 6 * WIDTH] == pytest.approx(alone[: 6 * WIDTH], abs=1e-5)


def test_the_gain_of_the_line_changes_nothing_that_is_heard() -> None:
    speech = sound(1.0) * np.linspace(0.3, 1, WHISPER_RATE, dtype=np.float32)
    encoding = np.random.default_rng(0).normal(size=(250, WIDTH)).astype(np.float32)
    loud, quiet = pooled(encoding, speech), pooled(encoding, speech * np.float32(0.25))
    assert loud is not None
    assert quiet is not None
    assert quiet == pytest.approx(loud, abs=0.05)


def test_a_click_has_no_emotion() -> None:
    encoding = np.ones((250, WIDTH), dtype=np.float32)
    assert a_head().read(encoding, sound(0.1)) is None
    assert a_head().read(encoding, np.zeros(0, dtype=np.float32)) is None


@pytest.mark.parametrize("hz", [90, 150, 280, 400])
def test_the_pitch_of_a_voice(hz: int) -> None:
    t = np.arange(WHISPER_RATE, dtype=np.float64) / WHISPER_RATE
    tones = np.array([np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 6)])
    voice: Floats = tones.sum(axis=0).astype(np.float32)
    frequency, periodicity = pitch(voice * np.float32(0.1))
    assert float(np.median(frequency)) == pytest.approx(hz, rel=0.05)
    assert float(np.median(periodicity)) > 0.8


def test_recognition_tells_the_emotion_only_where_there_is_a_head() -> None:
    without = recognise_piece(FakeEngine([decoding("hello")]), sound(1.0), ["en"], "", Stopwatch())
    assert without.emotion is None
    watch = Stopwatch()
    head = a_head()
    told = recognise_piece(FakeEngine([decoding("hello")]), sound(1.0), ["en"], "", watch, head=head)
    assert told.text == "hello"
    assert told.emotion is not None
    assert told.emotion.label == "angry"
    assert "emotion" in watch.ms
    assert join([told, without]).emotion == told.emotion


def test_parts_of_a_turn_are_heard_by_their_length() -> None:
    angry = VoiceEmotion((0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0))
    calm = VoiceEmotion((1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    mixed = blended([(angry, 3.0), (calm, 1.0), (None, 9.0)])
    assert mixed is not None
    assert mixed.label == "angry"
    assert mixed.confidence == pytest.approx(0.75)
    assert mixed.valence < 0 < mixed.arousal
    assert blended([(None, 1.0)]) is None


def test_both_rooms_mean_the_same_by_a_number() -> None:
    assert values.LABELS == LABELS
    assert CANONICAL["calm"] == "neutral"
    assert CANONICAL["fear"] == "anxious"
    assert set(CANONICAL.values()) == set(LABELS)
