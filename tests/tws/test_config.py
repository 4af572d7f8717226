"""Settings: all mistakes at once, in plain words, without the values."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

KEY = base64.b64encode(bytes(32)).decode()
GOOD = {"SECRET_KEY": "s" * 32, "JWT_SIGNING_KEY": "j" * 32, "DATA_KEYS": f"k1:{KEY}"}


def start(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings as a process would, in a folder without a local run."""
    script = "from django.conf import settings; print(settings.DATABASES['default'], settings.DATA_KEYS)"
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tws.settings", "TWS_STATE_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=bare | environment, capture_output=True, text=True, check=False
    )


def test_a_house_behind_https_passes_the_checks_of_deployment(tmp_path: Path) -> None:
    secret = "x9".join(f"{number:03}" for number in range(20))
    environment = {
        "PATH": os.environ["PATH"], "TWS_STATE_DIR": str(tmp_path), **GOOD, "SECRET_KEY": secret, "SECURE": "true",
        "SITE_URL": "https://tws.example.com", "DATABASE_URL": os.environ["DATABASE_URL"],
    }  # fmt: skip
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_every_mistake_is_named_at_once_and_no_value_is_shown(tmp_path: Path) -> None:
    wrong = {
        "SECRET_KEY": "short-secret", "DATA_KEYS": "k1:no-key-at-all", "DATABASE_URL": "hunter2 without a place",
        "TELEGRAM_BOT_TOKEN": "hunter2", "SITE_URL": "tws.example", "TIME_ZONE": "Moscow", "DEBUG": "maybe",
        "TICKET_AUTOCLOSE_DAYS": "0", "SUPERUSER_TELEGRAM_IDS": "1,two",
    }  # fmt: skip
    done = start(tmp_path, **wrong)
    assert done.returncode == 1
    head, *lines = done.stderr.strip().splitlines()
    assert head == "TWS can not start, these settings are wrong (see .env.example):"
    assert sorted(line.split(":")[0].strip() for line in lines) == sorted({*wrong, "JWT_SIGNING_KEY"})
    assert not any(value in done.stderr for value in ("short-secret", "no-key-at-all", "hunter2"))


def test_good_ones_are_enough(tmp_path: Path) -> None:
    done = start(tmp_path, **GOOD)
    assert (done.returncode, done.stderr) == (0, "")


def test_options_of_the_database_are_kept(tmp_path: Path) -> None:
    done = start(tmp_path, **GOOD, DATABASE_URL="postgresql://u@h:5433/d?sslmode=verify-full&connect_timeout=3")
    assert "'sslmode': 'verify-full'" in done.stdout
    assert "'connect_timeout': '3'" in done.stdout


@pytest.mark.parametrize("winner", [".env of the project", "environment"])
def test_files_of_a_local_run_are_the_weakest(tmp_path: Path, winner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tws.config import Config

    other = base64.b64encode(bytes([1]) * 32).decode()
    (tmp_path / "secrets.env").write_text("\n".join(f"{name}={value}" for name, value in GOOD.items()))
    (tmp_path / ".env").write_text(f"DATA_KEYS=k2:{other}\n")
    for name in (*GOOD, "DATA_KEYS"):
        monkeypatch.delenv(name, raising=False)
    if winner == "environment":
        monkeypatch.setenv("DATA_KEYS", f"k3:{other}")
    files = tuple(tmp_path / Path(path).name for path in Config.model_config["env_file"])  # type: ignore[union-attr, arg-type]
    config = Config(_env_file=files)  # type: ignore[call-arg]
    assert config.data_keys.get_secret_value() == (f"k3:{other}" if winner == "environment" else f"k2:{other}")
