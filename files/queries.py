"""Reads of files."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from core.actor import Actor
from core.errors import NotFound
from files import contents
from files.enums import FileStatus, Variant, ViewStatus
from files.models import StoredFile
from files.owners import may_view


def files_of(owners: Iterable[models.Model]) -> dict[int, list[StoredFile]]:
    """The files of several rows of one model, in one query: owner's id to its files in their order."""
    owners = list(owners)
    found: dict[int, list[StoredFile]] = defaultdict(list)
    if owners:
        rows = StoredFile.objects.filter(
            owner_type=owners[0]._meta.label_lower, owner_id__in=[owner.pk for owner in owners]
        )
        for row in rows.order_by("id"):
            found[row.owner_id].append(row)
    return found


def files_of_all(owners: Iterable[models.Model]) -> list[StoredFile]:
    """The files of rows of any models."""
    by_model: dict[str, list[models.Model]] = defaultdict(list)
    for owner in owners:
        by_model[owner._meta.label_lower].append(owner)
    return [file for rows in by_model.values() for own in files_of(rows).values() for file in own]


def stored_ids() -> list[int]:
    """All files that have a content, the oldest first."""
    return list(StoredFile.objects.filter(status=FileStatus.STORED).order_by("id").values_list("pk", flat=True))


def keys_in_storage() -> Counter[tuple[str, str]]:
    """How many contents of each form were sealed by each key: (form, key id) to their number."""
    rows = StoredFile.objects.filter(status=FileStatus.STORED).order_by("id")
    return Counter(
        (str(variant), key) for row in rows.iterator() for (variant, _page), key in contents.keys_of(row).items()
    )


def owner_of(file_id: int) -> tuple[str, int] | None:
    """The row that a file belongs to: its type and id."""
    return StoredFile.objects.filter(pk=file_id).values_list("owner_type", "owner_id").first()


def viewable(actor: Actor, uid: UUID, variant: Variant = Variant.ORIGINAL, page: int = 0) -> StoredFile:
    """A stored file that this actor may see and that has this form; NotFound otherwise, whatever the reason."""
    row = StoredFile.objects.filter(uid=uid, status=FileStatus.STORED).first()
    if row is None or not may_view(actor, row.owner_type, row.owner_id):
        raise NotFound
    if variant != Variant.ORIGINAL and page not in row.page_numbers:
        raise NotFound
    return row


def pending_at(moment: datetime) -> models.QuerySet[StoredFile]:
    """Files that should be tried by this time."""
    return StoredFile.objects.filter(status=FileStatus.PENDING, next_attempt_at__lte=moment).order_by("id")


def views_pending_at(moment: datetime) -> models.QuerySet[StoredFile]:
    """Files whose pictures should be tried by this time."""
    return StoredFile.objects.filter(view_status=ViewStatus.PENDING, next_attempt_at__lte=moment).order_by("id")
