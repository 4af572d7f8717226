"""One child process: started in a session of its own, its output kept, stopped with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

POLL_SECONDS = 0.05
TAIL_LINES = 20

Sink = Callable[[str], None]


class Child:
    """A running command, in a session of its own: the terminal's Ctrl-C reaches only the supervisor."""

    def __init__(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], sink: Sink) -> None:
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._sink = sink
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group as well."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Send TERM to the process itself: it knows best how to end what it started."""
        if self.exit_code is None:
            self._process.terminate()

    def wait(self, deadline: float, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Wait for its end, until the deadline or until there is a reason to hurry; then sweep its group."""
        while self.exit_code is None and time.monotonic() < deadline and not hurry():
            time.sleep(POLL_SECONDS)
        self.sweep()

    def sweep(self) -> None:
        """Kill whatever is left of the process and its group, and take in its last words."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(timeout=1)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self.tail.append(line.rstrip("\n"))
                self._sink(line)
