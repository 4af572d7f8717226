"""The benchmarks run: a small round of all, on a server of its own. What it takes is not looked at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {
    "desk": {"seeded", "table", "card", "search, rare word", "search, common word", "overview"},
    "orders": {"seeded", "verification queue", "active orders", "period report", "overview"},
    "api": {f"{name}, {n}" for name in ("empty", "list", "read", "search", "create") for n in (1, 8)},
    "photo": {"stored", "pictures made", "thumbnail shown", "view shown", "original shown", "renderer", "photo"},
    "storm": {"kill -9"},
    "stores": {"PostgreSQL killed", "PostgreSQL stopped", "Redis flushed", "Redis killed", "Redis stopped", "all"},
    "intake": {"polling", "webhook", "two bots"},
    "start": {"make run"},
    "sending": {"40 to 20", "no limit", "weather"},
}


@pytest.mark.processes
@pytest.mark.parametrize("bench", FIGURES)
def test_a_small_round(bench: str) -> None:
    command = [sys.executable, "-m", "bench", "--small", bench]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert {figure.pop("bench") for figure in figures} == {bench}
    assert {figure["figure"] for figure in figures} == FIGURES[bench]
    assert all(len(figure) > 1 for figure in figures)
