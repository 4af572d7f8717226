"""A ticket begins."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation

import audit.actions as audit
from accounts.actions import NAME_LIMIT, create_person, set_contact
from accounts.models import User
from accounts.phones import normal_phone
from accounts.queries import clients_visible_to, visible_to
from accounts.roles import TICKETS_CREATE_FOR_CLIENT, TICKETS_CREATE_OWN, TICKETS_WORK, Role
from core.actor import Actor
from core.db import lock_name
from core.text import is_blank, shorten, storable
from files.actions import TelegramFile, attach
from files.models import StoredFile
from tickets import notices
from tickets.actions.text import DESCRIPTION_LIMIT, checked
from tickets.enums import Category, Priority
from tickets.errors import ExternalIdTaken, UnknownCategory, UnknownClient, UnknownPriority
from tickets.models import DEVICE_LIMIT, SUBJECT_LIMIT, Ticket


@transaction.atomic
def create_ticket(
    *,
    actor: Actor,
    client_id: int,
    text: str,
    subject: str = "",
    priority: str = Priority.NORMAL,
    category: str = "",
    device: str = "",
    external_id: str = "",
    files: Sequence[TelegramFile] = (),
    telegram_message_id: int | None = None,
) -> Ticket:
    """Open a ticket: a client for himself, staff and integrators for a client they may see.

    Without a subject the first line of the text serves. Files alone are enough. Only staff set a priority. The
    client hears the number, the desk hears of new work. Raises TextMissing, TextTooLong, UnknownPriority,
    UnknownCategory, UnknownClient, ExternalIdTaken, Denied.
    """
    client = _client(actor, client_id)
    external_id = storable(external_id)
    if external_id:
        _take_external_id(client, external_id)
    if priority != Priority.NORMAL:
        actor.require(TICKETS_WORK)
    if priority not in Priority.values:
        raise UnknownPriority(fields={"priority": UnknownPriority.text})
    description = checked(text, limit=DESCRIPTION_LIMIT, required=not files)
    if category and category not in Category.values:
        raise UnknownCategory(fields={"category": UnknownCategory.text})
    about = {"category": category, "device": shorten(storable(device), DEVICE_LIMIT)}
    ticket = begin(
        actor, client, description, storable(subject), priority, files,
        telegram_message_id=telegram_message_id, external_id=external_id, **about,
    )  # fmt: skip
    attach(ticket, files)
    return ticket


def begin(
    actor: Actor,
    client: User,
    description: str,
    subject: str,
    priority: str,
    files: Sequence[TelegramFile | StoredFile],
    **more: Any,
) -> Ticket:
    """The row, its history and its notices, for actions that have checked everything and see to the files.

    `more` are further columns of the row.
    """
    ticket = Ticket(
        tenant=client.tenant,
        client=client,
        subject=shorten(subject, SUBJECT_LIMIT) or _subject_from(description, files, client),
        description=description,
        source=actor.via,
        priority=priority,
        **more,
    )
    ticket.waiting_since = ticket.created_at
    ticket.save()
    ticket.refresh_from_db(fields=["number"])
    audit.record(actor, "tickets.create", ticket, tenant_id=ticket.tenant_id, priority=priority, files=len(files))
    notices.ticket_created(ticket, actor)
    return ticket


@transaction.atomic
def open_ticket_for(
    *,
    actor: Actor,
    description: str,
    client: int | None = None,
    client_name: str = "",
    client_phone: str = "",
    client_company: str = "",
    tenant_id: int | None = None,
    subject: str = "",
    priority: str = Priority.NORMAL,
    category: str = "",
    device: str = "",
    external_id: str = "",
    files: Sequence[TelegramFile] = (),
) -> Ticket:
    """Open a ticket for somebody who is not writing himself: a known client, or a new one entered by name.

    A new client belongs to the actor's branch; who has none names it (`tenant_id`). The client, his contact details
    and the ticket come into being together or not at all. Raises what `create_ticket`, `create_person` and
    `set_contact` raise, and TextMissing for a name in which nothing can be seen.
    """
    if client is None:
        client = register_client(
            actor=actor, name=client_name, phone=client_phone, company=client_company, tenant_id=tenant_id
        ).pk
    return create_ticket(
        actor=actor, client_id=client, text=description, subject=subject, priority=priority,
        category=category, device=device, external_id=external_id, files=files,
    )  # fmt: skip


@transaction.atomic
def register_client(
    *, actor: Actor, name: str, phone: str = "", company: str = "", tenant_id: int | None = None
) -> User:
    """Enter a client who is not writing himself. Raises what `create_person` and `set_contact` raise, TextMissing."""
    name = checked(name, limit=NAME_LIMIT, required=True)
    phone = "" if is_blank(phone) else normal_phone(phone, field="client_phone")
    where = tenant_id if actor.tenant_id is None else actor.tenant_id
    client = create_person(actor=actor, tenant_id=where, full_name=name, roles=[Role.CLIENT])
    set_contact(actor=actor, user_id=client.pk, phone=phone, company=company)
    return client


def _take_external_id(client: User, external_id: str) -> None:
    """Raise ExternalIdTaken, also for one that another transaction is just taking."""
    assert client.tenant_id is not None
    lock_name(f"tickets.external_id:{client.tenant_id}:{external_id}")
    taken = Ticket.objects.filter(tenant_id=client.tenant_id, external_id=external_id).first()
    if taken is not None:
        raise ExternalIdTaken(number=taken.number)


def _client(actor: Actor, client_id: int) -> User:
    if client_id == actor.user_id:
        actor.require(TICKETS_CREATE_OWN)
        people = visible_to(actor)
    else:
        actor.require(TICKETS_CREATE_FOR_CLIENT)
        people = clients_visible_to(actor)
    people = people.select_for_update(of=("self",), no_key=True)  # not while the person is being joined with another
    client = people.filter(pk=client_id, is_active=True, tenant__isnull=False).first()
    if client is None:
        raise UnknownClient(fields={"client": UnknownClient.text})
    return client


def _subject_from(description: str, files: Sequence[TelegramFile | StoredFile], client: User) -> str:
    with translation.override(client.language):
        return shorten(description, SUBJECT_LIMIT) or notices.wordless(files)
