"""The API's description: it is that of the code, everybody can read it, and it needs nothing from outside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "static" / "api" / "openapi.yaml"
POSTMAN = ROOT / "static" / "api" / "postman.json"


def described() -> dict:  # type: ignore[type-arg]
    found: dict = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return found


def test_the_description_is_that_of_the_code(tmp_path: Path) -> None:
    """Otherwise: `make schema`."""
    with translation.override("ru"):
        call_command("spectacular", file=str(tmp_path / "openapi.yaml"))
    assert (tmp_path / "openapi.yaml").read_text(encoding="utf-8") == WRITTEN.read_text(encoding="utf-8")


def test_the_postman_collection_is_that_of_the_description(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "postman"), str(WRITTEN), str(tmp_path / "postman.json")]
    subprocess.run(command, check=True)
    assert (tmp_path / "postman.json").read_text(encoding="utf-8") == POSTMAN.read_text(encoding="utf-8")
    folders = {
        folder["name"]: len(folder["item"]) for folder in json.loads(POSTMAN.read_text(encoding="utf-8"))["item"]
    }
    operations = [method for path in described()["paths"].values() for method in path]
    assert sum(folders.values()) == len(operations)


def test_every_operation_tells_its_errors() -> None:
    for path, operations in described()["paths"].items():
        for method, operation in operations.items():
            missing = {"400", "401", "403", "404", "409", "422", "429"} - set(operation["responses"])
            assert missing == set(), f"{method} {path}"
            assert operation["description"], f"{method} {path}"


@pytest.mark.parametrize("page", ["/docs/", "/redoc/"])
def test_the_pages_load_nothing_from_outside(page: str, db: None) -> None:
    answer = Client().get(page)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "https://" not in text
    assert (
        "script-src" in answer["Content-Security-Policy"] or "default-src 'self'" in answer["Content-Security-Policy"]
    )
    assert Client().get("/static/api/openapi.yaml").status_code == 200
