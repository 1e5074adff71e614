"""What the two processes of a media measurement are told to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerJob:
    """What to serve.

    Attributes:
        via: `audiosocket` or `websocket`.
        core: the only processor to run on, `None` for any.
        recordings: folder to record every call in, empty to record none.
    """

    via: str
    core: int | None
    recordings: str = ""


@dataclass(frozen=True, slots=True)
class LoadJob:
    """Whom to call.

    Attributes:
        via: `audiosocket` or `websocket`.
        host, port: where the server listens.
        path: of its WebSocket.
        calls: how many.
        core: the only processor to run on, `None` for any.
    """

    via: str
    host: str
    port: int
    path: str
    calls: int
    core: int | None
