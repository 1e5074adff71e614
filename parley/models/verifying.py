"""Tell whether a model's files are the ones the catalogue means."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from parley.models.entry import Model, ModelFile

_RACY_NS = 100_000_000
"""A file changed this close to its stamp may change again within one tick of the file system's clock."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fault(file: ModelFile, path: Path) -> str | None:
    """What is wrong with the bytes at `path`, or None if they are those of `file`."""
    try:
        size = path.stat().st_size
        if size != file.size:
            return (
                f"{file.path} is corrupt: expected {file.size} bytes with SHA-256 {file.sha256}, "
                f"found {size} bytes"
            )
        found = sha256(path)
    except FileNotFoundError:
        return f"{file.path} is missing (expected {file.size} bytes with SHA-256 {file.sha256})"
    except OSError as error:
        return f"{file.path} can't be read: {error.strerror}"
    if found != file.sha256:
        return f"{file.path} is corrupt: expected SHA-256 {file.sha256}, found {found}"
    return None


def faults(model: Model, folder: Path) -> list[str]:
    """What is wrong with a model's files; empty if all are right. Hashes every one."""
    found = (fault(file, folder / file.path) for file in model.files)
    return [one for one in found if one is not None]


Look = Mapping[str, tuple[int, int]]
"""Size in bytes and time of change in nanoseconds of each file of a model."""


class Stamps:
    """Remembers how files looked when they were last hashed.

    Args:
        folder: where the stamps are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self, model: Model, folder: Path) -> Look:
        """How a model's files look now; those missing are left out."""
        seen: dict[str, tuple[int, int]] = {}
        for file in model.files:
            with suppress(OSError):
                about = (folder / file.path).stat()
                seen[file.path] = (about.st_size, about.st_mtime_ns)
        return seen

    def holds(self, model: Model, folder: Path) -> bool:
        """Whether the files look as they did when they were last hashed and found right."""
        try:
            stamp = json.loads(self._path(model).read_text())
            at = int(stamp["at"])
            files = {
                str(path): (str(sha), int(size), int(t)) for path, (sha, size, t) in stamp["files"].items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return False
        seen = self.look(model, folder)
        return all(
            file.path in seen
            and files.get(file.path) == (file.sha256, *seen[file.path])
            and seen[file.path][1] + _RACY_NS < at
            for file in model.files
        )

    def keep(self, model: Model, seen: Look) -> None:
        """Remember that files which looked like `seen` before they were hashed are right.

        A store that can't be written is used all the same: it is hashed at every start.
        """
        stamp = {
            "at": time.time_ns(),
            "files": {
                file.path: [file.sha256, *seen[file.path]] for file in model.files if file.path in seen
            },
        }
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "w") as stream:
                json.dump(stamp, stream)
            Path(temporary).replace(self._path(model))

    def forget(self, model: Model) -> None:
        """The files are not right any more."""
        with suppress(OSError):
            self._path(model).unlink(missing_ok=True)

    def _path(self, model: Model) -> Path:
        return self._folder / f"{model.name}.json"
