"""Espeak: a worker process that may die, hang or babble without hurting more than itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tts.espeak import Espeak, library_in
from tts.voice import VoiceError

Start = Callable[..., Espeak]

ANSWER = """
import json, sys, time, os
print(json.dumps({"ready": "fake"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    texts = request["texts"]
    BEFORE
    print(json.dumps({"id": request["id"], "phonemes": [text.upper() for text in texts]}), flush=True)
"""


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    made: list[Espeak] = []

    def make(before: str = "pass", script: str = ANSWER, timeout: float = 2.0) -> Espeak:
        worker = tmp_path / f"worker{len(made)}.py"
        worker.write_text(script.replace("BEFORE", before))
        made.append(Espeak(timeout=timeout, command=(sys.executable, "-I", str(worker))))
        return made[-1]

    yield make
    for espeak in made:
        await espeak.close()


async def test_answers_come_in_the_order_of_the_questions(start: Start) -> None:
    espeak = start()
    answers = await asyncio.gather(*(espeak.phonemes([f"word{n}", "x"]) for n in range(20)))
    assert answers == [[f"WORD{n}", "X"] for n in range(20)]
    assert espeak.starts == 1
    assert espeak.version == "fake"


async def test_nothing_asked_starts_nothing(start: Start) -> None:
    espeak = start()
    assert await espeak.phonemes([]) == []
    assert espeak.starts == 0


async def test_a_worker_that_dies_is_replaced(start: Start, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    espeak = start(f"if not os.path.exists({str(mark)!r}): open({str(mark)!r}, 'w').close(); os._exit(1)")
    assert await espeak.phonemes(["again"]) == ["AGAIN"]
    assert espeak.starts == 2


async def test_a_worker_that_hangs_is_replaced_once_and_then_reported(start: Start) -> None:
    espeak = start("time.sleep(60)", timeout=0.2)
    with pytest.raises(VoiceError, match="failed twice"):
        await espeak.phonemes(["hello"])
    assert espeak.starts == 2


async def test_a_worker_that_babbles_is_reported(start: Start) -> None:
    espeak = start("print('what?', flush=True); continue", timeout=1.0)
    with pytest.raises(VoiceError, match="failed twice"):
        await espeak.phonemes(["hello"])


async def test_a_worker_that_cannot_start_says_why(start: Start) -> None:
    espeak = start(script='print(\'{"error": "no espeak-ng-data"}\', flush=True)')
    with pytest.raises(VoiceError, match="no espeak-ng-data"):
        await espeak.phonemes(["hello"])


async def test_a_question_that_was_given_up_does_not_shift_the_answers(start: Start) -> None:
    espeak = start("time.sleep(0.3 if texts == ['slow'] else 0)")
    await espeak.phonemes(["first"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await espeak.phonemes(["slow"])
    assert await espeak.phonemes(["next"]) == ["NEXT"]
    assert espeak.starts == 1


async def test_a_refusal_names_the_text(start: Start) -> None:
    script = ANSWER.replace(
        'print(json.dumps({"id": request["id"], "phonemes": [text.upper() for text in texts]}), flush=True)',
        'print(json.dumps({"id": request["id"], "error": "no such voice"}), flush=True)',
    )
    espeak = start(script=script)
    with pytest.raises(VoiceError, match=r"'hello'.*no such voice"):
        await espeak.phonemes(["hello"])


async def test_switches_of_language_are_not_spoken(start: Start) -> None:
    espeak = start(
        "texts = ['(en)x(fr-be)y']; request['texts'] = texts", script=ANSWER.replace(".upper()", "")
    )
    assert await espeak.phonemes(["hallo"]) == ["xy"]


async def test_closing_ends_the_process_and_asking_again_starts_another(start: Start) -> None:
    espeak = start()
    await espeak.phonemes(["a"])
    await espeak.close()
    await espeak.close()
    assert await espeak.phonemes(["b"]) == ["B"]
    assert espeak.starts == 2


def test_a_missing_library_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    with pytest.raises(VoiceError, match="parley models pull espeak-ng"):
        library_in(tmp_path)


def test_the_systems_library_serves_where_the_store_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: "libespeak-ng.so.1")
    assert library_in(None) == ("libespeak-ng.so.1", "")


def test_the_stores_library_goes_first(tmp_path: Path) -> None:
    (tmp_path / "espeak-ng-data").mkdir()
    (tmp_path / "libespeak-ng.so").touch()
    assert library_in(tmp_path) == (str(tmp_path / "libespeak-ng.so"), str(tmp_path))
