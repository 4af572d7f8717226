"""A client rates a closed ticket: one tap, and a word to it if he likes."""

from django.utils.translation import gettext as _

from accounts.roles import TICKETS_CREATE_OWN
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import incoming, parts
from botapp.handlers.content import content, told_of_size
from core.errors import NotFound
from core.html import html
from tickets import buttons
from tickets.actions import explain_rating, rate_ticket
from tickets.errors import RatingClosed
from tickets.models import BEST, Ticket
from tickets.queries import one_visible


def rate(context: Context) -> Reply:
    """A star: the question becomes the answer, with the offer to say why."""
    parsed = buttons.parse_rating(context.data)
    if parsed is None:
        raise NotFound
    ticket = rate_ticket(actor=context.actor, ticket_id=parsed[0], rating=parsed[1])
    said = _("Ticket <b>No. {number}</b>: you rated our work {rating} of {best}. Thank you!")
    why = {"text": _("Add a few words"), "callback_data": f"{buttons.EXPLAIN_PREFIX}{ticket.pk}"}
    text = html(said, number=ticket.number, rating=ticket.rating, best=BEST)
    return Reply(text, {"inline_keyboard": [[why]]}, replace=True)


def ask_why(context: Context) -> Reply:
    """«Add a few words»: the next message belongs to the rating."""
    return _ask(context, int(context.data.removeprefix(buttons.EXPLAIN_PREFIX)))


def ask_why_again(context: Context) -> Reply:
    """/start in the middle of it: the question once more."""
    return _ask(context, context.dialog.data["ticket"])


def _ask(context: Context, ticket_id: int) -> Reply:
    context.actor.require(TICKETS_CREATE_OWN)
    ticket: Ticket | None = one_visible(context.actor, ticket_id)
    if ticket is None:
        raise NotFound
    context.enter(Step.EXPLAIN_RATING, ticket=ticket.pk)
    said = _("What was good or bad about ticket <b>No. {number}</b>? Write it in one message. /cancel – not now.")
    return Reply(html(said, number=ticket.number), remove_buttons=context.update.callback_query is not None)


def explained(context: Context) -> Reply | None:
    """The message after «Add a few words». When it is too late for them, it is a message like any other."""
    text, files = content(context.message)
    ticket_id = context.dialog.data["ticket"]
    context.enter(Step.NONE)
    try:
        comment = explain_rating(actor=context.actor, ticket_id=ticket_id, text=text, files=files)
    except RatingClosed:
        return incoming.message(context)
    parts.remember(context, comment.ticket, comment)
    thanks = html(_("Thank you, we will read it."))
    return told_of_size(files) or Reply(thanks, after=parts.wait(context))
