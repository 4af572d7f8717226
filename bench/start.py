"""`make run` on an empty state folder and on a full one: seconds until everything answers, and memory at rest."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]

from bench.place import ROOT, Place
from bench.processes import free_port, wait_until
from ops.supervisor.processes import marked, postgres_in

PATIENCE = 180.0
MEMORY_GOAL_MB = 450
WORDS = {
    "bot": "runbot", "worker": "default", "sender": "telegram", "beat": "beat", "web": "tws.wsgi",
    "simulator": "simulator", "supervisor": "ops.supervisor",
}  # fmt: skip
"""Which word of its command line tells what a process is."""


def starts(place: Place, rest: float) -> dict[str, object]:
    """Twice in one folder. The virtual environment is there; memory is taken `rest` seconds after the second start."""
    state = Path(tempfile.mkdtemp(dir=place.folder))
    seconds = {}
    for name in ("cold", "warm"):
        with running(state) as taken:
            seconds[name] = round(taken, 1)
            if name == "warm":
                time.sleep(rest)
                memory = proportional_mb(state)
    total = round(sum(memory.values()))
    return {"cold_s": seconds["cold"], "warm_s": seconds["warm"], "memory_mb": total,
            "by_process_mb": {name: round(mb) for name, mb in sorted(memory.items())},
            "goal": f"memory_mb <= {MEMORY_GOAL_MB}", "met": total <= MEMORY_GOAL_MB}  # fmt: skip


@contextmanager
def running(state: Path) -> Iterator[float]:
    """The whole, until the block ends; gives the seconds until the web process says that all is well."""
    port, begun = free_port(), time.monotonic()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "DATABASE"))}
    environment |= {
        "TWS_STATE_DIR": str(state.resolve()),
        "TWS_WEB_PORT": str(port),
        "TWS_SIMULATOR_PORT": str(free_port()),
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "ops.supervisor"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: _ready(port), "everything answers", PATIENCE)
        yield time.monotonic() - begun
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(PATIENCE)


def _ready(port: int) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/health/", timeout=5, trust_env=False).status_code == 200
    return False


def proportional_mb(state: Path) -> dict[str, float]:
    """The memory of every process of that run: its own and its part of what is shared (PSS), by what it is."""
    data = Path((state / "postgres.place").read_text("utf-8").strip()) / "postgres"
    names = dict.fromkeys(postgres_in(data), "database") | {pid: _name(pid) for pid in marked(state)}
    memory: dict[str, float] = {}
    for pid, name in names.items():
        with suppress(psutil.Error):
            memory[name] = memory.get(name, 0.0) + psutil.Process(pid).memory_full_info().pss / 2**20
    return memory


def _name(pid: int) -> str:
    words = psutil.Process(pid).cmdline()
    return next((name for name, word in WORDS.items() if word in words), "other")
