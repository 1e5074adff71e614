"""`parley bench latency`, as an admin runs it: human voices, a Parley of its own, figures."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.live.running import DATA

pytestmark = [
    pytest.mark.live,
    pytest.mark.calls,
    pytest.mark.commands,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (DATA / "speech/manifest.json").is_file(), reason=f"no recorded speech in {DATA}"),
]


async def bench(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "PARLEY__DIALOGUE__MODEL__NAME": "smollm2-135m"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parley", "bench", *arguments, "--data", str(DATA), "--json"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    result: dict[str, Any] = json.loads(out)
    return result


async def test_the_caller_and_parley_agree_about_what_happened(tmp_path: Path) -> None:
    result = await bench(
        *("latency", "--via", "asterisk-websocket", "--only", "known", "--only", "barge-in"),
        *("--calls", "1", "--turns", "2", "--keep", str(tmp_path)),
    )
    assert result["failed_calls"] == []
    answered = [row for row in result["rows"]["known"] if row["ms"] is not None and row["kind"] == "known"]
    assert answered
    for row in answered:
        # What the caller waited is what Parley says it took, and the way there and back.
        assert row["ms"] > 0
        assert abs(row["stages"]["way"]) < 1000
    interrupted = [row for row in result["rows"]["barge-in"] if row["stop_ms"] is not None]
    assert interrupted
    # The rendering that was played is the one that was found on the tape, to the word.
    assert all(row["word_error"] is not None for row in interrupted)
    assert result["cpu_seconds_per_call_minute"] > 0
    assert result["peak_memory_mb"] > 100
    assert (tmp_path / "call-000.wav").is_file()
