"""The environment of a run: what the person set, the local secrets, the addresses of this run.

`manage.py` in another terminal sees the same: settings read `.env`, `secrets.env` and `run.env`.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from ops.supervisor.errors import RunError
from ops.supervisor.ports import HOST
from ops.supervisor.processes import MARK

SIMULATOR_TOKEN = "4200000001:local-simulator-token"  # noqa: S105 - opens nothing but the local simulator
SIMULATOR_BOT = "tws_demo_bot"
FOR_EVERY_CHILD = {"PYTHONUNBUFFERED": "1", "PTB_TIMEDELTA": "1", "LOG_FORMAT": "json"}

SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "JWT_SIGNING_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_KEYS": lambda: f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
}


@dataclass
class Environment:
    """Everything a run is started with. An empty variable counts as not set."""

    root: Path
    state: Path
    given: Mapping[str, str]
    run: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path, environ: Mapping[str, str] = os.environ) -> Environment:
        """Read the variables of the process, then `.env`; the first that names a value wins."""
        from_file = {name: value for name, value in dotenv_values(root / ".env").items() if value}
        given = from_file | {name: value for name, value in environ.items() if value}
        return cls(root=root, state=(root / given.get("TWS_STATE_DIR", ".tws")).resolve(), given=given)

    @property
    def web_port(self) -> int:
        return self._port("TWS_WEB_PORT", 8000)

    @property
    def simulator_port(self) -> int:
        return self._port("TWS_SIMULATOR_PORT", 8081)

    @property
    def simulated(self) -> bool:
        """Whether Telegram is played by our simulator."""
        return "TELEGRAM_BOT_TOKEN" not in self.given

    @property
    def site_url(self) -> str:
        return self.given.get("SITE_URL") or f"http://{HOST}:{self.web_port}"

    @property
    def simulator_url(self) -> str:
        return f"http://{HOST}:{self.simulator_port}"

    def prepare(self, database_url: str) -> None:
        """Settle the values of this run and write them down for other terminals."""
        self.run = {"DATABASE_URL": database_url, "SITE_URL": self.site_url}
        if self.site_url.startswith("http:"):
            self.run["SECURE"] = self.given.get("SECURE", "false")  # browsers keep secure cookies from such a site
        if self.simulated:
            self.run |= {"TELEGRAM_BOT_TOKEN": SIMULATOR_TOKEN, "TELEGRAM_API_URL": self.simulator_url}
        write_private(self.run_file, self.run)

    def forget(self) -> None:
        """Remove the addresses of a run that is over."""
        self.run_file.unlink(missing_ok=True)

    @property
    def run_file(self) -> Path:
        return self.state / "run.env"

    @property
    def secrets_file(self) -> Path:
        return self.state / "secrets.env"

    def for_children(self) -> dict[str, str]:
        """The whole environment of a child process."""
        own = {"TWS_STATE_DIR": str(self.state), MARK: str(self.state)}
        return read(self.secrets_file) | dict(self.given) | self.run | FOR_EVERY_CHILD | own

    def _port(self, variable: str, default: int) -> int:
        text = self.given.get(variable, str(default))
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise RunError(f"{variable} must be a port number, not {text!r}.")
        return int(text)


def ensure_secrets(path: Path) -> bool:
    """Make the keys that are missing, keep those that are there; True when something was made."""
    known = read(path)
    missing = {name: make() for name, make in SECRETS.items() if not known.get(name)}
    if missing:
        write_private(path, known | missing)
    return bool(missing)


def read(path: Path) -> dict[str, str]:
    """The values of an environment file; empty when there is none."""
    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value}


def write_private(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file in one piece, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    fresh.replace(path)
