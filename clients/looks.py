"""Who has personal data before him: the rules of files, and the look by which an answer is open."""

from datetime import timedelta

from django.utils import timezone

from accounts.roles import CLIENTS_CONFIGURE, CLIENTS_ERASE, CLIENTS_WORK
from clients.enums import AccessKind, Status
from clients.models import Access, Answer, DataCopy, DocumentKind, Letter, Request
from clients.rules import in_reach, is_staff, reads_data
from core.actor import Actor, Via

SHOWN_FOR = timedelta(minutes=15)
"""So long what was revealed with a reason stays open to who revealed it."""


def open_look(actor: Actor, request: Request) -> Access | None:
    """The look, with its reason, by which this person has the answers of this request before him now."""
    looks = Access.objects.filter(
        user_id=actor.user_id or 0, request=request, kind=AccessKind.REVEAL, at__gt=timezone.now() - SHOWN_FOR
    )
    return looks.order_by("-id").first()


def can_view_answer(actor: Actor, answer: Answer) -> bool:
    """The pictures of an answer: staff who have said why, for a while; an integrator what was accepted."""
    request = answer.request
    if actor.via == Via.API:
        return reads_data(actor, request) and request.answer_id == answer.pk and request.status == Status.ACCEPTED
    return is_staff(actor, request) and open_look(actor, request) is not None


def can_view_letter(actor: Actor, letter: Letter) -> bool:
    """Files of the correspondence."""
    return actor.can(CLIENTS_WORK) and in_reach(actor, letter.tenant_id)


def can_view_copy(actor: Actor, copy: DataCopy) -> bool:
    """A copy of everything: for those who answer for personal data, and who asked for it in the console."""
    return actor.can(CLIENTS_ERASE) and in_reach(actor, copy.tenant_id) and actor.user_id == copy.asked_by_id


def can_view_sample(actor: Actor, _kind: DocumentKind) -> bool:
    """A sample shows nobody's data."""
    return actor.can(CLIENTS_WORK, CLIENTS_CONFIGURE)
