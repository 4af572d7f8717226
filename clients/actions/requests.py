"""A request is opened, put off, withdrawn, and runs out."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import audit.actions as audit
from accounts.actions import admit
from accounts.models import Tenant, User
from accounts.queries import clients_visible_to, time_zone_of
from accounts.roles import CLIENTS_WORK, ORDERS_MANAGE, ORDERS_SEE_ALL, ORDERS_SEE_TENANT, REQUESTS_OPEN
from clients import notices
from clients.actions.common import enter, locked_request, short, step
from clients.enums import AWAITED, Move, Status
from clients.errors import (
    BadDueDate,
    ExternalIdInUse,
    NotTheClients,
    RequestMoveNotPossible,
    UnknownRequestClient,
    UnknownTemplate,
)
from clients.models import Request, RequestTemplate
from clients.models.request import NOTE_LIMIT, REASON_LIMIT
from clients.queries import due_soon_at, template_by
from clients.rules import is_staff
from core.actor import Actor
from core.db import found, lock_name
from core.errors import Denied, NotFound
from core.text import storable
from orders.models import Order
from orders.queries import visible_to as orders_visible_to
from tickets.models import Ticket
from tickets.queries import visible_to as tickets_visible_to

AHEAD_AT_MOST = 366
"""Days."""


@transaction.atomic
def open_request(
    *,
    actor: Actor,
    client_id: int,
    template: str,
    ticket_id: int | None = None,
    order_id: int | None = None,
    due_on: date | None = None,
    note: str = "",
    external_id: str = "",
) -> Request:
    """Ask a client for a document or for data, as the template (its code or id) says. Operators, curators,
    superusers, and integrators with the right.

    It always starts fresh, beside any others. The client is admitted to the bot and hears what to send, until when
    (`due_on`, a whole local day; else the template's days). A ticket or an order that is named must be the client's.
    Raises UnknownTemplate, UnknownRequestClient, NotTheClients, BadDueDate, ExternalIdInUse, Denied.
    """
    actor.require(CLIENTS_WORK, REQUESTS_OPEN)
    chosen = template_by(template)
    if chosen is None:
        raise UnknownTemplate(fields={"template": UnknownTemplate.text})
    client = clients_visible_to(actor).filter(pk=client_id, is_active=True, tenant__isnull=False).first()
    if client is None or client.tenant is None:
        raise UnknownRequestClient(fields={"client": UnknownRequestClient.text})
    external_id = _free_external_id(client.tenant, short(external_id, 100))
    ticket, order = _ticket(actor, client, ticket_id), _order(actor, client, order_id)
    request = Request(
        tenant=client.tenant, client=client, ticket=ticket or (order.ticket if order else None), order=order,
        template=chosen, kind=chosen.kind, questionnaire=chosen.questionnaire, name=_name(chosen),
        questions=_questions(chosen), note=storable(note).strip()[:NOTE_LIMIT], external_id=external_id,
        opened_by_id=actor.person, source=actor.via, due_at=_due_at(client.tenant, due_on, chosen.due_days),
    )  # fmt: skip
    request.draft = {}
    request.save()
    request.refresh_from_db(fields=["number"])
    admit(actor=actor, user_id=client.pk)
    audit.record(
        actor, "clients.open_request", request, tenant_id=request.tenant_id,
        client=client.pk, template=chosen.code, ticket=ticket_id, order=order_id,
    )  # fmt: skip
    notices.opened(request)
    return request


def _name(template: RequestTemplate) -> dict[str, str]:
    asked = template.kind or template.questionnaire
    assert asked is not None
    return {"ru": asked.name_ru, "en": asked.name_en}


def _questions(template: RequestTemplate) -> list[dict[str, object]]:
    if template.questionnaire is None:
        return []
    return [question.frozen() for question in template.questionnaire.questions.all()]


def _ticket(actor: Actor, client: User, ticket_id: int | None) -> Ticket | None:
    if ticket_id is None:
        return None
    ticket = found(tickets_visible_to(actor), ticket_id)
    if ticket.client_id != client.pk:
        raise NotTheClients(number=ticket.number)
    return ticket


def _order(actor: Actor, client: User, order_id: int | None) -> Order | None:
    if order_id is None:
        return None
    order = orders_of_client(actor, client).filter(pk=order_id).first() if 0 < order_id < 2**63 else None
    if order is None:
        raise NotFound
    return order


def orders_of_client(actor: Actor, client: User) -> QuerySet[Order]:
    """The client's orders that a request may hang on: those the actor sees. Operators, who see none, name any of the
    client's by its number."""
    if actor.can(ORDERS_MANAGE, ORDERS_SEE_TENANT, ORDERS_SEE_ALL):
        return orders_visible_to(actor).filter(client=client)
    return Order.objects.filter(client=client, tenant=client.tenant_id)


def _due_at(tenant: Tenant, due_on: date | None, days: int) -> datetime:
    """The end of that local day."""
    zone = time_zone_of(tenant)
    today = timezone.now().astimezone(zone).date()
    day = today + timedelta(days=days) if due_on is None else due_on
    if not today <= day <= today + timedelta(days=AHEAD_AT_MOST):
        raise BadDueDate(fields={"due_on": BadDueDate.text})
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def _free_external_id(tenant: Tenant, external_id: str) -> str:
    """The id, if no request has it. Two at the same moment: the second sees the first."""
    if not external_id:
        return ""
    lock_name(f"clients.external_id:{tenant.pk}:{external_id}")
    taken = Request.objects.filter(tenant=tenant, external_id=external_id).first()
    if taken is not None:
        raise ExternalIdInUse(number=taken.number)
    return external_id


@transaction.atomic
def extend_request(*, actor: Actor, request_id: int, due_on: date, version: int | None = None) -> Request:
    """Give the client more time: until the end of this local day. Staff, while it is open. The client hears of it.

    Raises BadDueDate, RequestMoveNotPossible, RequestChanged, NotFound, Denied.
    """
    request = locked_request(actor, request_id, version)
    if not is_staff(actor, request):
        raise Denied
    if request.status not in AWAITED:
        raise RequestMoveNotPossible(number=request.number, status=request.get_status_display())
    request.due_at, request.reminded_at = _due_at(request.tenant, due_on, 0), None
    request.version += 1
    request.save(update_fields=["due_at", "reminded_at", "version"])
    audit.record(actor, "clients.extend_request", request, tenant_id=request.tenant_id)
    notices.extended(request)
    return request


@transaction.atomic
def cancel_request(*, actor: Actor, request_id: int, reason: str = "", version: int | None = None) -> Request:
    """Withdraw an open request: staff, or the integrator who opened it. The client hears that nothing is needed.

    Raises RequestMoveNotPossible, RequestChanged, NotFound, Denied.
    """
    request = locked_request(actor, request_id, version)
    row = step(actor, request, Move.CANCEL)
    enter(request, str(row.target), timezone.now())
    request.reason, request.decided_by_id = storable(reason).strip()[:REASON_LIMIT], actor.user_id
    request.save()
    audit.record(actor, "clients.cancel_request", request, tenant_id=request.tenant_id)
    notices.cancelled(request)
    return request


@transaction.atomic
def expire_request(*, actor: Actor, request_id: int) -> Request:
    """The day has passed without an answer: the machine ends the request, client and operators hear it.

    Raises RequestMoveNotPossible, also where the client has just answered or got more time.
    """
    request = locked_request(actor, request_id)
    row = step(actor, request, Move.EXPIRE)
    now = timezone.now()
    if request.due_at > now:
        raise RequestMoveNotPossible(number=request.number, status=request.get_status_display())
    enter(request, str(row.target), now)
    request.save()
    audit.record(actor, "clients.expire_request", request, tenant_id=request.tenant_id)
    notices.expired(request)
    return request


@transaction.atomic
def remind_of_request(*, actor: Actor, request_id: int) -> None:
    """The client hears once that the day is near. The machine only; repeating it changes nothing."""
    request = locked_request(actor, request_id)
    step(actor, request, Move.EXPIRE)
    now = timezone.now()
    if not due_soon_at(now).filter(pk=request.pk).exists():
        return
    request.reminded_at = now
    request.save(update_fields=["reminded_at"])
    notices.due_soon(request)


@transaction.atomic
def withdraw_switched_off(*, actor: Actor, request_id: int) -> Request:
    """A kind of document has been switched off: what is still awaited of it is withdrawn. The machine only."""
    request = locked_request(actor, request_id)
    step(actor, request, Move.EXPIRE)
    if request.kind is None or request.kind.enabled:
        raise RequestMoveNotPossible(number=request.number, status=request.get_status_display())
    enter(request, Status.CANCELLED, timezone.now())
    request.save()
    audit.record(actor, "clients.cancel_request", request, tenant_id=request.tenant_id)
    notices.cancelled(request)
    return request
