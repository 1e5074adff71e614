"""What a voice's sound depends on, in a few characters."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(*parts: object) -> str:
    """Changes when a part does; of a file (a `Path`) its name, size and time of change count.

    Files are not read: a model has tens of megabytes, and the model store has hashed it already.
    A file that is missing counts as such.
    """
    shown: list[str] = []
    for part in parts:
        if isinstance(part, Path):
            try:
                status = part.stat()
                shown.append(f"{part.name}:{status.st_size}:{status.st_mtime_ns}")
            except OSError:
                shown.append(f"{part.name}:missing")
        else:
            shown.append(repr(part))
    return hashlib.sha256("|".join(shown).encode()).hexdigest()[:16]
