"""chan_websocket's control messages, right and wrong, JSON and plain."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.websocket_wire import (
    MAX_COMMAND_BYTES,
    MAX_EVENT_BYTES,
    DtmfEnd,
    MarkProcessed,
    MediaStart,
    Other,
    Problem,
    WebSocketError,
    Xoff,
    Xon,
    command,
    parse_event,
)

START = {
    "event": "MEDIA_START",
    "channel": "WebSocket/parley/0x7f",
    "format": "slin16",
    "optimal_frame_size": 640,
    "ptime": 20,
    "channel_variables": {"CUSTOMER": "42"},
}


def test_media_start() -> None:
    start = MediaStart("WebSocket/parley/0x7f", "slin16", 640, 20, {"CUSTOMER": "42"})
    assert parse_event(json.dumps(START)) == start
    plain = "MEDIA_START connection_id:x channel:WebSocket/1 format:ulaw optimal_frame_size:160 ptime:20"
    assert parse_event(plain) == MediaStart("WebSocket/1", "ulaw", 160, 20)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('{"event":"DTMF_END","digit":"#"}', DtmfEnd("#")),
        ("DTMF_END digit:a", DtmfEnd("A")),
        ('{"event":"MEDIA_MARK_PROCESSED","correlation_id":"7"}', MarkProcessed("7")),
        ("MEDIA_MARK_PROCESSED 7", MarkProcessed("7")),
        ("MEDIA_XOFF", Xoff()),
        ('{"event":"MEDIA_XON"}', Xon()),
        ('{"event":"ERROR","error_text":"no such command"}', Problem("no such command")),
        ("ERROR error_text:no such command", Problem("no such command")),
        ('{"event":"STATUS","queue_length":3}', Other("STATUS")),
        ("NEWER_THAN_THIS a:b", Other("NEWER_THAN_THIS")),
    ],
)
def test_events(text: str, event: object) -> None:
    assert parse_event(text) == event


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "an event's name"),
        ("{", "a JSON object"),
        ('{"event": 1}', "an event's name"),
        ('{"no": "event"}', "an event's name"),
        ("{" * 5000, "a JSON object"),
        (json.dumps(START)[:60], "a JSON object"),
        (json.dumps({**START, "format": "opus"}), "format slin, slin16, ulaw, got 'opus'"),
        (json.dumps({**START, "format": 8}), "expected text in format"),
        (json.dumps({**START, "ptime": -20}), "ptime from 10 to 100"),
        (json.dumps({**START, "ptime": True}), "ptime from 10 to 100"),
        (json.dumps({**START, "ptime": 1e400}), "ptime from 10 to 100"),
        (json.dumps({**START, "optimal_frame_size": "9" * 400}), "optimal_frame_size"),
        (json.dumps({**START, "channel_variables": []}), "channel_variables as an object"),
        (json.dumps({**START, "channel": None}), "expected text in channel"),
        ("MEDIA_START", "expected text in format"),
        ("DTMF_END digit:11", "one of 0-9"),
        ("DTMF_END", "expected text in digit"),
        ('{"event":"DTMF_END","digit":"x"}', "one of 0-9"),
        ('{"event":"MEDIA_MARK_PROCESSED"}', "expected text in correlation_id"),
        ("X" * (MAX_EVENT_BYTES + 1), "at most 65500 bytes"),
    ],
)
def test_what_is_wrong_is_named(text: str, problem: str) -> None:
    with pytest.raises(WebSocketError, match=problem):
        parse_event(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["MEDIA_START", "DTMF_END", "MEDIA_MARK_PROCESSED", "ERROR", "MEDIA_XON", "STATUS"])


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_no_text_does_worse_than_an_error_of_its_own(text: str) -> None:
    try:
        parse_event(text)
    except WebSocketError as error:
        assert "expected" in str(error)


@given(NAMES, st.dictionaries(st.sampled_from([*START, "digit", "correlation_id", "error_text"]), JSON))
def test_no_value_does_worse_than_an_error_of_its_own(name: str, fields: dict[str, object]) -> None:
    try:
        parse_event(json.dumps({**fields, "event": name}))
    except WebSocketError as error:
        assert name in str(error)


def test_commands() -> None:
    assert command("ANSWER", as_json=True) == '{"command":"ANSWER"}'
    assert command("MARK_MEDIA", "12", as_json=True) == '{"command":"MARK_MEDIA","correlation_id":"12"}'
    assert command("MARK_MEDIA", "12", as_json=False) == "MARK_MEDIA 12"
    assert command("HANGUP", as_json=False) == "HANGUP"


@given(st.text(max_size=150), st.booleans())
def test_a_mark_is_one_word_that_asterisk_reads_or_refused(mark: str, as_json: bool) -> None:
    try:
        text = command("MARK_MEDIA", mark, as_json=as_json)
    except WebSocketError:
        return
    assert len(text.encode()) <= MAX_COMMAND_BYTES
    read = json.loads(text).get("correlation_id", "") if as_json else text.partition(" ")[2]
    assert read == mark
