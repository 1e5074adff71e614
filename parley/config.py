"""Reads `config.yaml` and the environment into a `Config`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from dialogue.yamlfile import Loc, Override, YamlDocument, YamlError, YamlProblem, read_yaml
from parley.settings import Config
from parley.values import OPEN

__all__ = ["Config", "load_config"]

PROJECT = Path(__file__).resolve().parents[1]
"""The folder that the built-in defaults' relative paths start from."""

PREFIX = "PARLEY__"
_SECRETS = frozenset({"password", "secret", "api_key", "url"})


def load_config(path: Path | None, env: Mapping[str, str]) -> Config:
    """Read the configuration.

    Args:
        path: `config.yaml`; relative paths in it start from its folder. `None`: built-in defaults.
        env: the environment. `PARLEY__TELEPHONY__SIP__LISTEN=0.0.0.0:5070` overrides that key, and a
            secret written as `env:NAME` is read from `NAME`.

    Returns:
        A configuration whose paths are absolute and whose files exist.

    Raises:
        YamlError: everything that is wrong, each with file and line (or variable), what was
            expected and what was found. Secrets are not shown.
    """
    document = read_yaml(path) if path is not None else YamlDocument("built-in configuration", {})
    overrides = list(_overrides(env))
    document.apply(overrides)
    try:
        problems = list(_reveal(document, env, document.data, ()))
        if problems:
            raise YamlError(problems)
        config = document.validate(Config)
    except YamlError as error:
        told = [_without_secret(_from(overrides, document, problem)) for problem in error.problems]
        raise YamlError(told) from None
    folder = path.resolve().parent if path is not None else PROJECT
    config = _anchored(config, folder, env)
    problems = list(_missing(config, document))
    if problems:
        raise YamlError(problems)
    return config


def _overrides(env: Mapping[str, str]) -> Iterator[Override]:
    for name in sorted(env):
        if not name.upper().startswith(PREFIX):
            continue
        keys = tuple(name[len(PREFIX) :].lower().split("__"))
        # Quoted, a text stays what it is: a password may be 1.10, and a number may begin with a plus.
        value = json.dumps(env[name], ensure_ascii=False) if _is_text(keys) else env[name]
        yield Override(keys, value, f"environment {name}")


def _is_text(keys: tuple[str, ...]) -> bool:
    """Whether the model wants text at `keys`, so that a value there must not be read as YAML."""
    kind: Any = Config
    for key in keys:
        models = [one for one in _kinds(kind) if isinstance(one, type) and issubclass(one, BaseModel)]
        if models:
            field = models[0].model_fields.get(key)
            kind = field.annotation if field else None
        else:
            kind = get_args(kind)[-1] if get_args(kind) else None
    return not {str, SecretStr}.isdisjoint(_kinds(kind))


def _kinds(kind: Any) -> set[Any]:
    """`kind` and, for a union or an annotated type, what it is made of."""
    if get_origin(kind) is Annotated:
        return _kinds(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return {inner for part in get_args(kind) for inner in _kinds(part)}
    return {kind}


def _reveal(document: YamlDocument, env: Mapping[str, str], here: Any, loc: Loc) -> Iterator[YamlProblem]:
    """Replace `env:NAME` at secrets by the variable's value; yields those that are not set."""
    if isinstance(here, list):
        for index, value in enumerate(here):
            yield from _reveal(document, env, value, (*loc, index))
    if not isinstance(here, dict):
        return
    for key, value in here.items():
        if key in _SECRETS and isinstance(value, str) and value.startswith("env:"):
            name = value.removeprefix("env:").strip()
            if name in env:
                here[key] = env[name]
            else:
                yield document.problem((*loc, key), f"the environment variable {name}", "no such variable")
        else:
            yield from _reveal(document, env, value, (*loc, key))


def _from(overrides: Sequence[Override], document: YamlDocument, problem: YamlProblem) -> YamlProblem:
    """Name the variable that brought in a whole group of keys which the file does not have."""
    loc = tuple(problem.where.split("."))
    for override in overrides:
        if override.loc[: len(loc)] == loc and loc not in document.lines:
            return replace(problem, file=override.source, line=0)
    return problem


def _without_secret(problem: YamlProblem) -> YamlProblem:
    if problem.where.rpartition(".")[2] not in _SECRETS or problem.found in ("nothing", "no such variable"):
        return problem
    return replace(problem, found="a value not shown here")


def _anchored(config: Config, folder: Path, env: Mapping[str, str]) -> Config:
    """Make every path absolute, and choose those that were left open."""

    def absolute(path: Path) -> Path:
        return (folder / path.expanduser()).resolve()

    def chosen(path: Path, default: Path) -> Path:
        return default if path == OPEN else absolute(path)

    home = Path(env.get("HOME") or Path.home())
    data_home = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    cache_home = Path(env.get("XDG_CACHE_HOME") or home / ".cache")
    data = chosen(config.server.data, data_home / "parley")
    cache = config.tts.cache
    cache = cache.model_copy(update={"folder": chosen(cache.folder, data / "speech")})
    models = config.models
    weights = chosen(models.folder, cache_home / "parley" / "models")
    flows = {name: absolute(file) for name, file in config.dialogue.flows.items()}
    documents = config.shop.documents
    shop = config.shop.model_copy(update={"documents": absolute(documents) if documents else None})
    return config.model_copy(
        update={
            "server": config.server.model_copy(update={"data": data}),
            "tts": config.tts.model_copy(update={"cache": cache}),
            "models": models.model_copy(
                update={"folder": weights, "local": [absolute(path) for path in models.local]}
            ),
            "dialogue": config.dialogue.model_copy(update={"flows": flows}),
            "shop": shop,
        }
    )


def _missing(config: Config, document: YamlDocument) -> Iterator[YamlProblem]:
    for name, file in config.dialogue.flows.items():
        if not file.is_file():
            yield document.problem(("dialogue", "flows", name), "the file of a flow", f"no file {file}")
    documents = config.shop.documents
    if documents is not None and not documents.exists():
        yield document.problem(("shop", "documents"), "a folder or a file", f"nothing at {documents}")
    for index, folder in enumerate(config.models.local):
        if not folder.is_dir():
            yield document.problem(("models", "local", index), "a folder", f"no folder {folder}")
