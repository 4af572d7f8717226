"""The terminal: short calm lines, coloured only where a person looks at them."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

DIM, BOLD, GREEN, YELLOW, RED = "2", "1", "32", "33", "31"
STEP_WIDTH = 34


class Screen:
    """Prints whole lines from any thread, one at a time."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._coloured = self._stream.isatty()
        self._unfinished = False

    def line(self, text: str = "", *styles: str) -> None:
        """Print one line of text."""
        with self._lock:
            self._write(("\n" if self._unfinished else "") + self._styled(text, styles) + "\n")
            self._unfinished = False

    def child(self, name: str, text: str) -> None:
        """Print a line that concerns one child process."""
        self.line(f"  {name:<9} | {text}", YELLOW)

    def problem(self, text: str) -> None:
        """Say what went wrong, in a sentence."""
        self.line(text, RED)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Name what is being done, and when it is done how long it took."""
        begun = time.monotonic()
        with self._lock:
            self._write(f"  {title + ' ':.<{STEP_WIDTH}} ")
            self._unfinished = True
        try:
            yield
        except BaseException:
            self._end_step("not done", RED)
            raise
        self._end_step(f"{time.monotonic() - begun:.1f} s", GREEN)

    def box(self, lines: Sequence[str]) -> None:
        """Print lines inside a frame."""
        width = max(len(line) for line in lines)
        edge = f"+{'-' * (width + 4)}+"
        self.line("\n".join([edge, *(f"|  {line:<{width}}  |" for line in lines), edge]), BOLD)

    def _end_step(self, text: str, style: str) -> None:
        with self._lock:
            if self._unfinished:
                self._write(self._styled(text, (style,)) + "\n")
            self._unfinished = False

    def _styled(self, text: str, styles: Sequence[str]) -> str:
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if self._coloured and styles else text

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            pass  # the terminal was closed: the run must still end properly
