"""Reads of requests, cards and the correspondence."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.queries import clients_visible_to
from accounts.roles import (
    CLIENTS_ANSWER,
    CLIENTS_CONFIGURE,
    CLIENTS_ERASE,
    CLIENTS_SEE_ALL,
    CLIENTS_WORK,
    REQUESTS_DATA,
    REQUESTS_OPEN,
)
from clients.enums import AWAITED, ENDED, OPEN, ErasureStatus, Status
from clients.models import (
    Access,
    Answer,
    Card,
    Client,
    Consent,
    ConsentText,
    DataCopy,
    Erasure,
    Letter,
    Purge,
    RedoReason,
    Request,
    RequestTemplate,
)
from core.actor import SYSTEM, Actor
from core.db import MAX_ID
from files.models import StoredFile
from files.queries import owner_of
from tickets.queries import COUNTED_AT_MOST

CORRESPONDENCE_LASTS = timedelta(hours=24)
"""So long after a message of staff what the client writes belongs to the correspondence (domain: §2)."""
DUE_SOON = timedelta(hours=24)


def visible_to(actor: Actor) -> QuerySet[Request]:
    """The requests this actor may see: all, those of the branch, or what was asked of himself."""
    if actor.can(CLIENTS_SEE_ALL, SYSTEM):
        return Request.objects.all()
    if actor.can(CLIENTS_WORK, REQUESTS_OPEN, REQUESTS_DATA) and actor.tenant_id is not None:
        return Request.objects.filter(tenant_id=actor.tenant_id)
    if actor.can(CLIENTS_ANSWER):
        return Request.objects.filter(client_id=actor.user_id or 0)
    return Request.objects.none()


def request_list(actor: Actor) -> QuerySet[Request]:
    """Those with everything a row shows, newest first."""
    rows = visible_to(actor).select_related("client", "opened_by", "kind", "questionnaire", "ticket", "order")
    return rows.order_by("-created_at", "-pk")


def one_visible(actor: Actor, request_id: int) -> Request | None:
    """This request, if the actor may see it."""
    return request_list(actor).filter(pk=request_id).first() if 0 < request_id <= MAX_ID else None


def awaited_of(client_id: int) -> QuerySet[Request]:
    """What the client still has to give, the most pressing first."""
    rows = Request.objects.filter(client_id=client_id, status__in=sorted(AWAITED)).select_related("kind")
    return rows.order_by("due_at", "pk")


def requests_of(client_id: int) -> QuerySet[Request]:
    """Everything that was asked of the client: what is open first, then the newest."""
    rows = Request.objects.filter(client_id=client_id).select_related("kind", "questionnaire", "opened_by")
    return rows.annotate(closed=~Q(status__in=sorted(OPEN))).order_by("closed", "-pk")


def request_behind(actor: Actor, subject_type: str, subject_id: int) -> Request | None:
    """The visible request that a message was about."""
    if subject_type == StoredFile._meta.label_lower:
        owner = owner_of(subject_id)
        return request_behind(actor, *owner) if owner else None
    if subject_type == Answer._meta.label_lower:
        answer = Answer.objects.filter(pk=subject_id).first()
        return one_visible(actor, answer.request_id) if answer else None
    return one_visible(actor, subject_id) if subject_type == Request._meta.label_lower else None


def answers_of(request: Request) -> QuerySet[Answer]:
    """Every answer, the newest first."""
    return Answer.objects.filter(request=request).select_related("verdict_by", "redo_reason").order_by("-number")


def templates() -> QuerySet[RequestTemplate]:
    """What can be asked for now."""
    rows = RequestTemplate.objects.filter(enabled=True).select_related("kind", "questionnaire")
    return rows.filter(Q(kind__enabled=True) | Q(questionnaire__enabled=True))


def template_by(code_or_id: str) -> RequestTemplate | None:
    """One of them, by its code or its id."""
    if code_or_id.isascii() and code_or_id.isdigit():
        return templates().filter(pk=int(code_or_id[:18])).first()
    return templates().filter(code=code_or_id).first()


def redo_reasons() -> QuerySet[RedoReason]:
    """The ready reasons that can be chosen now."""
    return RedoReason.objects.filter(enabled=True)


def clients_for(actor: Actor) -> QuerySet[User]:
    """The clients whose cards this actor may open."""
    return clients_visible_to(actor) if actor.can(CLIENTS_WORK, SYSTEM) else User.objects.none()


def client_list(actor: Actor) -> QuerySet[Client]:
    """Those with everything a row of the table shows."""
    waiting = Request.objects.filter(client=OuterRef("pk"), status__in=sorted(AWAITED))
    review = Request.objects.filter(client=OuterRef("pk"), status=Status.SUBMITTED)
    people = clients_for(actor).order_by()
    rows = Client.objects.filter(pk__in=people.values("pk")).select_related("tenant", "contact", "card")
    listed: QuerySet[Client] = rows.annotate(awaited=Exists(waiting), to_review=Exists(review))  # type: ignore[no-redef]
    return listed.order_by("full_name", "pk")


def card_of(client: User) -> Card | None:
    """The client's card, if anything is known or was written."""
    return Card.objects.filter(client=client).first()


