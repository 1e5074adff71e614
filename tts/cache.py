"""A voice that remembers: rendered phrases on disk and, for fixed prompts, in memory.

One file an utterance, named by the SHA-256 of everything that decides its sound. Files
are written beside their place and moved into it, so a crash leaves no half entry; what
cannot be read back whole is rendered again.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import json
import logging
import os
import struct
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Protocol

from tts.voice import Speech, Voice, WordTime

_MAGIC = b"PRLYTTS1"
_LOG = logging.getLogger(__name__)


@functools.cache
def code_version() -> str:
    """Changes with the code that puts text into spoken form and makes sound fit for the line.

    A release that says "Press #" as people do must not find the older sound.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class CachableVoice(Voice, Protocol):
    """A voice that knows what its sound depends on."""

    @property
    def version(self) -> str:
        """Changes when the same text would sound different."""

    async def warm(self) -> None:
        """Load whatever speaking needs."""


class CachedVoice:
    """Speaks from the cache, and through `voice` where that knows nothing yet.

    A text is kept once it has been spoken to its end; what was broken off is not.

    Args:
        voice: who renders.
        folder: where the files lie; made if missing, may be shared between voices.
        limit_bytes: the folder's bound; the entries used longest ago go first.
        memory_bytes: bound of what is held in memory (prompts that were pre-rendered or
            spoken before).
    """

    def __init__(
        self,
        voice: CachableVoice,
        folder: Path,
        limit_bytes: int = 256 * 1024 * 1024,
        memory_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        self._voice = voice
        self._folder = folder
        self._limit = limit_bytes
        self._memory_limit = memory_bytes
        self._memory: OrderedDict[str, tuple[Speech, ...]] = OrderedDict()
        self._memory_used = 0
        self._written = 0
        self._storing: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The voice's name."""
        return self._voice.name

    @property
    def language(self) -> str:
        """The voice's language."""
        return self._voice.language

    @property
    def version(self) -> str:
        """The voice's version."""
        return self._voice.version

    async def warm(self) -> None:
        """Warm the voice."""
        await self._voice.warm()

    async def close(self) -> None:
        """Finish writing. The voice itself is left to whoever made it."""
        if self._storing:
            await asyncio.wait(self._storing)

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text`; see `Voice.speak`. A known text starts within milliseconds."""
        key = self.key(text, rate)
        known = self._memory.get(key)
        if known is not None:
            self._memory.move_to_end(key)
        else:
            known = await asyncio.to_thread(self._read, key)
            if known is not None:
                self._remember(key, known)
        if known is not None:
            for speech in known:
                yield speech
            return
        rendered: list[Speech] = []
        async for speech in self._voice.speak(text, rate):
            rendered.append(speech)
            yield speech
        if rendered:
            self._remember(key, tuple(rendered))
            self._store(key, tuple(rendered))

    async def prerender(
        self,
        texts: Iterable[str],
        rate: int,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Render what the cache lacks of `texts` and hold all of them in memory.

        Args:
            texts: fixed prompts as written.
            rate: samples per second of the lines that will play them.
            progress: called with how many are done and how many there are.

        Returns:
            How many had to be rendered.
        """
        wanted = list(dict.fromkeys(texts))
        rendered = 0
        for number, text in enumerate(wanted):
            progress(number, len(wanted))
            if not await self.has(text, rate):
                rendered += 1
            async for _ in self.speak(text, rate):
                pass
        progress(len(wanted), len(wanted))
        return rendered

    async def has(self, text: str, rate: int) -> bool:
        """Whether `text` would be spoken without rendering."""
        key = self.key(text, rate)
        return key in self._memory or await asyncio.to_thread(self._read, key) is not None

    def key(self, text: str, rate: int) -> str:
        """The entry's name: SHA-256 of voice, version, this code, rate and text."""
        parts = json.dumps(
            [self._voice.name, self._voice.version, code_version(), rate, text], ensure_ascii=False
        )
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.speech"

    def _remember(self, key: str, speech: tuple[Speech, ...]) -> None:
        size = sum(len(part.pcm) for part in speech)
        if size > self._memory_limit:
            return
        for part in self._memory.pop(key, ()):
            self._memory_used -= len(part.pcm)
        self._memory[key] = speech
        self._memory_used += size
        while self._memory_used > self._memory_limit:
            _, oldest = self._memory.popitem(last=False)
            self._memory_used -= sum(len(part.pcm) for part in oldest)

    def _store(self, key: str, speech: tuple[Speech, ...]) -> None:
        """Write in the background: nobody who listens should wait for a disk."""
        task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._write, key, speech))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    def _read(self, key: str) -> tuple[Speech, ...] | None:
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _LOG.warning("%s cannot be read, its text is rendered again: %s", path, error)
            return None
        try:
            speech = unpack(content)
        except ValueError as error:
            _LOG.warning("%s is damaged, its text is rendered again: %s", path, error)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return speech

    def _write(self, key: str, speech: tuple[Speech, ...]) -> None:
        path = self._path(key)
        content = pack(speech)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            # Speech goes on without: a full disk must not silence anybody.
            _LOG.warning("%s cannot be written, its text stays unkept: %s", path, error)
            return
        self._written += len(content)
        if self._written >= self._limit // 16 or len(content) > self._limit // 16:
            self._written = 0
            shrink(self._folder, self._limit)


def shrink(folder: Path, limit_bytes: int) -> int:
    """Delete the entries used longest ago until the rest fits `limit_bytes`; returns how many went."""
    entries: list[tuple[float, int, Path]] = []
    for path in folder.glob("*/*.speech"):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            entries.append((status.st_mtime, status.st_size, path))
    entries.sort()
    total = sum(size for _, size, _ in entries)
    gone = 0
    for _, size, path in entries:
        if total <= limit_bytes:
            break
        path.unlink(missing_ok=True)
        total -= size
        gone += 1
    return gone


def pack(speech: Iterable[Speech]) -> bytes:
    """One entry: magic, header's length, JSON header, samples, CRC-32 of all before it."""
    parts = list(speech)
    header = json.dumps(
        [
            {
                "text": part.text,
                "rate": part.rate,
                "bytes": len(part.pcm),
                "words": [[word.word, word.start, word.end] for word in part.words],
            }
            for part in parts
        ]
    ).encode()
    body = _MAGIC + struct.pack("<I", len(header)) + header + b"".join(part.pcm for part in parts)
    return body + struct.pack("<I", zlib.crc32(body))


def unpack(content: bytes) -> tuple[Speech, ...]:
    """What `pack` made. Raises ValueError that says what is wrong."""
    start = len(_MAGIC) + 4
    if len(content) < start + 4 or not content.startswith(_MAGIC):
        raise ValueError(f"expected {_MAGIC!r} and a header, got {content[:12]!r} ({len(content)} bytes)")
    (checksum,) = struct.unpack("<I", content[-4:])
    if zlib.crc32(content[:-4]) != checksum:
        raise ValueError("the checksum does not fit")
    (size,) = struct.unpack_from("<I", content, len(_MAGIC))
    at = start + size
    speech: list[Speech] = []
    for part in json.loads(content[start:at]):
        pcm = content[at : at + part["bytes"]]
        at += part["bytes"]
        words = tuple(WordTime(*word) for word in part["words"])
        speech.append(Speech(part["text"], pcm, part["rate"], words))
    return tuple(speech)
