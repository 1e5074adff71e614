"""Ports for a server that is started in a moment."""

from __future__ import annotations

import contextlib
import secrets
import socket

FIRST, LAST = 24_000, 32_000
"""Above the ports of audio (`telephony.sip_stack.RTP_PORTS`) and below those that the kernel hands out by
itself (32768 and more on Linux): no passing connection takes one before the server listens."""


def free_port() -> int:
    """A port that is free for TCP and UDP on loopback. Raises OSError when there is none."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """That many of them, all different. Raises OSError when there are not so many."""
    with contextlib.ExitStack() as held:
        found: list[int] = []
        for _ in range(100 * count):
            tcp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            port = FIRST + secrets.randbelow(LAST - FIRST)
            with contextlib.suppress(OSError):
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                found.append(port)
            if len(found) == count:
                return found
    raise OSError(f"expected {count} free ports from {FIRST} to {LAST} on 127.0.0.1, found {len(found)}")
