"""The API as its description says: odd calls by three roles, no error of ours, each answer of its shape."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from bench.processes import House, open_house
from ops.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "static" / "api" / "openapi.yaml"
OPERATIONS = sum(len(path) for path in yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["paths"].values())
CHECKS = "not_a_server_error,response_schema_conformance"
pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch, open_house(tmp_path_factory.mktemp("house")) as house:
        patch.setenv("API_CALLS_PER_MINUTE", "1000000")
        patch.setenv("API_CALLS_BEFORE_SIGN_IN", "1000000")
        house.manage("demo")
        house.start("web")
        yield house


@pytest.mark.parametrize("who", ["admin", "tech", "api"])
def test_no_call_is_answered_otherwise_than_described(house: House, who: str) -> None:
    given = {"username": who, "password": PASSWORD}
    token = httpx.post(f"{house.url}/api/auth/token/", json=given).json()["access"]
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", SCHEMA, "--url", house.url,
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--phases", "coverage,fuzzing",
        "--max-examples", "2", "--seed", "7", "--generation-deterministic", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=house.folder, env=os.environ, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert f"Tested: {OPERATIONS}" in done.stdout
