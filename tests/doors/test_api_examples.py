"""The examples of docs/api.md, run as they stand against a house of processes."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench.processes import House

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes


def script(house: House) -> str:
    """The first shell block of the page, at this house; every answer on a line of its own."""
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)[:1]
    return block.replace("http://127.0.0.1:8000", house.url).replace("\ncurl -s ", "\necho; curl -sf ")


def test_every_example_works(house: House) -> None:
    house.manage("demo")
    house.start("web")
    done = subprocess.run(
        ["bash", "-euc", script(house)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines() if line]
    listed, taken, said, sent, found, history, profile = answers
    assert taken["id"] in [row["id"] for row in listed["results"]]
    assert (taken["status"], said["text"], [file["name"] for file in sent["attachments"]]) == (
        "in_progress", "Едем", ["README.md"],
    )  # fmt: skip
    assert [row["name"] for row in found["results"]] == ["Анна, «Аврора»"]
    assert [row["action"] for row in history["results"]][:2] == ["tickets.create", "tickets.take"]
    assert profile["roles"] == ["integrator"]
