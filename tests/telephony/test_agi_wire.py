"""AGI as Asterisk speaks it, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi_wire import (
    AgiError,
    AgiRequest,
    continues,
    get_variable,
    parse_request,
    parse_response,
    quote,
    set_variable,
)

ENVIRONMENT = [
    "agi_network: yes",
    "agi_network_script: start?after=yes&media=audiosocket",
    "agi_request: agi://127.0.0.1:4573/start?after=yes&media=audiosocket",
    "agi_channel: PJSIP/trunk-00000001",
    "agi_callerid: 4930555",
    "agi_dnid: 4930123",
    "agi_extension: s",
    "agi_arg_1: PARLEY_DIALLED=4930123",
    "agi_arg_2: CUSTOMER=a=b",
    "agi_arg_3: not a variable",
]


def test_the_opening_lines() -> None:
    request = parse_request(ENVIRONMENT)
    assert request.script == "start"
    assert request.query == {"after": "yes", "media": "audiosocket"}
    assert (request.channel, request.caller, request.dialled) == (
        "PJSIP/trunk-00000001",
        "4930555",
        "4930123",
    )
    assert request.variables == {"PARLEY_DIALLED": "4930123", "CUSTOMER": "a=b"}
    assert request.arguments[2] == "not a variable"


def test_a_withheld_number_is_empty_and_a_trunk_without_one_gives_the_extension() -> None:
    request = parse_request(["agi_request: agi://h/s", "agi_callerid: unknown", "agi_dnid: unknown"])
    assert (request.caller, request.dialled) == ("", "")
    request = parse_request(["agi_request: agi://h/s", "agi_dnid: unknown", "agi_extension: 100"])
    assert request.dialled == "100"


def test_arguments_stand_in_their_order() -> None:
    lines = [f"agi_arg_{n}: {n}" for n in (10, 2, 1)]
    assert parse_request(["agi_request: agi://h/s", *lines]).arguments == ("1", "2", "10")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "empty environment"),
        (["GET / HTTP/1.1", "Host: x"], "expected a line `agi_name: value`"),
        (["agi_request"], "expected a line `agi_name: value`"),
        (["agi_channel: x"], "expected a line agi_request, got only channel"),
        (["agi_request: http://h/start"], "expected agi://host:port/script"),
        (["agi_request: agi://[::1/start"], "expected agi://host:port/script"),
        (["agi_request: agi://h/start?" + "&".join("a=1" for _ in range(200))], "expected agi://"),
    ],
)
def test_what_is_not_agi_is_named(lines: list[str], problem: str) -> None:
    with pytest.raises(AgiError, match=problem):
        parse_request(lines)


@given(st.lists(st.text(max_size=60), max_size=20))
def test_no_environment_does_worse_than_an_agi_error(lines: list[str]) -> None:
    try:
        assert isinstance(parse_request([*lines, "agi_request: agi://h/s"]), AgiRequest)
    except AgiError as error:
        assert str(error)


@given(st.text(max_size=300))
def test_a_value_reaches_asterisk_as_it_is_or_not_at_all(value: str) -> None:
    try:
        line = set_variable("NAME", value)
    except AgiError:
        assert any(char in value for char in "\r\n\0")
        return
    assert line.count("\n") == 1
    quoted = line.removeprefix("SET VARIABLE NAME ").removesuffix("\n")
    assert unquoted(quoted) == value


def unquoted(text: str) -> str:
    """As `parse_args` of res_agi.c reads an argument in quotes."""
    assert text[0] == text[-1] == '"'
    out, escaped = "", False
    for char in text[1:-1]:
        if char == "\\" and not escaped:
            escaped = True
            continue
        assert escaped or char != '"', "the argument would end here"
        out, escaped = out + char, False
    return out


@pytest.mark.parametrize("name", ["", "1A", "A B", "A\nB", 'A"', "A=B", "Ä"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(AgiError, match="channel variable's name"):
        set_variable(name, "x")
    with pytest.raises(AgiError, match="channel variable's name"):
        get_variable(name)


def test_a_value_that_asterisk_would_cut_off_is_refused() -> None:
    with pytest.raises(AgiError, match="at most 2048 bytes"):
        set_variable("NAME", "ä" * 1100)


def test_functions_are_variables_too() -> None:
    assert get_variable("CALLERID(num)") == "GET VARIABLE CALLERID(num)\n"
    assert quote('say "hi" \\') == '"say \\"hi\\" \\\\"'


def test_answers() -> None:
    assert parse_response("200 result=1 (4930123)").data == "4930123"
    assert parse_response("200 result=0").data is None
    assert parse_response("200 result=-1").result == -1
    assert parse_response("510 Invalid or unknown command").code == 510
    assert parse_response("200 result=1 (a (b) c)").data == "a (b) c"


@pytest.mark.parametrize("line", ["", "hello", "20 result=1", "200", "200 resul=1", "200result=1"])
def test_what_is_no_answer_is_named(line: str) -> None:
    with pytest.raises(AgiError, match="expected"):
        parse_response(line)


@given(st.text(max_size=100))
def test_no_line_does_worse_than_an_agi_error(line: str) -> None:
    continues(line)
    try:
        parse_response(line)
    except AgiError as error:
        assert "expected" in str(error)


def test_an_answer_of_several_lines() -> None:
    assert continues("520-Invalid command syntax.  Proper usage follows:")
    assert not continues("520 End of proper usage.")
    assert not continues("200 result=1")
