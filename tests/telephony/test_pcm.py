import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.pcm import Converter

RATES = [(8000, 16000), (16000, 8000), (8000, 48000), (48000, 8000), (16000, 48000), (48000, 16000)]


def tone(hertz: float, rate: int, seconds: float = 1.0) -> bytes:
    t = np.arange(int(rate * seconds)) / rate
    return bytes((10000 * np.sin(2 * np.pi * hertz * t)).astype("<i2").tobytes())


def in_frames(converter: Converter, pcm: bytes, size: int) -> bytes:
    return b"".join(converter.convert(pcm[i : i + size]) for i in range(0, len(pcm), size))


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_speech_passes_and_every_frame_comes_out_at_once(rate_in: int, rate_out: int) -> None:
    converter = Converter(rate_in, rate_out)
    frame = rate_in // 50 * 2
    for i in range(10):
        out = converter.convert(tone(1000, rate_in)[i * frame :][:frame])
        assert len(out) == rate_out // 50 * 2
    assert converter.delay <= 0.0035


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
@pytest.mark.parametrize("hertz", [300, 1000, 3300])
def test_level_and_pitch_are_kept(rate_in: int, rate_out: int, hertz: int) -> None:
    out = in_frames(Converter(rate_in, rate_out), tone(hertz, rate_in), rate_in // 50 * 2)
    samples = np.frombuffer(out, dtype="<i2")[rate_out // 10 :].astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert spectrum.argmax() * rate_out / len(samples) == pytest.approx(hertz, abs=2)
    assert samples.std() == pytest.approx(10000 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("hertz", [4200, 5000, 7000])
@pytest.mark.parametrize("rate_in", [16000, 48000])
def test_nothing_folds_back_into_the_telephone_band(rate_in: int, hertz: int) -> None:
    out = in_frames(Converter(rate_in, 8000), tone(hertz, rate_in), rate_in // 50 * 2)
    assert np.frombuffer(out, dtype="<i2")[800:].astype(float).std() < 10


@given(st.lists(st.integers(1, 700), min_size=1, max_size=20), st.sampled_from(RATES))
@settings(max_examples=60, deadline=None)
def test_the_cut_into_chunks_does_not_matter(sizes: list[int], rates: tuple[int, int]) -> None:
    pcm = np.random.default_rng(1).integers(-20000, 20000, sum(sizes)).astype("<i2")
    whole = Converter(*rates).convert(pcm.tobytes())
    converter, parts, at = Converter(*rates), b"", 0
    for size in sizes:
        parts += converter.convert(pcm[at : at + size].tobytes())
        at += size
    together = np.frombuffer(whole, dtype="<i2").astype(int)
    apart = np.frombuffer(parts, dtype="<i2").astype(int)
    assert len(together) == len(apart)
    assert np.abs(together - apart).max(initial=0) <= 1


def test_same_rate_passes_untouched() -> None:
    converter = Converter(8000, 8000)
    assert converter.passes_through
    assert converter.convert(b"\x01\x02\x03\x04") == b"\x01\x02\x03\x04"


def test_stereo_is_mixed_and_repeated() -> None:
    stereo = np.array([100, 300, -200, -400], dtype="<i2").tobytes()
    assert np.frombuffer(Converter(8000, 8000, 2, 1).convert(stereo), "<i2").tolist() == [200, -300]
    mono = np.array([5, -7], dtype="<i2").tobytes()
    assert np.frombuffer(Converter(8000, 8000, 1, 2).convert(mono), "<i2").tolist() == [5, 5, -7, -7]


def test_loud_samples_do_not_wrap_around() -> None:
    square = np.repeat(np.array([32767, -32768] * 40, dtype="<i2"), 20).tobytes()
    out = np.frombuffer(Converter(8000, 16000).convert(square), dtype="<i2")
    plateau = out[200:].reshape(-1, 40)[:, 12:28]
    assert (np.abs(plateau.astype(int)) > 20000).all()