def cards_visible_to(actor: Actor) -> QuerySet[Card]:
    """The cards of the clients whom this actor may see."""
    return _of_branch(actor, Card.objects.all())


def unanswered(actor: Actor) -> int:
    """How many clients have written and wait for an answer, up to a limit."""
    rows = cards_visible_to(actor).filter(waiting_since__isnull=False)
    return rows.order_by()[: COUNTED_AT_MOST + 1].count()


def copies_visible_to(actor: Actor, client: User) -> QuerySet[DataCopy]:
    """The copies of the client's data that this actor has asked for and that are still kept."""
    rows = DataCopy.objects.filter(client=client, asked_by_id=actor.user_id or 0, removed_at=None)
    return rows.order_by("-pk")


def letters_with(client_id: int) -> QuerySet[Letter]:
    """The correspondence with the client, newest first."""
    return Letter.objects.filter(client_id=client_id).select_related("author", "became").order_by("-pk")


def letters_visible_to(actor: Actor) -> QuerySet[Letter]:
    """Messages of the correspondence that this actor may read."""
    if actor.can(CLIENTS_SEE_ALL):
        return Letter.objects.all()
    if actor.can(CLIENTS_WORK) and actor.tenant_id is not None:
        return Letter.objects.filter(tenant_id=actor.tenant_id)
    return Letter.objects.filter(client_id=actor.user_id or 0)


def letter_behind(actor: Actor, subject_type: str, subject_id: int) -> Letter | None:
    """The visible message of the correspondence that a message in the chat brought."""
    if subject_type == StoredFile._meta.label_lower:
        owner = owner_of(subject_id)
        return letter_behind(actor, *owner) if owner else None
    if subject_type != Letter._meta.label_lower:
        return None
    return letters_visible_to(actor).filter(pk=subject_id).select_related("client").first()


def letter_written_as(actor: Actor, telegram_message_id: int) -> Letter | None:
    """The message of the correspondence that a message of the actor's own chat became."""
    return Letter.objects.filter(author_id=actor.user_id, telegram_message_id=telegram_message_id).first()


def is_in_correspondence(client_id: int, now: datetime) -> bool:
    """Whether staff wrote to the client within the last day."""
    return Card.objects.filter(client_id=client_id, staff_wrote_at__gt=now - CORRESPONDENCE_LASTS).exists()


def consent_text() -> ConsentText | None:
    """The text that is asked for now."""
    return ConsentText.objects.order_by("-pk").first()


