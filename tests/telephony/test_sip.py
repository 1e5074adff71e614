from __future__ import annotations

import socket

import pytest

from telephony.line import LineError
from telephony.sip import SipAccount, SipTransport
from telephony.sip_line import dialled, ended_by, sip_host, sip_user
from telephony.sip_stack import ListenAddress, claim_port


@pytest.mark.parametrize(
    ("address", "user"),
    [
        ("sip:alice@10.0.0.1:5060", "alice"),
        ('"Alice" <sip:+4930123@example.org;transport=tcp>;tag=1', "+4930123"),
        ("sips:bob:secret@example.org", "bob"),
        ("sip:anonymous@anonymous.invalid", ""),
        ("sip:10.0.0.1", ""),
        ("tel:+4930123", ""),
        ("", ""),
    ],
)
def test_who_calls(address: str, user: str) -> None:
    assert sip_user(address) == user


def test_host_and_port_of_an_address() -> None:
    assert sip_host("<sip:alice@10.0.0.1:5070;lr>") == "10.0.0.1:5070"
    assert sip_host("nonsense") == ""


def test_a_call_to_the_registered_contact_was_dialled_as_the_extension() -> None:
    assert dialled("<sip:120-2kcfARsY5w05hwc@10.0.0.9:5060>", "120") == "120"
    assert dialled("<sip:1201@10.0.0.9>", "120") == "1201"
    assert dialled("<sip:shop@10.0.0.9>", "") == "shop"


@pytest.mark.parametrize(
    ("text", "by"),
    [("", "caller"), ("Connection reset by peer", "caller"), ("487 Request Terminated", "caller"),
     ("rtp stream error", "error"), ("500 Server Error", "error")],
)  # fmt: skip
def test_who_ended_a_call(text: str, by: str) -> None:
    ended, reason = ended_by(text)
    assert ended == by
    assert text in reason or by == "caller"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("0.0.0.0:5060", "0.0.0.0:5060"), (":5070", "0.0.0.0:5070"), ("10.1.2.3", "10.1.2.3:5060")],
)
def test_where_to_listen(text: str, parsed: str) -> None:
    assert str(ListenAddress.parse(text)) == parsed


@pytest.mark.parametrize("text", ["host:5060", "1.2.3.4:x", "[::1]:5060", "1.2.3.4:70000", "1.2.3.4:-1"])
def test_an_address_that_is_none_is_named(text: str) -> None:
    with pytest.raises(LineError, match="expected"):
        ListenAddress.parse(text)


def test_a_free_port_is_free_for_both_transports() -> None:
    address = claim_port(ListenAddress("127.0.0.1", 0), ("udp", "tcp"))
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind((address.host, address.port))
        tcp.bind((address.host, address.port))


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
async def test_a_taken_port_is_an_error_that_names_it(kind: socket.SocketKind) -> None:
    with socket.socket(type=kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LineError, match=rf"SIP.* 127\.0\.0\.1:{port}.*in use"):
            claim_port(ListenAddress("127.0.0.1", port), ("udp", "tcp"))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"codecs": ["speex"]}, "codecs: expected some of .* got speex"),
        ({"codecs": []}, "codecs: .* got none"),
        ({"transports": ["tls"]}, "transports: expected udp and/or tcp, got tls"),
        ({"transports": []}, "transports: .* got none"),
        ({"rate": 44100}, "rate: expected 8000 or 16000, got 44100"),
    ],
)
def test_what_cannot_be_is_refused_before_a_call_comes(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(LineError, match=complaint):
        SipTransport("127.0.0.1:0", **options)  # type: ignore[arg-type]


def test_a_password_is_never_shown() -> None:
    account = SipAccount("120", "pbx.example.org", password="hunter2")
    assert "hunter2" not in repr(account)
    assert "120@pbx.example.org" in f"{account}"
