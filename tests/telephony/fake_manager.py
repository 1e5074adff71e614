"""A manager interface of Asterisk on loopback: polite, or as bad as a test asks for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

Fields = Mapping[str, str]
Answers = Mapping[str, Callable[[Fields], str]]
"""By action: what to send, with `{id}` for its ActionID."""

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
SECRET = "sesame"


def packet(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n\r\n"


def _login(fields: Fields) -> str:
    if fields["Secret"] == SECRET:
        return packet("Response: Success", "ActionID: {id}", "Message: Authentication accepted")
    return packet("Response: Error", "ActionID: {id}", "Message: Authentication failed")


class FakeManager:
    """Keeps the actions it was asked for."""

    def __init__(self, answers: Answers | None = None, greeting: bytes = GREETING) -> None:
        self.actions: list[Fields] = []
        self.answers: Answers = {"Login": _login, **(answers or {})}
        self.greeting = greeting
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """As if Asterisk was killed."""
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()

    def send(self, data: bytes | str) -> None:
        for writer in self._writers:
            writer.write(data.encode() if isinstance(data, str) else data)

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def asked(self, action: str) -> list[Fields]:
        return [fields for fields in self.actions if fields["Action"] == action]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(self.greeting)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in text.split("\r\n") if line)
                self.actions.append(fields)
                answer = self.answers.get(fields["Action"])
                if answer is not None:
                    writer.write(answer(fields).replace("{id}", fields["ActionID"]).encode())


@contextlib.asynccontextmanager
async def fake_manager(
    answers: Answers | None = None, greeting: bytes = GREETING
) -> AsyncIterator[FakeManager]:
    manager = FakeManager(answers, greeting)
    await manager.start()
    try:
        yield manager
    finally:
        await manager.stop()
