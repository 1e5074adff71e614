"""Cache: a phrase is rendered once, and nothing that happens to the disk silences a voice."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tts.fakes import ToneVoice
from tts import cache
from tts.cache import CachedVoice, pack, shrink, unpack
from tts.voice import Speech, VoiceError, WordTime


async def say(voice: CachedVoice, text: str, rate: int = 8_000) -> list[Speech]:
    said = [speech async for speech in voice.speak(text, rate)]
    await voice.close()
    return said


def entries(folder: Path, name: str = "*.speech") -> list[Path]:
    return sorted(folder.glob(f"*/{name}"))


async def test_a_phrase_is_rendered_once_even_after_a_restart(tmp_path: Path) -> None:
    voice = ToneVoice()
    first = await say(CachedVoice(voice, tmp_path), "hello there")
    again = await say(CachedVoice(voice, tmp_path), "hello there")
    assert again == first
    assert voice.asked == ["hello there"]


async def test_memory_serves_what_was_spoken_before(tmp_path: Path) -> None:
    voice = ToneVoice()
    cached = CachedVoice(voice, tmp_path)
    first = await say(cached, "hello there")
    for path in entries(tmp_path):
        path.unlink()
    assert await say(cached, "hello there") == first
    assert voice.asked == ["hello there"]


@pytest.mark.parametrize(
    ("name", "version", "text", "rate"),
    [
        ("other", "1", "hello", 8_000),
        ("tone", "2", "hello", 8_000),
        ("tone", "1", "hello!", 8_000),
        ("tone", "1", "hello", 16_000),
    ],
)
async def test_whatever_changes_the_sound_is_another_entry(
    tmp_path: Path, name: str, version: str, text: str, rate: int
) -> None:
    await say(CachedVoice(ToneVoice(), tmp_path), "hello")
    other = ToneVoice(name, version=version)
    await say(CachedVoice(other, tmp_path), text, rate)
    assert other.asked == [text]
    assert len(entries(tmp_path)) == 2


async def test_another_way_to_say_it_is_another_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = ToneVoice()
    await say(CachedVoice(voice, tmp_path), "order 5")
    monkeypatch.setattr(cache, "code_version", lambda: "a later release")
    await say(CachedVoice(voice, tmp_path), "order 5")
    assert len(voice.asked) == 2


async def test_what_breaks_off_is_not_kept(tmp_path: Path) -> None:
    voice = ToneVoice()
    voice.fails_after = 1
    cached = CachedVoice(voice, tmp_path)
    with pytest.raises(VoiceError):
        await say(cached, "hello there")
    stream = CachedVoice(ToneVoice(), tmp_path).speak("hello there", 8_000)
    await anext(stream)
    assert hasattr(stream, "aclose")
    await stream.aclose()
    await cached.close()
    assert entries(tmp_path) == []


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign", "a folder"])
async def test_a_damaged_entry_is_rendered_again(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    voice = ToneVoice()
    whole = await say(CachedVoice(voice, tmp_path), "hello there")
    (path,) = entries(tmp_path)
    content = path.read_bytes()
    flipped = content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]
    contents = {"truncated": content[:-50], "flipped": flipped, "empty": b"", "foreign": b"RIFF" * 100}
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(contents[damage])
    with caplog.at_level(logging.WARNING, logger="tts.cache"):
        assert await say(CachedVoice(voice, tmp_path), "hello there") == whole
    assert len(voice.asked) == 2
    assert str(path) in caplog.text


async def test_a_full_disk_silences_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    said = await say(CachedVoice(ToneVoice(), tmp_path), "hello there")
    assert [speech.text for speech in said] == ["hello", "there"]
    assert "No space left on device" in caplog.text
    assert entries(tmp_path, "*") == []


async def test_a_folder_that_cannot_be_made_silences_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = await say(CachedVoice(ToneVoice(), tmp_path / "file" / "cache"), "hello there")
    assert len(said) == 2


async def test_the_limit_holds_and_what_was_used_last_stays(tmp_path: Path) -> None:
    voice = ToneVoice()
    size = len(pack([Speech("w0", bytes(1_600), 8_000, (WordTime("w0", 0.0, 0.1),))]))
    cached = CachedVoice(voice, tmp_path, limit_bytes=size * 5, memory_bytes=0)
    for number in range(10):
        await say(cached, f"w{number}")
        for age, path in enumerate(sorted(entries(tmp_path), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, (1_000 + age, 1_000 + age))
        await say(cached, "w0")
    assert sum(path.stat().st_size for path in entries(tmp_path)) <= size * 5 + size
    assert voice.asked.count("w0") == 1


def test_shrinking_takes_the_oldest_first(tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / "ab" / f"{number}.speech"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(100))
        os.utime(path, (1_000 + number, 1_000 + number))
    assert shrink(tmp_path, 250) == 4
    assert [path.name for path in entries(tmp_path)] == ["4.speech", "5.speech"]
    assert shrink(tmp_path, 250) == 0


async def test_memory_is_bounded(tmp_path: Path) -> None:
    voice = ToneVoice()
    cached = CachedVoice(voice, tmp_path, memory_bytes=4_000)
    for text in ("a", "b", "c"):
        await say(cached, text)
    for path in entries(tmp_path):
        path.unlink()
    for text in ("c", "b", "a"):
        await say(cached, text)
    assert voice.asked == ["a", "b", "c", "a"]


async def test_prompts_are_rendered_ahead_with_progress(tmp_path: Path) -> None:
    voice = ToneVoice()
    await say(CachedVoice(voice, tmp_path), "welcome")
    seen: list[tuple[int, int]] = []
    cached = CachedVoice(voice, tmp_path)
    rendered = await cached.prerender(
        ["welcome", "good bye", "good bye"], 8_000, lambda done, total: seen.append((done, total))
    )
    await cached.close()
    assert rendered == 1
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert await cached.has("good bye", 8_000)
    assert not await cached.has("good bye", 16_000)


def _speak_in_a_process(folder: str) -> None:
    async def go() -> None:
        cached = CachedVoice(ToneVoice(), Path(folder), limit_bytes=60_000)
        for number in range(40):
            said = [speech async for speech in cached.speak(f"hello number {number % 13}", 8_000)]
            assert len(said) == 3
        await cached.close()

    asyncio.run(go())


def test_processes_share_a_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_speak_in_a_process, args=(str(tmp_path),)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    for path in entries(tmp_path):
        assert len(unpack(path.read_bytes())) == 3
    assert not list(tmp_path.rglob("*.part"))


async def test_one_broken_phrase_leaves_the_others_alone(tmp_path: Path) -> None:
    class Fussy(ToneVoice):
        async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
            if "bad" in text:
                raise VoiceError("fussy could not speak 'bad'")
            async for speech in super().speak(text, rate):
                await asyncio.sleep(0.001)
                yield speech

    cached = CachedVoice(Fussy(), tmp_path)
    results = await asyncio.gather(
        *(say(cached, text) for text in ("one good call", "a bad one", "another good call")),
        return_exceptions=True,
    )
    assert isinstance(results[1], VoiceError)
    assert isinstance(results[0], list)
    assert isinstance(results[2], list)
    assert len(results[0]) == len(results[2]) == 3


WORDS = st.builds(
    WordTime, st.text(max_size=5), st.floats(0, 10, allow_nan=False), st.floats(0, 10, allow_nan=False)
)
SPEECH = st.builds(
    Speech,
    st.text(max_size=20),
    st.binary(max_size=60).map(lambda data: data[: len(data) // 2 * 2]),
    st.sampled_from([8_000, 16_000]),
    st.lists(WORDS, max_size=3).map(tuple),
)


@given(st.lists(SPEECH, max_size=4), st.integers(0, 10_000), st.integers(1, 255))
def test_an_entry_comes_back_whole_or_not_at_all(parts: list[Speech], at: int, flip: int) -> None:
    content = pack(parts)
    assert unpack(content) == tuple(parts)
    damaged = bytearray(content)
    damaged[at % len(content)] ^= flip
    with pytest.raises(ValueError, match=r"expected|checksum"):
        unpack(bytes(damaged))
