"""Checks a tool's arguments against their JSON Schema: the part of it that tools use (2020-12).

`type`, `properties`, `required`, `additionalProperties: false`, `items`, `enum`, `pattern`, `anyOf`, and the
bounds of lengths and numbers. Other keywords are not looked at; the tool itself checks its arguments again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def problems(value: Any, schema: Mapping[str, Any], where: str = "arguments") -> Iterator[str]:
    """Everything that is wrong with a value, each as "where: expected …, found …"."""
    if "anyOf" in schema:
        if all(any(problems(value, one, where)) for one in schema["anyOf"]):
            yield f"{where}: expected one of {len(schema['anyOf'])} forms, found {value!r}"
        return
    wanted = schema.get("type")
    if wanted is not None and not _is_a(value, wanted):
        yield f"{where}: expected {wanted}, found {type(value).__name__}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: expected one of {', '.join(map(repr, schema['enum']))}, found {value!r}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: expected {schema['pattern']}, found {value!r}"
    yield from _out_of_bounds(value, schema, where)
    if isinstance(value, dict):
        yield from _in_object(value, schema, where)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{where}[{index}]")


def _is_a(value: Any, wanted: str | list[str]) -> bool:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _TYPES.get(kind, (object,))) for kind in kinds)


def _out_of_bounds(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _beyond(len(value), schema.get("minLength"), schema.get("maxLength"), "characters", where)
    if isinstance(value, list):
        yield from _beyond(len(value), schema.get("minItems"), schema.get("maxItems"), "items", where)
    if isinstance(value, int | float):
        yield from _beyond(value, schema.get("minimum"), schema.get("maximum"), "", where)


def _beyond(value: float, least: float | None, most: float | None, unit: str, where: str) -> Iterator[str]:
    if least is not None and value < least:
        yield f"{where}: expected at least {least} {unit}".rstrip()
    if most is not None and value > most:
        yield f"{where}: expected at most {most} {unit}".rstrip()


def _in_object(value: dict[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    known: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}.{name}: expected a value, found none"
    for name, item in value.items():
        if name in known:
            yield from problems(item, known[name], f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}.{name}: expected one of {', '.join(known) or 'no arguments'}, found this"
