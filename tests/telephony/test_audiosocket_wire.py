"""AudioSocket on the wire: what Asterisk sends is understood, what nobody should send is named."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.audiosocket_wire import (
    Audio,
    AudioSocketError,
    CallId,
    Decoder,
    Dtmf,
    Failure,
    Hangup,
    Message,
    Unknown,
    encode,
)

CALL = uuid.UUID("40325ec2-5efd-4bd3-805f-53576e581d13")

samples = st.binary(min_size=1, max_size=400).map(lambda raw: raw + raw)
messages = st.one_of(
    st.uuids().map(CallId),
    st.builds(Audio, samples, st.sampled_from([8000, 12000, 16000, 24000, 32000, 44100, 48000, 192000])),
    st.sampled_from("0123456789*#ABCD").map(Dtmf),
    st.just(Hangup()),
    st.binary(max_size=8).map(Failure),
    st.builds(Unknown, st.sampled_from([0x02, 0x04, 0x0F, 0x19, 0x80, 0xFE]), st.binary(max_size=300)),
)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("01 0010 40325ec25efd4bd3805f53576e581d13", CallId(CALL)),
        ("10 0004 01000200", Audio(b"\1\0\2\0", 8000)),
        ("12 0002 ff7f", Audio(b"\xff\x7f", 16000)),
        ("03 0001 23", Dtmf("#")),
        ("03 0001 61", Dtmf("A")),
        ("00 0000", Hangup()),
        ("ff 0001 02", Failure(b"\2")),
        ("7e 0002 abcd", Unknown(0x7E, b"\xab\xcd")),
    ],
)
def test_bytes_as_asterisk_sends_them(raw: str, message: Message) -> None:
    assert Decoder().feed(bytes.fromhex(raw)) == [message]


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("01 0000", r"UUID \(0x01\): expected 16 bytes, got 0"),
        ("01 000f" + "00" * 15, r"expected 16 bytes, got 15"),
        ("01 0024" + "30" * 36, r"expected 16 bytes, got 36"),
        ("10 0000", r"audio \(0x10\): expected whole 16-bit samples, got 0 bytes"),
        ("12 0003 000000", r"audio \(0x12\): expected whole 16-bit samples, got 3 bytes"),
        ("03 0000", r"DTMF \(0x03\): expected 1 byte, got 0"),
        ("03 0002 3132", r"DTMF \(0x03\): expected 1 byte, got 2"),
        ("03 0001 00", r"expected one of 0-9 \* # A-D, got byte 0x00"),
        ("03 0001 e9", r"got byte 0xe9"),
        ("00 0001 00", r"hang-up \(0x00\): expected no payload, got 1 bytes"),
    ],
)
def test_each_malformation_is_named(raw: str, complaint: str) -> None:
    with pytest.raises(AudioSocketError, match=complaint):
        Decoder().feed(bytes.fromhex(raw))


def test_http_on_the_wrong_port_is_not_taken_for_audio() -> None:
    """'G' is kind 0x47 with a length of 0x4554: it never becomes a message that a call could start with."""
    decoder = Decoder()
    assert decoder.feed(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == []
    assert decoder.unfinished > 0


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (Audio(b"\0\0", 11025), "expected a rate"),
        (Audio(b"\0", 8000), "got 1 bytes"),
        (Audio(b"", 8000), "got 0 bytes"),
        (Audio(bytes(65536), 8000), "at most 65535"),
        (Dtmf("x"), "expected a DTMF key, got 'x'"),
        (Dtmf(""), "expected a DTMF key"),
    ],
)
def test_what_the_wire_cannot_carry_is_not_sent(message: Message, complaint: str) -> None:
    with pytest.raises(AudioSocketError, match=complaint):
        encode(message)


@given(st.lists(messages, max_size=8))
def test_round_trip(sent: list[Message]) -> None:
    assert Decoder().feed(b"".join(map(encode, sent))) == sent


@given(st.lists(messages, max_size=5), st.lists(st.integers(1, 50), max_size=40))
def test_chunks_do_not_matter(sent: list[Message], sizes: list[int]) -> None:
    stream = b"".join(map(encode, sent))
    decoder = Decoder()
    got: list[Message] = []
    for size in [*sizes, len(stream)]:
        chunk, stream = stream[:size], stream[size:]
        got += decoder.feed(chunk)
    assert got == sent
    assert decoder.unfinished == 0


@given(st.binary(max_size=3000))
def test_garbage_is_an_error_or_waits_for_more_and_never_piles_up(garbage: bytes) -> None:
    decoder = Decoder()
    try:
        for start in range(0, len(garbage), 100):
            decoder.feed(garbage[start : start + 100])
            assert decoder.unfinished < 3 + 65535
    except AudioSocketError as error:
        assert "expected" in str(error)
