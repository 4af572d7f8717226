"""Nobody meets an untranslated sentence."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.architecture.source import ROOT, rooms

CATALOG = Path("locale/ru/LC_MESSAGES/django.po")
MAKEMESSAGES = [
    "makemessages", "-l", "ru", "--no-obsolete", "--no-wrap", "--add-location=file", "--ignore", ".venv",
]  # fmt: skip
Key = tuple[str | None, str, str]


def test_every_text_is_translated() -> None:
    catalog = polib.pofile(str(ROOT / CATALOG))
    assert [entry.msgid for entry in catalog.untranslated_entries()] == []
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []


def test_places_in_translations_are_those_of_the_text() -> None:
    """A `{name}` or `%(name)s` that a translation lacks or invents would be lost, or raise."""
    for entry in polib.pofile(str(ROOT / CATALOG)):
        texts = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
        for text in texts:
            assert places(text) == places(entry.msgid_plural or entry.msgid), entry.msgid


def test_the_compiled_catalog_is_up_to_date() -> None:
    """To renew it: `make messages`."""
    source = {key(entry): translation(entry) for entry in polib.pofile(str(ROOT / CATALOG))}
    compiled = {key(entry): translation(entry) for entry in polib.mofile(str((ROOT / CATALOG).with_suffix(".mo")))}
    assert compiled == source


def test_the_catalog_holds_every_text_of_the_source(tmp_path: Path) -> None:
    """To renew it: `make messages`."""
    if shutil.which("xgettext") is None:
        assert not os.environ.get("CI"), "GNU gettext is missing"
        pytest.skip("needs GNU gettext")
    for folder in (*rooms(), "templates", "static", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", *MAKEMESSAGES], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    committed, collected = polib.pofile(str(ROOT / CATALOG)), polib.pofile(str(tmp_path / CATALOG))
    assert {key(entry) for entry in collected} == {key(entry) for entry in committed}
    assert [entry.msgid for entry in collected.untranslated_entries()] == []


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or ""


def translation(entry: polib.POEntry | polib.MOEntry) -> object:
    return {int(form): text for form, text in entry.msgstr_plural.items()} or entry.msgstr


def places(text: str) -> set[str]:
    return set(re.findall(r"\{\w*\}|%\(\w+\)s", text))
