"""Who was given which file: written down before it is given, and never changed."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from core.actor import Actor, Via
from files.actions import TelegramFile, attach, note_access, store_content, store_views
from files.enums import FileKind, Variant
from files.models import FileAccess, StoredFile
from files.pictures import Page, Rendered
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes

INSUFFICIENT_PRIVILEGE = "42501"


@pytest.fixture
def file(company: Company) -> StoredFile:
    """A document of two pages."""
    (row,) = attach(company.ticket(), [TelegramFile(FileKind.DOCUMENT, "id")])
    store_content(row.pk, jpeg())
    store_views(row.pk, Rendered((Page(b"1", b"1"), Page(b"2", b"2")), 2))
    return StoredFile.objects.get(pk=row.pk)


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN)


def noted() -> list[tuple[object, ...]]:
    return list(FileAccess.objects.order_by("id").values_list("file_id", "user_id", "variant", "page", "via"))


def test_originals_and_views_are_noted_and_thumbnails_are_not(
    file: StoredFile, technician: User, client: Client
) -> None:
    client.force_login(technician)
    for path in ("thumbnail/", "view/", "view/2/", "thumbnail/2/", ""):
        assert client.get(f"/files/{file.uid}/{path}").status_code == 200
    assert noted() == [
        (file.pk, technician.pk, "view", 1, "console"),
        (file.pk, technician.pk, "view", 2, "console"),
        (file.pk, technician.pk, "original", 0, "console"),
    ]
    entry = FileAccess.objects.earliest("id")
    assert (entry.actor_kind, entry.actor_name, bool(entry.request_id)) == ("user", "", True)


def test_what_is_not_given_is_not_noted(company: Company, file: StoredFile, client: Client) -> None:
    """Neither to those who may not, nor a page that is not there, nor the headers alone."""
    with nothing_changes():
        client.get(f"/files/{file.uid}/")
    client.force_login(company.person(Role.CLIENT))
    client.get(f"/files/{file.uid}/")
    client.force_login(company.person(Role.TECHNICIAN))
    client.get(f"/files/{file.uid}/view/3/")
    assert client.head(f"/files/{file.uid}/").status_code == 200
    assert noted() == []


def test_other_doors_and_the_machine_have_their_names(file: StoredFile, technician: User) -> None:
    note_access(as_actor(technician, Via.API), file, Variant.ORIGINAL)
    note_access(Actor.system("export"), file, Variant.VIEW, 1)
    assert noted() == [(file.pk, technician.pk, "original", 0, "api"), (file.pk, None, "view", 1, "system")]
    assert FileAccess.objects.latest("id").actor_name == "export"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE files_fileaccess SET page = page",
        "DELETE FROM files_fileaccess",
        "TRUNCATE files_fileaccess",
        "TRUNCATE files_storedfile CASCADE",
    ],
)
def test_the_database_refuses_to_change_it(statement: str, file: StoredFile, technician: User) -> None:
    note_access(as_actor(technician), file, Variant.ORIGINAL)
    with nothing_changes(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else stands in the way of TRUNCATE
        with pytest.raises(ProgrammingError) as caught, transaction.atomic():
            cursor.execute(statement)
    assert caught.value.__cause__.sqlstate == INSUFFICIENT_PRIVILEGE  # type: ignore[union-attr]
