"""The last to leave: ends the children of a supervisor that was killed before it could do so itself.

It sleeps on a pipe whose other end only the supervisor holds. When the pipe closes, it ends whatever is still
on its list. It holds the run lock until then, so that the next run waits for a clean house.

It runs as a script with nothing but the standard library. An order is `+group 12` or `-group 12` for the
process group of a child, `+database 34` or `-database 34` for PostgreSQL, which must outlive its clients.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

GRACE_SECONDS = 5.0
POLL_SECONDS = 0.05


class Guardian:
    """The supervisor's side of the pipe."""

    def __init__(self, lock_descriptor: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            pass_fds=[lock_descriptor],
            start_new_session=True,
        )

    def watch(self, kind: str, number: int) -> None:
        """Put a child on the list."""
        self._order(f"+{kind} {number}\n")

    def forget(self, kind: str, number: int) -> None:
        """Take a child that has ended off the list."""
        self._order(f"-{kind} {number}\n")

    def dismiss(self) -> None:
        """Close the pipe and wait until the guardian is gone."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()

    def _order(self, text: str) -> None:
        if self._process.stdin:
            with contextlib.suppress(OSError):  # without its guardian a run is only less tidy
                self._process.stdin.write(text.encode())
                self._process.stdin.flush()


def main() -> None:
    """Keep the list until the pipe closes, then end what is on it."""
    watched: dict[str, set[int]] = {"group": set(), "database": set()}
    for line in sys.stdin:
        kind, number = line[1:].split()
        (watched[kind].add if line[0] == "+" else watched[kind].discard)(int(number))
    _end(watched["group"], os.killpg, signal.SIGTERM)
    _end(watched["database"], os.kill, signal.SIGINT)  # PostgreSQL's "fast" shutdown


def _end(numbers: set[int], send: Callable[[int, int], None], first: signal.Signals) -> None:
    alive = {number for number in numbers if _reached(send, number, first)}
    deadline = time.monotonic() + GRACE_SECONDS
    while alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        alive = {number for number in alive if _reached(send, number, 0)}
    for number in alive:
        _reached(send, number, signal.SIGKILL)


def _reached(send: Callable[[int, int], None], number: int, what: int) -> bool:
    try:
        send(number, what)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
