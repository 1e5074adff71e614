"""Where the lab's Asterisk comes from, and what is said when it can't be had."""

from __future__ import annotations

import fcntl
import stat
from pathlib import Path

import pytest

from parley.lab import install
from parley.lab.install import AsteriskMissingError, cache_dir, fetch, find, find_or_fetch
from parley.lab.server import AsteriskServer, AsteriskStartError, Peers


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing: no Asterisk, no tools, an empty cache."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path / "cache"


def tool(tmp_path: Path, name: str, script: str) -> None:
    file = tmp_path / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def unpacked(cache: Path, version: str) -> None:
    """What the packages would have left."""
    root = cache / "asterisk/root"
    (root / "usr/lib/x/asterisk/modules").mkdir(parents=True)
    (root / "usr/sbin").mkdir(parents=True)
    (root / "usr/lib64").mkdir(parents=True)
    (root / "usr/sbin/asterisk").touch()
    loader = root / "usr/lib64/ld-linux-x.so.2"
    loader.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    loader.chmod(0o755)


def test_a_machine_without_apt_is_told_what_to_install() -> None:
    with pytest.raises(AsteriskMissingError, match=r"apt-get not found: install Asterisk 22.8 or newer"):
        find_or_fetch()


def test_a_machine_whose_apt_has_no_mirror(tmp_path: Path) -> None:
    tool(tmp_path, "apt-get", "exit 0")
    tool(tmp_path, "dpkg-deb", "exit 0")
    with pytest.raises(AsteriskMissingError, match="no Debian or Ubuntu mirror"):
        fetch()


def test_a_mirror_that_is_not_there_is_named_with_apts_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = "http://mirror.invalid/debian/ Debian Debian"
    tool(
        tmp_path,
        "apt-get",
        f'case "$*" in *indextargets*) echo {mirror};; *) echo no route >&2; exit 100;; esac',
    )
    tool(tmp_path, "dpkg-deb", "exit 0")
    with pytest.raises(
        AsteriskMissingError, match=r"read the package lists of http://mirror.invalid.*no route"
    ):
        fetch()
    assert "reading the package lists" in capsys.readouterr().err
    assert not list(cache_dir().glob("unpacking-*"))


def test_what_was_unpacked_before_is_used(cache: Path) -> None:
    unpacked(cache, "22.10.1")
    found = find()
    assert found is not None
    assert found.version == "Asterisk 22.10.1"


@pytest.mark.parametrize("version", ["22.7.0", "20.18.0", "certified/20.7", "nonsense"])
def test_one_that_is_too_old_is_not(cache: Path, version: str) -> None:
    unpacked(cache, version)
    assert find() is None


def test_another_process_that_fetches_is_not_waited_for_forever(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "LOCK_SECONDS", 0.3)
    (cache / "asterisk").mkdir(parents=True)
    with (cache / "asterisk/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AsteriskMissingError, match="another process"):
            fetch()
    assert "waiting" in capsys.readouterr().err


def test_an_asterisk_that_does_not_boot_says_why(tmp_path: Path, cache: Path) -> None:
    unpacked(cache, "22.10.1")
    loader = cache / "asterisk/root/usr/lib64/ld-linux-x.so.2"
    loader.write_text(
        "#!/bin/sh\ncase $* in *-V*) echo Asterisk 22.10.1;; *-rx*) exit 1;; *) echo no timing;; esac\n"
    )
    server = AsteriskServer(tmp_path / "run", Peers())
    with pytest.raises(AsteriskStartError, match="did not boot:\nno timing"):
        server.start()
    assert server.pid is None
