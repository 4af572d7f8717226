"""The scripts behind `make`: what they say and do on machines that lack something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = "idna==3.10 --hash=sha256:00\nuv==0.1.2 \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\nzzz==1\n"


@pytest.fixture
def checkout(tmp_path):
    """A folder with our scripts and a short list of requirements."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements-dev.txt").write_text(REQUIREMENTS)
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def run(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    return subprocess.run(
        ["/bin/sh", str(folder / "scripts" / script)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def tools(folder: Path, *names: str) -> str:
    """A PATH with these programs of the system and nothing else."""
    path = folder / "only"
    path.mkdir()
    for name in names:
        (path / name).symlink_to(shutil.which(name))
    return str(path)


# ---- bootstrap ----


def python_without(folder: Path, *modules: str) -> Path:
    """A Python, as some distributions cut it up, that lacks modules."""
    block = "; ".join(f"sys.modules[{module!r}] = None" for module in modules)
    (folder / "cut" / "sitecustomize.py").parent.mkdir()
    (folder / "cut" / "sitecustomize.py").write_text(f"import sys; {block}\n")
    # the system's Python passes the whole command on, with our module before the others
    return program(folder / "cut" / "python", f'#!/bin/sh\nPYTHONPATH={folder}/cut exec {sys.executable} "$@"\n')


OLD = """#!/bin/sh
[ "$1" = --version ] && { echo "Python 3.9.2"; exit; }
exit 1
"""


def test_a_python_that_does_not_fit_is_named(checkout):
    old = program(checkout / "old", OLD)
    done = run(checkout, "bootstrap", PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr == f"PYTHON={old} is Python 3.9.2; TWS needs Python 3.11, 3.12, 3.13 or 3.14.\n"


def test_a_python_that_is_not_there_is_named(checkout):
    done = run(checkout, "bootstrap", PYTHON="/no/such/python")
    assert done.returncode == 1
    assert "PYTHON=/no/such/python is not a program" in done.stderr


def test_no_python_at_all_is_said(checkout):
    done = run(checkout, "bootstrap", PATH=tools(checkout, "dirname"))
    assert done.returncode == 1
    assert "found none" in done.stderr


def test_an_old_python3_is_passed_over_for_a_newer_one(checkout):
    path = tools(checkout, "dirname")
    program(Path(path) / "python3", OLD)
    program(Path(path) / "python3.12", '#!/bin/sh\n[ "$1" = -c ] || echo "taken: $*"\n')
    done = run(checkout, "bootstrap", PATH=path)
    assert done.stdout == f"taken: -B {checkout}/scripts/bootstrap.py\n"


def test_without_ensurepip_pip_and_uv_there_is_one_sentence(checkout):
    python = python_without(checkout, "ensurepip", "pip")
    done = run(checkout, "bootstrap", PYTHON=str(python), PATH=tools(checkout, "sh", "dirname"))
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_ensurepip_uv_on_the_path_makes_do(checkout):
    python = python_without(checkout, "ensurepip", "pip")
    path = tools(checkout, "sh", "dirname", "mkdir", "ln", "cat")
    calls = checkout / "calls"
    # a uv that makes the environment and otherwise only notes what it is asked for
    program(
        Path(path) / "uv",
        f'#!/bin/sh\necho "$*" >> {calls}\n[ "$1" = venv ] || exit 0\n'
        f"mkdir -p {checkout}/.venv/bin; ln -s {sys.executable} {checkout}/.venv/bin/python\n",
    )
    python_without_pip = {"PYTHONPATH": str(checkout / "cut")}
    done = run(checkout, "bootstrap", PYTHON=str(python), PATH=path, **python_without_pip)
    assert done.returncode == 0, done.stderr
    venv, sync = calls.read_text().splitlines()
    assert venv.startswith("venv ")
    assert sync.startswith("pip sync ")
    assert "--require-hashes" in sync


@pytest.fixture
def ready(checkout):
    """A checkout whose .venv has a Python and a uv that notes what it is asked for."""
    uv = f'#!/bin/sh\n[ "$1" = --version ] || echo "$*" >> {checkout}/calls\n'
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    program(checkout / ".venv" / "bin" / "uv", uv)
    return checkout


def calls(folder: Path) -> int:
    path = folder / "calls"
    return len(path.read_text().splitlines()) if path.exists() else 0


def bootstrap(folder: Path) -> subprocess.CompletedProcess[str]:
    done = run(folder, "bootstrap", PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    return done


def test_packages_are_installed_once_and_again_when_the_pins_change(ready):
    bootstrap(ready)
    assert bootstrap(ready).stderr == ""
    assert calls(ready) == 1
    (ready / "requirements-dev.txt").write_text(REQUIREMENTS + "more==1\n")
    bootstrap(ready)
    assert calls(ready) == 2


def test_two_at_a_time_install_once(ready):
    command = ["/bin/sh", str(ready / "scripts" / "bootstrap")]
    both = [subprocess.Popen(command, env={**os.environ, "PYTHON": sys.executable}) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert calls(ready) == 1


def test_an_interrupted_installation_is_done_again(ready):
    uv = ready / ".venv" / "bin" / "uv"
    good = uv.read_text()
    uv.write_text('#!/bin/sh\n[ "$1" = --version ]\n')
    failed = run(ready, "bootstrap", PYTHON=sys.executable)
    assert failed.returncode == 1
    assert "Setting up .venv failed" in failed.stderr
    uv.write_text(good)
    bootstrap(ready)
    assert calls(ready) == 1


def test_a_venv_whose_python_has_gone_is_made_anew(ready, monkeypatch):
    python = ready / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python")
    (ready / ".venv" / "rubbish").touch()
    broken = run(ready, "bootstrap", PYTHON=sys.executable, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert broken.returncode == 1  # the pins of this test can not be installed
    assert "Making .venv with Python" in broken.stderr
    assert python.exists()
    assert not (ready / ".venv" / "rubbish").exists()


def test_uv_is_pinned_with_its_hashes(checkout):
    program = "import bootstrap; print(bootstrap.pinned_uv())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout / "scripts", check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["uv==0.1.2", "\\", "--hash=sha256:11", "\\", "--hash=sha256:22"]


# ---- system packages ----

NEEDED = ("chromium", "redis-server", "msgfmt")


@pytest.fixture
def fonts(checkout):
    """A home with both fonts."""
    for name in ("DejaVuSans.ttf", "NotoColorEmoji.ttf"):
        program(checkout / ".fonts" / name, "")
    return checkout


def test_nothing_is_done_when_everything_is_there(fonts):
    path = tools(fonts, "find", "head")
    for name in NEEDED:
        program(Path(path) / name, "#!/bin/sh\n")
    done = run(fonts, "install-system-packages", PATH=path, CI="true")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_laptop_that_may_not_install_is_told_which_tests_do_not_run(fonts):
    path = tools(fonts, "find", "head", "id")
    program(Path(path) / "msgfmt", "#!/bin/sh\n")
    done = run(fonts, "install-system-packages", PATH=path)
    assert done.returncode == 0
    assert "Chromium: the browser tests" in done.stderr
    assert "redis-server: the tests" in done.stderr
    assert "gettext" not in done.stderr


def test_ci_fails_when_a_program_is_missing(fonts):
    done = run(fonts, "install-system-packages", PATH=tools(fonts, "find", "head", "id"), CI="true")
    assert done.returncode == 1
    assert "In CI every test must run." in done.stderr


@pytest.mark.parametrize("root", [True, False])
def test_missing_programs_are_installed_by_the_system_as_root_or_with_sudo(fonts, root):
    path = tools(fonts, "find", "head", "env", "chmod", "sh", "cat")
    program(Path(path) / "id", f"#!/bin/sh\necho {0 if root else 1000}\n")
    program(Path(path) / "sudo", f'#!/bin/sh\necho "sudo $*" >> {fonts}/calls\nshift; "$@"\n')
    program(Path(path) / "true", "#!/bin/sh\n")
    # an apt-get that makes the programs it is asked for
    program(
        Path(path) / "apt-get",
        f'#!/bin/sh\necho "$*" >> {fonts}/calls\n'
        f"for name in {' '.join(NEEDED)}; do echo > {path}/$name; chmod +x {path}/$name; done\n",
    )
    done = run(fonts, "install-system-packages", PATH=path, CI="true")
    assert done.returncode == 0, done.stderr
    asked = (fonts / "calls").read_text()
    assert "install -y -qq --no-install-recommends chromium redis-server gettext\n" in asked
    assert ("sudo" in asked) is not root
