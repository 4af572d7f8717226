"""A whole run, in a process of its own and with small fake services: start, restart, stop, sudden death."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20

PROGRAM = """
import sys
from pathlib import Path
from ops.supervisor.environment import Environment
from ops.supervisor.plan import Plan, Service, Task
from ops.supervisor.run import Run, StopRequest
from ops.supervisor.screen import Screen

def python(code):
    return (sys.executable, "-c", code)

def make_plan(environment):
    return Plan(tasks={tasks}, stages={stages})

stop = StopRequest()
stop.listen()
sys.exit(Run(Environment.load(Path(sys.argv[1])), Screen(), stop, make_plan).go())
"""

# A service that notes its end, one that takes a child of its own along, one that will not listen.
POLITE = """
import signal, sys, time
def end(*_):
    with open("order.txt", "a") as file: print("{name}", file=file)
    sys.exit()
signal.signal(signal.SIGTERM, end); print("{name} up"); time.sleep(600)
"""
PARENT = """
import subprocess, time
child = subprocess.Popen(["sleep", "600"]); open("grandchild.pid", "w").write(str(child.pid)); time.sleep(600)
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(600)"


def service(name: str, code: str) -> str:
    return f"Service({name!r}, python({code!r}))"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Started:
    """A supervisor under test, with its output in a file."""

    def __init__(self, folder: Path, stages: str, tasks: str = "[]", **variables: str) -> None:
        self.folder = folder
        self.output = folder / "output.txt"
        program = PROGRAM.format(tasks=tasks, stages=stages)
        ports = {"TWS_WEB_PORT": str(free_port()), "TWS_SIMULATOR_PORT": str(free_port())}
        database = {
            "DATABASE_URL": "postgresql://elsewhere/tws",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        }
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, str(folder)],
                cwd=folder,
                env={"PATH": os.environ["PATH"], **ports, **database, **variables},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def await_text(self, text: str) -> None:
        wait_for(lambda: text in self.text or self.process.poll() is not None, text)
        assert text in self.text, self.text

    def family(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def begin(tmp_path):
    """Starts supervisors in one folder; afterwards nothing of them is left."""
    runs: list[Started] = []

    def start(stages: str, **more: str) -> Started:
        runs.append(Started(tmp_path, stages, **more))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_everything_stops_in_the_reverse_order_and_leaves_nothing(begin, tmp_path, number):
    stages = ", ".join(f"[{service(name, POLITE.format(name=name))}]" for name in ("first", "second", "third"))
    run = begin(f"[{stages}, [{service('parent', PARENT)}]]")
    run.await_text("Ctrl-C stops everything")
    names = ("first", "second", "third")
    wait_for(lambda: all("up" in log(tmp_path, name) for name in names), "services")
    wait_for((tmp_path / "grandchild.pid").exists, "grandchild")
    family = run.family()
    assert len(family) == 6  # four services, the grandchild, the guardian

    assert run.end(number) == 0
    assert (tmp_path / "order.txt").read_text().split() == ["third", "second", "first"]
    assert all(gone(pid) for pid in family)
    assert "Stopped." in run.text
    assert not (tmp_path / ".tws" / "run.env").exists()


def log(folder: Path, name: str) -> str:
    path = folder / ".tws" / "log" / f"{name}.log"
    return path.read_text() if path.exists() else ""


def test_a_deaf_service_is_killed_at_the_second_request(begin, tmp_path):
    run = begin(f"[[{service('deaf', DEAF)}]]")
    wait_for(lambda: "deaf" in log(tmp_path, "deaf"), "the service")
    run.process.send_signal(signal.SIGINT)
    run.await_text("Stopping")
    begun = time.monotonic()
    assert run.end() == 0
    assert time.monotonic() - begun < 5


def test_nothing_outlives_a_killed_supervisor_and_the_next_run_works(begin, tmp_path):
    stages = f"[[{service('polite', POLITE.format(name='polite'))}, {service('parent', PARENT)}]]"
    run = begin(stages)
    wait_for((tmp_path / "grandchild.pid").exists, "grandchild")
    run.await_text("Ctrl-C stops everything")
    family = run.family()
    run.process.kill()
    run.process.wait()

    following = begin(stages)
    wait_for(lambda: following.text.count("Ctrl-C stops everything") == 2, "the next run")
    assert all(gone(pid) for pid in family)
    assert following.end() == 0


def test_what_a_run_killed_with_its_guardian_left_is_ended_by_the_next(begin, tmp_path):
    stages = f"[[{service('parent', PARENT)}]]"
    run = begin(stages)
    wait_for((tmp_path / "grandchild.pid").exists, "grandchild")
    run.await_text("Ctrl-C stops everything")
    family = run.family()
    guardian = next(pid for pid in family if "guardian.py" in " ".join(psutil.Process(pid).cmdline()))
    os.kill(guardian, signal.SIGKILL)
    run.process.kill()
    run.process.wait()
    assert not all(gone(pid) for pid in family)

    following = begin(stages)
    following.await_text("left by a killed run")
    wait_for(lambda: all(gone(pid) for pid in family), "the old family to end")
    assert following.end() == 0


def test_a_second_run_is_told_about_the_first(begin):
    first = begin("[]")
    first.await_text("Ctrl-C stops everything")
    second = begin("[]")
    assert second.process.wait(PATIENCE) == 1
    assert f"TWS already runs here (pid {first.process.pid}); stop it with" in second.text


def test_a_taken_port_ends_the_run_with_a_sentence(begin):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        run = begin("[]", TWS_WEB_PORT=port)
        assert run.process.wait(PATIENCE) == 1
    assert f"Port {port} is taken by" in run.text


def test_a_dead_service_is_started_again(begin, tmp_path):
    code = "import pathlib; p = pathlib.Path('n'); n = int(p.read_text()) if p.exists() else 0;"
    code += "p.write_text(str(n + 1)); n and __import__('time').sleep(600); print('ValueError: once'); exit(3)"
    run = begin(f"[[{service('weak', code)}]]")
    run.await_text("weak      | ended with code 3; starting again in 1 s")
    assert "weak      | ValueError: once" in run.text
    wait_for(lambda: (tmp_path / "n").read_text() == "2", "the second start")
    assert run.end() == 0


def test_a_service_that_keeps_dying_stops_everything_with_its_last_words(begin, tmp_path):
    impatient = "exec('import ops.supervisor.keeper as k; k.MAX_PAUSE_SECONDS = k.Vitals.pause = 0')"
    good, hopeless = POLITE.format(name="good"), "print(42 * 1000 + 1); raise SystemExit(1)"
    run = begin(f"{impatient} or [[{service('good', good)}], [{service('hopeless', hopeless)}]]")
    assert run.process.wait(PATIENCE) == 1
    assert re.search(r"hopeless keeps dying right after its start\.\s+Its last lines:\n  42001\n", run.text)
    assert "Stopping" in run.text


def test_a_failing_task_is_explained(begin):
    code = "print('half way'); raise SystemExit(2)"
    run = begin("[]", tasks=f"[Task('Database tables', python({code!r}))]")
    assert run.process.wait(PATIENCE) == 1
    assert re.search(r"Database tables: the command failed\..*\n.*\n? +half way", run.text)


def test_ctrl_c_while_preparing_stops_at_once(begin):
    run = begin("[]", tasks=f"[Task('Slow', python({PARENT!r}))]")
    run.await_text("Slow")
    wait_for((run.folder / "grandchild.pid").exists, "the task")
    family = run.family()
    assert run.end() == 0
    assert all(gone(pid) for pid in family)


def test_the_output_of_the_demo_is_shown_at_the_end(begin):
    code = """print('{"event": "a line of the log"}'); print("login: anna")"""
    run = begin("[]", tasks=f"[Task('Demo', python({code!r}), shown=True)]")
    run.await_text("Ctrl-C stops everything")
    assert "a line of the log" not in run.text
    assert "|  login: anna " in run.text
    assert "http://127.0.0.1:" in run.text
