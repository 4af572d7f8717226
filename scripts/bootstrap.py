"""Makes `.venv` and fills it with what requirements-dev.txt pins; does nothing when that is done already.

Standard library only, since it runs before anything is installed. `scripts/bootstrap` finds a Python for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
REQUIREMENTS = ROOT / "requirements-dev.txt"
STAMP = VENV / ".bootstrap"

NO_ENSUREPIP = (
    "This Python can not make virtual environments: ensurepip is missing, and no pip or uv is there to help."
    " On Debian and Ubuntu: apt install python3-venv"
)


def main() -> None:
    """Bring `.venv` up to date, one process at a time."""
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint()
        if works() and STAMP.exists() and STAMP.read_text() == wanted:
            return
        if not works():
            make_venv()
        STAMP.unlink(missing_ok=True)
        install()
        STAMP.write_text(wanted)


def fingerprint() -> str:
    """Changes when what is to be installed changes: the pins, the Python, the place."""
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return f"{pins} {platform.python_implementation()} {sys.version_info[:2]} {ROOT}\n"


def works() -> bool:
    """Whether `.venv` has a Python that runs, of the version we run on ourselves."""
    question = "import sys; print(sys.version_info[:2], sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-I", "-S", "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.startswith(str(sys.version_info[:2]))


def make_venv() -> None:
    """Make an empty virtual environment; a broken one is replaced."""
    say(f"Making .venv with Python {platform.python_version()}")
    if VENV.exists():
        shutil.rmtree(VENV)
    if has("ensurepip"):
        run([sys.executable, "-m", "venv", VENV])
    elif has("venv") and has("pip"):
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
    elif uv := shutil.which("uv"):
        run([uv, "venv", "--quiet", "--python", sys.executable, VENV])
    else:
        refuse(NO_ENSUREPIP)


def install() -> None:
    """Make `.venv` hold exactly what is pinned."""
    say("Installing the packages of requirements-dev.txt")
    uv = installer()
    run([uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", REQUIREMENTS])


def installer() -> str | Path:
    """The uv of `.venv`, put there by whichever pip there is; else one on PATH."""
    if runs(UV):
        return UV
    if runs(PYTHON, "-m", "pip"):
        pip: list[str | Path] = [PYTHON, "-m", "pip"]
    elif has("pip"):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    elif found := shutil.which("uv"):
        return found
    else:
        refuse(NO_ENSUREPIP)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pin:
        pin.write(pinned_uv())
        pin.flush()
        run([*pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pin.name])
    return UV


def pinned_uv() -> str:
    """The entry of uv in the lock, with its hashes."""
    entry = re.search(r"^uv==.*\n(?:[ \t].*\n)*", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    if not entry:
        refuse(f"{REQUIREMENTS.name} does not pin uv; run make lock.")
    return entry.group()


def has(module: str) -> bool:
    """Whether the Python we run on has the module, and whole."""
    return runs(sys.executable, "-c", f"import {module}")


def runs(*command: str | Path) -> bool:
    """Whether the program can be started: asked for its version unless told what to do."""
    arguments = command if "-c" in command else (*command, "--version")
    try:
        return subprocess.run(arguments, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: list[str | Path]) -> None:
    """Run a command that must succeed."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        refuse(f"Setting up .venv failed: {' '.join(map(str, command))}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def refuse(text: str) -> NoReturn:
    sys.exit(text)


if __name__ == "__main__":
    main()
