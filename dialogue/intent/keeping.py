"""Arrays that take long to make, kept in files by what they were made from."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Arrays: TypeAlias = Mapping[str, NDArray[Any]]


def kept(
    folder: Path | None, told: Iterable[str], make: Callable[[], Arrays], fits: Callable[[Arrays], bool]
) -> Arrays:
    """The arrays of a file, made where there is none; a damaged file is made again.

    Args:
        folder: where files are kept, None to keep none.
        told: all that the arrays depend on; gives the file its name.
        make: makes them.
        fits: whether arrays that were kept are of the right names and shapes.
    """
    if folder is None:
        return make()
    path = folder / f"{hashlib.sha256(chr(0).join(told).encode()).hexdigest()[:32]}.npz"
    found = _read(path)
    if found is not None and fits(found):
        return found
    made = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".partial", delete=False) as file:
            np.savez(file, allow_pickle=False, **made)
        Path(file.name).replace(path)
    except OSError as error:
        # Nothing is lost but time.
        log.warning("what was learnt of sentences can't be kept in %s: %s", folder, error.strerror)
    return made


def _read(path: Path) -> Arrays | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return dict(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        log.warning("%s is damaged and is made again: %s", path, error)
        return None
