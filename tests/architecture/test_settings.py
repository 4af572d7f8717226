"""Settings and commands are written down where people look for them."""

import re
from io import StringIO

from django.core.management import call_command

from tests.architecture.source import ROOT, modules, rooms
from tws.config import Config

GUIDE = ROOT / "docs" / "operations.md"


def test_env_example_is_what_the_command_prints() -> None:
    """To renew it: `manage.py env_example > .env.example`."""
    printed = StringIO()
    call_command("env_example", stdout=printed)
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == printed.getvalue()


def test_every_setting_stands_in_the_guide() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name.upper() for name in Config.model_fields if f"`{name.upper()}`" not in guide] == []


def test_every_command_stands_in_the_guide() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    commands = [path.stem for room in rooms() for path in (ROOT / room).glob("management/commands/[!_]*.py")]
    assert commands
    assert [name for name in sorted(commands) if f"manage.py {name}" not in guide] == []


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Config.model_fields.items() if not field.description] == []


def test_the_guide_names_no_setting_that_does_not_exist() -> None:
    """Words in capitals with an underscore, in code marks, are settings: of `Config`, or read where all begins."""
    known = {name.upper() for name in Config.model_fields} | {"DJANGO_SETTINGS_MODULE"}
    for path in modules("ops", "tws"):
        known.update(re.findall(r'"(TWS_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", GUIDE.read_text(encoding="utf-8")))
    assert sorted(named - known) == []
