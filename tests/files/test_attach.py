"""Files are known in the transaction of their owner, and loaded after it."""

import pytest
from django.db import transaction

from accounts.roles import Role
from core.correlation import correlated
from files import tasks
from files.actions import NAME_LIMIT, SIZE_LIMIT, TelegramFile, attach, note_failure, store_content
from files.enums import FileKind
from files.models import StoredFile
from files.queries import files_of, pending_at
from tests.support.company import Company

PHOTO = TelegramFile(FileKind.PHOTO, "photo-id")


@pytest.fixture
def loads(monkeypatch) -> list[int]:  # type: ignore[no-untyped-def]
    """The files whose loading was asked for."""
    asked: list[int] = []
    monkeypatch.setattr(tasks.load_file, "delay", asked.append)
    return asked


def test_files_belong_to_their_row_in_their_order(company: Company) -> None:
    ticket, other = company.ticket(), company.ticket()
    with correlated("the-request"):
        rows = attach(ticket, [PHOTO, TelegramFile(FileKind.DOCUMENT, "doc-id", "a.pdf", 5)])
    attach(other, [PHOTO])
    found = files_of([ticket, other])
    assert found[ticket.pk] == rows
    assert [(row.kind, row.name, row.size, row.telegram_file_id, row.status) for row in rows] == [
        ("photo", "", None, "photo-id", "pending"),
        ("document", "a.pdf", 5, "doc-id", "pending"),
    ]
    assert {row.request_id for row in rows} == {"the-request"}
    assert len({row.uid for row in rows}) == 2
    assert len(found[other.pk]) == 1
    assert files_of([]) == {}


def test_rows_of_another_model_with_the_same_id_have_files_of_their_own(company: Company) -> None:
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    ticket.pk = client.pk
    attach(client, [PHOTO])
    assert files_of([ticket]) == {}


def test_loading_is_asked_for_after_the_commit(
    company: Company,
    loads: list[int],
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    ticket = company.ticket()
    with django_capture_on_commit_callbacks(execute=True):
        rows = attach(ticket, [PHOTO, PHOTO])
        assert loads == []
    assert loads == [row.pk for row in rows]


def test_a_change_that_is_undone_leaves_nothing_to_load(
    company: Company,
    loads: list[int],
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    ticket = company.ticket()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        attach(ticket, [PHOTO])
        transaction.set_rollback(True)
    assert (loads, StoredFile.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("size", "status", "error"),
    [
        (None, "pending", ""),
        (0, "pending", ""),
        (SIZE_LIMIT, "pending", ""),
        (SIZE_LIMIT + 1, "failed", "too_big"),
        (2**62, "failed", "too_big"),
    ],
)
def test_what_the_bot_api_does_not_give_out_is_kept_as_failed(
    company: Company, loads: list[int], django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
    size: int | None, status: str, error: str,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        (row,) = attach(company.ticket(), [TelegramFile(FileKind.DOCUMENT, "id", "x.zip", size)])
    row.refresh_from_db()
    assert (row.status, row.error, row.size) == (status, error, size)
    assert loads == ([row.pk] if status == "pending" else [])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("C:\\x", "C:\\x"),
        ('"\r\n', '"\r\n'),
        ("\u202egpj.exe", "\u202egpj.exe"),
        ("a\x00b\ud800.txt", "a\u2400b\ufffd.txt"),
        ("я" * 300, "я" * NAME_LIMIT),
        ("", ""),
    ],
)
def test_a_name_is_only_kept_to_be_shown(company: Company, name: str, kept: str) -> None:
    (row,) = attach(company.ticket(), [TelegramFile(FileKind.DOCUMENT, "id", name)])
    store_content(row.pk, b"content")
    row.refresh_from_db()
    assert row.name == kept
    assert row.stored_as.replace("/", "").isalnum()
    assert row.stored_as.startswith(f"{row.uid.hex[:2]}/")


def test_content_is_kept_once(company: Company) -> None:
    (row,) = attach(company.ticket(), [PHOTO])
    store_content(row.pk, b"first")
    row.refresh_from_db()
    place = row.stored_as
    store_content(row.pk, b"second")
    note_failure(row.pk, "network", final=True)
    row.refresh_from_db()
    assert (row.stored_as, row.size, row.status, row.error) == (place, 5, "stored", "")


def test_pending_files_are_found_by_their_age(company: Company) -> None:
    first, second, done = attach(company.ticket(), [PHOTO, PHOTO, PHOTO])
    store_content(done.pk, b"content")
    assert list(pending_at(first.created_at)) == []
    assert list(pending_at(first.next_attempt_at)) == [first]
    assert list(pending_at(second.next_attempt_at)) == [first, second]
