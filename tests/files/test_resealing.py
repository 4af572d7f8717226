"""Contents of files go over to a new key, while they are read; whatever ends it half-way, nothing is lost or left."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from files import actions
from files.actions import reseal_file, store_views
from files.contents import keys_of, open_content, pictures_of
from files.enums import Variant
from files.models import StoredFile
from files.pictures import Page, Rendered
from ops.rotation import Rotation, in_use
from tests.files.test_serving import kept
from tests.simulator.pictures import jpeg
from tests.support.company import Company
from tests.support.sealed import Keys

PAGES = Rendered((Page(b"view 1", b"small 1"), Page(b"view 2", b"small 2")), total=2)
CONTENTS = [b"view 1", b"small 1", b"view 2", b"small 2"]


class Killed(BaseException):
    """The process ends here: nothing that was to follow is done."""


@pytest.fixture
def row(company: Company, settings: Any, tmp_path: Any, keys: Keys) -> StoredFile:
    """A picture of two pages, the only file in the storage, sealed with the key that is old from now on."""
    settings.MEDIA_ROOT = tmp_path
    made = kept(company.ticket(), jpeg())
    store_views(made.pk, PAGES)
    keys.renew()
    return again(made)


def again(row: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=row.pk)


def read(row: StoredFile) -> list[bytes]:
    """The original, then the pictures."""
    found = []
    for variant, page in ((Variant.ORIGINAL, 0), *pictures_of(row)):
        with open_content(row, variant, page) as content:
            found.append(content.read())
    return found


def names() -> set[str]:
    """Whatever lies in the storage."""
    return {
        f"{folder}/{name}" for folder in default_storage.listdir("")[0] for name in default_storage.listdir(folder)[1]
    }


def names_of(row: StoredFile) -> set[str]:
    pictures = {f"{row.views_as}-{variant}-{page}" for page in (1, 2) for variant in ("view", "thumbnail")}
    return {row.stored_as, *pictures}


def is_whole(row: StoredFile) -> bool:
    """Every content opens, and nothing else is in the storage."""
    row = again(row)
    return read(row) == [jpeg(), *CONTENTS] and names() == names_of(row) and row.spare_as == ""


def test_every_form_opens_when_the_old_key_is_gone(row: StoredFile, keys: Keys) -> None:
    before = names()
    assert set(keys_of(row).values()) == {"t1"}
    for _progress in Rotation().run():
        pass
    assert {use.key for use in in_use()} == {"t2"}
    keys.lose_old()
    assert is_whole(row)
    assert not names() & before


def test_what_is_done_is_left_alone(row: StoredFile) -> None:
    reseal_file(row.pk)
    before = names()
    assert reseal_file(row.pk) == {}
    assert names() == before


def test_a_file_without_pictures(company: Company, row: StoredFile, keys: Keys) -> None:
    plain = kept(company.ticket(), b"plain")
    keys.take_back()
    assert (reseal_file(plain.pk), set(keys_of(again(plain)).values())) == ({}, {"t1"})
    with open_content(again(plain)) as content:
        assert content.read() == b"plain"


STEPS: dict[str, tuple[object, str, int]] = {
    "before the first byte": (default_storage, "save", 1),
    "before the second picture": (default_storage, "save", 3),
    "before the last picture": (default_storage, "save", 5),
    "before the original is removed": (actions, "_remove_spare", 2),
    "before the pictures are removed": (actions, "_remove_spare", 3),
    "while it is removed": (default_storage, "delete", 1),
    "while the pictures are removed": (default_storage, "delete", 8),
}


def kill_at(monkeypatch: pytest.MonkeyPatch, place: object, name: str, call: int) -> None:
    """The process ends at this call: whatever it would do about it is not done any more."""
    calls, do = 0, getattr(place, name)

    def counted(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= call:
            monkeypatch.setattr(actions, "_remove_spare", lambda _id: None)
            raise Killed
        return do(*args, **more)

    monkeypatch.setattr(place, name, counted)


@pytest.mark.parametrize(("place", "name", "call"), STEPS.values(), ids=STEPS)
def test_a_kill_loses_nothing_and_the_next_run_leaves_nothing(
    row: StoredFile, monkeypatch: pytest.MonkeyPatch, place: object, name: str, call: int, keys: Keys
) -> None:
    with monkeypatch.context() as patch:
        kill_at(patch, place, name, call)
        with pytest.raises(Killed):
            reseal_file(row.pk)
    assert again(row).spare_as
    assert read(again(row)) == [jpeg(), *CONTENTS]
    assert reseal_file(row.pk) == {}
    keys.lose_old()
    assert is_whole(row)


def test_a_kill_in_the_middle_of_a_content(row: StoredFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half of it lies in the storage."""
    save = default_storage.save

    with monkeypatch.context() as patch:

        def half(name: str, _content: object) -> None:
            save(name, ContentFile(b"TWS1t2\0half"))
            patch.setattr(actions, "_remove_spare", lambda _id: None)
            raise Killed

        patch.setattr(default_storage, "save", half)
        with pytest.raises(Killed):
            reseal_file(row.pk)
    assert reseal_file(row.pk) == {}
    assert is_whole(row)


