"""`parley demo`, as a newcomer runs it, on every way that a call can take."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.demo.speech import rendered_questions
from parley.models import ModelStore
from tests.live.reading import says

pytestmark = [
    pytest.mark.live,
    pytest.mark.calls,
    pytest.mark.commands,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

Demo: TypeAlias = tuple[int, str, str]
"""Exit code, standard output and standard error."""

WAYS = {
    "sip": "zh",
    "asterisk-websocket": "en",
    "asterisk-audiosocket": "zh",
    "agi": "en",
    "browser": "en",
}

KEY_WORDS = {"en": "working days", "zh": "三天"}


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """How long delivery takes, asked in each language."""
    folder = tmp_path_factory.mktemp("caller")
    rendered = {one: asyncio.run(rendered_questions(one, ModelStore(), folder)) for one in KEY_WORDS}
    return {language: asked[0].file for language, asked in rendered.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demos(
    questions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, asyncio.Task[Demo]]]:
    """The demonstrations, two at a time: most of each is a conversation, which takes as long as it takes."""
    places = asyncio.Semaphore(2)

    async def demo(via: str, language: str) -> Demo:
        environment = {
            **os.environ,
            "PARLEY__SERVER__DATA": str(tmp_path_factory.mktemp(via)),
            "PARLEY__DIALOGUE__MODEL__NAME": "smollm2-135m",  # nothing here asks it
        }
        async with places:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "parley", "demo", "--json"),
                *("--via", via, "--language", language, "--say", str(questions[language])),
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    tasks = {via: asyncio.create_task(demo(via, language)) for via, language in WAYS.items()}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize(("via", "language"), WAYS.items())
async def test_a_question_is_asked_and_answered(
    via: str, language: str, demos: dict[str, asyncio.Task[Demo]]
) -> None:
    code, out, err = await demos[via]
    assert code == 0, err
    result = json.loads(out)
    assert (result["transport"], result["language"]) == (via, language)
    assert result["hangup_by"] == "caller"
    (turn,) = result["turns"]
    assert KEY_WORDS[language] in turn["reply_text"]
    # Chinese is compared sign by sign, and has homophones.
    least = 0.8 if language == "en" else 0.6
    assert says(turn["reply_heard"], turn["reply_text"], least), "he heard what was said"
    assert turn["kind"] == "known"
    assert set(turn["ms"]) == {"endpoint", "asr", "first_phrase", "first_pcm", "at_caller"}
    assert turn["ms"]["at_caller"] < 3000
    assert result["greeting"]["ms"] < 1000
    audio, rate = sf.read(result["recording"], dtype="int16")
    assert audio.shape[1] == 2
    assert len(audio) / rate > 5
    assert [bool((side > 1000).any()) for side in audio.T] == [True, True]
