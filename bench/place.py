"""Where a measurement takes place: a PostgreSQL of its own, databases in it, and processes of the house on them."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ops import embedded

ROOT = Path(__file__).resolve().parents[1]
EMPTY = "bench_empty"


@dataclass(frozen=True)
class Place:
    """A running server, a folder for files, and what the seeding of its databases said."""

    server: embedded.EmbeddedServer
    folder: Path
    seeded: dict[str, dict[str, Any]] = field(default_factory=dict)

    def environment(self, database: str) -> dict[str, str]:
        """What a process of the house needs to work on this database."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tws.settings",
            "DATABASE_URL": self.server.url(database),
            "SECRET_KEY": secrets.token_urlsafe(40),
            "JWT_SIGNING_KEY": secrets.token_urlsafe(40),
            "DATA_KEYS": "b1:" + base64.b64encode(bytes(32)).decode(),
            "TELEGRAM_BOT_TOKEN": "123456789:bench",
            "TELEGRAM_API_URL": "http://127.0.0.1:9",
            "SITE_URL": "http://127.0.0.1:8000",
            "MEDIA_DIR": str(self.folder / "media"),
            "TWS_STATE_DIR": str(self.folder),
            "SECURE": "false",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "ERROR",
        }

    def create(self, database: str) -> None:
        """A database of the house's own shape, empty."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(EMPTY))
            )

    def run(self, database: str, module: str, *arguments: str) -> Any:
        """Run `python -m module` on the database; gives what it printed as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment(database),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout)


@contextmanager
def open_place() -> Iterator[Place]:
    """Start the server, make the empty database, and remove everything in the end."""
    folder = Path(tempfile.mkdtemp(prefix="tws-bench-"))
    server = embedded.start(folder)
    try:
        (folder / "static").mkdir()
        place = Place(server, folder)
        server.create_database(EMPTY)
        for command in ("migrate", "createcachetable"):
            whole = [sys.executable, "manage.py", command, "--verbosity", "0"]
            subprocess.run(whole, cwd=ROOT, env=place.environment(EMPTY), check=True)
        yield place
    finally:
        server.discard()
        shutil.rmtree(folder, ignore_errors=True)
