"""The Asterisk Gateway Interface on the wire: pure, no I/O.

Asterisk opens with `agi_name: value` lines and an empty line, then answers one
command line with one status line (or, for a syntax error, several). Source:
Asterisk's `res/res_agi.c` (22.10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

MAX_LINE_BYTES = 8192
"""Longest line accepted. Asterisk's own limit for a command is 2048."""

MAX_LINES = 200
"""Most lines of environment accepted; Asterisk sends about 25 and one an argument."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\([A-Za-z0-9_.,:-]*\))?")
_RESPONSE = re.compile(r"(\d{3})([ -])(.*)", re.DOTALL)
_RESULT = re.compile(r"result=(-?\d+)(?:\s+\((.*)\))?", re.DOTALL)


class AgiError(ValueError):
    """Input that is not AGI, or a value that AGI can't carry; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """What Asterisk says when it runs `AGI(agi://host:port/script?key=value,NAME=value,...)`.

    Attributes:
        script: path after the host, without slashes at its ends.
        query: the parameters behind `?`, first value of each.
        arguments: the arguments behind the URL as they are.
        environment: the lines without `agi_`, as they came.
    """

    script: str
    query: Mapping[str, str]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def channel(self) -> str:
        """Asterisk's name of the calling channel."""
        return self.environment.get("channel", "")

    @property
    def caller(self) -> str:
        """Caller's number, empty if withheld."""
        number = self.environment.get("callerid", "")
        return "" if number == "unknown" else number

    @property
    def dialled(self) -> str:
        """The number that came in (`agi_dnid`), or the dialplan's extension where the trunk gave none."""
        number = self.environment.get("dnid", "")
        return number if number not in {"", "unknown"} else self.environment.get("extension", "")

    @property
    def variables(self) -> Mapping[str, str]:
        """The arguments of the form `NAME=value`."""
        pairs = (argument.partition("=") for argument in self.arguments)
        return {name: value for name, sign, value in pairs if sign and _VARIABLE.fullmatch(name)}


def parse_request(lines: list[str]) -> AgiRequest:
    """The opening lines, without the empty one. Raises AgiError."""
    if not lines:
        raise AgiError("expected agi_request and other lines, got an empty environment")
    environment: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_") or not name.isascii() or " " in name:
            raise AgiError(f"expected a line `agi_name: value`, got {line[:80]!r}")
        environment[name.removeprefix("agi_")] = value.strip()
    if "request" not in environment:
        raise AgiError(f"expected a line agi_request, got only {', '.join(sorted(environment))[:200]}")
    url = environment["request"]
    try:
        split = urlsplit(url)
        query = parse_qs(split.query, keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise AgiError(f"expected agi://host:port/script, got agi_request {url[:200]!r}: {error}") from error
    if split.scheme != "agi":
        raise AgiError(f"expected agi://host:port/script, got agi_request {url[:200]!r}")
    numbers = sorted(
        int(name.removeprefix("arg_")) for name in environment if re.fullmatch(r"arg_[0-9]{1,4}", name)
    )
    return AgiRequest(
        script=split.path.strip("/"),
        query={name: values[0] for name, values in query.items()},
        arguments=tuple(environment.get(f"arg_{number}", "") for number in numbers),
        environment=environment,
    )


def set_variable(name: str, value: str) -> str:
    """`SET VARIABLE` as a line. Raises AgiError for names and values that would become another command."""
    if not _VARIABLE.fullmatch(name):
        raise AgiError(f"expected a channel variable's name, got {name!r}")
    line = f"SET VARIABLE {name} {quote(value)}\n"
    if len(line.encode()) > 2048:
        raise AgiError(f"variable {name}: a command line is at most 2048 bytes, got {len(line.encode())}")
    return line


def get_variable(name: str) -> str:
    """`GET VARIABLE` as a line. Raises AgiError for a name that is none."""
    if not _VARIABLE.fullmatch(name):
        raise AgiError(f"expected a channel variable's name, got {name!r}")
    return f"GET VARIABLE {name}\n"


def quote(value: str) -> str:
    """A value in quotes, as `res_agi.c` parses it. Raises AgiError for line breaks and NUL."""
    if any(char in value for char in "\r\n\0"):
        raise AgiError(f"expected a value without line breaks, got {value!r}")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class AgiResponse:
    """Asterisk's answer to a command.

    Attributes:
        code: 200 done, 510 unknown command, 511 not on a dead channel, 520 bad syntax.
        result: the number after `result=`, `None` if there is none.
        data: the text in parentheses, `None` if there is none.
        text: the line behind the code, for errors.
    """

    code: int
    result: int | None
    data: str | None
    text: str


def parse_response(line: str) -> AgiResponse:
    """One status line (the last one of several). Raises AgiError."""
    match = _RESPONSE.fullmatch(line)
    if match is None:
        raise AgiError(f"expected a status line such as `200 result=1`, got {line[:80]!r}")
    code, text = int(match[1]), match[3]
    result = _RESULT.match(text)
    if code == 200 and result is None:
        raise AgiError(f"expected `200 result=<number>`, got {line[:80]!r}")
    return AgiResponse(code, int(result[1]) if result else None, result[2] if result else None, text)


def continues(line: str) -> bool:
    """Whether more lines of the same answer follow (`520-Invalid command syntax ...` up to `520 End ...`)."""
    match = _RESPONSE.fullmatch(line)
    return match is not None and match[2] == "-"
