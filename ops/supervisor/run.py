"""`make run` from the first line to the last: prepare, start, watch, stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ops import embedded
from ops.supervisor.environment import Environment, ensure_secrets
from ops.supervisor.errors import RunError
from ops.supervisor.guardian import Guardian
from ops.supervisor.keeper import Keeper
from ops.supervisor.lock import FileLock, LockHeldError
from ops.supervisor.logs import LogFile, entry_of
from ops.supervisor.plan import Plan, Task, whole_house
from ops.supervisor.ports import require_free
from ops.supervisor.process import Child
from ops.supervisor.processes import end, marked
from ops.supervisor.screen import BOLD, DIM, YELLOW, Screen

DATABASE = "tws"
LOOK_SECONDS = 0.2
TASK_POLL_SECONDS = 0.05
LOCK_PATIENCE = 20.0
SLOW_START_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(Exception):
    """The person asked to stop while something was being prepared."""


class StopRequest:
    """Remembers Ctrl-C and its kin: once means stop, twice means stop now."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._count = 0

    def listen(self) -> None:
        """Catch the signals that mean stop."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)

    def wait(self, seconds: float) -> bool:
        """Sleep, unless asked to stop; True when asked."""
        return self._asked.wait(seconds)

    def urgent(self) -> bool:
        """Whether it was asked for more than once."""
        return self._count > 1

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._count += 1
        self._asked.set()


class Run:
    """One run of TWS on this machine."""

    def __init__(
        self,
        environment: Environment,
        screen: Screen,
        stop: StopRequest,
        make_plan: Callable[[Environment], Plan] = whole_house,
    ) -> None:
        self._environment = environment
        self._screen = screen
        self._stop = stop
        self._make_plan = make_plan
        self._begun = time.monotonic()
        self._demo: list[str] = []
        self._server: embedded.EmbeddedServer | None = None
        self._guardian: Guardian
        self._keeper: Keeper

    def go(self) -> int:
        """Run until asked to stop. The exit code is 0 then, and 1 when the run could not go on."""
        self._screen.line("TWS is starting", BOLD)
        try:
            with ExitStack() as cleanup:
                self._start(cleanup)
                self._welcome()
                self._watch()
        except StoppedError:
            self._screen.line("Stopped.", DIM)
            return 0
        except (RunError, embedded.EmbeddedError) as refusal:
            self._screen.problem(f"\n{refusal}")
            if tail := getattr(refusal, "tail", None):
                self._screen.line("\n".join(["Its last lines:", *(f"  {line}" for line in tail)]))
                self._screen.line(f"All of them are in {self._log_dir}.")
            return 1

    @property
    def _log_dir(self) -> Path:
        return self._environment.state / "log"

    # ---- starting ----

    def _start(self, cleanup: ExitStack) -> None:
        """Everything up to running services; `cleanup` learns how to undo each step."""
        environment = self._environment
        self._take_the_house(cleanup)
        self._check_ports()
        if ensure_secrets(environment.secrets_file):
            self._screen.line(f"  Keys of this machine made: {environment.secrets_file}", DIM)
        environment.prepare(environment.given.get("DATABASE_URL") or self._start_database(cleanup))
        cleanup.callback(environment.forget)
        plan = self._make_plan(environment)
        self._perform(plan.tasks)
        self._keeper = Keeper(
            plan.stages,
            cwd=environment.root,
            env=environment.for_children(),
            log_dir=self._log_dir,
            guardian=self._guardian,
            screen=self._screen,
            hurry=self._stop.urgent,
        )
        cleanup.callback(self._stop_services)
        with self._screen.step("Services"):
            self._keeper.start()
            self._await_ready()

    def _take_the_house(self, cleanup: ExitStack) -> None:
        """Make sure that we are alone, and that nothing of ours outlives us."""
        state = self._environment.state
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(state / "run.lock")
        try:
            lock.acquire(patience=LOCK_PATIENCE)
        except LockHeldError as held:
            raise RunError(
                f"TWS already runs here (pid {held.pid}); stop it with Ctrl-C over there or: kill {held.pid}"
            ) from held
        cleanup.callback(lock.release)
        if left := marked(state):
            with self._screen.step(f"Ending {len(left)} left by a killed run"):
                end(left, grace=5)
        self._guardian = Guardian(lock.fileno())
        cleanup.callback(self._guardian.dismiss)

    def _check_ports(self) -> None:
        require_free(self._environment.web_port, "TWS_WEB_PORT")
        if self._environment.simulated:
            require_free(self._environment.simulator_port, "TWS_SIMULATOR_PORT")

    def _start_database(self, cleanup: ExitStack) -> str:
        with self._screen.step("PostgreSQL, embedded"):
            server = self._server = embedded.start(self._environment.state)
            cleanup.callback(self._stop_database, server)
            self._guardian.watch("database", server.pid)
            server.create_database(DATABASE)
        self._pause()
        return server.url(DATABASE)

    def _perform(self, tasks: Sequence[Task]) -> None:
        """Run the preparing commands one by one; their output is in setup.log."""
        with closing(LogFile(self._log_dir / "setup.log")) as log:
            for task in tasks:
                with self._screen.step(task.title):
                    output = self._output_of(task, log)
                if task.shown:
                    self._demo = [line for line in output if entry_of(line) is None]

    def _output_of(self, task: Task, log: LogFile) -> list[str]:
        output: list[str] = []

        def take(line: str) -> None:
            log.write(line)
            output.append(line.rstrip())

        environment = self._environment
        child = Child(task.command, cwd=environment.root, env=environment.for_children(), sink=take)
        self._guardian.watch("group", child.pid)
        try:
            while child.exit_code is None:
                self._pause(TASK_POLL_SECONDS)
        finally:
            child.sweep()
            self._guardian.forget("group", child.pid)
        if child.exit_code:
            raise RunError(f"{task.title}: the command failed.", child.tail)
        return output

    def _await_ready(self) -> None:
        patience_ends = time.monotonic() + SLOW_START_SECONDS
        while names := self._keeper.unready():
            self._pause(LOOK_SECONDS)
            self._keeper.look()
            if time.monotonic() > patience_ends:
                self._screen.line(f"  Still waiting for {', '.join(names)}; see {self._log_dir}")
                patience_ends += SLOW_START_SECONDS

    # ---- running and stopping ----

    def _watch(self) -> NoReturn:
        while True:
            self._pause(LOOK_SECONDS)
            self._keeper.look()
            if self._server and self._server.revive():
                self._guardian.watch("database", self._server.pid)
                self._screen.line("  PostgreSQL had ended; it runs again.", YELLOW)

    def _pause(self, seconds: float = 0) -> None:
        """Sleep, and leave what is being done when asked to stop."""
        if self._stop.wait(seconds):
            raise StoppedError

    def _stop_services(self) -> None:
        self._screen.line("\nStopping; Ctrl-C again to hurry.", DIM)
        self._keeper.stop()

    def _stop_database(self, server: embedded.EmbeddedServer) -> None:
        pid = server.pid
        server.stop()
        self._guardian.forget("database", pid)

    def _welcome(self) -> None:
        environment = self._environment
        site = environment.site_url
        telegram = f"{environment.simulator_url}/ (simulator)" if environment.simulated else "the real one"
        lines = [f"Console   {site}/admin/", f"API       {site}/api/", f"Health    {site}/health/"]
        lines += [f"Telegram  {telegram}", f"Logs      {self._log_dir}"]
        if self._demo:
            lines += ["", *self._demo]
        lines += ["", f"Started in {time.monotonic() - self._begun:.0f} s. Ctrl-C stops everything."]
        self._screen.line()
        self._screen.box(lines)
