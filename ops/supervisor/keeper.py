"""Keeps the services alive: starts them, starts the dead again after a growing pause, stops them in order."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ops.supervisor.errors import RunError
from ops.supervisor.guardian import Guardian
from ops.supervisor.logs import LogFile, worth_showing
from ops.supervisor.plan import Service
from ops.supervisor.process import Child
from ops.supervisor.screen import Screen

GRACE_SECONDS = 10.0
STABLE_SECONDS = 60.0  # a service that has lived that long is in order: it is restarted for ever
MAX_EARLY_DEATHS = 5
MAX_PAUSE_SECONDS = 30.0


@dataclass
class Vitals:
    """How a service has lived so far, and what follows from that when it dies."""

    pause: float = 1.0
    proven: bool = False
    deaths: list[float] = field(default_factory=list)

    def lived(self, seconds: float) -> None:
        """Take note that the present process has lived that long."""
        if seconds > STABLE_SECONDS:
            self.proven, self.pause = True, 1.0

    def died(self, now: float) -> float | None:
        """The pause before the next start; None when there is no hope."""
        self.deaths = [when for when in self.deaths if now - when < STABLE_SECONDS] + [now]
        if not self.proven and len(self.deaths) >= MAX_EARLY_DEATHS:
            return None
        pause, self.pause = self.pause, min(self.pause * 2, MAX_PAUSE_SECONDS)
        return pause


class Kept:
    """One service with its present process and its log."""

    def __init__(self, service: Service, keeper: Keeper) -> None:
        self.service = service
        self.child: Child | None = None
        self._keeper = keeper
        self._log = LogFile(keeper.log_dir / f"{service.name}.log")
        self._shown = ""
        self._born = 0.0
        self._due = 0.0
        self._vitals = Vitals()

    def start(self) -> None:
        """Start the process."""
        keeper = self._keeper
        self._born = time.monotonic()
        self.child = Child(self.service.command, cwd=keeper.cwd, env=keeper.env, sink=self._take)
        keeper.guardian.watch("group", self.child.pid)

    def look(self) -> None:
        """Notice a death, and start again when the pause is over."""
        now = time.monotonic()
        if self.child is None:
            if now >= self._due:
                self.start()
        elif self.child.exit_code is not None:
            self._bury(self.child, now)
        else:
            self._vitals.lived(now - self._born)

    def finish(self, deadline: float) -> None:
        """Wait until the process has ended, or end it."""
        if self.child:
            self.child.wait(deadline, hurry=self._keeper.hurry)
            self._keeper.guardian.forget("group", self.child.pid)
            self.child = None
        self._log.close()

    def ready(self) -> bool:
        """Whether it answers at its address."""
        return self.service.ready_url is None or answers(self.service.ready_url)

    def _bury(self, child: Child, now: float) -> None:
        child.sweep()
        self._keeper.guardian.forget("group", child.pid)
        self.child = None
        name, pause = self.service.name, self._vitals.died(now)
        if pause is None:
            raise RunError(f"{name} keeps dying right after its start.", child.tail)
        self._due = now + pause
        self._keeper.screen.child(name, f"ended {_manner(child.exit_code)}; starting again in {pause:.0f} s")

    def _take(self, line: str) -> None:
        self._log.write(line)
        text = worth_showing(line)
        if text and text != self._shown:
            self._shown = text
            self._keeper.screen.child(self.service.name, text)


class Keeper:
    """All services of a run, stage by stage."""

    def __init__(
        self,
        stages: Sequence[Sequence[Service]],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log_dir: Path,
        guardian: Guardian,
        screen: Screen,
        hurry: Callable[[], bool] = lambda: False,
    ) -> None:
        self.cwd, self.env, self.log_dir = cwd, env, log_dir
        self.guardian, self.screen, self.hurry = guardian, screen, hurry
        self._stages = [[Kept(service, self) for service in stage] for stage in stages]

    @property
    def services(self) -> list[Kept]:
        """Every service, in the order of its start."""
        return [kept for stage in self._stages for kept in stage]

    def start(self) -> None:
        """Start every service, in the order of the stages."""
        for kept in self.services:
            kept.start()

    def look(self) -> None:
        """Look after every service once, and refuse to go on when one is beyond help."""
        for kept in self.services:
            kept.look()

    def unready(self) -> list[str]:
        """The names of the services that do not answer yet."""
        return [kept.service.name for kept in self.services if not kept.ready()]

    def stop(self) -> None:
        """Stop the stages, the last one first, each within the grace time."""
        for stage in reversed(self._stages):
            for kept in stage:
                if kept.child:
                    kept.child.ask_to_stop()
            deadline = time.monotonic() + GRACE_SECONDS
            for kept in stage:
                kept.finish(deadline)


def answers(url: str) -> bool:
    """Whether a GET of this local address gives 200. No proxy of the environment stands between."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _manner(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"by signal {-exit_code}"
    return f"with code {exit_code}"
