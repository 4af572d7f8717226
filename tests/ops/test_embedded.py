"""The embedded PostgreSQL: it starts, keeps its data, and gets over a sudden death."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from ops import embedded
from ops.supervisor.processes import postgres_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state(tmp_path):
    """A state directory of which nothing is left afterwards, wherever its server keeps the data."""
    home = embedded._home(tmp_path, embedded._account())
    yield tmp_path
    shutil.rmtree(home)


@pytest.fixture
def start(state):
    servers = []

    def begin(**options: bool) -> embedded.EmbeddedServer:
        servers.append(embedded.start(state, **{"durable": False, **options}))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


def value(server: embedded.EmbeddedServer, query: str, database: str = "postgres") -> object:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def test_it_serves_keeps_data_over_a_restart_and_leaves_nothing(start):
    server = start()
    server.create_database("tws")
    server.create_database("tws")
    value(server, "CREATE TABLE note AS SELECT 'kept' AS text", "tws")
    server.stop()
    server.stop()
    assert postgres_in(server.data) == []

    again = start()
    assert value(again, "SELECT text FROM note", "tws") == "kept"


def test_settings_and_cyrillic(start):
    server = start()
    assert value(server, "SHOW timezone") == "UTC"
    assert value(server, "SHOW max_connections") == "200"
    assert value(server, "SHOW fsync") == "off"
    assert value(server, "SELECT lower('ЁЖИК')") == "ёжик"
    assert value(server, "SELECT to_tsvector('russian', 'ПРИНТЕРЫ') @@ to_tsquery('russian', 'принтер')")
    server.stop()
    assert value(start(durable=True), "SHOW fsync") == "on"


def test_the_url_survives_a_parser_that_lower_cases_hosts(start):
    server = start()
    host = urlsplit(server.url("tws")).hostname
    assert unquote(host) == str(server.data)


def test_only_one_process_uses_it(start, state):
    start()
    with pytest.raises(embedded.EmbeddedError, match=f"in use by process {os.getpid()}"):
        embedded.start(state)


def test_it_starts_after_its_sudden_death(start):
    server = start(durable=True)
    value(server, "CREATE TABLE note AS SELECT 1")
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert value(start(durable=True), "SELECT count(*) FROM note") == 1


def test_it_is_revived_when_it_has_died(start):
    server = start()
    assert server.revive() is False
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not server.revive():
        assert time.monotonic() < deadline
    assert value(server, "SELECT 1") == 1


def test_the_server_of_a_killed_run_is_taken_over(start, state):
    program = "import os, sys; from pathlib import Path; from ops import embedded\n"
    program += "print(embedded.start(Path(sys.argv[1]), durable=False).pid, flush=True); os._exit(0)"
    left = subprocess.run(
        [sys.executable, "-c", program, str(state)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    server = start()
    assert server.pid == int(left.stdout)
    assert value(server, "SELECT 1") == 1


def test_a_lock_file_whose_number_another_program_has_by_now(start):
    server = start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n")
    assert value(start(), "SELECT 1") == 1
    assert (server.data / "postmaster.pid.stale").exists()


def test_a_long_path_gets_its_socket_in_a_short_folder_of_our_own(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    data = tmp_path / ("long" * 30) / "postgres"
    sockets = embedded._socket_dir(data)
    assert sockets.parent == tmp_path
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert embedded._socket_dir(data) == sockets
    assert embedded._socket_dir(tmp_path / "short") == tmp_path / "short"

    sockets.rmdir()
    sockets.symlink_to(tmp_path)
    with pytest.raises(embedded.EmbeddedError, match="belongs to somebody else"):
        embedded._socket_dir(data)


def test_a_full_disk_is_said(state, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
    with pytest.raises(embedded.EmbeddedError, match="is full"):
        embedded.start(state)


def test_a_missing_wheel_is_said(state, monkeypatch):
    monkeypatch.setattr(embedded, "WHEEL", "no_such_wheel")
    with pytest.raises(embedded.EmbeddedError, match="set DATABASE_URL to a PostgreSQL of your own"):
        embedded.start(state)
    monkeypatch.undo()
    embedded.start(state, durable=False).stop()  # the lock was given back


def test_a_start_that_fails_shows_the_log(start, monkeypatch):
    monkeypatch.setitem(embedded.CONFIGURATION, "max_connections", "many")
    with pytest.raises(embedded.EmbeddedError, match="max_connections"):
        start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the account")
def test_root_copies_programs_that_the_other_account_can_not_reach(start, monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    wheel = tmp_path / "closed" / embedded.WHEEL
    original = Path(embedded.importlib.util.find_spec(embedded.WHEEL).origin).parent
    shutil.copytree(original / "pginstall18", wheel / "pginstall18", ignore=shutil.ignore_patterns("include"))
    if (libraries := original.with_name(f"{embedded.WHEEL}.libs")).exists():
        shutil.copytree(libraries, wheel.with_name(libraries.name))
    (wheel / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(wheel.parent))
    server = start()
    assert value(server, "SELECT 1") == 1
    assert server._programs.is_relative_to(server.data.parent)


def test_deleted_state_means_a_new_beginning(tmp_path):
    """Also for root, whose data lie elsewhere: a new clone in the place of an old one must not find its rows."""
    state = tmp_path / "state"
    server = embedded.start(state, durable=False)
    server.create_database("kept")
    server.stop()
    shutil.rmtree(state)
    server = embedded.start(state, durable=False)
    try:
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kept'").fetchone() is None
    finally:
        server.discard()
