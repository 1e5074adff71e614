import io

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations
from hypothesis import given
from hypothesis import strategies as st

from asr import audio

CODECS = {
    "ULAW": (audio.encode_mu_law, audio.decode_mu_law),
    "ALAW": (audio.encode_a_law, audio.decode_a_law),
}


def libsndfile_decode(data: bytes, codec: str) -> audio.Pcm16:
    pcm, _ = sf.read(
        io.BytesIO(data), samplerate=8000, channels=1, format="RAW", subtype=codec, dtype="int16"
    )
    return np.asarray(pcm, dtype=np.int16)


def libsndfile_encode(pcm: audio.Pcm16, codec: str) -> bytes:
    out = io.BytesIO()
    sf.write(out, pcm, 8000, format="RAW", subtype=codec)
    return out.getvalue()


@pytest.mark.parametrize("codec", CODECS)
def test_every_code_decodes_as_libsndfile_does(codec: str) -> None:
    codes = bytes(range(256))
    assert np.array_equal(CODECS[codec][1](codes), libsndfile_decode(codes, codec))


def test_every_sample_encodes_to_mu_law_as_libsndfile_does() -> None:
    pcm = np.arange(-32768, 32768).astype(np.int16)
    assert audio.encode_mu_law(pcm) == libsndfile_encode(pcm, "ULAW")


def test_a_law_differs_from_libsndfile_only_on_the_edges_of_negative_steps() -> None:
    pcm = np.arange(-32768, 32768).astype(np.int16)
    ours = np.frombuffer(audio.encode_a_law(pcm), np.uint8)
    theirs = np.frombuffer(libsndfile_encode(pcm, "ALAW"), np.uint8)
    differing = pcm[ours != theirs]
    assert len(differing) < 128
    assert (differing < 0).all()
    assert (differing % 16 == 0).all()


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50), st.sampled_from(sorted(CODECS)))
def test_g711_is_close_and_a_second_pass_changes_nothing(samples: list[int], codec: str) -> None:
    encode, decode = CODECS[codec]
    pcm = np.array(samples, dtype=np.int16)
    once = decode(encode(pcm))
    assert np.array_equal(decode(encode(once)), once)
    error = np.abs(once.astype(int) - pcm.astype(int))
    # 4 bits of mantissa: half a step of 1/16 of the value at most, and the clipping at the top.
    assert (error <= np.maximum(np.abs(pcm.astype(int)) / 31 + 8, np.abs(pcm.astype(int)) - 32124)).all()


def test_float_conversion_round_trips_and_clips() -> None:
    pcm = np.array([-32768, -1, 0, 1, 32767], dtype=np.int16)
    assert np.array_equal(audio.to_pcm16(audio.to_float(pcm)), pcm)
    loud = np.array([1.7, -1.7], dtype=np.float32)
    assert audio.to_pcm16(loud).tolist() == [32767, -32768]


def tone(rate: int, hertz: float, seconds: float = 0.5, delay: float = 0.0) -> audio.Floats:
    t = np.arange(round(rate * seconds)) / rate - delay
    return (0.5 * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 24000, 44100, 48000])
@pytest.mark.parametrize("chunk", [0.01, 0.02, 0.033])
def test_stream_resampling_gives_the_same_sound_with_a_small_fixed_delay(rate: int, chunk: float) -> None:
    resampler = audio.StreamResampler(rate, 16000)
    sound = tone(rate, 1000) + tone(rate, 3100)
    step = round(rate * chunk)
    out = np.concatenate([resampler.push(sound[i : i + step]) for i in range(0, len(sound), step)])
    assert resampler.delay <= 0.0025
    assert abs(len(out) - 8000) <= 1
    wanted = tone(16000, 1000, delay=resampler.delay) + tone(16000, 3100, delay=resampler.delay)
    inside = slice(200, min(len(out), len(wanted)) - 200)
    assert np.abs(out[inside] - wanted[inside]).max() < 0.005


def test_upsampling_adds_no_image_above_the_telephone_band() -> None:
    resampler = audio.StreamResampler(8000, 16000)
    out = resampler.push(tone(8000, 3000))[500:-500]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    hertz = np.fft.rfftfreq(len(out), 1 / 16000)
    image = spectrum[np.abs(hertz - 5000) < 50].max()
    assert 20 * np.log10(image / spectrum.max()) < -50


def test_downsampling_removes_what_the_lower_rate_cannot_carry() -> None:
    resampler = audio.StreamResampler(48000, 16000)
    out = resampler.push(tone(48000, 11000))[500:-500]
    assert np.abs(out).max() < 0.003


def test_a_rate_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0 and 16000"):
        audio.StreamResampler(0, 16000)
