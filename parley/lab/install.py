"""Find an Asterisk that is new enough, or unpack one from the distribution's packages.

An installed Asterisk 22.8 or newer is used as it is. Otherwise, on Debian and
Ubuntu, the packages of the development suite are downloaded from the mirror
that apt is configured with, and unpacked (not installed: no root, no services,
nothing outside the cache) together with the libraries they were built with,
and run with that suite's own loader, so that the host's libraries don't matter.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDED = (22, 8)
"""chan_websocket's marks and JSON control messages are from this version on."""

PACKAGES = ("asterisk", "asterisk-modules")

SKIP_LIST = Path(__file__).with_name("skip-packages.txt")

_SUITES = {"Debian": "sid", "Ubuntu": "devel"}
_COMPONENTS = {"Debian": "main", "Ubuntu": "main universe"}
_KEYRINGS = Path("/usr/share/keyrings")

LOCK_SECONDS = 900.0
"""How long to wait for another process that is fetching at the moment."""

STEP_SECONDS = 600.0
"""How long one step of fetching may take."""

_REPORT_SECONDS = 5.0


class AsteriskError(Exception):
    """There is no running Asterisk; the message says why."""


class AsteriskMissingError(AsteriskError):
    """No Asterisk can be had here; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An Asterisk that can be run.

    Attributes:
        command: how to run it, without options.
        modules: folder of its `.so` modules.
        data: folder of its documentation and sounds.
        version: what it says of itself.
    """

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str


def cache_dir() -> Path:
    """Where the unpacked packages live, shared between checkouts."""
    base = (
        os.environ.get("PARLEY_CACHE")
        or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "parley"
    )
    return Path(base) / "asterisk"


def find() -> Installation | None:
    """An installed Asterisk that is new enough, or one unpacked before."""
    return _installed() or _unpacked(cache_dir() / "root")


def find_or_fetch() -> Installation:
    """The same, fetching the packages if need be. Raises AsteriskMissingError."""
    return find() or fetch()


def _installed() -> Installation | None:
    binary = shutil.which("asterisk")
    if binary is None:
        return None
    modules = [path for base in ("/usr/lib", "/usr/lib64") for path in Path(base).glob("**/asterisk/modules")]
    if not modules or not (modules[0] / "chan_websocket.so").exists():
        return None
    return _checked(Installation((binary,), modules[0], Path("/usr/share/asterisk"), ""))


def _unpacked(root: Path) -> Installation | None:
    binary = root / "usr/sbin/asterisk"
    loaders = [*root.glob("usr/lib64/ld-linux*.so.*"), *root.glob("usr/lib/ld-linux*.so.*")]
    modules = [*root.glob("usr/lib/*/asterisk/modules")]
    if not (binary.exists() and loaders and modules):
        return None
    libraries = modules[0].parents[1]
    command = (str(loaders[0]), "--library-path", str(libraries), str(binary))
    return _checked(Installation(command, modules[0], root / "usr/share/asterisk", ""))


