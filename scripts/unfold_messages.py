"""Keeps `locale/unfold/ru`, the Russian of the console's theme: unfold itself ships no translations.

Every text of unfold that Django's own Russian does not cover must stand there. A text that Django does translate may
stand there too, and then replaces Django's: add the entry to the .po by hand, and it stays. All other entries go.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "locale" / "unfold" / "ru" / "LC_MESSAGES" / "django.po"
APPS = ("unfold", "unfold.contrib.filters")
DJANGO = (
    "conf",
    "contrib/admin",
    "contrib/auth",
    "contrib/contenttypes",
    "contrib/postgres",
    "contrib/sessions",
)
"""The apps and catalogues of `INSTALLED_APPS`."""

HEADER = "The console's theme in Russian, and what of Django's admin reads better. By scripts/unfold-messages."
METADATA = {
    "Project-Id-Version": "TWS",
    "Language": "ru",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
FORMS = 3
KEYWORDS = (
    "_",
    "gettext",
    "gettext_noop",
    "gettext_lazy",
    "ngettext:1,2",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
)
Key = tuple[str | None, str]


def main() -> None:
    """Renew the catalogue, and say what it still lacks."""
    if shutil.which("xgettext") is None:
        sys.exit("GNU gettext is missing.")
    catalog = renewed(polib.pofile(str(CATALOG)) if CATALOG.exists() else polib.POFile())
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    catalog.save(str(CATALOG))
    catalog.save_as_mofile(str(CATALOG.with_suffix(".mo")))
    if missing := catalog.untranslated_entries():
        sys.exit("\n".join(["Not translated:", *(repr(entry.msgid) for entry in missing)]))


def renewed(old: polib.POFile) -> polib.POFile:
    """What unfold needs and what replaces Django's, with the translations there are."""
    ours = {key(entry): entry for entry in old if not entry.obsolete}
    theirs = {key(entry): entry for entry in django_texts()}
    catalog = polib.POFile(wrapwidth=0)
    catalog.header = HEADER
    catalog.metadata = dict(METADATA)
    for entry in unfold_texts():
        if key(entry) in ours or key(entry) not in theirs:
            files = dict.fromkeys(file for file, _line in entry.occurrences)
            catalog.append(translated(entry, ours.get(key(entry)), list(files)))
    held = {key(entry) for entry in catalog}
    for name in sorted(ours.keys() & theirs.keys() - held, key=lambda name: (name[1], name[0] or "")):
        catalog.append(translated(theirs[name], ours[name], ["django"]))
    return catalog


def translated(text: polib.POEntry, known: polib.POEntry | None, files: list[str]) -> polib.POEntry:
    """An entry of the catalogue: the text as it is now, and its translation if one is known."""
    entry = polib.POEntry(
        msgctxt=text.msgctxt,
        msgid=text.msgid,
        msgid_plural=text.msgid_plural,
        occurrences=[(file, "") for file in files],
        flags=[flag for flag in text.flags if flag != "fuzzy"],
        tcomment=known.tcomment if known else "",
    )
    if text.msgid_plural:
        forms = known.msgstr_plural if known else {}
        entry.msgstr_plural = {form: forms.get(form, "") for form in range(FORMS)}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


def unfold_texts() -> polib.POFile:
    """What unfold hands to gettext, in the order of its files."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, source in sources():
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(source, encoding="utf-8")
            names.append(name)
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--keyword", "--output=-"]
        command += [f"--keyword={keyword}" for keyword in KEYWORDS]
        done = subprocess.run([*command, *names], cwd=folder, capture_output=True, check=True, encoding="utf-8")
    return polib.pofile(done.stdout)


def sources() -> Iterator[tuple[str, str]]:
    """The modules and templates of our unfold apps, templates turned into what xgettext reads as Python."""
    for app in APPS:
        package = folder_of(app)
        for path in sorted(package.rglob("*")):
            inside = path.relative_to(package)
            if path.suffix not in {".py", ".html", ".txt"} or inside.parts[0] == "contrib":
                continue
            source = path.read_text(encoding="utf-8")
            name = app.replace(".", "/") + "/" + inside.as_posix()
            yield name, source if path.suffix == ".py" else templatize(source, origin=name)


def django_texts() -> Iterator[polib.POEntry]:
    """What Django's own Russian covers."""
    for part in DJANGO:
        path = folder_of("django") / part / "locale" / "ru" / "LC_MESSAGES" / "django.po"
        if path.exists():
            yield from polib.pofile(str(path)).translated_entries()


def folder_of(package: str) -> Path:
    """Where an installed package lies."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed.")
    return Path(spec.origin).parent


def key(entry: polib.POEntry) -> Key:
    """What tells one text from another."""
    return entry.msgctxt, entry.msgid


if __name__ == "__main__":
    main()
