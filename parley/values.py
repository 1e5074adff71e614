"""The kinds of values in `config.yaml`: addresses, texts, secrets, folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, SecretStr

from dialogue.yamlfile import expected

Language: TypeAlias = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Address:
    """A network address: `host` as written (no brackets around IPv6), `port` 0 to 65535 (0: any free)."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @classmethod
    def parse(cls, text: object) -> Address:
        """Read `host:port` or `[ipv6]:port`. Raises PydanticCustomError saying what was expected."""
        if isinstance(text, Address):
            return text
        wrong = expected("host:port, such as 127.0.0.1:8080")
        if not isinstance(text, str):
            raise wrong
        host, colon, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        if bracketed:
            host = host[1:-1]
        if not colon or not host or (":" in host and not bracketed):
            raise wrong
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):
            raise expected("host:port with a port from 0 to 65535")
        return cls(host, int(port))


HostPort: TypeAlias = Annotated[Address, PlainValidator(Address.parse), PlainSerializer(str)]


def _text(value: object) -> object:
    """Refuse numbers: unquoted, +49301 would lose its plus and 1.10 its zero."""
    if isinstance(value, int | float):
        raise expected("text (put a number in quotes)")
    return value


Text: TypeAlias = Annotated[str, BeforeValidator(_text)]
Secret: TypeAlias = Annotated[SecretStr, BeforeValidator(_text)]

OPEN = Path("<default>")
"""Stands for a folder that the file leaves open, until `load_config` chooses one."""


def _open(value: object) -> object:
    return OPEN if value is None else value


Folder: TypeAlias = Annotated[Path, BeforeValidator(_open)]
Threads: TypeAlias = Annotated[int, Field(ge=1, le=256)]
