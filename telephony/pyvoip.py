"""Parley as an extension of a PBX through pyVoIP: pure Python, GPL-3.0, an optional extra.

For sites that may not load a compiled SIP stack. `telephony.sip` is better in every
other respect; docs/sip.md says what is poor here. pyVoIP is imported by `start` alone.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
import threading
from dataclasses import dataclass, field
from typing import Any

from telephony.calls import Calls
from telephony.line import LineError, OnCall
from telephony.pacer import Pacer
from telephony.pyvoip_line import PyVoipLine

_log = logging.getLogger(__name__)

_REGISTER_SECONDS = 10.0
_REGISTER_POLL = 0.05
_WATCH_SECONDS = 5.0
_STOP_GRACE = 3.0
_RTP_PORTS = (30_000, 31_999)
"""Out of the way of Asterisk's usual 10000 to 20000, which is also pyVoIP's."""


@dataclass(frozen=True, slots=True)
class PyVoipAccount:
    """An extension on a PBX.

    Attributes:
        registrar: the PBX, `host` or `host:port`.
        user: the extension.
        password: for digest authentication; never shown.
    """

    registrar: str
    user: str
    password: str = field(repr=False)

    @property
    def server(self) -> tuple[str, int]:
        """Host and port of the PBX. Raises LineError for a port that is none."""
        host, colon, port = self.registrar.partition(":")
        if not host or (colon and not port.isdecimal()):
            raise LineError(f"pyVoIP registrar {self.registrar!r}: expected HOST or HOST:PORT")
        return host, int(port or 5060)

    def __str__(self) -> str:
        return f"{self.user}@{self.registrar}"


class PyVoipTransport:
    """Calls to one registered extension, 8 kHz, G.711 µ-law towards the caller.

    Args:
        listen: `IPV4:PORT`; with `0.0.0.0` the address that reaches the PBX is used.
        account: what to register as.
        media_timeout: seconds without RTP from the caller after which the call is over.
    """

    def __init__(self, listen: str, account: PyVoipAccount, *, media_timeout: float = 30.0) -> None:
        self._host, _, port = listen.rpartition(":")
        if not port.isdecimal():
            raise LineError(f"pyVoIP listen address {listen!r}: expected IPV4:PORT like 0.0.0.0:5080")
        self._port = int(port)
        self._account = account
        self._media_timeout = media_timeout
        self._pacer = Pacer(phases=2)
        self._phone: Any = None
        self._calls: Calls | None = None
        self._watching: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def name(self) -> str:
        """`pyvoip`."""
        return "pyvoip"

    @property
    def address(self) -> str:
        """Where it listens, and what it is registered as."""
        return f"{self._host}:{self._port} as {self._account}"

    async def start(self, on_call: OnCall) -> None:
        """Register and take calls.

        Raises:
            LineError: pyVoIP is not installed, the port is taken, or registering failed.
        """
        try:
            library = importlib.import_module("pyVoIP.VoIP")
        except ImportError as error:
            raise LineError(
                f"telephony.pyvoip needs pyVoIP ({error}): pip install 'parley[pyvoip]' "
                "(GPL-3.0; it needs Python 3.12 or older)"
            ) from error
        self._loop = asyncio.get_running_loop()
        self._calls = Calls(on_call)
        if self._host in ("", "0.0.0.0"):  # noqa: S104 - compared, not bound
            self._host = await self._source_address()
        await self._connect(library)
        self._watching = asyncio.create_task(self._watch(library), name="pyvoip registration")

    async def stop(self) -> None:
        """Hang up what is left, unregister and release the port. Safe to call twice."""
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if self._calls is not None:
            await self._calls.end(_STOP_GRACE)
        await self._disconnect()

    async def _connect(self, library: Any) -> None:
        server, port = self._account.server
        phone = library.VoIPPhone(
            server,
            port,
            self._account.user,
            self._account.password,
            myIP=self._host,
            callCallback=self._ring,
            sipPort=self._port,
            rtpPortLow=_RTP_PORTS[0],
            rtpPortHigh=_RTP_PORTS[1],
        )
        phone.sip.register_timeout = _REGISTER_SECONDS / 2
        self._phone = phone
        try:
            async with asyncio.timeout(_REGISTER_SECONDS):
                await asyncio.to_thread(phone.start)
                while phone.get_status().name not in ("REGISTERED", "FAILED"):  # noqa: ASYNC110 - no event
                    await asyncio.sleep(_REGISTER_POLL)
        except OSError as error:
            # TimeoutError is one as well.
            await self._disconnect()
            reason = error.strerror or "no answer"
            raise LineError(f"pyVoIP on {self._host}:{self._port} as {self._account}: {reason}") from error
        if phone.get_status().name == "FAILED":
            raise LineError(
                f"pyVoIP could not register as {self._account}: a wrong password, or no PBX there"
            )

    async def _disconnect(self) -> None:
        phone, self._phone = self._phone, None
        if phone is not None:
            try:
                await asyncio.to_thread(phone.stop)
            except OSError as error:
                _log.warning("%s: could not unregister: %s", self._account, error)

    async def _watch(self, library: Any) -> None:
        """Register again when pyVoIP has given up, which it does after three failures."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if self._phone is not None and self._phone.get_status().name != "FAILED":
                continue
            _log.warning("%s: the registration was lost, registering again", self._account)
            try:
                await self._connect(library)
            except LineError as error:
                _log.warning("%s", error)

    async def _source_address(self) -> str:
        """This machine's address towards the PBX: pyVoIP writes it into what it sends."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=self._account.server, family=socket.AF_INET
            )
        except OSError as error:
            raise LineError(f"pyVoIP cannot reach {self._account}: {error}") from error
        try:
            return str(transport.get_extra_info("sockname")[0])
        finally:
            transport.close()

    def _ring(self, call: Any) -> None:
        """A call came. In a thread of pyVoIP's, which forgets the call when this returns."""
        over = threading.Event()
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._begin, call, over)
                over.wait()
        except RuntimeError as error:
            _log.warning("a call to %s came while Parley was stopping: %s", self._account, error)

    def _begin(self, call: Any, over: threading.Event) -> None:
        if self._calls is None:
            over.set()
            return
        try:
            line = PyVoipLine(
                call,
                pacer=self._pacer,
                over=over,
                server=str(self._account),
                silence_limit=self._media_timeout,
            )
        except Exception:
            # What an INVITE lacks shows up as any kind of error.
            _log.exception("%s: an INVITE could not be understood", self._account)
            over.set()
            return
        self._calls.begin(line)
