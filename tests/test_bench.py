"""The benchmarks run: a small round of all, on a server of its own. What it takes is not looked at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {
    "desk": {"seeded", "table", "card", "search, rare word", "search, common word", "overview"},
    "orders": {"seeded", "verification queue", "active orders", "period report", "search", "overview"},
    "api": {f"{name}, {n}" for name in ("empty", "list", "read", "search", "create") for n in (1, 8)},
    "photo": {"stored", "pictures made", "thumbnail shown", "view shown", "original shown", "renderer", "photo"},
    "storm": {"kill -9"},
    "stores": {"PostgreSQL killed", "PostgreSQL stopped", "Redis flushed", "Redis killed", "Redis stopped", "all"},
    "intake": {"polling", "webhook", "two bots"},
    "start": {"make run"},
    "sending": {"40 to 20", "no limit", "weather"},
}


TOGETHER = (("desk", "orders", "api", "photo", "start"), ("storm", "stores", "intake"), ("sending",))
"""Those of a row share a server: its start and its migrations take longer than a small round."""


@pytest.mark.processes
@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
def test_a_small_round(names: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "bench", "--small", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    found: dict[str, set[str]] = {}
    for figure in figures:
        found.setdefault(figure["bench"], set()).add(figure["figure"])
        assert len(figure) > 2
    assert found == {name: FIGURES[name] for name in names}


def test_every_figure_is_tried() -> None:
    assert sorted(name for names in TOGETHER for name in names) == sorted(FIGURES)