def consent_of(client_id: int) -> Consent | None:
    """The client's consent to any version, if it counts, with the version; the newest."""
    rows = Consent.objects.filter(client_id=client_id, withdrawn_at=None).select_related("text")
    return rows.order_by("-text_id").first()


def consents_of(client_id: int) -> QuerySet[Consent]:
    """Every consent of the client, newest first."""
    return Consent.objects.filter(client_id=client_id).select_related("text").order_by("-pk")


def consent_is_missing(client_id: int) -> bool:
    """Whether the newest text has not been agreed to."""
    text = consent_text()
    return text is not None and not Consent.objects.filter(client_id=client_id, text=text, withdrawn_at=None).exists()


def looks_visible_to(actor: Actor) -> QuerySet[Access]:
    """Who looked at personal data: all of it for those who answer for them, in the own branch for the rest."""
    rows = Access.objects.select_related("user", "client", "request", "tenant")
    return _of_branch(actor, rows)


def purges_visible_to(actor: Actor) -> QuerySet[Purge]:
    """The journal of deletions, for those who answer for personal data."""
    return _of_superuser(actor, Purge.objects.select_related("user", "client", "request", "tenant"))


def erasures_visible_to(actor: Actor) -> QuerySet[Erasure]:
    """Who wants to be forgotten, for those who decide it."""
    return _of_superuser(actor, Erasure.objects.select_related("client", "asked_by", "ended_by", "tenant"))


def _of_superuser(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if actor.can(CLIENTS_ERASE) else rows.none()


def _of_branch(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    if actor.can(CLIENTS_SEE_ALL, CLIENTS_ERASE, CLIENTS_CONFIGURE):
        return rows
    if actor.can(CLIENTS_WORK) and actor.tenant_id is not None:
        return rows.filter(tenant_id=actor.tenant_id)
    return rows.none()


def erasure_asked(client_id: int) -> Erasure | None:
    """The client's wish to be forgotten that is still open."""
    return Erasure.objects.filter(client_id=client_id, status=ErasureStatus.ASKED).first()


def expired_at(now: datetime) -> QuerySet[Request]:
    """Requests whose day has passed without an answer."""
    return Request.objects.filter(status__in=sorted(AWAITED), due_at__lte=now).order_by("due_at")


def due_soon_at(now: datetime) -> QuerySet[Request]:
    """Requests of whose last day the client has not been reminded. A short one is not reminded of at once."""
    rows = Request.objects.filter(status__in=sorted(AWAITED), reminded_at=None, due_at__gt=now)
    return rows.filter(due_at__lte=now + DUE_SOON, created_at__lte=now - DUE_SOON / 2).order_by("due_at")


def switched_off() -> QuerySet[Request]:
    """Open requests for a kind that is not taken any more."""
    return Request.objects.filter(status__in=sorted(AWAITED), kind__enabled=False).order_by("pk")


def purge_due_at(now: datetime) -> QuerySet[Request]:
    """Ended requests that were kept long enough, those of clients under hold left out."""
    held = Card.objects.filter(client=OuterRef("client"), held_since__isnull=False)
    rows = Request.objects.filter(status__in=sorted(ENDED), purge_at__lte=now).exclude(Exists(held))
    return rows.order_by("purge_at")


def copies_kept_since(moment: datetime) -> QuerySet[DataCopy]:
    """Copies that were asked for before this time and are still kept."""
    return DataCopy.objects.filter(removed_at=None, asked_at__lte=moment).order_by("asked_at")


def erasures_due_at(now: datetime) -> QuerySet[Erasure]:
    """Wishes to be forgotten whose time has come."""
    return Erasure.objects.filter(status=ErasureStatus.ASKED, due_at__lte=now).order_by("due_at")


def counts_by_status(actor: Actor) -> dict[str, int]:
    """How many open requests the actor sees in each status."""
    rows = visible_to(actor).filter(status__in=sorted(OPEN)).order_by().values_list("status").annotate(n=Count("pk"))
    return dict(rows)
