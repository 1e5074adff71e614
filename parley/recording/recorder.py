"""`CallRecorder`: writes one call's audio and events while it runs."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from parley.recording.files import line
from parley.recording.writer import Inbox, Packet, Writer

_KEPT_TEXTS = frozenset({"by", "kind", "language"})
"""Texts that say how the call went and nothing of what was said."""


class CallRecorder:
    """Records one call into `<recordings>/<year>/<month>/<day>/<HHMMSS>-<call id>/` (UTC).

    All methods return at once and never raise for the disk's sake: a thread of its own writes. When
    that fails, the log and an event `recording_failed` say so once, the call goes on, and writing is
    tried again with all that comes after.

    Args:
        recordings: the folder for all recordings; made if missing.
        call_id: as in `LineInfo`; characters that don't belong into a file name are replaced.
        rate: samples per second of the finished `audio.flac`, 8000 or 16000.
        started: when the call's clock stood at 0, now by default.
        about: further fields of the first event, `recording_started`.
    """

    def __init__(
        self,
        recordings: Path,
        call_id: str,
        *,
        rate: int = 8000,
        started: datetime | None = None,
        about: Mapping[str, object] | None = None,
    ) -> None:
        started = (started or datetime.now(UTC)).astimezone(UTC)
        name = re.sub(r"[^A-Za-z0-9_-]", "_", call_id)[:80]
        self.folder = recordings / started.strftime("%Y/%m/%d") / f"{started:%H%M%S}-{name}"
        self.on = True
        """False while the flow has switched recording off."""
        self._inbox = Inbox()
        first = {"started": started.isoformat(), "call_id": call_id, "rate": rate, **(about or {})}
        self.event("recording_started", 0.0, **first)
        self._writer = Writer(self.folder, self._inbox, rate)
        self._thread = threading.Thread(target=self._writer.run, name=f"recorder {name}", daemon=True)
        self._thread.start()

    def caller(self, pcm: bytes, rate: int, at: float) -> None:
        """Record the caller's s16le mono samples; `at` is the first one's time on the call's clock."""
        self._put("caller", pcm, rate, at)

    def agent(self, pcm: bytes, rate: int, at: float) -> None:
        """Record Parley's s16le mono samples as they leave for the caller."""
        self._put("agent", pcm, rate, at)

    def event(self, name: str, at: float, **fields: object) -> None:
        """Record that something happened at `at` seconds on the call's clock.

        While recording is off the event is kept, but texts and keys in it are not.
        """
        if not self.on:
            fields = {**without_texts(fields), "off": True}
        self._inbox.put(line({"at": round(at, 4), "event": name, **fields}))

    def pause(self) -> None:
        """Record neither audio nor texts from here on."""
        self.on = False

    def resume(self) -> None:
        """Record again; what was between is silence."""
        self.on = True

    async def close(self) -> Path | None:
        """Write what is left and make `audio.flac`. Safe to call twice.

        Returns:
            The finished file; `None` if there is no audio, or if it could not be made (which the
            log says; the raw audio stays, and `recover` makes it at the next start).
        """
        self._inbox.close()
        await asyncio.to_thread(self._thread.join)
        return self._writer.flac

    def _put(self, channel: str, pcm: bytes, rate: int, at: float) -> None:
        if self.on:
            self._inbox.put(Packet(channel, pcm, rate, at))


class Unrecorded:
    """Takes the place of a recorder where recording is switched off."""

    on = False
    folder = None

    def caller(self, pcm: bytes, rate: int, at: float) -> None:
        """Forget."""

    def agent(self, pcm: bytes, rate: int, at: float) -> None:
        """Forget."""

    def event(self, name: str, at: float, **fields: object) -> None:
        """Forget."""

    def pause(self) -> None:
        """Nothing is recorded anyway."""

    def resume(self) -> None:
        """Nothing is recorded anyway."""

    async def close(self) -> None:
        """There is nothing to finish."""


def without_texts(value: Mapping[str, object]) -> dict[str, object]:
    """Only numbers and truth values, and the few texts that say nothing of what was said."""
    kept: dict[str, object] = {}
    for name, field in value.items():
        if isinstance(field, Mapping):
            kept[name] = without_texts(field)
        elif field is None or isinstance(field, bool | int | float) or name in _KEPT_TEXTS:
            kept[name] = field
    return kept
