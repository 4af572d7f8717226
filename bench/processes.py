"""The whole house as real processes on a database of its own: for measurements, and for tests of kills and brokers."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psycopg
from psycopg import sql

from bench.environment import TOKEN
from simulator.client import SimulatorClient
from simulator.server import running_simulator

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 40.0
PREPARED = "tws_prepared"
"""The database that a test run prepares for everybody to copy."""
STOP_SECONDS = 10.0
WRITTEN = """
SELECT u.telegram_id, w.text FROM (
    SELECT client_id AS person, id AS ticket, 0 AS comment, description AS text FROM tickets_ticket
    UNION ALL SELECT author_id, ticket_id, id, text FROM tickets_comment
) w JOIN accounts_user u ON u.id = w.person ORDER BY w.ticket, w.comment
"""
CELERY = ("-m", "celery", "-A", "tws")


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(true: Callable[[], object], what: str, seconds: float = READY_SECONDS) -> None:
    """Ask again and again until it is so. Raises AssertionError naming `what` when the time is over."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)


@dataclass
class House:
    """The processes by name (`bot`, `sender`, `worker`, `beat`, `web`), the people outside, and where things are."""

    people: SimulatorClient
    simulator_url: str
    database_url: str
    folder: Path
    redis_url: str = ""
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the web process answers."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """What every process of this house is given."""
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "TWS_STATE_DIR": str(self.folder),
            "MEDIA_DIR": str(self.folder / "media"),
            "BROKER_DIR": str(self.folder / "broker"),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.simulator_url,
            "SITE_URL": self.url,
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, name: str) -> tuple[str, ...]:
        """The command line of a process, as docs/operations.md gives it; `bot2` is a second bot."""
        quiet = ("--loglevel", "warning")
        return {
            "bot": ("manage.py", "runbot"),
            "sender": (*CELERY, "worker", "-Q", "telegram", "-n", "telegram@%h", "--pool", "solo", *quiet),
            "worker": (*CELERY, "worker", "-Q", "default", "-n", "default@%h", "--pool", "threads", "-c", "2", *quiet),
            "beat": (*CELERY, "beat", "-s", str(self.folder / "beat"), "--pidfile=", *quiet),
            "web": ("-m", "gunicorn", "tws.wsgi", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
                    "--threads", "4", "--no-control-socket"),
        }[name.rstrip("0123456789")]  # fmt: skip

    def manage(self, *words: str) -> str:
        """Run a management command to its end; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        """Start these processes; their output goes to `<folder>/<name>.log`, added to what was there."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *self.command(name)],
                    cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
        if "web" in names:
            wait_until(self._web_answers, "the web process answers")

    def kill(self, name: str) -> None:
        """kill -9, children included."""
        self._signal(name, signal.SIGKILL)
        self.running.pop(name).wait(STOP_SECONDS)

    def stop(self, name: str, seconds: float = STOP_SECONDS) -> float:
        """SIGTERM, as an operator would; gives the seconds it took. Raises TimeoutExpired."""
        begun = time.monotonic()
        self.running[name].send_signal(signal.SIGTERM)
        self.running[name].wait(seconds)
        del self.running[name]
        return time.monotonic() - begun

    def log(self, name: str) -> str:
        """Everything that this process has written so far."""
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def logs(self) -> str:
        """Everything that all processes have written."""
        names = sorted(path.stem for path in self.folder.glob("*.log"))
        return "\n".join(f"--- {name}\n{self.log(name)}" for name in names)

    def rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask this house's database."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, params).fetchall()

    def texts_by_person(self) -> dict[object, list[object]]:
        """What everybody wrote that became a ticket or a comment, by Telegram id, in its order."""
        written: dict[object, list[object]] = {}
        for person, text in self.rows(WRITTEN):
            written.setdefault(person, []).append(text)
        return written

    def close(self) -> None:
        """Stop what still runs."""
        for process in self.running.values():
            process.terminate()
        for name, process in list(self.running.items()):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.running.clear()

    def _signal(self, name: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, number)

    def _web_answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health/live/").status_code == 200
        return False


@dataclass
class Redis:
    """A Redis of our own that keeps nothing."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty."""
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        with (self.folder / "redis.log").open("ab") as log:
            self.server = subprocess.Popen(["redis-server", *options], stdout=log, stderr=log)
        wait_until(lambda: self.ask("PING") == b"+PONG", "Redis answers")

    def ask(self, command: str) -> bytes:
        """The first line of its answer; empty when there is none."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            connection.sendall(command.encode() + b"\r\n")
            return connection.recv(100).split(b"\r\n")[0]
        return b""

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; after SIGKILL it is gone."""
        assert self.server is not None
        self.server.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.server.wait(STOP_SECONDS)


@contextmanager
def open_redis(folder: Path) -> Iterator[Redis]:
    """A running Redis; it is ended afterwards."""
    redis = Redis(folder)
    redis.start()
    try:
        yield redis
    finally:
        redis.signal(signal.SIGKILL)


def _at(server: str, name: str) -> str:
    """The address of a database of this server."""
    return server.replace(urlsplit(server).path, f"/{name}")


@lru_cache
def _prepared(server: str) -> str:
    """A database of this server, prepared once, to be copied: migrations take longer than a copy. A test run has one
    already."""
    name = f"house_prepared_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [PREPARED]).fetchone():
            return PREPARED
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with tempfile.TemporaryDirectory() as folder:
        House(SimulatorClient("http://127.0.0.1:9"), "http://127.0.0.1:9", _at(server, name), Path(folder)).manage(
            "prepare"
        )
    return name


@contextmanager
def open_house(folder: Path, *, redis_url: str = "") -> Iterator[House]:
    """A house with an empty, prepared database; nothing runs yet. Everything is gone afterwards."""
    name = f"house_{uuid4().hex[:12]}"
    server = os.environ["DATABASE_URL"]
    database_url = _at(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copied.format(sql.Identifier(name), sql.Identifier(_prepared(server))))
    with running_simulator(folder / "simulator.json", TOKEN) as simulator_url, SimulatorClient(simulator_url) as people:
        house = House(people, simulator_url, database_url, folder, redis_url)
        try:
            yield house
        finally:
            house.close()
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
