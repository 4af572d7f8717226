"""Pictures to look at are made by a worker after the load; what can not be shown is kept all the same."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from files import tasks
from files.actions import VIEW_ATTEMPTS, TelegramFile, attach, begin_views, store_content, store_views
from files.contents import open_content
from files.enums import FileKind, Variant
from files.models import StoredFile
from files.pictures import Page, Rendered
from files.queries import views_pending_at
from files.tasks import make_views, sweep_files
from tests.files.test_loading import again, stored_files
from tests.files.test_pictures import huge_png, pdf
from tests.simulator.pictures import jpeg
from tests.support.company import Company
from tests.support.desk import Desk
from tickets.models import Ticket

ONE_PAGE = Rendered((Page(b"a view", b"a thumbnail"),), 1)


def kept(company: Company, content: bytes, kind: FileKind = FileKind.DOCUMENT) -> StoredFile:
    (row,) = attach(company.ticket(), [TelegramFile(kind, "id", "x")])
    store_content(row.pk, content)
    return again(row)


def shape(row: StoredFile) -> tuple[object, ...]:
    return row.status, row.view_status, row.view_error, row.pages, row.pages_total


CONTENTS = {
    "a photo": (jpeg(), ("stored", "ready", "", 1, 1)),
    "a document": (pdf(12), ("stored", "ready", "", 10, 12)),
    "broken": (jpeg()[:400], ("stored", "failed", "broken", 0, 0)),
    "a bomb": (huge_png(20_000, 20_000), ("stored", "failed", "too_large", 0, 0)),
    "something else": (b"PK\x03\x04", ("stored", "none", "", 0, 0)),
}


@pytest.mark.parametrize(("content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_what_becomes_of_a_content(company: Company, content: bytes, expected: tuple[object, ...]) -> None:
    row = kept(company, content)
    make_views(row.pk)
    row = again(row)
    assert shape(row) == expected
    with open_content(row) as original:
        assert original.read() == content
    for page in row.page_numbers:
        for variant in (Variant.VIEW, Variant.THUMBNAIL):
            with open_content(row, variant, page) as picture:
                assert Image.open(BytesIO(picture.read())).format == "JPEG"


def test_nothing_plain_is_in_the_storage(company: Company) -> None:
    content = jpeg(640, 480)
    row = kept(company, content)
    make_views(row.pk)
    row = again(row)
    names = [row.stored_as, f"{row.views_as}-view-1", f"{row.views_as}-thumbnail-1"]
    for name in names:
        with default_storage.open(name) as raw:
            sealed = raw.read()
        assert sealed.startswith(b"TWS1t1\0")
        assert b"JFIF" not in sealed
        assert content[100:200] not in sealed


def test_pictures_are_asked_for_after_the_commit(
    company: Company,
    monkeypatch,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(make_views, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        row, _ = kept(company, jpeg()), kept(company, b"other")
        assert asked == []
    assert asked == [row.pk]


def test_pictures_are_made_once(company: Company) -> None:
    row = kept(company, jpeg())
    make_views(row.pk)
    first, contents = again(row), stored_files()
    make_views(row.pk)
    store_views(row.pk, ONE_PAGE)
    assert again(row).views_as == first.views_as
    assert stored_files() == contents


def test_a_storage_that_is_full_leaves_nothing_and_is_tried_again(company: Company, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    row = kept(company, jpeg())
    before, save = stored_files(), default_storage.save

    def full(name: str, content: object) -> str:
        if name.endswith("-thumbnail-1"):
            raise OSError(28, "No space left on device")
        return save(name, content)

    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", full)
        make_views(row.pk)
    assert (shape(again(row)), stored_files()) == (("stored", "pending", "", 0, 0), before)
    assert list(views_pending_at(timezone.now())) == []
    assert list(views_pending_at(timezone.now() + timedelta(minutes=1))) == [row]
    make_views(row.pk)
    assert again(row).view_status == "ready"


def test_an_attempt_that_ends_the_worker_is_counted(company: Company, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A picture can not bring the workers down one after another for ever."""
    row = kept(company, jpeg())
    for _ in range(VIEW_ATTEMPTS):
        assert begin_views(row.pk) == row
    monkeypatch.setattr(tasks, "render", pytest.fail)
    make_views(row.pk)
    assert shape(again(row)) == ("stored", "failed", "broken", 0, 0)


def test_the_sweep_finds_pictures_that_were_not_made(company: Company, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    lost, fresh, other = kept(company, jpeg()), kept(company, jpeg()), kept(company, b"other")
    StoredFile.objects.filter(pk__in=[lost.pk, other.pk]).update(next_attempt_at=timezone.now())
    asked: list[int] = []
    monkeypatch.setattr(make_views, "delay", asked.append)
    sweep_files()
    assert asked == [lost.pk]
    assert again(fresh).view_status == "pending"


def test_an_empty_file_is_refused(desk: Desk, company: Company) -> None:
    row = kept(company, b"")
    assert (row.status, row.error, row.stored_as, row.attempts) == ("failed", "empty", "", 1)


def test_a_photo_of_a_client_is_seen_in_the_card_and_opens_large(
    desk: Desk, company: Company, client: Client, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    """From the telephone to the console, with all that lies between."""
    anna = desk.people.person("Анна")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        desk.people.send_photo(anna, jpeg(2000, 1500), caption="Мигает")
        desk.people.send_document(anna, pdf(2), file_name="договор.pdf")
        desk.people.send_document(anna, b"%PDF-broken", file_name="скан.pdf")
        desk.people.send_document(anna, b"", file_name="пусто.txt")
        desk.pump()
    client.force_login(company.person(Role.TECHNICIAN))
    page = client.get(f"/admin/tickets/ticket/{Ticket.objects.get().pk}/change/").content.decode()
    photo, contract, scan, empty = StoredFile.objects.order_by("id")
    assert [row.view_status for row in (photo, contract, scan, empty)] == ["ready", "ready", "failed", "none"]
    for row, pages in ((photo, 1), (contract, 2), (scan, 0)):
        assert page.count(f'src="/files/{row.uid}/thumbnail/') == pages
        for number in row.page_numbers:
            view = client.get(f"/files/{row.uid}/view/{number}/")
            small = client.get(f"/files/{row.uid}/thumbnail/{number}/")
            sizes = [Image.open(BytesIO(b"".join(got.streaming_content))).size for got in (view, small)]  # type: ignore[attr-defined]
            assert [max(size) for size in sizes] == [{photo: 1280, contract: 320}[row], 320]
    assert f'href="/files/{contract.uid}/"' in page
    assert "нельзя показать: повреждён" in page
    assert "файл пустой: попросите прислать ещё раз" in page
    assert f"/files/{empty.uid}/" not in page
