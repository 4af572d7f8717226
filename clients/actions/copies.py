"""A copy of everything that is stored of a client, for the client (`/mydata`) or on paper for who answers for it."""

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.roles import CLIENTS_ANSWER, CLIENTS_ERASE
from clients import notices
from clients.actions.common import branch_of, card_for
from clients.actions.looks import REASON_LEAST, note_copy
from clients.copy import everything_of
from clients.enums import PurgeRule
from clients.errors import AlreadyErased, LookReasonMissing
from clients.models import DataCopy, Purge
from clients.queries import clients_for
from core.actor import SYSTEM, Actor
from core.db import found, locked
from core.text import is_blank
from files.actions import SIZE_LIMIT, remove, store_uploads
from files.contents import open_content
from files.enums import FileStatus

ROOM = SIZE_LIMIT - 1024 * 1024
"""Bytes for the files in a copy: what is beyond is named in it and given on demand."""


@transaction.atomic
def ask_for_copy(*, actor: Actor, client_id: int | None = None, reason: str = "") -> DataCopy:
    """Have a copy made: the client of his own data, a superuser with a reason, which is kept in the log.

    A worker makes it after the commit. Raises LookReasonMissing, AlreadyErased, NotFound, Denied.
    """
    from clients.tasks import make_data_copy

    if client_id is None:
        actor.require(CLIENTS_ANSWER)
        client = User.objects.get(pk=actor.person)
    else:
        actor.require(CLIENTS_ERASE)
        client = found(clients_for(actor), client_id)
        if is_blank(reason) or len(reason.strip()) < REASON_LEAST:
            raise LookReasonMissing(fields={"reason": LookReasonMissing.text})
    if card_for(client).erased_at is not None:
        raise AlreadyErased
    copy = DataCopy.objects.create(client=client, tenant_id=branch_of(client), asked_by_id=actor.person)
    note_copy(actor=actor, client=client, reason=reason)
    audit.record(actor, "clients.ask_copy", client, tenant_id=client.tenant_id, copy=copy.pk)
    transaction.on_commit(lambda: make_data_copy.delay(copy.pk), robust=True)
    return copy


@transaction.atomic
def make_copy(*, actor: Actor, copy_id: int) -> DataCopy:
    """Make the file of a copy, and send it where the client himself has asked. The machine only; repeating changes
    nothing."""
    actor.require(SYSTEM)
    copy = locked(DataCopy.objects.select_related("client"), copy_id)
    if copy.made_at is not None or copy.removed_at is not None:
        return copy
    store_uploads(copy, [SimpleUploadedFile(f"mydata-{timezone.localdate():%Y-%m-%d}.zip", _zipped(copy.client))])
    copy.made_at = timezone.now()
    copy.save(update_fields=["made_at"])
    audit.record(actor, "clients.make_copy", copy.client, tenant_id=copy.tenant_id, copy=copy.pk)
    if copy.asked_by_id == copy.client_id:
        notices.copy_made(copy)
    return copy


def _zipped(client: User) -> bytes:
    data, files = everything_of(client)
    target, room = BytesIO(), ROOM
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, file in files:
            if file.status != FileStatus.STORED or (file.size or 0) > room:
                data["left_out"].append(name)
                continue
            with open_content(file) as content:
                archive.writestr(f"files/{name}", content.read())
            room -= file.size or 0
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
    return target.getvalue()


@transaction.atomic
def remove_copy(*, actor: Actor, copy_id: int) -> None:
    """The file of a copy goes after a week; the journal says so. The machine only."""
    actor.require(SYSTEM)
    copy = locked(DataCopy.objects.filter(removed_at=None), copy_id)
    copy.removed_at = timezone.now()
    copy.save(update_fields=["removed_at"])
    count = remove([copy])
    if count:
        Purge.objects.create(tenant_id=copy.tenant_id, client_id=copy.client_id, rule=PurgeRule.COPY, files=count)
