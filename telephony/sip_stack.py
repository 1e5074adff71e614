"""The SIP stack of this process: baresip's `Runtime`, listening where an admin expects it to.

The stack's state is global to the process (one `Runtime` at a time), so a
process either answers calls or places them: run a scripted caller in a process
of its own.
"""

from __future__ import annotations

import asyncio
import ctypes
import ipaddress
import json
import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import baresip
from baresip import _events, _native

from telephony.line import LineError

_log = logging.getLogger(__name__)

_UDP, _TCP = 0, 1
_TRANSPORTS = {"udp": _UDP, "tcp": _TCP}
"""`enum sip_transp` of libre, re_sip.h."""

_SDP_INACTIVE, _SDP_SENDRECV = 0, 3
"""`enum sdp_dir` of libre, re_sdp.h."""

_CALL_STARTS = (baresip.Event.CALL_INCOMING, baresip.Event.CALL_OUTGOING)

RTP_PORTS = (22_000, 23_999)
"""UDP ports of the calls' audio, for firewalls; not those that Asterisk usually has (10000 to 20000)."""

_SOCKADDR_BYTES = 256
"""More than `struct sa` of libre takes (a union of sockaddr_in and sockaddr_in6, and a length)."""


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where SIP is answered: an IPv4 address (`0.0.0.0` for all of them) and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> ListenAddress:
        """Read `HOST:PORT`, `HOST` or `:PORT`. Raises LineError naming what was expected."""
        host, _, port = text.rpartition(":") if ":" in text else (text, "", "5060")
        try:
            address = ipaddress.IPv4Address(host or "0.0.0.0")  # noqa: S104 - what an empty host means
            number = int(port)
        except ValueError:
            raise LineError(f"SIP listen address {text!r}: expected IPV4:PORT like 0.0.0.0:5060") from None
        if not 0 <= number <= 65535:
            raise LineError(f"SIP listen address {text!r}: expected a port from 0 to 65535, got {number}")
        return cls(str(address), number)

    @property
    def everywhere(self) -> bool:
        """Whether all addresses of the machine are meant."""
        return ipaddress.IPv4Address(self.host).is_unspecified

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def claim_port(address: ListenAddress, transports: Sequence[str]) -> ListenAddress:
    """Check that the port is free, or choose one that is free for all transports if it is 0.

    The stack itself would share a UDP port with another program without a word.

    Raises:
        LineError: someone else has the port; the message names address and transport.
    """
    for _ in range(50):
        port = address.port
        sockets: list[socket.socket] = []
        try:
            for transport in transports:
                kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
                sock = socket.socket(socket.AF_INET, kind)
                sockets.append(sock)
                if transport == "tcp":  # else a call that has just ended (TIME_WAIT) looks like a server
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind((address.host, port))
                if transport == "tcp":
                    sock.listen(1)
                port = sock.getsockname()[1]
        except OSError as error:
            if address.port:
                raise LineError(f"SIP cannot listen on {transport} {address}: {error.strerror}") from error
        else:
            return ListenAddress(address.host, port)
        finally:
            for sock in sockets:
                sock.close()
    raise LineError(f"SIP found no port on {address.host} that is free for {' and '.join(transports)}")


async def start_stack(
    address: ListenAddress,
    *,
    transports: Sequence[str] = ("udp", "tcp"),
    expose_headers: Sequence[str] = (),
    max_calls: int | None = None,
    media_timeout: float = 0,
) -> baresip.Runtime:
    """Start the stack on `address`, which `claim_port` has found free.

    Args:
        address: on `0.0.0.0` every interface answers, loopback included.
        transports: `udp`, `tcp` or both.
        expose_headers: names of SIP headers to read from INVITEs, at most 16.
        max_calls: further calls are refused with 486; `None` for no limit.
        media_timeout: seconds without RTP after which a call is over; 0 to wait for ever.

    Raises:
        LineError: the stack could not start, or another one runs in this process.
    """
    runtime = baresip.Runtime()
    config = baresip.Config(
        net_interface=None if address.everywhere else address.host,
        expose_headers=tuple(expose_headers),
        max_concurrent_calls=max_calls,
        rtp_timeout=round(media_timeout),
        extra_config_text=(
            # The default jitter buffer adds 100 ms; the network's jitter shows up as gaps instead.
            f"audio_jitter_buffer_type off\nsip_listen {address}\nsip_transports {','.join(transports)}\n"
            f"rtp_ports {RTP_PORTS[0]}-{RTP_PORTS[1]}\n"
        ),
    )
    try:
        await runtime.start(config)
    except baresip.BaresipError as error:
        raise LineError(f"SIP on {address}: {error}") from error
    library = ctypes.CDLL(_native.__file__)
    if address.everywhere:
        await _listen_on_loopback(library, runtime, address.port, transports)
    _expect_no_video(library)
    return runtime


