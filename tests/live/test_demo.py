"""`parley demo`, as a newcomer runs it, on every way that a call can take."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.demo.speech import rendered_questions
from parley.models import ModelStore
from tests.live.reading import says

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

KEY_WORDS = {"en": "working days", "zh": "三天"}


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """How long delivery takes, asked in each language."""
    folder = tmp_path_factory.mktemp("caller")
    rendered = {one: asyncio.run(rendered_questions(one, ModelStore(), folder)) for one in KEY_WORDS}
    return {language: asked[0].file for language, asked in rendered.items()}


@pytest.mark.parametrize(
    ("via", "language"),
    [
        ("sip", "zh"),
        ("asterisk-websocket", "en"),
        ("asterisk-audiosocket", "zh"),
        ("agi", "en"),
        ("browser", "zh"),
    ],
)
async def test_a_question_is_asked_and_answered(
    via: str, language: str, tmp_path: Path, questions: dict[str, Path]
) -> None:
    environment = {
        **os.environ,
        "PARLEY__SERVER__DATA": str(tmp_path),
        "PARLEY__DIALOGUE__MODEL__NAME": "smollm2-135m",  # nothing here asks it
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parley", "demo", "--json"),
        *("--via", via, "--language", language, "--say", str(questions[language])),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
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
