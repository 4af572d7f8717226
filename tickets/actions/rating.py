"""What a client thinks of the work, once it is done."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from core.db import locked
from core.errors import Denied
from files.actions import TelegramFile, attach
from tickets import notices, rules
from tickets.actions.text import DESCRIPTION_LIMIT, checked
from tickets.enums import Visibility
from tickets.errors import RatingClosed, UnknownRating
from tickets.models import BEST, WORST, Comment, Ticket
from tickets.queries import visible_to


@transaction.atomic
def rate_ticket(*, actor: Actor, ticket_id: int, rating: int) -> Ticket:
    """The client rates a closed ticket from 1 to 5, within a week and once; the same again changes nothing.

    A rating of 1 or 2 is told to the assignee and the curators. Raises NotFound, Denied, UnknownRating, RatingClosed.
    """
    ticket = _own(actor, ticket_id)
    if not WORST <= rating <= BEST:
        raise UnknownRating(fields={"rating": UnknownRating.text})
    if rules.rated_since_closed(ticket) and ticket.rating == rating:
        return ticket
    now = timezone.now()
    if not rules.awaits_rating(ticket, now):
        raise RatingClosed(number=ticket.number)
    ticket.rating, ticket.rated_at = rating, now
    ticket.save(update_fields=["rating", "rated_at"])
    audit.record(actor, "tickets.rate", ticket, tenant_id=ticket.tenant_id, rating=rating)
    notices.rated(ticket)
    return ticket


@transaction.atomic
def explain_rating(*, actor: Actor, ticket_id: int, text: str, files: Sequence[TelegramFile] = ()) -> Comment:
    """The client's words to the rating: they stand in the conversation, and ask for no answer.

    They may be given as long as a rating may. Whoever heard of a low rating hears them too. Raises NotFound, Denied,
    TextMissing, TextTooLong, RatingClosed.
    """
    ticket = _own(actor, ticket_id)
    now = timezone.now()
    if ticket.closed_at is None or now - ticket.closed_at > rules.RATE_WITHIN or not rules.rated_since_closed(ticket):
        raise RatingClosed(number=ticket.number)
    comment = Comment.objects.create(
        ticket=ticket,
        author=User.objects.get(pk=actor.person),
        visibility=Visibility.PUBLIC,
        text=checked(text, limit=DESCRIPTION_LIMIT, required=not files),
        via=actor.via,
    )
    attach(comment, files)
    audit.record(actor, "tickets.explain_rating", ticket, tenant_id=ticket.tenant_id, comment=comment.pk)
    notices.rating_explained(ticket, comment)
    return comment


def _own(actor: Actor, ticket_id: int) -> Ticket:
    ticket = locked(visible_to(actor), ticket_id)
    if not rules.is_client(actor, ticket):
        raise Denied
    return ticket
