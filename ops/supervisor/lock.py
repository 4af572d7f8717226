"""A lock on a file that dies with its holder, so that the file a killed process leaves is no obstacle."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path

from ops.supervisor.processes import process_exists

POLL_SECONDS = 0.1


class LockHeldError(Exception):
    """Somebody alive holds the lock."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"held by process {pid}")
        self.pid = pid


class FileLock:
    """An exclusive `flock` with the holder's number and command written into the file for people to read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, patience: float = 0) -> None:
        """Take the lock or raise `LockHeldError`.

        A lock whose recorded holder is dead is waited for during `patience` seconds: a helper of that holder
        is still tidying up.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _try_lock(descriptor):
            pid = self.holder()
            if time.monotonic() >= deadline or (pid is not None and process_exists(pid)):
                os.close(descriptor)
                raise LockHeldError(pid)
            time.sleep(POLL_SECONDS)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n{' '.join(sys.argv)}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def fileno(self) -> int:
        """The descriptor, for a helper that is to keep the lock after our death."""
        if self._descriptor is None:
            raise ValueError("the lock is not held")
        return self._descriptor

    def holder(self) -> int | None:
        """The number of the process written in the file, if any."""
        try:
            first = self.path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0]
        except OSError:
            return None
        return int(first) if first.isdigit() else None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
