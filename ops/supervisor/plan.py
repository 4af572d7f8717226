"""Which processes make up a running TWS: data, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ops.supervisor.environment import SIMULATOR_BOT, SIMULATOR_TOKEN, Environment
from ops.supervisor.ports import HOST

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
QUIET = ("--loglevel", "warning")
CELERY = (PYTHON, "-m", "celery", "-A", "tws")


@dataclass(frozen=True)
class Service:
    """A process to keep alive. It is ready when `ready_url` answers 200, or at once when there is none."""

    name: str
    command: tuple[str, ...]
    ready_url: str | None = None


@dataclass(frozen=True)
class Task:
    """A command that must succeed before the services start."""

    title: str
    command: tuple[str, ...]
    shown: bool = False  # whether its output is for the person at the terminal


@dataclass(frozen=True)
class Plan:
    """What a run consists of. Each stage starts before the next one, and stops after it."""

    tasks: Sequence[Task]
    stages: Sequence[Sequence[Service]]


def whole_house(environment: Environment) -> Plan:
    """All that `make run` starts."""
    return Plan([Task("Database and demo company", (*MANAGE, "prepare", "--demo"), shown=True)], _stages(environment))


def _stages(environment: Environment) -> list[list[Service]]:
    queues = [
        _worker("worker", "default", "--pool", "threads", "--concurrency", "4"),
        _worker("sender", "telegram", "--pool", "solo"),
    ]
    edges = [
        Service("bot", (*MANAGE, "runbot")),
        Service("beat", (*CELERY, "beat", "-s", str(environment.state / "beat"), "--pidfile=", *QUIET)),
    ]
    simulator = [_simulator(environment)] if environment.simulated else []
    return [stage for stage in (simulator, queues, [_web(environment)], edges) if stage]


def _worker(name: str, queue: str, *options: str) -> Service:
    return Service(name, (*CELERY, "worker", "-Q", queue, "-n", f"{queue}@%h", *options, *QUIET))


def _web(environment: Environment) -> Service:
    bind = f"{HOST}:{environment.web_port}"
    options = ("--bind", bind, "--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket")
    command = (PYTHON, "-m", "gunicorn", "tws.wsgi", *options)
    return Service("web", command, ready_url=f"http://{bind}/health/live/")


def _simulator(environment: Environment) -> Service:
    where = ("--host", HOST, "--port", str(environment.simulator_port))
    state = ("--state", str(environment.state / "simulator.json"))
    bot = ("--token", SIMULATOR_TOKEN, "--bot-username", SIMULATOR_BOT)
    command = (PYTHON, "-m", "simulator", *where, *state, *bot)
    return Service("simulator", command, ready_url=f"{environment.simulator_url}/")
