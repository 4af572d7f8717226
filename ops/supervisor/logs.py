"""What children write: all of it goes to a file, the little that matters to the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
SHOWN_LEVELS = {"warning", "error", "critical"}
LOOKS_BAD = re.compile(r"\b(ERROR|CRITICAL|FATAL)\b|^Traceback |^\S*(Error|Exception)\b")
MAX_SHOWN = 300


class LogFile:
    """A log that keeps one previous file: of the last run, or of the last ten megabytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rotate()

    def write(self, line: str) -> None:
        """Append one line that has its end already. What comes after the end of a run is dropped."""
        if self._file.closed:
            return
        if self._file.tell() > MAX_BYTES:
            self._file.close()
            self._rotate()
        self._file.write(line.encode("utf-8", errors="replace"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rotate(self) -> None:
        if self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = self.path.open("ab", buffering=0)


def entry_of(line: str) -> dict[str, object] | None:
    """The entry that a line of a JSON log holds; None when the line is something else."""
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def worth_showing(line: str) -> str | None:
    """What of a line of a log a person at the terminal should see, if anything."""
    line = line.rstrip()
    entry = entry_of(line)
    if entry is not None:
        return _of_entry(entry)
    return line[:MAX_SHOWN] if LOOKS_BAD.search(line) else None


def _of_entry(entry: dict[str, object]) -> str | None:
    level = str(entry.get("level", "")).lower()
    if level not in SHOWN_LEVELS:
        return None
    event = str(entry.get("event") or "").strip()
    text = f"{level}: {event.splitlines()[0] if event else '(no text)'}"
    if trace := str(entry.get("exception") or "").strip():
        text += f" ({trace.splitlines()[-1]})"
    return text[:MAX_SHOWN]
