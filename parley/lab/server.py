"""Run an Asterisk of our own on loopback, with Parley's dialplans included.

From Python: `AsteriskServer`. By hand:

    python -m parley.lab.server [--dir DIR] start|stop|cli|log ...
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from parley.freeports import free_port
from parley.lab.install import AsteriskError, AsteriskMissingError, Installation, find_or_fetch

ETC = Path(__file__).with_name("etc")
DIALPLANS = Path(__file__).parents[2] / "dialplans/asterisk"

RTP_FIRST, RTP_PORTS = 10_000, 500
"""Asterisk's usual ports for audio begin here; one server has so many of them."""

BOOT_SECONDS = 20.0
STOP_SECONDS = 5.0

_EMPTY = (
    *("acl", "aeap", "ccss", "cdr", "cel", "chan_websocket", "cli_aliases", "codecs", "features"),
    *("indications", "musiconhold", "pjproject", "pjsip_notify", "stasis", "stir_shaken", "udptl"),
)
"""Files that Asterisk wants to exist and that may be empty."""


@dataclass(frozen=True, slots=True)
class Peers:
    """Where Asterisk finds the Parley under test; nothing listens on port 9, so that side is down."""

    agi: str = "127.0.0.1:9"
    audiosocket: str = "127.0.0.1:9"
    websocket: str = "ws://127.0.0.1:9/media"


class AsteriskStartError(AsteriskError):
    """Asterisk did not come up; the message ends with what it said."""


class AsteriskServer:
    """One Asterisk in a folder of its own.

    Args:
        directory: for its configuration, logs and sockets; made if need be. Keep the path short: a Unix
            socket's name is limited to 107 bytes.
        peers: the Parley it shall call.
        sip: UDP and TCP port for SIP, any free one if 0.
    """

    def __init__(self, directory: Path, peers: Peers | None = None, sip: int = 0) -> None:
        self.directory = directory.resolve()
        self.peers = peers or Peers()
        self.sip = sip or free_port()
        self.ami = free_port()
        self._installation: Installation | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Asterisk's log."""
        return self.directory / "var/log/full"

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def uri(self, extension: str) -> str:
        """SIP address of an extension."""
        return f"sip:{extension}@127.0.0.1:{self.sip}"

    def start(self) -> None:
        """Configure, start and wait until it is booted (about 1 s).

        Raises AsteriskMissingError when there is none, and AsteriskStartError when it does not boot.
        """
        self._installation = find_or_fetch()
        self._configure(self._installation)
        environment = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
        with (self.directory / "var/log/stdout").open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - found by ourselves
                [*self._installation.command, "-C", str(self.directory / "etc/asterisk.conf"), "-f"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        (self.directory / "asterisk.pid").write_text(str(self._process.pid))
        deadline = time.monotonic() + BOOT_SECONDS
        while "fully booted" not in self.cli("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self.directory / "var/log/stdout").read_text(errors="replace")[-2000:]
                self.stop()
                raise AsteriskStartError(f"Asterisk in {self.directory} did not boot:\n{said}")
            time.sleep(0.05)

    def cli(self, command: str) -> str:
        """Run a console command and return what it prints; empty if Asterisk does not answer."""
        installation = self._installation or find_or_fetch()
        config = str(self.directory / "etc/asterisk.conf")
        done = subprocess.run(  # noqa: S603 - found by ourselves
            [*installation.command, "-C", config, "-rx", command],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout if done.returncode == 0 else ""

    def kill(self) -> None:
        """Kill it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stop it. Safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        (self.directory / "asterisk.pid").unlink(missing_ok=True)

    def _configure(self, installation: Installation) -> None:
        for folder in ["lib", "spool", "log", "run", "cache", "db", "keys", "agi-bin", "sbin"]:
            (self.directory / "var" / folder).mkdir(parents=True, exist_ok=True)
        if not DIALPLANS.is_dir():
            raise AsteriskMissingError(f"{DIALPLANS} not found: run Parley from its repository")
        etc = self.directory / "etc"
        etc.mkdir(exist_ok=True)
        rtp = RTP_FIRST + secrets.randbelow(20) * RTP_PORTS
        values = {
            "dir": self.directory,
            "modules": installation.modules,
            "data": installation.data,
            "dialplans": DIALPLANS,
            "sip": self.sip,
            "ami": self.ami,
            "rtp_first": rtp,
            "rtp_last": rtp + RTP_PORTS - 1,
            "agi": self.peers.agi,
            "audiosocket": self.peers.audiosocket,
            "websocket": self.peers.websocket,
        }
        for template in sorted(ETC.glob("*.conf")):
            text = template.read_text()
            for name, value in values.items():
                text = text.replace(f"@{name}@", str(value))
            (etc / template.name).write_text(text)
        for name in _EMPTY:
            (etc / f"{name}.conf").touch()


def _stop_pid(directory: Path) -> bool:
    """Stop the server that another run of this script started. Whether there was one."""
    pid_file = directory / "asterisk.pid"
    if not pid_file.exists():
        return False
    pid = int(pid_file.read_text())
    for sign, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    return True


def main() -> int:
    """Command line: start, stop, ask and watch one server."""
    parser = argparse.ArgumentParser(prog="python -m parley.lab.server")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "parley-asterisk")
    actions = parser.add_subparsers(dest="action", required=True)
    start = actions.add_parser("start", help="start it in the background")
    start.add_argument("--sip", type=int, default=5060, help="SIP port (5060)")
    start.add_argument("--agi", default="127.0.0.1:4573", help="Parley's FastAGI")
    start.add_argument("--audiosocket", default="127.0.0.1:9092", help="Parley's AudioSocket")
    start.add_argument("--websocket", default="ws://127.0.0.1:8787/media", help="Parley's WebSocket")
    actions.add_parser("stop", help="stop it")
    actions.add_parser("log", help="print its log")
    actions.add_parser("remove", help="stop it and remove its folder")
    cli = actions.add_parser("cli", help="run a console command")
    cli.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    server = AsteriskServer(chosen.dir)
    if chosen.action == "start":
        if (chosen.dir / "asterisk.pid").exists() and server.cli("core show version"):
            print(f"already running in {chosen.dir}")
            return 1
        peers = Peers(chosen.agi, chosen.audiosocket, chosen.websocket)
        server = AsteriskServer(chosen.dir, peers, chosen.sip)
        try:
            server.start()
        except AsteriskError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"SIP on {server.uri('100')}, manager interface on port {server.ami}, log in {server.log}")
    elif chosen.action == "cli":
        print(server.cli(" ".join(chosen.command)), end="")
    elif chosen.action == "log":
        print(server.log.read_text(errors="replace") if server.log.exists() else f"no log in {server.log}")
    else:
        print("stopped" if _stop_pid(chosen.dir) else f"none was started in {chosen.dir}")
        if chosen.action == "remove":
            shutil.rmtree(chosen.dir, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
