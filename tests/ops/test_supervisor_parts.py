"""The parts of the supervisor that start no services: lock, ports, environment, logs, screen, plan."""

import base64
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.supervisor.environment import Environment, ensure_secrets, read
from ops.supervisor.errors import RunError
from ops.supervisor.keeper import MAX_EARLY_DEATHS, STABLE_SECONDS, Vitals
from ops.supervisor.lock import FileLock, LockHeldError
from ops.supervisor.logs import LogFile, worth_showing
from ops.supervisor.plan import whole_house
from ops.supervisor.ports import require_free
from ops.supervisor.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from ops.supervisor.lock import FileLock
lock = FileLock(Path(sys.argv[1])); lock.acquire(); print("held", flush=True); time.sleep(60)
"""


@pytest.fixture
def foreign_lock(tmp_path):
    """The path of a lock, and the process that holds it."""
    path = tmp_path / "run.lock"
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield path, process
    process.kill()
    process.communicate()


def environment(root: Path, **variables: str) -> Environment:
    return Environment.load(root, variables)


# ---- lock ----


def test_a_live_lock_names_its_holder(foreign_lock):
    path, process = foreign_lock
    with pytest.raises(LockHeldError) as refused:
        FileLock(path).acquire(patience=5)
    assert refused.value.pid == process.pid


def test_the_lock_of_a_killed_process_is_no_obstacle(foreign_lock):
    path, process = foreign_lock
    process.kill()
    process.wait()
    lock = FileLock(path)
    assert lock.holder() == process.pid
    lock.acquire()
    assert lock.holder() == os.getpid()


def test_a_lock_kept_by_the_helper_of_a_dead_holder_is_waited_for(tmp_path):
    path = tmp_path / "run.lock"
    script = HOLDER.replace(
        "time.sleep(60)",
        "import subprocess; subprocess.Popen(['sleep', '0.5'], pass_fds=[lock.fileno()]); sys.exit()",
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with pytest.raises(LockHeldError):
        FileLock(path).acquire()
    FileLock(path).acquire(patience=10)


def test_a_released_lock_can_be_taken_again(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.acquire()
    first.release()
    first.release()
    second.acquire()
    with pytest.raises(LockHeldError):
        first.acquire()
    second.release()


# ---- ports ----


def test_a_taken_port_is_named_with_its_holder_and_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(RunError) as refused:
            require_free(port, "TWS_WEB_PORT")
    text = str(refused.value)
    assert text.startswith(f"Port {port} is taken by ")
    assert f"(pid {os.getpid()})" in text
    assert f"TWS_WEB_PORT={port + 1} make run" in text


def test_a_free_port_is_accepted_right_after_its_server_has_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    require_free(port, "TWS_WEB_PORT")


# ---- environment ----


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path):
    path = tmp_path / "state" / "secrets.env"
    assert ensure_secrets(path) is True
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = read(path)
    assert set(values) == {"SECRET_KEY", "JWT_SIGNING_KEY", "DATA_KEYS"}
    assert len(values["JWT_SIGNING_KEY"]) >= 32
    key_id, _, key = values["DATA_KEYS"].partition(":")
    assert key_id == "k1"
    assert len(base64.b64decode(key, validate=True)) == 32

    assert ensure_secrets(path) is False
    assert path.read_text() == first


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path):
    path = tmp_path / "secrets.env"
    ensure_secrets(path)
    known = read(path)
    path.write_text(f"DATA_KEYS={known['DATA_KEYS']}\n")
    assert ensure_secrets(path) is True
    assert read(path)["DATA_KEYS"] == known["DATA_KEYS"]
    assert set(read(path)) == set(known)


def test_real_variables_win_over_the_file_and_empty_ones_do_not_count(tmp_path):
    (tmp_path / ".env").write_text("TWS_WEB_PORT=9000\nTWS_SIMULATOR_PORT=9001\nTELEGRAM_BOT_TOKEN=\n")
    given = environment(tmp_path, TWS_WEB_PORT="9100", TWS_SIMULATOR_PORT="")
    assert (given.web_port, given.simulator_port) == (9100, 9001)
    assert given.simulated


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "80.5"])
def test_a_senseless_port_is_refused_by_name(tmp_path, value):
    with pytest.raises(RunError, match="TWS_WEB_PORT must be a port number"):
        _ = environment(tmp_path, TWS_WEB_PORT=value).web_port


def test_the_run_is_written_down_for_other_terminals(tmp_path):
    run = environment(tmp_path, TWS_SIMULATOR_PORT="9001")
    run.prepare("postgresql://somewhere/tws")
    assert read(run.run_file) == {
        "DATABASE_URL": "postgresql://somewhere/tws",
        "SITE_URL": "http://127.0.0.1:8000",
        "SECURE": "false",
        "TELEGRAM_BOT_TOKEN": "4200000001:local-simulator-token",
        "TELEGRAM_API_URL": "http://127.0.0.1:9001",
    }
    assert stat.S_IMODE(run.run_file.stat().st_mode) == 0o600
    run.forget()
    assert not run.run_file.exists()


def test_children_know_the_run_the_secrets_and_what_was_given(tmp_path):
    run = environment(tmp_path, PATH="/bin", DATABASE_URL="", SECRET_KEY="given")
    ensure_secrets(run.secrets_file)
    run.prepare("postgresql://somewhere/tws")
    variables = run.for_children()
    assert variables["PATH"] == "/bin"
    assert variables["SECRET_KEY"] == "given"
    assert variables["DATABASE_URL"] == "postgresql://somewhere/tws"
    assert variables["DATA_KEYS"].startswith("k1:")
    assert variables["LOG_FORMAT"] == "json"
    assert variables["TWS_STATE_DIR"] == str(tmp_path / ".tws")


# ---- plan ----


def names(run: Environment) -> list[list[str]]:
    return [[service.name for service in stage] for stage in whole_house(run).stages]


def test_the_whole_house(tmp_path):
    run = environment(tmp_path, TWS_WEB_PORT="9000")
    assert names(run) == [["simulator"], ["worker", "sender"], ["web"], ["bot", "beat"]]
    web = whole_house(run).stages[2][0]
    assert "127.0.0.1:9000" in web.command
    assert web.ready_url == "http://127.0.0.1:9000/health/live/"
    assert [task.command[-2:] for task in whole_house(run).tasks] == [("prepare", "--demo")]


def test_a_token_means_the_real_telegram(tmp_path):
    run = environment(tmp_path, TELEGRAM_BOT_TOKEN="1:real")
    assert names(run)[0] == ["worker", "sender"]
    run.prepare("postgresql://somewhere/tws")
    assert "TELEGRAM_API_URL" not in run.run
    assert run.for_children()["TELEGRAM_BOT_TOKEN"] == "1:real"


# ---- back-off ----


def test_pauses_grow_to_thirty_seconds():
    vitals = Vitals()
    vitals.proven = True
    assert [vitals.died(now) for now in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_five_early_deaths_within_a_minute_are_hopeless():
    vitals = Vitals()
    pauses = [vitals.died(now) for now in range(MAX_EARLY_DEATHS)]
    assert None not in pauses[:-1]
    assert pauses[-1] is None


def test_slow_deaths_are_not_hopeless():
    vitals = Vitals()
    assert None not in [vitals.died(now * STABLE_SECONDS / 3) for now in range(20)]


def test_a_proven_service_starts_with_a_short_pause_again():
    vitals = Vitals()
    vitals.died(0)
    vitals.died(1)
    vitals.lived(STABLE_SECONDS + 1)
    assert [vitals.died(100 + now) for now in range(6)] == [1, 2, 4, 8, 16, 30]


# ---- logs and screen ----


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"level": "info", "event": "hello ERROR"}', None),
        ('{"level": "warning", "event": "slow\\nsecond line"}', "warning: slow"),
        ('{"level": "warning"}', "warning: (no text)"),
        (
            json.dumps({"level": "error", "event": "broke", "exception": "Traceback\n  x\nKeyError: 1"}),
            "error: broke (KeyError: 1)",
        ),
        ("GET /errors/ 200", None),
        (
            "[2026-01-01] [7] [ERROR] Worker failed to boot.",
            "[2026-01-01] [7] [ERROR] Worker failed to boot.",
        ),
        ("django.db.utils.OperationalError: gone", "django.db.utils.OperationalError: gone"),
        ("{not json", None),
        ("", None),
    ],
)
def test_the_terminal_sees_only_what_matters(line, shown):
    assert worth_showing(line + "\n") == shown


def test_a_log_keeps_one_previous_file(tmp_path, monkeypatch):
    path = tmp_path / "log" / "web.log"
    for text in ("one\n", "two\n", "three\n"):
        log = LogFile(path)
        log.write(text)
        log.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["web.log", "web.log.1"]
    assert (path.read_text(), path.with_name("web.log.1").read_text()) == ("three\n", "two\n")

    monkeypatch.setattr("ops.supervisor.logs.MAX_BYTES", 10)
    log = LogFile(path)
    for _ in range(3):
        log.write("0123456789\n")
    log.close()
    log.write("after the end\n")
    assert path.read_text() == "0123456789\n"


def test_a_step_shows_its_time_and_lets_others_speak():
    stream = io.StringIO()
    screen = Screen(stream)
    with screen.step("Quiet"):
        time.sleep(0.01)
    with screen.step("Talkative"):
        screen.child("web", "a word")
    with pytest.raises(ValueError, match="no"), screen.step("Failing"):
        raise ValueError("no")
    lines = stream.getvalue().splitlines()
    assert re.fullmatch(r"  Quiet \.+ 0\.\d s", lines[0])
    assert lines[2] == "  web       | a word"
    assert lines[-1].endswith("not done")
    assert "\x1b" not in stream.getvalue()
