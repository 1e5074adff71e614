from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import browser_wire as wire


@given(st.binary(min_size=1, max_size=wire.MAX_AUDIO // 2).map(lambda half: half * 2))
def test_samples_pass_unchanged(pcm: bytes) -> None:
    assert wire.decode(pcm) == wire.Audio(pcm)


@pytest.mark.parametrize("digit", "0123456789*#ABCD")
def test_keys_come_as_the_page_sends_them(digit: str) -> None:
    assert wire.decode(wire.key(digit)) == wire.KeyPressed(digit)


def test_hanging_up() -> None:
    assert wire.decode(wire.hang_up()) == wire.HangUpPressed()
    assert wire.decode('{"type": "hangup", "more": [1]}') == wire.HangUpPressed()


@given(st.one_of(st.binary(max_size=40), st.text(max_size=60), st.text(max_size=4000)))
def test_whatever_comes_is_a_message_or_a_wire_error(message: bytes | str) -> None:
    try:
        decoded = wire.decode(message)
    except wire.WireError as error:
        assert "expected" in str(error)
        assert len(str(error)) < 400
    else:
        assert isinstance(decoded, wire.Audio | wire.KeyPressed | wire.HangUpPressed)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["type", "digit", "x"]), st.just("key") | json_values))
def test_json_of_any_shape_is_a_message_or_a_wire_error(event: object) -> None:
    try:
        wire.decode(json.dumps(event)[: wire.MAX_TEXT])
    except wire.WireError as error:
        assert "expected" in str(error)


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"", "expected 2 to 16000 bytes of 16-bit samples, got 0"),
        (b"\x01", "got 1 bytes"),
        (bytes(wire.MAX_AUDIO + 2), "got 16002 bytes"),
        ("", "expected a JSON object"),
        ("{", "expected a JSON object"),
        ('{"type":"hang', "expected a JSON object"),
        ("[" * 900, "expected a JSON object|type key or hangup"),
        ("x" * (wire.MAX_TEXT + 1), "expected at most 1000 characters of JSON, got 1001"),
        ("[]", "expected an object with type key or hangup"),
        ('{"type": "transfer"}', "expected an object with type key or hangup"),
        ('{"type": "key"}', "expected a digit .* got None"),
        ('{"type": "key", "digit": 5}', "expected a digit .* got 5"),
        ('{"type": "key", "digit": "12"}', "expected a digit .* got '12'"),
        ('{"type": "key", "digit": ""}', "expected a digit .* got ''"),
        ('{"type": ["key"]}', "expected an object with type key or hangup"),
    ],
)
def test_what_breaks_the_protocol_is_named(message: bytes | str, complaint: str) -> None:
    with pytest.raises(wire.WireError, match=complaint):
        wire.decode(message)


def test_what_parley_says_is_json_that_keeps_every_character() -> None:
    shown = json.loads(wire.show({"kind": "caller", "text": "我的订单 <b>\u2028"}))
    assert shown == {"type": "show", "event": {"kind": "caller", "text": "我的订单 <b>\u2028"}}
    assert json.loads(wire.ready("id", 16000)) == {"type": "ready", "call_id": "id", "rate": 16000}
    assert json.loads(wire.ended("parley", "")) == {"type": "ended", "by": "parley", "reason": ""}
    assert json.loads(wire.flush())["type"] == "flush"
    assert json.loads(wire.answered())["type"] == "answered"
