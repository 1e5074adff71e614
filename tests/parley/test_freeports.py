"""Ports for servers: different ones, free for both transports, none that a passing connection may take."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from parley import freeports
from parley.freeports import free_port, free_ports


def test_ports_are_different_and_can_be_listened_on() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))


def test_the_kernel_gives_none_of_them_to_somebody_else() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert lowest > freeports.LAST, "this machine's range was changed: servers of tests may find a port taken"


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_taken_port_is_left_out(monkeypatch: pytest.MonkeyPatch, kind: int) -> None:
    port = free_port()
    monkeypatch.setattr(freeports, "FIRST", port)
    monkeypatch.setattr(freeports, "LAST", port + 1)
    assert free_port() == port
    with socket.socket(type=kind) as other:
        other.bind(("127.0.0.1", port))
        with pytest.raises(OSError, match="expected 1 free port"):
            free_port()
