"""Where recorded calls lie, and how a person names one."""

from __future__ import annotations

import re
from pathlib import Path

from parley.recording.files import EVENTS, is_in_use
from parley.recording.flac import raw_files
from parley.replay.call import ReplayError

LAST = "last"
_SHOWN = 5


def recorded_calls(folder: Path) -> list[Path]:
    """The recordings in a folder, oldest first, of calls that are over or not.

    Raises ReplayError when there is no such folder.
    """
    if not folder.is_dir():
        raise ReplayError(f"{folder}: expected a folder with recordings, found none")
    return sorted(path.parent for path in folder.rglob(EVENTS) if not path.parent.name.endswith(".part"))


def finished_calls(folder: Path) -> list[Path]:
    """The recordings of calls that are over, oldest first. Raises ReplayError as above."""
    calls = recorded_calls(folder)
    return [one for one in calls if not any(is_in_use(raw) for raw, _ in raw_files(one).values())]


def find_call(name: str, folder: Path) -> Path:
    """The recording that a person means.

    Args:
        name: the call's id or the beginning of it, `last` for the latest call that is over, or the
            path of a recording's folder or of a file in it.
        folder: where recordings lie.

    Raises:
        ReplayError: none or several are meant; names them.
    """
    path = Path(name).expanduser()
    for candidate in (path, path.parent):
        if ("/" in name or path.exists()) and (candidate / EVENTS).is_file():
            return candidate
    if "/" in name:
        raise ReplayError(f"{name}: expected the folder of a recording, with {EVENTS} in it")
    if name == LAST:
        if not (over := finished_calls(folder)):
            raise ReplayError(f"{folder}: expected at least one recorded call, found none")
        return over[-1]
    calls = recorded_calls(folder)
    wanted = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    meant = [one for one in calls if call_part(one) == wanted or one.name == wanted]
    meant = meant or [
        one for one in calls if call_part(one).startswith(wanted) or one.name.startswith(wanted)
    ]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise ReplayError(
            f"{name}: expected the id of a recorded call, found none in {folder} ({len(calls)} calls)"
        )
    ids = ", ".join(call_part(one) for one in meant[:_SHOWN])
    more = f" and {len(meant) - _SHOWN} more" if len(meant) > _SHOWN else ""
    raise ReplayError(f"{name}: expected one call, found {len(meant)}: {ids}{more}")


def call_part(folder: Path) -> str:
    """The call's id in the name of its folder, `<HHMMSS>-<id>`."""
    return folder.name.partition("-")[2]