def _checked(found: Installation) -> Installation | None:
    """The installation with its version, `None` if it does not run or is too old."""
    try:
        said = subprocess.run(  # noqa: S603 - a path found by ourselves
            [*found.command, "-V"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.match(r"Asterisk (?:certified[-/])?(\d+)\.(\d+)", said.stdout)
    if number is None or (int(number[1]), int(number[2])) < NEEDED:
        return None
    return Installation(found.command, found.modules, found.data, said.stdout.strip())


def fetch() -> Installation:
    """Download and unpack, saying on standard error what is being done. Raises AsteriskMissingError."""
    cache = cache_dir()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / "lock"):
            if (found := _unpacked(cache / "root")) is not None:
                return found
            _fetch_into(cache)
    except OSError as error:
        raise AsteriskMissingError(f"could not unpack Asterisk into {cache}: {error}") from error
    found = _unpacked(cache / "root")
    if found is None:
        raise AsteriskMissingError(
            f"the packages in {cache / 'root'} hold no Asterisk {_version()} that runs here: {_BY_HAND}"
        )
    _say(f"{found.version} is in {cache / 'root'}")
    return found


def _version() -> str:
    return f"{NEEDED[0]}.{NEEDED[1]} or newer"


_BY_HAND = f"install Asterisk {_version()}, with chan_websocket, by your system's own means"


def _say(what: str) -> None:
    print(f"asterisk: {what}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes from unpacking over each other. Raises AsteriskMissingError after a while."""
    with path.open("w") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        said = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise AsteriskMissingError(
                        f"another process has been fetching it for {LOCK_SECONDS:.0f} s (it holds {path})"
                    ) from None
                if not said:
                    _say("another process is fetching it; waiting for that")
                    said = True
                time.sleep(0.2)
        yield


def _fetch_into(cache: Path) -> None:
    for stale in cache.glob("unpacking-*"):  # of a process that was killed
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="unpacking-") as scratch:
        root = _unpack(Path(scratch))
        shutil.rmtree(cache / "root", ignore_errors=True)
        root.rename(cache / "root")


def _unpack(scratch: Path) -> Path:
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise AsteriskMissingError(
                f"{tool} not found: {_BY_HAND} (on Debian and Ubuntu Parley fetches one by itself)"
            )
    distribution, mirror = _mirror()
    apt = _private_apt(scratch, distribution, mirror)
    _say(f"none is installed; reading the package lists of {mirror}")
    _run([*apt, "update"], f"read the package lists of {mirror}")
    plan = _run([*apt, "install", "--yes", "--print-uris", *PACKAGES], "resolve Asterisk's dependencies")
    # 'address' file size hash; a file is name_version_architecture.deb
    found = re.findall(r"^'[^']+' ([^_\s]+)_\S+ (\d+)", plan, flags=re.MULTILINE)
    skip = re.compile("|".join(_skip_patterns()))
    wanted = {name: int(size) for name, size in found if not skip.fullmatch(name)}
    if "asterisk" not in wanted:
        raise AsteriskMissingError(f"{mirror} has no package asterisk for this architecture: {_BY_HAND}")
    debs = scratch / "debs"
    debs.mkdir()
    _download([*apt, "download", *wanted], debs, sum(wanted.values()), mirror)
    _say(f"unpacking {len(wanted)} packages")
    root = scratch / "root"
    for deb in sorted(debs.glob("*.deb")):
        _run(["dpkg-deb", "-x", str(deb), str(root)], f"unpack {deb.name}")
    for part in ("doc", "man", "locale"):
        shutil.rmtree(root / "usr/share" / part, ignore_errors=True)
    return root


def _download(command: list[str], folder: Path, size: int, mirror: str) -> None:
    """Run apt-get in `folder`, saying now and then how far it is."""
    _say(f"downloading {size / 1e6:.0f} MB from {mirror}")
    with (
        (folder / "said").open("w+") as said,
        subprocess.Popen(command, cwd=folder, stdout=said, stderr=said) as process,  # noqa: S603 - apt-get
    ):
        began = time.monotonic()
        while True:
            try:
                process.wait(_REPORT_SECONDS)
                break
            except subprocess.TimeoutExpired:
                done = sum(file.stat().st_size for file in folder.glob("*.deb"))
                _say(f"{done / 1e6:.0f} of {size / 1e6:.0f} MB")
            if time.monotonic() - began > STEP_SECONDS:
                process.kill()
                raise AsteriskMissingError(f"{mirror} did not deliver within {STEP_SECONDS:.0f} s")
        if process.returncode:
            said.seek(0)
            raise AsteriskMissingError(f"could not download from {mirror}: {said.read().strip()[-600:]}")


def _skip_patterns() -> list[str]:
    lines = SKIP_LIST.read_text().splitlines()
    return [text for line in lines if (text := line.partition("#")[0].strip())]


def _mirror() -> tuple[str, str]:
    """Distribution and mirror, as this machine's apt is configured."""
    fields = "$(REPO_URI) $(ORIGIN) $(LABEL)"
    command = ["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]
    targets = _run(command, "ask apt for its mirrors")
    for line in targets.splitlines():
        uri, _, rest = line.partition(" ")
        for distribution in _SUITES:
            by_path = uri.rstrip("/").endswith(f"/{distribution.lower()}")
            if by_path or rest == f"{distribution} {distribution}":
                return distribution, uri
    raise AsteriskMissingError(f"apt is configured with no Debian or Ubuntu mirror: {_BY_HAND}")


def _private_apt(scratch: Path, distribution: str, mirror: str) -> list[str]:
    """An apt-get with lists, cache and status of its own, as an ordinary user."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (scratch / "apt" / folder).mkdir(parents=True)
    status = scratch / "apt/status"
    status.touch()  # nothing is installed: the whole closure is wanted, none of the host's libraries
    sources = scratch / "apt/asterisk.sources"
    keyrings = sorted(_KEYRINGS.glob(f"{distribution.lower()}-archive-keyring.[gp]*p*"))
    signed_by = f"Signed-By: {keyrings[0]}\n" if keyrings else ""  # else apt's own trusted keys
    sources.write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: {_SUITES[distribution]}\n"
        f"Components: {_COMPONENTS[distribution]}\n{signed_by}"
    )
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::Lists": scratch / "apt/lists",
        "Dir::State::status": status,
        "Dir::Cache": scratch / "apt/cache",
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return ["apt-get", "-q", *(part for key, value in options.items() for part in ("-o", f"{key}={value}"))]


def _run(command: list[str], purpose: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - apt-get and dpkg-deb with arguments of our own
            command, capture_output=True, text=True, timeout=STEP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise AsteriskMissingError(f"could not {purpose} within {STEP_SECONDS:.0f} s") from None
    if done.returncode:
        said = done.stderr.strip()[-600:] or done.stdout[-600:]
        raise AsteriskMissingError(f"could not {purpose}: {said}")
    return done.stdout
