"""Packets of the manager interface: whole, cut, forged, endless."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami_wire import (
    MAX_PACKET_BYTES,
    AmiError,
    AmiEvent,
    AmiResponse,
    Packets,
    action,
    banner,
    parse,
)

EVENT = b"Event: Newchannel\r\nChannel: PJSIP/200-00000001\r\nCallerIDName: Ann\r\n\r\n"
RESPONSE = b"Response: Error\r\nActionID: 7\r\nMessage: Channel does not exist: x\r\n\r\n"


def test_events_and_responses_are_read() -> None:
    event, response = Packets().feed(EVENT + RESPONSE)
    assert event == AmiEvent("Newchannel", {"Channel": "PJSIP/200-00000001", "CallerIDName": "Ann"})
    assert event["Missing"] == ""
    assert response == AmiResponse(False, {"ActionID": "7", "Message": "Channel does not exist: x"})
    assert response.message == "Channel does not exist: x"


@given(st.lists(st.integers(1, len(EVENT + RESPONSE) - 1), max_size=8))
def test_where_the_stream_is_cut_does_not_matter(cuts: list[int]) -> None:
    packets, stream = Packets(), EVENT + RESPONSE
    found = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += packets.feed(stream[start:end])
    assert found == Packets().feed(stream)


@given(st.binary(max_size=2000))
def test_no_input_is_worse_than_an_unknown_packet(data: bytes) -> None:
    packets = Packets()
    packets.feed(data)
    packets.feed(b"\r\n\r\n")
    assert packets.feed(EVENT)[-1] == parse(EVENT.strip())


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60))
def test_a_callers_name_cannot_write_lines_of_its_own(name: str) -> None:
    text = f"Event: Newchannel\r\nUniqueid: 1.2\r\nCallerIDName: {name}Uniqueid: 6.6\r\n\r\n"
    (event,) = Packets().feed(text.encode())
    assert event.fields["Uniqueid"] == "1.2"
    assert set(event.fields) <= {"Uniqueid", "CallerIDName"}


@pytest.mark.parametrize("end", ["\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\r", "\n"])
def test_only_asterisks_own_line_ends_count(end: str) -> None:
    (event,) = Packets().feed(f"Event: Hangup\r\nCause: 16\r\nName: x{end}Cause: 0\r\n\r\n".encode())
    assert event.fields["Cause"] == "16"


def test_a_packet_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    packets = Packets()
    with pytest.raises(AmiError, match="at most 65536 bytes"):
        for _ in range(MAX_PACKET_BYTES // 1000 + 2):
            packets.feed(b"x" * 1000)


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"hello\r\n\r\n", b"Event\r\n\r\n", b"\xff\xfe\r\n\r\n"])
def test_unknown_packets_are_left_out(junk: bytes) -> None:
    assert Packets().feed(junk + EVENT) == Packets().feed(EVENT)


def test_an_action_is_lines_and_an_empty_one() -> None:
    packet = action("Redirect", {"ActionID": "1", "Channel": "PJSIP/1", "Exten": ""}, {"A": "b"})
    assert packet == b"Action: Redirect\r\nActionID: 1\r\nChannel: PJSIP/1\r\nVariable: A=b\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"Exten": "1\r\nAction: Command"}, "without line breaks"),
        ({"Exten": "1\nX: y"}, "without line breaks"),
        ({"Exten": "1\0"}, "without line breaks"),
        ({"Ex\r\nten": "1"}, "expected a name"),
        ({"Ex: ten": "1"}, "expected a name"),
        ({"Exten": "9" * 1100}, "at most 1024 bytes"),
    ],
)
def test_values_that_would_be_other_actions_are_refused(fields: dict[str, str], problem: str) -> None:
    with pytest.raises(AmiError, match=problem):
        action("Redirect", fields)


@given(st.text(max_size=40), st.text(alphabet=string.printable, max_size=40))
def test_an_action_is_never_two(value: str, variable: str) -> None:
    try:
        packet = action("Originate", {"CallerID": value}, {"NAME": variable})
    except AmiError:
        return
    assert packet.count(b"\r\n") == (4 if value else 3)
    assert packet.endswith(b"\r\n\r\n")


def test_the_banner() -> None:
    assert banner(b"Asterisk Call Manager/11.0.0\r\n") == "11.0.0"
    with pytest.raises(AmiError, match="is it the manager's port"):
        banner(b"SSH-2.0-OpenSSH_9.2\r\n")
