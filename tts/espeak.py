"""Phonemes from espeak-ng, asked in a process of its own.

Piper's and Kokoro's English voices were trained on espeak-ng's phonemes. espeak-ng is
GPL-3.0, so Parley does not load it: `espeak_worker.py` does, and is restarted when it
dies or hangs.
"""

from __future__ import annotations

import asyncio
import ctypes.util
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tts.voice import VoiceError

_WORKER = Path(__file__).with_name("espeak_worker.py")
_LANGUAGE_SWITCH = re.compile(r"\([a-z]{2,3}(?:-[a-z0-9-]+)?\)")
_LIBRARIES = ("libespeak-ng.so.1", "libespeak-ng.so", "libespeak-ng.dylib", "libespeak-ng.dll")


def library_in(folder: Path | None) -> tuple[str, str]:
    """Find the shared library and the folder that holds its `espeak-ng-data`.

    Args:
        folder: the model store's `espeak-ng` folder, `None` for the system's library only.

    Returns:
        Library path or name, and the data's parent folder (empty: the library's own).

    Raises:
        VoiceError: there is none; the message says how to get it.
    """
    for name in _LIBRARIES if folder else ():
        found = sorted(folder.rglob(name)) if folder else []
        if found:
            data = sorted(folder.rglob("espeak-ng-data")) if folder else []
            return str(found[0]), str(data[0].parent) if data else ""
    system = ctypes.util.find_library("espeak-ng")
    if system:
        return system, ""
    raise VoiceError(
        f"espeak-ng: no library in {folder or 'the model store'} and none installed; "
        "run `parley models pull espeak-ng` or install the system package libespeak-ng1"
    )


class Espeak:
    """One worker process, shared by all English voices.

    Args:
        folder: where the library lies, see `library_in`.
        timeout: seconds to wait for an answer before the worker is replaced.
        command: the worker's command line, for tests.
    """

    def __init__(
        self, folder: Path | None = None, *, timeout: float = 2.0, command: Sequence[str] | None = None
    ) -> None:
        self._folder = folder
        self._timeout = timeout
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()
        self._asked = 0
        self.version = ""
        self.starts = 0

    async def phonemes(self, texts: Sequence[str], voice: str = "en-us") -> list[str]:
        """IPA of each text, words apart by spaces, punctuation dropped.

        A worker that died or does not answer in time is replaced and asked once more.

        Raises:
            VoiceError: no library, no such voice, or the worker failed twice.
        """
        if not texts:
            return []
        async with self._lock:
            for attempt in (1, 2):
                try:
                    answer = await self._ask(voice, texts)
                    break
                except (OSError, ValueError, TimeoutError) as error:
                    await self._end()
                    if attempt == 2:
                        raise VoiceError(f"espeak-ng worker failed twice: {error!r}") from error
        if "error" in answer:
            raise VoiceError(f"espeak-ng refused {texts!r}: {answer['error']}")
        phonemes = answer["phonemes"]
        if len(phonemes) != len(texts):
            raise VoiceError(f"espeak-ng: expected {len(texts)} answers, got {len(phonemes)}")
        return [_LANGUAGE_SWITCH.sub("", str(text)) for text in phonemes]

    async def close(self) -> None:
        """End the worker. Safe to call twice; the next question starts a new one."""
        async with self._lock:
            await self._end()

    async def _ask(self, voice: str, texts: Sequence[str]) -> dict[str, Any]:
        process = await self._started()
        if process.stdin is None or process.stdout is None:
            raise OSError("the worker has no pipes")
        self._asked += 1
        request = {"id": self._asked, "voice": voice, "texts": list(texts)}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        async with asyncio.timeout(self._timeout):
            await process.stdin.drain()
            # A question that was cancelled leaves its answer in the pipe: pass it over.
            while (answer := _message(await process.stdout.readline())).get("id") != self._asked:
                continue
            return answer

    async def _started(self) -> asyncio.subprocess.Process:
        if self._loop is not asyncio.get_running_loop():
            # Pipes belong to the loop they were made in; that loop is gone.
            self._process = None
            self._loop = asyncio.get_running_loop()
        if self._process is not None and self._process.returncode is None:
            return self._process
        command = self._command or (sys.executable, "-I", str(_WORKER), *library_in(self._folder))
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self.starts += 1
        if self._process.stdout is None:
            raise OSError("the worker has no pipes")
        async with asyncio.timeout(max(5.0, self._timeout)):
            hello = _message(await self._process.stdout.readline())
        if "ready" not in hello:
            raise VoiceError(f"espeak-ng did not start: {hello.get('error', hello)}")
        self.version = str(hello["ready"])
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or self._loop is not asyncio.get_running_loop():
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


def _message(line: bytes) -> dict[str, Any]:
    if not line:
        raise OSError("the worker closed its output")
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"expected a JSON object, got {line[:80]!r}")
    return message
