"""Finds the flow that is meant: a name of the configuration, or a file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path


class NoSuchFlowError(Exception):
    """No flow is called so; says which there are."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: expected {expected}")
        self.expected = expected


def find_flow(name: str, flows: Mapping[str, Path], folder: Path | None = None) -> tuple[str, Path]:
    """The name and the file of a flow.

    Args:
        name: its name in `flows`, the name of its file (`shop-en`), or a path.
        flows: the configured ones.
        folder: where a path starts from, None for the folder one is in.

    Raises:
        NoSuchFlowError: it is neither a name nor a file.
    """
    if name in flows:
        return name, flows[name]
    for own, file in flows.items():
        if file.stem == name:
            return own, file
    path = (folder or Path()) / Path(name).expanduser()
    if path.is_file():
        return path.stem, path
    known = [*flows, *(file.stem for file in flows.values())]
    close = difflib.get_close_matches(name, known, 1)
    what = f"perhaps {close[0]!r}" if close else ", ".join(flows)
    raise NoSuchFlowError(name, f"a flow of config.yaml ({what}) or a YAML file that exists")
