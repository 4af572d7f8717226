"""Loading from Telegram: what arrives, what does not, and what is tried again."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from files import tasks
from files.actions import KEEP_TRYING, TelegramFile, attach
from files.contents import open_content
from files.enums import FileKind
from files.models import StoredFile
from files.tasks import load_file, sweep_files
from simulator.client import Person
from tests.simulator.pictures import jpeg
from tests.support.company import Company
from tests.support.desk import Desk

PDF = b"%PDF-1.4 a small document"


@pytest.fixture
def anna(desk: Desk) -> Person:
    return desk.people.person("Анна")


def sent(desk: Desk, company: Company, person: Person, data: bytes = PDF) -> StoredFile:
    """A document that the person sent, noted at a ticket and not loaded yet."""
    message = desk.people.send_document(person, data, file_name="a.pdf")
    file = TelegramFile(FileKind.DOCUMENT, message.raw["document"]["file_id"], "a.pdf", 5)
    return attach(company.ticket(), [file])[0]


def again(row: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=row.pk)


def stored_files() -> int:
    """How many contents the storage holds."""
    folders, files = default_storage.listdir("")
    return len(files) + sum(len(default_storage.listdir(folder)[1]) for folder in folders)


@pytest.mark.parametrize(
    ("data", "content_type"), [(b"plain", "application/octet-stream"), (PDF, "application/pdf"), (jpeg(), "image/jpeg")]
)
def test_the_content_arrives_and_its_type_is_what_it_is(
    desk: Desk, company: Company, anna: Person, data: bytes, content_type: str
) -> None:
    row = sent(desk, company, anna, data)
    load_file(row.pk)
    loaded = again(row)
    assert (loaded.status, loaded.size, loaded.content_type, loaded.error) == ("stored", len(data), content_type, "")
    with open_content(loaded) as opened:
        assert opened.read() == data


def test_a_file_is_loaded_once_however_often_it_is_asked_for(desk: Desk, company: Company, anna: Person) -> None:
    row, before = sent(desk, company, anna), stored_files()
    for _ in range(3):
        load_file(row.pk)
    load_file(row.pk + 1000)
    assert stored_files() == before + 1
    assert len(desk.people.calls(method="getFile")) == 1


FAULTS = {
    "5xx": {"kind": "error", "code": 502, "description": "Bad Gateway"},
    "flood": {"kind": "error", "code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 5}},
    "cut": {"kind": "drop_before"},
    "garbage": {"kind": "garbage"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_failure_is_counted_and_the_next_attempt_succeeds(
    desk: Desk, company: Company, anna: Person, fault: dict[str, object]
) -> None:
    row = sent(desk, company, anna)
    desk.people.add_fault(**fault, method="getFile")  # type: ignore[arg-type]
    load_file(row.pk)
    assert (again(row).status, again(row).attempts, again(row).error) == ("pending", 1, "network")
    load_file(row.pk)
    assert (again(row).status, again(row).error) == ("stored", "")


def test_it_is_tried_for_a_day_with_longer_and_longer_waits(desk: Desk, company: Company, anna: Person) -> None:
    row, before = sent(desk, company, anna), stored_files()
    desk.people.add_fault("error", method="getFile", times=100, code=500)
    waits = []
    for _ in range(7):
        load_file(row.pk)
        waits.append(round((again(row).next_attempt_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 15, 15, 15]
    assert (again(row).status, again(row).attempts, again(row).error) == ("pending", 7, "network")
    with time_machine.travel(row.created_at + KEEP_TRYING + timedelta(seconds=1)):
        load_file(row.pk)
    assert (again(row).status, again(row).error) == ("failed", "network")
    load_file(row.pk)
    assert len(desk.people.calls(method="getFile")) == 8
    assert stored_files() == before


@pytest.mark.parametrize(
    ("code", "description"),
    [(400, "Bad Request: file is too big"), (400, "Bad Request: invalid file_id"), (403, "Forbidden")],
)
def test_a_refusal_is_final(desk: Desk, company: Company, anna: Person, code: int, description: str) -> None:
    row = sent(desk, company, anna)
    desk.people.add_fault("error", method="getFile", code=code, description=description)
    load_file(row.pk)
    assert (again(row).status, again(row).attempts, again(row).error) == ("failed", 1, "refused")


@pytest.mark.parametrize("described", [True, False], ids=["said beforehand", "found out after"])
def test_more_than_the_limit_is_not_kept(
    desk: Desk,
    company: Company,
    anna: Person,
    monkeypatch,
    described: bool,  # type: ignore[no-untyped-def]
) -> None:
    """Also when Telegram's description says less than what comes."""
    row, before = sent(desk, company, anna, b"x" * 2000), stored_files()
    monkeypatch.setattr(tasks, "SIZE_LIMIT", 1999)
    if not described:
        call = desk.telegram.call

        def lying(method: str, params: dict[str, object]) -> dict[str, object]:
            return {**call(method, params), "file_size": 1}

        monkeypatch.setattr(desk.telegram, "call", lying)
    load_file(row.pk)
    assert (again(row).status, again(row).error, stored_files()) == ("failed", "too_big", before)


def test_a_file_without_a_path_is_tried_again(desk: Desk, company: Company, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The Bot API calls the path optional."""
    row = sent(desk, company, anna)
    monkeypatch.setattr(desk.telegram, "call", lambda *_: {"file_id": "x", "file_unique_id": "y"})
    load_file(row.pk)
    assert (again(row).status, again(row).attempts) == ("pending", 1)


def test_a_disk_that_refuses_leaves_the_file_pending(desk: Desk, company: Company, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    row = sent(desk, company, anna)

    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", full)
        load_file(row.pk)
    assert (again(row).status, again(row).attempts, again(row).error) == ("pending", 1, "storage")
    load_file(row.pk)
    assert again(row).status == "stored"


def test_the_sweep_finds_what_was_lost(desk: Desk, company: Company, anna: Person) -> None:
    """A task may be lost with its broker; a file that is fresh is left to its own task."""
    lost, fresh, failed = (sent(desk, company, anna) for _ in range(3))
    due = timezone.now()
    StoredFile.objects.filter(pk=lost.pk).update(next_attempt_at=due)
    StoredFile.objects.filter(pk=failed.pk).update(next_attempt_at=due, status="failed")
    sweep_files()
    assert [again(row).status for row in (lost, fresh, failed)] == ["stored", "pending", "failed"]
    StoredFile.objects.filter(pk=fresh.pk).update(next_attempt_at=timezone.now())
    sweep_files()
    assert again(fresh).status == "stored"
