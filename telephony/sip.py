"""Answers SIP with no PBX in between, and as a registered extension of one.

RFC 3261 over UDP and TCP, G.711, G.722 and Opus, RFC 4733 keys, through
`baresip-python`. See docs/sip.md for what it can and cannot do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import baresip

from telephony.calls import Calls
from telephony.line import LineError, OnCall
from telephony.pacer import Pacer
from telephony.sip_line import SipLine
from telephony.sip_stack import ListenAddress, claim_port, start_stack, stop_stack

_log = logging.getLogger(__name__)

CODECS = {"pcmu": "pcmu", "pcma": "pcma", "g722": "g722/16000/1", "opus": "opus/48000/2"}
"""Codecs by the names used in configuration, and by those of the stack."""

_STANDARD_HEADERS = ("To", "Diversion", "P-Asserted-Identity")
_PERIOD = 0.01
_STOP_GRACE = 3.0
_REGISTER_PATIENCE = 4.0
"""Seconds that starting waits for the PBX; registering goes on behind the scenes."""


@dataclass(frozen=True, slots=True)
class SipAccount:
    """An extension on a PBX that Parley registers as.

    Attributes:
        user: the extension.
        domain: the PBX, `host` or `host:port`.
        password: for digest authentication; never shown.
        auth_user: name for authentication where it is not `user`.
        registrar: outbound proxy, where it is not `domain`.
        transport: `udp` or `tcp`.
        expires: seconds between two registrations.
    """

    user: str
    domain: str
    password: str = ""
    auth_user: str | None = None
    registrar: str | None = None
    transport: str = "udp"
    expires: int = 300

    def __repr__(self) -> str:
        return f"SipAccount({self.user}@{self.domain} over {self.transport})"


class SipTransport:
    """Calls that arrive by SIP.

    Args:
        listen: `IPV4:PORT`; `0.0.0.0` answers on every interface including loopback,
            port 0 takes a free one.
        transports: `udp`, `tcp` or both, on the same port.
        codecs: names from `CODECS`, best first.
        account: also register as this extension.
        rate: samples per second of the lines, 8000 or 16000. The codec is not known
            before the call is answered, so it is the same for all calls.
        headers: names of INVITE headers to pass on as variables, at most 12.
        max_calls: further calls are refused with 486.
        media_timeout: seconds without RTP from the caller after which the call is over.
    """

    def __init__(
        self,
        listen: str = "0.0.0.0:5060",
        *,
        transports: Sequence[str] = ("udp", "tcp"),
        codecs: Sequence[str] = ("pcmu", "pcma", "g722", "opus"),
        account: SipAccount | None = None,
        rate: int = 8000,
        headers: Sequence[str] = ("X-Parley-Flow",),
        max_calls: int | None = None,
        media_timeout: float = 30.0,
    ) -> None:
        unknown = [name for name in codecs if name not in CODECS]
        if unknown or not codecs:
            raise LineError(
                f"SIP codecs: expected some of {', '.join(CODECS)}, got {', '.join(unknown) or 'none'}"
            )
        if not transports or set(transports) - {"udp", "tcp"}:
            raise LineError(f"SIP transports: expected udp and/or tcp, got {', '.join(transports) or 'none'}")
        if rate not in (8000, 16000):
            raise LineError(f"SIP rate: expected 8000 or 16000, got {rate}")
        self._listen = ListenAddress.parse(listen)
        self._transports = tuple(transports)
        self._codecs = tuple(CODECS[name] for name in codecs)
        self._account = account
        self._rate = rate
        self._headers = (*_STANDARD_HEADERS, *headers)
        self._max_calls = max_calls
        self._media_timeout = media_timeout
        self._runtime: baresip.Runtime | None = None
        self._pacer = Pacer(period=_PERIOD, phases=2)
        self._calls: Calls | None = None
        self.registered = asyncio.Event()

    @property
    def name(self) -> str:
        """`sip`."""
        return "sip"

    @property
    def address(self) -> str:
        """`IPV4:PORT`, with the port that was taken."""
        return str(self._listen)

    async def start(self, on_call: OnCall) -> None:
        """Listen, and register where there is an account.

        A PBX that does not answer is tried again for ever; one that says no is an error.

        Raises:
            LineError: the port is taken, another SIP stack runs in this process, or the PBX refused.
        """
        self._listen = claim_port(self._listen, self._transports)
        self._runtime = await start_stack(
            self._listen,
            transports=self._transports,
            expose_headers=self._headers,
            max_calls=self._max_calls,
            media_timeout=self._media_timeout,
        )
        self._runtime.on_dead = self._on_dead
        try:
            await self._take_calls(self._runtime, on_call)
        except LineError:
            await self.stop()
            raise

    async def _take_calls(self, runtime: baresip.Runtime, on_call: OnCall) -> None:
        agents = [
            await baresip.UserAgent.create(runtime, self._anyone(transport)) for transport in self._transports
        ]
        if self._account is not None:
            agents.append(await self._register(runtime, self._account))
        calls = self._calls = Calls(on_call)
        for agent in agents:
            agent.on_incoming(lambda call: self._on_incoming(call, calls))

    def _anyone(self, transport: str) -> baresip.Account:
        """Takes calls for any user over one transport: the stack gives an account no calls of another."""
        return baresip.Account(
            user="parley",
            domain="127.0.0.1" if self._listen.everywhere else self._listen.host,
            password="",
            reg_interval=0,
            transport="tcp" if transport == "tcp" else "udp",
            audio_codecs=self._codecs,
            extra_params=("catchall=yes",),
        )

    async def _register(self, runtime: baresip.Runtime, account: SipAccount) -> baresip.UserAgent:
        try:
            stack_account = baresip.Account(
                user=account.user,
                domain=account.domain,
                password=account.password,
                auth_user=account.auth_user,
                registrar=account.registrar,
                reg_interval=account.expires,
                transport="tcp" if account.transport == "tcp" else "udp",
                audio_codecs=self._codecs,
            )
            agent = await baresip.UserAgent.create(runtime, stack_account)
        except (ValueError, baresip.BaresipError) as error:
            raise LineError(f"{account}: {error}") from error
        agent.on(self._on_registration)
        try:
            await agent.register(timeout=_REGISTER_PATIENCE)
        except baresip.RegistrationError as error:
            if error.status in (401, 403, 404, 407):
                raise LineError(f"{account}: the PBX refused the registration: {error}") from error
            _log.warning("%r: not registered yet, trying again: %s", account, error)
        return agent

    def _on_registration(self, event: baresip.StackEvent) -> None:
        if event.event is baresip.Event.REGISTER_OK:
            self.registered.set()
        elif event.event is baresip.Event.REGISTER_FAIL:
            self.registered.clear()
            _log.warning("%r: registration failed: %s", self._account, event.text)

    def _on_incoming(self, call: baresip.Call, calls: Calls) -> None:
        account = self._account
        calls.begin(
            SipLine(
                call,
                rate=self._rate,
                pacer=self._pacer,
                domain=account.domain if account else "",
                extension=account.user if account else "",
            )
        )

    def _on_dead(self) -> None:
        for line in self._calls.lines if self._calls else ():
            if isinstance(line, SipLine):
                line.close("error", "the SIP stack died; restart Parley")

    async def stop(self) -> None:
        """Hang up what is left, unregister and release the port."""
        runtime, self._runtime = self._runtime, None
        if runtime is None:
            return
        if self._calls is not None:
            await self._calls.end(_STOP_GRACE)
        await stop_stack(runtime)