def _expect_no_video(library: ctypes.CDLL) -> None:
    """Keep the stack from a re-INVITE 20 ms after every answer.

    It sends one when a call's directions are not those it was meant to have, and it means
    every call to have video (baresip src/call.c, `call_need_modify`). Its own public
    function says otherwise, on the stack's thread, where events are reported.
    """
    library.uag_call_find.restype = ctypes.c_void_p
    starts = {_native.lib.BP_EV_BASE + event for event in _CALL_STARTS}

    def on_stack_thread(event: int, handle: int, payload: bytes | None) -> None:
        if event in starts and payload:
            call_id = str(json.loads(payload).get("call_id", ""))
            call = library.uag_call_find(call_id.encode())
            if call:
                library.call_set_media_estdir(ctypes.c_void_p(call), _SDP_SENDRECV, _SDP_INACTIVE)
        forward(event, handle, payload)

    forward = _events.set_sink(on_stack_thread)  # type: ignore[no-untyped-call]  # the library's own


async def _listen_on_loopback(
    library: ctypes.CDLL, runtime: baresip.Runtime, port: int, transports: Sequence[str]
) -> None:
    """Have the stack answer on 127.0.0.1 as well.

    Its interface discovery leaves loopback out (baresip src/net.c, `net_ifaddr_filter`)
    and its configuration has no way to ask for both. The library's own public
    functions do it, but only on the stack's thread; the handler of a command's
    completion runs there.
    """
    library.baresip_network.restype = ctypes.c_void_p
    library.uag_sip.restype = ctypes.c_void_p
    sockaddr = ctypes.create_string_buffer(_SOCKADDR_BYTES)
    errors: list[int] = [library.sa_set_str(sockaddr, b"127.0.0.1", ctypes.c_uint16(port))]

    def on_stack_thread(event: int, handle: int, payload: bytes | None) -> None:
        _events.set_sink(forward)  # type: ignore[no-untyped-call]  # the library's own
        errors.append(library.net_add_address(ctypes.c_void_p(library.baresip_network()), sockaddr))
        for transport in transports:
            sip = ctypes.c_void_p(library.uag_sip())
            errors.append(library.sip_transp_add(sip, _TRANSPORTS[transport], sockaddr))
        forward(event, handle, payload)

    forward = _events.set_sink(on_stack_thread)  # type: ignore[no-untyped-call]
    await runtime.cmd(_native.lib.BP_CMD_PING)
    if any(errors):
        _log.warning("SIP does not answer on 127.0.0.1:%d (errors %s), only on the network", port, errors)


async def dial(
    runtime: baresip.Runtime, agent: baresip.UserAgent, uri: str, headers: Mapping[str, str] | None = None
) -> baresip.Call:
    """Call `uri` and return as soon as the INVITE is on its way, without losing the answer to it.

    `UserAgent.dial` makes its `Call` listen only once the task runs again. What the stack
    reports before that (an answer within milliseconds, a busy event loop) would never reach
    the call, which would then ring for ever.

    Raises:
        BaresipError, ValueError: as `UserAgent.dial`.
    """
    early: list[baresip.StackEvent] = []
    keep = early.append
    runtime.subscribe(keep)
    try:
        call = await agent.dial(uri, dict(headers or {}))
    finally:
        runtime.unsubscribe(keep)
    for event in early:
        call._on_stack_event(event)  # leaves out what is not its own
    return call


async def stop_stack(runtime: baresip.Runtime) -> None:
    """Stop the stack, and with it every call. Raises LineError when its thread does not end."""
    try:
        await asyncio.shield(runtime.close())
    except baresip.BaresipError as error:
        raise LineError(f"SIP stack did not stop: {error}") from error
