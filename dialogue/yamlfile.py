"""YAML files into pydantic models, with errors that name file and line.

The scalars are those of YAML 1.2's core schema: `off`, `10:30` and `2026-12-25` stay the texts
that their author wrote (YAML 1.1 turns them into false, 630 and a date). Keys that occur twice
are errors, and so are keys that a model does not know.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

Loc: TypeAlias = tuple[str | int, ...]
"""The way to a value: mapping keys and list indexes from the root."""


class Strict(BaseModel):
    """Base of everything that is read from YAML: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """One thing that is wrong in a file.

    Attributes:
        file: where it stands, or the name of the override that carries it.
        line: counted from 1; 0 where there is no line (file missing, override).
        where: the key as a dotted path, empty for the whole file.
        expected: what would have been right.
        found: what came.
    """

    file: str
    line: int
    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{self.where}: " if self.where else ""
        return f"{place}: {key}expected {self.expected}, found {self.found}"


class YamlError(Exception):
    """A file is not what it should be; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[YamlProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def expected(what: str) -> PydanticCustomError:
    """The error that a validator raises: `what` completes the sentence "expected ..."."""
    # The text is passed as a value because braces in a template would be taken as fields.
    return PydanticCustomError("expected", "{what}", {"what": what})


DURATION_PATTERN = r"^\s*\d+(\.\d+)?\s*(ms|s|m|h)\s*$"
"""Durations in schemas."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB)")
_BYTES = {
    **{"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12},
    **{"KiB": 2**10, "MiB": 2**20, "GiB": 2**30},
}


def parse_duration(value: object) -> float:
    """Seconds from `250ms`, `2s`, `1.5s`, `10m` or `1h`; a number without a unit is refused."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise expected("a duration with its unit, such as 250ms, 2s, 10m or 1h")
    # Divided, so that 700ms is the same number as 0.7.
    return float(match[1]) / 1000 if match[2] == "ms" else float(match[1]) * _SECONDS[match[2]]


def parse_size(value: object) -> int:
    """Bytes from `512kB`, `500MB` or `1GiB`; a number without a unit is refused."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise expected("a size with its unit, such as 512kB, 500MB or 1GiB")
    return round(float(match[1]) * _BYTES[match[2]])


_WrittenDuration = Annotated[str, Field(pattern=DURATION_PATTERN)]

Duration = Annotated[float, BeforeValidator(parse_duration, json_schema_input_type=_WrittenDuration)]
"""Seconds, written with a unit (`250ms`, `2s`, `10m`, `1h`). Defaults are given in seconds."""

Size = Annotated[int, BeforeValidator(parse_size, json_schema_input_type=str)]
"""Bytes, written with a unit (`512kB`, `500MB`, `1GiB`). Defaults are given in bytes."""


@dataclass(frozen=True, slots=True)
class Override:
    """A value that replaces one of the file's, an environment variable for example.

    Attributes:
        loc: the keys from the root.
        value: text as it came; read as a YAML scalar or flow value (`[en, zh]`).
        source: what an error names instead of the file (`environment PARLEY_LLM__URL`).
    """

    loc: tuple[str, ...]
    value: str
    source: str


class _CoreLoader(yaml.SafeLoader):
    """YAML with the core schema's scalars only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's API)


_CORE_SCALARS = (
    ("tag:yaml.org,2002:null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", list("-+0123456789")),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?",
        list("-+.0123456789"),
    ),
)
for _tag, _pattern, _first in _CORE_SCALARS:
    _CoreLoader.add_implicit_resolver(_tag, re.compile(rf"^{_pattern}$"), _first)


@dataclass(slots=True)
class YamlDocument:
    """A parsed file that remembers on which line everything stands.

    Attributes:
        file: its path as given.
        data: plain dicts, lists and scalars.
        lines: the line (from 1) of each key and list item.
    """

    file: str
    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    sources: dict[Loc, str] = field(default_factory=dict)

    def problem(self, loc: Loc, expected_: str, found: str) -> YamlProblem:
        """A problem at `loc`; a place that does not exist is reported at its nearest parent."""
        known = self._nearest(loc)
        where = ".".join(str(part) for part in loc)
        for length in range(len(known), 0, -1):
            if known[:length] in self.sources:
                return YamlProblem(self.sources[known[:length]], 0, where, expected_, found)
        return YamlProblem(self.file, self.lines.get(known, 1), where, expected_, found)

    def validate(self, model: type[ModelT]) -> ModelT:
        """Make the model. Raises YamlError with every problem that pydantic found."""
        data = {} if self.data is None else self.data
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise YamlError(_unique([self._told(detail, model) for detail in error.errors()])) from None

    def apply(self, overrides: Sequence[Override]) -> None:
        """Put `overrides` over the file's values. Raises YamlError for one that does not fit."""
        for override in overrides:
            here = self.data = {} if self.data is None else self.data
            for depth, key in enumerate(override.loc[:-1], 1):
                here = here.setdefault(key, {}) if isinstance(here, dict) else None
                if not isinstance(here, dict):
                    where = ".".join(override.loc[:depth])
                    raise YamlError(
                        [YamlProblem(override.source, 0, where, "a group of keys", "a single value")]
                    )
            try:
                here[override.loc[-1]] = yaml.load(override.value, _CoreLoader)  # noqa: S506 (a SafeLoader)
            except yaml.YAMLError:
                here[override.loc[-1]] = override.value
            self.sources[override.loc] = override.source

    def _nearest(self, loc: Loc) -> Loc:
        """The deepest known place on the way, leaving out parts that pydantic adds for unions."""
        known: Loc = ()
        for part in loc:
            for candidate in ((*known, part), (*known, str(part))):
                if candidate in self.lines or any(s[: len(candidate)] == candidate for s in self.sources):
                    known = candidate
                    break
        return known

    def _told(self, detail: ErrorDetails, model: type[BaseModel]) -> YamlProblem:
        loc, kind = detail["loc"], detail["type"]
        if kind == "extra_forbidden":
            allowed = _keys_at(model, loc[:-1])
            return self.problem(loc, _one_of(str(loc[-1]), allowed, "key"), f"the unknown key {loc[-1]!r}")
        if kind == "missing":
            return self.problem(loc, f"the key {str(loc[-1])!r}", "nothing")
        wanted = detail["msg"]
        if kind == "literal_error":
            options = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
            wanted = _one_of(str(detail["input"]), options, "value")
        elif kind in ("model_type", "dict_type", "model_attributes_type"):
            wanted = "a group of keys"
        for beginning in ("Input should be ", "Value error, "):
            wanted = wanted.removeprefix(beginning)
        return self.problem(self._nearest(loc), wanted, _shown(detail["input"]))


_HINTS = {
    "but got '?'": 'valid YAML (in brackets, a text with a question mark needs quotes: ["Yes?"])',
    "mapping values are not allowed": 'valid YAML (a text with ": " in it needs quotes; indent with care)',
    "cannot start any token": "valid YAML (a text that begins with @, ` or % needs quotes; no tabs)",
}
"""What to do about PyYAML's commonest complaints."""


def read_yaml(path: str | Path) -> YamlDocument:
    """Parse a file. Raises YamlError: unreadable, not UTF-8, not YAML, or a key twice."""
    file = str(path)
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise YamlError([YamlProblem(file, 0, "", "a readable file", error.strerror or str(error))]) from None
    except UnicodeDecodeError as error:
        raise YamlError(
            [YamlProblem(file, 0, "", "text in UTF-8", f"byte {error.start}: {error.reason}")]
        ) from None
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Parse `text`; `file` is what errors call it. Raises YamlError."""
    try:
        node = yaml.compose(text, _CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = " ".join(part for part in (error.problem, error.context) if part)
        wanted = next((hint for sign, hint in _HINTS.items() if sign in found), "valid YAML")
        raise YamlError([YamlProblem(file, mark.line + 1 if mark else 0, "", wanted, found)]) from None
    except yaml.YAMLError as error:
        raise YamlError([YamlProblem(file, 0, "", "valid YAML", " ".join(str(error).split()))]) from None
    except RecursionError:
        raise YamlError([YamlProblem(file, 0, "", "a few levels of nesting", "hundreds")]) from None
    reading = _Reading(file)
    document = YamlDocument(file, reading.value(node, (), ()) if node else None, reading.lines)
    if reading.problems:
        raise YamlError(reading.problems)
    return document


@dataclass(slots=True)
class _Reading:
    """Turns nodes into plain values and notes their lines on the way."""

    file: str
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[YamlProblem] = field(default_factory=list)

    def value(self, node: yaml.Node, loc: Loc, above: tuple[yaml.Node, ...]) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(loc, line)
        if any(node is other for other in above):
            self._note(line, loc, "a value", "an alias of itself")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc, (*above, node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*loc, i), (*above, node)) for i, item in enumerate(node.value)]
        return self._scalar(node, loc)

    def _mapping(self, node: yaml.MappingNode, loc: Loc, above: tuple[yaml.Node, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(line, loc, "a word as key", "a list or group")
                continue
            key = str(key_node.value)
            if key in made:
                first = self.lines[(*loc, key)]
                self._note(line, (*loc, key), "each key once", f"it again (first on line {first})")
                continue
            self.lines[(*loc, key)] = line
            made[key] = self.value(value_node, (*loc, key), above)
        return made

    def _scalar(self, node: yaml.Node, loc: Loc) -> Any:
        kind, text = node.tag.rpartition(":")[2], str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            # Numbers such as 007 are names: they keep their zeros, as very long ones keep their digits.
            is_name = len(text) > 18 or (len(text) > 1 and text.lstrip("+-").startswith("0"))
            return text if is_name else int(text)
        if kind == "float":
            return float(text)
        if kind != "str":
            self._note(node.start_mark.line + 1, loc, "a plain value", f"the tag {node.tag!r}")
        return text

    def _note(self, line: int, loc: Loc, expected_: str, found: str) -> None:
        self.problems.append(YamlProblem(self.file, line, ".".join(map(str, loc)), expected_, found))


def _keys_at(model: Any, loc: Loc) -> list[str]:
    """The keys that the model at `loc` knows, empty when there is no model there."""
    here = [model]
    for part in loc:
        here = [inner for one in here for inner in _inside(one, part)] or here
    keys: list[str] = []
    for one in here:
        if isinstance(one, type) and issubclass(one, BaseModel):
            keys += [info.alias or name for name, info in one.model_fields.items()]
    return keys


def _inside(kind: Any, part: str | int) -> list[Any]:
    """The types that `kind` has at `part`; a part that is no step (a union's tag) yields none."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {info.alias or name: info for name, info in kind.model_fields.items()}
        return _members(fields[part].annotation) if part in fields else []
    arguments = get_args(kind)
    if isinstance(part, int):
        return _members(arguments[0]) if arguments else []
    return _members(arguments[-1]) if get_origin(kind) is dict else []


def _members(kind: Any) -> list[Any]:
    """`kind` itself, or the members of the union that it is."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _members(get_args(kind)[0])
    if origin in (Union, UnionType):
        return [inner for argument in get_args(kind) for inner in _members(argument)]
    return [kind]


def _one_of(found: str, options: Sequence[str], what: str) -> str:
    """`one of the keys a, b, c`, or the one that was probably meant."""
    close = difflib.get_close_matches(found, options, 1, 0.6)
    if close:
        return f"the {what} {close[0]!r} (did you mean that?)"
    return f"one of the {what}s {', '.join(sorted(options))}" if options else f"no further {what}"


def _shown(value: object) -> str:
    """A value for an error message, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a group of keys" if isinstance(value, dict) else f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _unique(problems: Sequence[YamlProblem]) -> list[YamlProblem]:
    return list(dict.fromkeys(problems))
