"""The console's theme speaks Russian, whole; to renew its catalogue: `scripts/unfold-messages`."""

import importlib.util
import os
import re
import shutil
from pathlib import Path
from types import ModuleType

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "unfold_messages.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`scripts/unfold-messages` as a module."""
    spec = importlib.util.spec_from_file_location("unfold_messages", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalog(script: ModuleType) -> polib.POFile:
    return polib.pofile(str(script.CATALOG))


def test_it_holds_what_unfold_says_and_no_more(script: ModuleType, catalog: polib.POFile) -> None:
    if shutil.which("xgettext") is None:
        assert not os.environ.get("CI"), "GNU gettext is missing"
        pytest.skip("needs GNU gettext")
    renewed = script.renewed(catalog)
    assert {script.key(entry) for entry in catalog} == {script.key(entry) for entry in renewed}
    assert [entry.msgid for entry in renewed.untranslated_entries()] == []


def test_every_text_is_translated(catalog: polib.POFile) -> None:
    assert [entry.msgid for entry in catalog if not all(forms(entry))] == []
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalog.obsolete_entries()] == []


def test_every_plural_has_all_its_forms(script: ModuleType, catalog: polib.POFile) -> None:
    assert f"nplurals={script.FORMS};" in catalog.metadata["Plural-Forms"]
    assert [entry.msgid for entry in catalog if entry.msgid_plural and len(forms(entry)) != script.FORMS] == []


def test_places_in_translations_are_those_of_the_text(catalog: polib.POFile) -> None:
    """A `{name}`, `%(name)s` or tag that a translation lacks or invents would be lost, or raise."""
    for entry in catalog:
        for text in forms(entry):
            assert places(text) == places(entry.msgid_plural or entry.msgid), entry.msgid


def test_the_compiled_catalog_is_up_to_date(script: ModuleType, catalog: polib.POFile) -> None:
    compiled = polib.mofile(str(script.CATALOG.with_suffix(".mo")))
    assert {(*script.key(entry), entry.msgid_plural or ""): forms(entry) for entry in compiled} == {
        (*script.key(entry), entry.msgid_plural): forms(entry) for entry in catalog
    }
    assert compiled.metadata == catalog.metadata


def test_it_covers_the_unfold_that_is_installed(script: ModuleType) -> None:
    apps = [app for app in settings.INSTALLED_APPS if app.partition(".")[0] == "unfold"]
    assert list(script.APPS) == apps


def test_it_is_in_use() -> None:
    """After the house's own texts, before Django's."""
    with override("ru"):
        assert gettext("Apply Filters") == "Применить фильтры"
        assert gettext("View %s") == "Просмотр: %s"
        counted = "\n                Found %(counter)s result{} in %(time)s seconds\n            "
        found = [ngettext(counted.format(""), counted.format("s"), number) for number in (1, 2, 5)]
        assert [text.split()[:3] for text in found] == [
            ["Найден", "%(counter)s", "результат"],
            ["Найдено", "%(counter)s", "результата"],
            ["Найдено", "%(counter)s", "результатов"],
        ]


def forms(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """The translation, or all plural forms of it in their order."""
    plural = {int(form): text for form, text in entry.msgstr_plural.items()}
    return [plural[form] for form in sorted(plural)] if plural else [entry.msgstr]


def places(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{\w*\}|%(?:\(\w+\))?[a-z]|<[^>]+>|^\n|\n\s*$", text)))
