"""The embedded language model: a llama.cpp server in this process, with the OpenAI chat API.

It listens on a loopback port of its own, so that `dialogue.llm` speaks to it as to any other server.
Reading a flow's prompt takes a processor many seconds, so what was read is kept in files: the next
start takes milliseconds for it.
"""

from __future__ import annotations

import asyncio
import ctypes
import hashlib
import json
import logging
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import aiohttp
import xllamacpp  # type: ignore[import-untyped]  # it ships no types

from dialogue.llm import LanguageModelError, Message

log = logging.getLogger(__name__)

_READING_SECONDS = 600.0
_KEPT_PROMPTS = 16
_STOP_SECONDS = 10.0
_IDLE_SECONDS = 0.05

_NICE = 10
"""What is written and read for one caller takes no processor from the recognition and the voice of others."""


class EmbeddedServer:
    """Serves one GGUF model.

    Args:
        path: the model file.
        context: tokens for prompt and reply of one conversation.
        threads: processor threads.
        conversations: how many replies are written at the same time; each takes `context` tokens.
        prompts: folder for prompts that were read (some 15 MB each, the newest are kept), None to
            keep none.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        context: int = 4096,
        threads: int = 2,
        conversations: int = 1,
        prompts: str | Path | None = None,
    ) -> None:
        self._path = Path(path)
        self._context = context
        self._threads = threads
        self._conversations = conversations
        self._prompts = Path(prompts) if prompts is not None else None
        self._server: xllamacpp.Server | None = None

    @property
    def url(self) -> str:
        """The API's base address; valid after `start`."""
        return f"{self._address}/v1"

    async def start(self) -> None:
        """Load the model and listen. Raises LanguageModelError: file missing, broken, no memory."""
        if self._server is None:
            own = ThreadPoolExecutor(1, "language model")
            try:
                self._server = await asyncio.get_running_loop().run_in_executor(own, self._load)
            finally:
                own.shutdown(wait=False)

    async def stop(self, patience: float = _STOP_SECONDS) -> None:
        """Stop the server and free the model. Safe to call twice.

        What it is asked meanwhile comes to its end first; a server that never becomes idle is left behind.

        Args:
            patience: seconds to wait for that.
        """
        if self._server is None:
            return
        address, servers = self._address, [self._server]
        self._server = None
        # The engine stops when the last reference to it goes. That waits for the replies it is writing with
        # Python standing still, so nobody could hang up on one: the process would hang for good.
        deadline = asyncio.get_running_loop().time() + patience
        while not _is_idle(address):
            if asyncio.get_running_loop().time() >= deadline:
                log.warning("%s is still writing after %g s and is left behind", self._path.name, patience)
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(servers[0]))
                return
            await asyncio.sleep(_IDLE_SECONDS)
        servers.clear()

    async def read(self, messages: Sequence[Message]) -> None:
        """Read a prompt, from its file if it was read before. Raises LanguageModelError.

        A reply to a conversation that begins with the same messages then starts at once.
        """
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_READING_SECONDS)) as client:
            name = self._prompt_name(messages)
            if name is None:
                await self._ask(client, messages)
            elif not await self._restore(client, name):
                await self._ask(client, messages)
                await self._save(client, name)
            # Another prompt on the server's desk moves this one into its memory of prompts; without
            # that, the next file to be restored would take its place.
            await self._post(client, "/completion", {"prompt": "-", "n_predict": 1, "id_slot": 0})

    async def _ask(self, client: aiohttp.ClientSession, messages: Sequence[Message]) -> None:
        request = {"messages": list(messages), "max_tokens": 1, "id_slot": 0}
        await self._post(client, "/v1/chat/completions", request)

    async def _restore(self, client: aiohttp.ClientSession, name: str) -> bool:
        """Whether a prompt could be had from its file."""
        if self._prompts is None or not (self._prompts / name).is_file():
            return False
        try:
            await self._post(client, "/slots/0?action=restore", {"filename": name})
        except LanguageModelError as error:
            log.info("a kept prompt is of no use and is read again: %s", error)
            return False
        (self._prompts / name).touch()
        return True

    async def _save(self, client: aiohttp.ClientSession, name: str) -> None:
        """Keep what was read; a crash on the way leaves no half file under the name."""
        if self._prompts is None:
            return
        unfinished = f"{name}.part"
        try:
            await self._post(client, "/slots/0?action=save", {"filename": unfinished})
            (self._prompts / unfinished).replace(self._prompts / name)
            files = sorted(self._prompts.glob("*.prompt"), key=lambda file: file.stat().st_mtime)
            for old in files[:-_KEPT_PROMPTS]:
                old.unlink()
        except (LanguageModelError, OSError) as error:
            log.warning("a prompt could not be kept in %s: %s", self._prompts, error)

    async def _post(self, client: aiohttp.ClientSession, path: str, request: dict[str, object]) -> None:
        try:
            async with client.post(f"{self._address}{path}", json=request) as response:
                if response.status != 200:
                    found = f"{response.status}: {(await response.text())[:200]}"
                    raise LanguageModelError(str(self._path), f"status 200 for {path}", found)
                await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            found = f"{type(error).__name__}: {error}"
            raise LanguageModelError(str(self._path), "a running server", found) from error

    def _prompt_name(self, messages: Sequence[Message]) -> str | None:
        """The file of a prompt: another model, engine or text makes another name."""
        if self._prompts is None:
            return None
        status = self._path.stat()
        what = (self._path.name, status.st_size, status.st_mtime_ns, self._context, version("xllamacpp"))
        return hashlib.sha256(json.dumps([what, list(messages)]).encode()).hexdigest()[:32] + ".prompt"

    @property
    def _address(self) -> str:
        if self._server is None:
            raise LanguageModelError(str(self._path), "a started server", "one that is not running")
        return str(self._server.listening_address)

    def _load(self) -> xllamacpp.Server:
        self._check_file()
        if sys.platform == "linux":
            # There a thread has a priority of its own, which those that the engine begins inherit.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        try:
            if self._prompts is not None:
                self._prompts.mkdir(parents=True, exist_ok=True)
            return xllamacpp.Server(self._parameters())
        except OSError as error:
            found = error.strerror or str(error)
            raise LanguageModelError(str(self._prompts), "a folder for prompts", found) from None
        except (RuntimeError, ValueError, MemoryError) as error:
            size = self._path.stat().st_size
            raise LanguageModelError(
                str(self._path), "a complete GGUF model", f"{size} bytes that do not load ({error})"
            ) from None

    def _check_file(self) -> None:
        try:
            with self._path.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            found = error.strerror or str(error)
            raise LanguageModelError(str(self._path), "a readable GGUF model", found) from None
        if magic != b"GGUF":
            raise LanguageModelError(str(self._path), "a GGUF model", f"a file that begins with {magic!r}")

    def _parameters(self) -> xllamacpp.CommonParams:
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._path)
        parameters.n_ctx = self._context * self._conversations
        parameters.n_parallel = self._conversations
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.n_threads_http = 4
        parameters.verbosity = 0
        parameters.ui = False
        parameters.cache_prompt = True
        # Prompts of other flows and languages are kept here while one slot serves them all in turn.
        parameters.cache_ram_mib = 1024
        if self._prompts is not None:
            parameters.slot_save_path = f"{self._prompts}/"
        return parameters


def _is_idle(address: str) -> bool:
    """Whether a server writes nothing, looked at twice: what was sent just before has arrived by then.

    Blocks, on purpose: nothing of this process asks it anything in between.
    """
    if _is_writing(address):
        return False
    time.sleep(_IDLE_SECONDS)
    return not _is_writing(address)


def _is_writing(address: str) -> bool:
    """Whether a server is at work; one that does not say so is too busy for it."""
    try:
        with urllib.request.urlopen(f"{address}/slots", timeout=1.0) as response:  # noqa: S310 - its own address
            return any(slot["is_processing"] for slot in json.load(response))
    except OSError:
        return True
