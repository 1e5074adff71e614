"""Writes down what happens in a replay, in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.recording.files import AUDIO, CHANNELS, EVENTS, line
from parley.recording.recorder import without_texts

ENDED_SECONDS = 0.5
"""Silence behind the last sample."""


class ReplayRecorder:
    """Keeps a replay's events, and both sides' audio, until `save`.

    Not a `CallRecorder`: that one's thread keeps step with a call in real time, and a replay may be
    hundreds of times as fast. The same is left out while the flow has switched recording off.

    Args:
        rate: samples per second.
        show: is given each event as it happens.
        progress: is told the time on the call's clock, once a packet.
    """

    def __init__(
        self,
        rate: int,
        show: Callable[[dict[str, Any]], None] | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self.on = True
        self.folder: Path | None = None
        """Where `save` has written everything."""
        self.events: list[dict[str, Any]] = []
        self._rate = rate
        self._show = show or (lambda _: None)
        self._progress = progress or (lambda _: None)
        self._runs: list[tuple[int, int, bytes]] = []

    def caller(self, pcm: bytes, rate: int, at: float) -> None:
        """The caller's samples."""
        self._lay(0, pcm, at)
        self._progress(at)

    def agent(self, pcm: bytes, rate: int, at: float) -> None:
        """Parley's samples, as they left."""
        self._lay(1, pcm, at)

    def event(self, name: str, at: float, **fields: object) -> None:
        """Something happened."""
        if not self.on:
            fields = {**without_texts(fields), "off": True}
        event: dict[str, Any] = {"at": round(at, 4), "event": name, **fields}
        self.events.append(event)
        self._show(event)

    def pause(self) -> None:
        """Keep neither audio nor texts from here on."""
        self.on = False

    def resume(self) -> None:
        """Keep them again."""
        self.on = True

    async def close(self) -> None:
        """There is nothing to finish: `save` writes."""

    def save(self, folder: Path) -> None:
        """Write `events.jsonl` and `audio.flac`, in place of what an earlier replay has left there.

        Raises OSError when the disk does not take it.
        """
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        (part / EVENTS).write_bytes(b"".join(line(event) for event in self.events))
        try:
            soundfile.write(part / AUDIO, self._stereo(), self._rate, "PCM_16", format="FLAC")
        except soundfile.SoundFileError as error:
            raise OSError(f"{part / AUDIO}: {error}") from error
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
        self.folder = folder

    def _lay(self, channel: int, pcm: bytes, at: float) -> None:
        if self.on:
            self._runs.append((channel, round(at * self._rate), pcm))

    def _stereo(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """Both sides, shape (samples, 2)."""
        ends = [start + len(pcm) // 2 for _, start, pcm in self._runs]
        samples = np.zeros(
            (max(ends, default=0) + round(ENDED_SECONDS * self._rate), len(CHANNELS)), np.int16
        )
        for channel, start, pcm in self._runs:
            samples[start : start + len(pcm) // 2, channel] = np.frombuffer(pcm, "<i2")
        return samples
