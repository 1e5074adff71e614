"""The same store on a real PostgreSQL, started for this test."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from dialogue.mind import Said
from parley.database import connect
from parley.journal import TurnRecord
from parley.ledger import TurnTimes
from parley.store import CallStore
from parley.tables import Base
from telephony.line import HungUp, LineInfo

pytestmark = pytest.mark.live
pytest.importorskip("psycopg", reason="needs psycopg: pip install 'parley[postgres]'")


def programs() -> Path:
    """The folder of PostgreSQL's programs; Debian keeps it off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        pytest.skip("needs PostgreSQL's server: apt install postgresql")
    return folders[-1]


class Postgres:
    """A server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._bin = programs()
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        # PostgreSQL refuses to run as root.
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        if os.geteuid() == 0:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "-D", "data", "-U", "parley", "-A", "trust", "-E", "UTF8", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgresql://parley@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k '' -c fsync=off"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            user=self._user.pw_uid,
            group=self._user.pw_gid,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    # Not below pytest's own folder, which other users may not enter.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    server = Postgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


async def test_calls_are_kept_even_when_the_database_restarts(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    store = CallStore(postgres.url)
    await store.open()
    started = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    journal = store.call_started(LineInfo("c1", "sip", caller="\0+49"), started=started, flow="shop")
    postgres.stop()
    journal.turn(TurnRecord(0, Said("你好", "zh"), None, "known", "您好。", "您", TurnTimes(decided=1.0)))
    journal.ended(HungUp(2.0, "caller"))
    postgres.start()
    await store.close()
    again = CallStore(postgres.url)
    await again.open()
    (call,) = await again.calls()
    (turn,) = await again.turns("c1")
    await again.close()
    assert (call.caller, call.started, call.hangup_by) == ("+49", started, "caller")
    assert (turn.caller_text, turn.reply_heard_text, turn.decided) == ("你好", "您", 1.0)


async def test_the_migrations_make_exactly_the_tables_that_the_code_uses(postgres: Postgres) -> None:
    store = CallStore(postgres.url)
    await store.open()
    await store.close()
    engine = connect(postgres.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
