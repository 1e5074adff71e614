"""JSON files, read strictly: keys that occur twice, NaN and broken text are errors with their place."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dialogue.shop.errors import ShopError


def read_json(path: Path) -> Any:
    """The value in a JSON file; `-` is standard input.

    Raises:
        ShopError: the file cannot be read or is no JSON; names the file, line and column.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise ShopError(f"{name}: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ShopError(f"{name}:{line}: expected UTF-8, found byte 0x{data[error.start]:02x}") from None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ShopError(f"{name}:{error.lineno}:{error.colno}: expected JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise ShopError(f"{name}: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"expected each key once, found {twice!r} twice in one object")
    return result


def _no_constant(name: str) -> float:
    raise ValueError(f"expected a finite number, found {name}")


def path_of(*steps: str | int) -> str:
    """A JSON path such as `$.orders["#W1"].items[0].price`."""
    text = "$"
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if step.isidentifier() else f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def found(value: object) -> str:
    """A value as an error shows it: short."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."