def test_a_storage_that_is_full_stops_the_run_and_changes_nothing(
    row: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = default_storage.save, 0

    def full(name: str, content: Any) -> str:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")
        return save(name, content)

    before = names()
    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full)
        with pytest.raises(CommandError, match="Хранилище файлов не работает: No space left on device"):
            call_command("rotatekeys", stdout=StringIO())
    assert names_of(again(row)) - before == {again(row).stored_as}  # the original was through
    assert is_whole(row)


def test_what_was_altered_is_named_and_left_and_the_others_go_on(row: StoredFile, keys: Keys) -> None:
    path = Path(default_storage.path(f"{row.views_as}-view-1"))
    altered = path.read_bytes() + b"\0"
    path.write_bytes(altered)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("rotatekeys", stdout=out)
    assert out.getvalue().splitlines()[1:3] == [
        f"Не удаётся расшифровать, оставлено как есть: files, строка {row.pk}, view 1 (ключ t1)",
        "files.view: 1 под ключом t1",
    ]
    keys.lose_old()
    row = again(row)
    assert names() == names_of(row)
    with default_storage.open(f"{row.views_as}-view-1") as file:
        assert file.read() == altered
    for variant, page in [*pictures_of(row)[1:], (Variant.ORIGINAL, 0)]:
        open_content(row, variant, page).close()
    before = names()
    assert reseal_file(row.pk) == {(Variant.VIEW, 1): "t1"}
    assert names() == before


def test_what_is_missing_stops_nothing(row: StoredFile) -> None:
    default_storage.delete(row.stored_as)
    default_storage.delete(f"{row.views_as}-thumbnail-2")
    assert reseal_file(row.pk) == {}
    assert set(keys_of(again(row)).values()) == {"t2"}


def test_who_read_the_row_before_finds_the_content_after(row: StoredFile) -> None:
    reading = again(row)
    opened = open_content(reading)
    reseal_file(row.pk)
    assert opened.read() == jpeg()
    assert read(reading) == [jpeg(), *CONTENTS]


def test_two_runs_at_once_do_each_other_no_harm(row: StoredFile, monkeypatch: pytest.MonkeyPatch, keys: Keys) -> None:
    """The other run comes in between at every write: it takes the first one's half-made copy away."""
    save, inside = default_storage.save, False

    def interrupted(name: str, content: Any) -> str:
        nonlocal inside
        saved = save(name, content)
        if not inside:
            inside = True
            reseal_file(row.pk)
            inside = False
        return saved

    monkeypatch.setattr(default_storage, "save", interrupted)
    reseal_file(row.pk)
    monkeypatch.undo()
    reseal_file(row.pk)
    keys.lose_old()
    assert is_whole(row)
