"""What is asked of a client, in his chat: the list, giving a document, and a file that comes unasked."""

from dataclasses import asdict
from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.roles import CLIENTS_ANSWER
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import consent, parts, questions
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content, kept_file
from clients import buttons
from clients.actions import submit_document
from clients.enums import AWAITED, OPEN, Status
from clients.models import Request
from clients.notices import asked_text
from clients.queries import awaited_of, consent_is_missing, one_visible, request_behind, requests_of
from clients.words import due_day
from core.errors import Denied, NotFound
from core.html import html
from core.text import shorten
from files.actions import TelegramFile
from outbox.queries import subject_shown_as

SHOWN = 20
OFFER_PREFIX = "off:"
OFFER_PATTERN = rf"^{OFFER_PREFIX}{buttons.ID}$"
OFFERED = 8
STATES = {
    Status.REQUESTED: gettext_noop("is needed until {day}"),
    Status.REDO: gettext_noop("has to be redone until {day}"),
    Status.SUBMITTED: gettext_noop("is being reviewed"),
    Status.ACCEPTED: gettext_noop("accepted"),
    Status.REJECTED: gettext_noop("not accepted"),
    Status.EXPIRED: gettext_noop("the time is over"),
    Status.CANCELLED: gettext_noop("withdrawn, nothing is needed"),
    Status.PURGED: gettext_noop("deleted from our side"),
}


def own(context: Context) -> Reply:
    """«My documents and requests»: what is still missing first."""
    context.actor.require(CLIENTS_ANSWER)
    rows = list(requests_of(context.user.pk)[:SHOWN])
    if not rows:
        return Reply(html(_("Nothing is asked of you.")))
    missing = [row for row in rows if row.status in AWAITED]
    head = html(_("<b>Your documents and requests</b>"))
    note = html(_("\n\nStill missing: {count}."), count=len(missing)) if missing else html(_("\n\nNothing is missing."))
    lines = format_html_join("", "\n\n№ {} · {}\n{}", ((row.number, row.title, _state(row)) for row in rows))
    answers = [
        buttons.asked(row, buttons.BEGIN, f"№ {row.number} · {shorten(row.title, 40)}")
        for row in rows if row.status in OPEN
    ]  # fmt: skip
    return Reply(head + note + lines, buttons.rows(*answers))


def _state(request: Request) -> str:
    return _(STATES[Status(request.status)]).format(day=due_day(request))


def pressed(context: Context) -> Reply:
    """«Answer», «add a page», «send a better one»; or «later»."""
    _prefix, request_id, what = context.data.split(":")
    request = mine(context, int(request_id))
    if what == buttons.NOT_NOW:
        context.enter(Step.NONE)
        return Reply(html(_("Agreed. You will find it under “My documents and requests”.")), remove_buttons=True)
    return begin(context, request, more=what == buttons.MORE)


def begin(context: Context, request: Request, *, more: bool = False) -> Reply:
    """The next message answers this request; before the first one the consent is asked for."""
    if request.status not in OPEN:
        return stale_button(context)
    if consent_is_missing(context.user.pk):
        return consent.ask(context, request)
    if request.questionnaire_id is not None:
        return questions.begin(context, request)
    context.enter(Step.REQUEST, request=request.pk, more=more)
    if more:
        return Reply(html(_("Send the next page of “{title}”. /cancel – that is all."), title=request.title))
    hint = html("\n{hint}", hint=_("Send it here now. /cancel – not now."))
    return Reply(asked_text(request) + hint)


def ask_again(context: Context) -> Reply:
    """/start in the middle: what is asked for, once more."""
    draft = context.dialog.data
    return begin(context, mine(context, draft["request"]), more=draft["more"])


def mine(context: Context, request_id: int) -> Request:
    """One's own request. Raises NotFound."""
    request = one_visible(context.actor, request_id)
    if request is None or request.client_id != context.user.pk:
        raise NotFound
    return request


def given(context: Context) -> Reply:
    """The message that the open step asked for."""
    text, files = content(context.message)
    draft = context.dialog.data
    try:
        return give(context, mine(context, draft["request"]), text, files, more=draft["more"])
    except (NotFound, Denied):
        context.enter(Step.NONE)
        raise


