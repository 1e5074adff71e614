"""A dialogue's state as a person reads it: what is set, and what a turn changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HISTORY = ("exchanges", "said")
"""Keys of the state that only repeat the conversation."""


def compact(state: Any) -> Any:
    """The state without what is empty and without the conversation itself."""
    if not isinstance(state, dict):
        return state
    kept = {key: _without_empty(value) for key, value in state.items() if key not in HISTORY}
    return {key: value for key, value in kept.items() if _is_set(value)}


def changes(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """What differs, by its path (`tasks.0.name`): the old value and the new one, None where there is none.

    The conversation itself is left out.
    """
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = dict.fromkeys([*old, *new])
    return {path: (old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)}


def differences(before: Any, after: Any) -> list[tuple[str, Any]]:
    """What a turn changed, as few entries as tell it: a group that is new or gone is one, whatever is in it.

    Each is a path and what is there now, None for nothing. The conversation itself is left out.
    """
    return list(_differing(compact(before), compact(after), ""))


def at(state: Any, path: str) -> tuple[bool, Any]:
    """Whether there is something at `path` (`answers.-1`), and what; indexes may count from the end."""
    here = state
    for part in path.split("."):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.lstrip("-").isdigit() and -len(here) <= int(part) < len(here):
            here = here[int(part)]
        else:
            return False, None
    return True, here


def _differing(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any]]:
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list):
        # Items are compared by their places.
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _differing(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    else:
        yield path, new


def _is_set(value: Any) -> bool:
    """Zero and false say as little as an empty list: every state has them."""
    return bool(value)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if _is_set(item)}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    items: Iterator[tuple[Any, Any]]
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    else:
        if _is_set(value):
            yield path, value
        return
    for key, item in items:
        if path or key not in HISTORY:
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
