"""The JSON Schema of what is read from YAML, for editors: with short forms, and with descriptions.

Pydantic's own schema describes what validators make; people write what validators take: one text instead
of a text for each language, one item instead of a list. Descriptions come from the docstrings.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dialogue.texts import SentencesByLanguage, TextByLanguage
from dialogue.yamlfile import DURATION_PATTERN

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The newest draft that YAML's language server knows in full."""

_ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*)$")


def json_schema(
    model: type[BaseModel], title: str, described: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The schema of a model's YAML.

    Args:
        model: what the file is read into.
        title: what the schema is called.
        described: descriptions of the model's own keys that its docstring does not give.
    """
    schema = model.model_json_schema(schema_generator=_Generator)
    definitions: dict[str, Any] = schema.get("$defs", {})
    for short, kind in (({"type": "string"}, TextByLanguage), (_sentences(), SentencesByLanguage)):
        if (full := definitions.get(kind.__name__)) is not None:
            description = full.pop("description", "")
            definitions[kind.__name__] = {"description": description, "anyOf": [short, full]}
    for key, text in (described or {}).items():
        schema["properties"][key].setdefault("description", text)
    return {"$schema": DRAFT, **_tidied(schema), "title": title}


def described(model: type[BaseModel]) -> tuple[str, dict[str, str]]:
    """What a model's docstring says: of the whole, and of each of its attributes (those of its bases too)."""
    attributes: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            attributes |= _attributes(inspect.cleandoc(one.__doc__ or ""))
    return _whole(inspect.cleandoc(model.__doc__ or "")), attributes


def _whole(docstring: str) -> str:
    return " ".join(docstring.partition("\n\nAttributes:\n")[0].split())


def _attributes(docstring: str) -> dict[str, str]:
    found: dict[str, str] = {}
    names: list[str] = []
    for line in docstring.partition("\n\nAttributes:\n")[2].splitlines():
        entry = _ENTRY.match(line)
        if entry is not None:
            names = entry[1].split(", ")
            found |= dict.fromkeys(names, entry[2])
        elif line.startswith(" " * 8):
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        else:
            break
    return found


class _Generator(GenerateJsonSchema):
    """Writes what a validator takes, where that is simpler than what it makes."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """A list that a single item stands for as well; otherwise what the validator says of itself."""
        found = super().function_before_schema(schema)
        if "json_schema_input_schema" in schema or found.get("type") != "array" or "items" not in found:
            return found
        return {"anyOf": [found["items"], found]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A group of keys, with what its docstring says of it and of them."""
        found = super().model_schema(schema)
        model = schema["cls"]
        whole, attributes = described(model)
        found["description"] = whole
        for name, info in model.model_fields.items():
            entry = found.get("properties", {}).get(info.alias or name)
            if entry is not None and name in attributes:
                entry["description"] = attributes[name]
        return found


def _sentences() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}}


def _tidied(value: Any, *, is_schema: bool = True) -> Any:
    """Without titles that only repeat keys, empty defaults, and lengths of what has none."""
    if isinstance(value, list):
        return [_tidied(item, is_schema=is_schema) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_schema:
        # Keys of a file, or definitions: what they lead to are schemas.
        return {key: _tidied(item) for key, item in value.items()}
    found = dict(value)
    if isinstance(found.get("title"), str):
        del found["title"]
    if "minLength" in found and found.get("type") != "string":
        least = found.pop("minLength")
        if found.get("type") == "object":
            found["minProperties"] = least
    if "default" in found:
        if _is_empty(found["default"]):
            del found["default"]
        elif found.get("pattern") == DURATION_PATTERN:
            found["default"] = f"{found['default']:g}s"
    return {
        key: item
        if key in ("default", "enum", "const", "required")
        else _tidied(item, is_schema=key not in ("properties", "$defs"))
        for key, item in found.items()
    }


def _is_empty(value: Any) -> bool:
    """Null, and groups and lists in which there is nothing: what an editor need not propose."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return value is None or value in ([], ())