def give(
    context: Context, request: Request, text: str, files: list[TelegramFile], *, more: bool = False,
    album: str | None = None, message: int | None = None,
) -> Reply:  # fmt: skip
    """Answer the request with this. Without a consent it waits until there is one."""
    update = context.update.message
    if album is None and update is not None:
        album, message = update.media_group_id or "", update.message_id
    if consent_is_missing(context.user.pk) and request.status in OPEN:
        return consent.ask(context, request, text=text, files=files, album=album or "", message=message)
    submit_document(
        actor=context.actor, request_id=request.pk, files=files, text=text, album=album or "", more=more,
        telegram_message_id=message,
    )  # fmt: skip
    if context.dialog.step in {Step.REQUEST, Step.OFFER, Step.CONSENT, Step.NONE}:
        context.enter(Step.NONE, **({"album": album, "cut_at": None, "request": request.pk} if album else {}))
    said = _("Received: “{title}”, request No. {number}. We will look at it and write here.")
    text_said = html(said, title=request.title, number=request.number)
    return Reply(text_said, buttons.given(request), after=parts.ALBUM_WAIT if album else 0, subject=request)


def replied(context: Context) -> Reply | None:
    """A Telegram reply to a message about a request answers it."""
    message = context.message.reply_to_message
    if message is None or not context.actor.can(CLIENTS_ANSWER):
        return None
    subject = subject_shown_as(context.message.chat_id, message.message_id)
    request = request_behind(context.actor, *subject) if subject else None
    if request is None or request.client_id != context.user.pk or request.status not in OPEN:
        return None
    if request.questionnaire_id is not None:
        return questions.begin(context, request) if not consent_is_missing(context.user.pk) else begin(context, request)
    text, files = content(context.message)
    return give(context, request, text, files)


def offer(context: Context, text: str, files: list[TelegramFile]) -> Reply | None:
    """A file comes while something is asked for: is it that? It waits until a button says."""
    waiting = list(awaited_of(context.user.pk).filter(kind__isnull=False)[:OFFERED])
    if not files or not waiting:
        return None
    context.enter(
        Step.OFFER, texts=[text], files=[asdict(file) for file in files], message=context.message.message_id,
        album=context.message.media_group_id or "",
    )  # fmt: skip
    return _offering(context, waiting)


def offer_again(context: Context) -> Reply:
    """/start in the middle of it: the question once more."""
    return _offering(context, list(awaited_of(context.user.pk).filter(kind__isnull=False)[:OFFERED]))


def _offering(context: Context, waiting: list[Request]) -> Reply:
    rows = [
        [{"text": f"№ {row.number} · {shorten(row.title, 40)}", "callback_data": f"{OFFER_PREFIX}{row.pk}"}]
        for row in waiting
    ]  # fmt: skip
    rows.append([{"text": _("No, it belongs to a ticket"), "callback_data": f"{OFFER_PREFIX}0"}])
    after = parts.ALBUM_WAIT if context.update.message and context.update.message.media_group_id else 0
    return Reply(html(_("Is this the answer to our request?")), {"inline_keyboard": rows}, after=after)


def more_to_offer(context: Context) -> Reply | None:
    """A further message while the question is open joins the first one."""
    text, files = content(context.message)
    draft = dict(context.dialog.data)
    draft["texts"] = [*draft["texts"], text] if text else draft["texts"]
    draft["files"] = draft["files"] + [asdict(file) for file in files]
    context.enter(Step(context.dialog.step), **draft)
    return None


def chosen(context: Context) -> Reply:
    """The button that says where the file belongs."""
    if context.dialog.step != Step.OFFER:
        return stale_button(context)
    request_id, draft = int(context.data.removeprefix(OFFER_PREFIX)), context.dialog.data
    if request_id == 0:
        from botapp.handlers import incoming

        return incoming.into_a_ticket(context, draft)
    reply = give(context, mine(context, request_id), **kept(draft))
    return Reply(reply.text, reply.keyboard, remove_buttons=True, subject=reply.subject)


def kept(draft: dict[str, Any]) -> dict[str, Any]:
    """What waited in a draft, as `give` takes it."""
    return {
        "text": "\n".join(filter(None, draft["texts"])), "files": [kept_file(file) for file in draft["files"]],
        "album": draft["album"], "message": draft["message"],
    }  # fmt: skip
