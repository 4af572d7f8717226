"""What other processes this machine has, and how to end those that a killed run of ours left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

MARK = "TWS_SUPERVISED"  # set in the environment of every child: the state directory of its run


def process_exists(pid: int) -> bool:
    """Whether a process, be it a zombie, has that number."""
    return bool(psutil.pid_exists(pid))


def works_in(pid: int, directory: Path) -> bool:
    """Whether a living process has this working directory: PostgreSQL's have that of their data."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == directory.resolve()
    except (psutil.Error, OSError):
        return False


def postgres_in(data: Path) -> list[int]:
    """The processes of PostgreSQL that work on these data."""
    named = (process.pid for process in psutil.process_iter(["name"]) if process.info["name"] == "postgres")
    return [pid for pid in named if works_in(pid, data)]


def marked(state_dir: Path) -> list[int]:
    """The processes that some supervisor of this state directory started: they carry its mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(state_dir):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def end(pids: Iterable[int], first: signal.Signals = signal.SIGTERM, *, grace: float) -> None:
    """Ask the processes to end, and kill those that are still there after `grace` seconds."""
    asked = _send(_existing(pids), first)
    _, stubborn = psutil.wait_procs(asked, timeout=grace)
    psutil.wait_procs(_send(stubborn, signal.SIGKILL), timeout=grace)


def port_holder(port: int) -> str | None:
    """Who listens on a local port, such as "python3.11 (pid 4711)", as far as we may know it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.Error, OSError):
        pass  # another user's process, or a system that tells only root
    return None


def _existing(pids: Iterable[int]) -> list[psutil.Process]:
    return [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]


def _send(processes: list[psutil.Process], number: signal.Signals) -> list[psutil.Process]:
    reached = []
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.Error:
            continue
        reached.append(process)
    return reached
