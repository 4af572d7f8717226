"""A client's consent, the copy of his data, and being forgotten, in the chat."""

from dataclasses import asdict

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.roles import CLIENTS_ANSWER
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.basics import stale_button
from clients.actions import ask_for_copy, ask_for_erasure, give_consent, take_back_erasure, withdraw_consent
from clients.models import Request
from clients.queries import consent_is_missing, consent_of, consent_text, erasure_asked
from core.html import html
from files.actions import TelegramFile

PRIVACY_PREFIX = "privacy:"
PRIVACY_PATTERN = rf"^{PRIVACY_PREFIX}(withdraw|forget|keep)$"


def ask(
    context: Context, request: Request, text: str = "", files: list[TelegramFile] | None = None, album: str = "",
    message: int | None = None,
) -> Reply:  # fmt: skip
    """The text of the consent with both buttons; what the client has sent already waits."""
    context.enter(
        Step.CONSENT, request=request.pk, texts=[text], files=[asdict(file) for file in files or []], album=album,
        message=message,
    )  # fmt: skip
    return _question(request.pk)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    from botapp.handlers import asked

    return _question(asked.mine(context, context.dialog.data["request"]).pk)


def _question(request_id: int) -> Reply:
    wanted = consent_text()
    if wanted is None:
        return Reply(html(_("There is nothing to agree to.")))
    head = html(_("Before the first document we need your consent to the processing of personal data."))
    yes, no = (
        {"text": label, "callback_data": f"consent:{wanted.pk}:{request_id}:{what}"}
        for label, what in ((_("I agree"), "yes"), (_("I do not agree"), "no"))
    )
    return Reply(head + html("\n\n{text}", text=wanted.said("text")), {"inline_keyboard": [[yes], [no]]})


def pressed(context: Context) -> Reply:
    """«I agree» goes on with what was begun; «I do not agree» stores nothing."""
    from botapp.handlers import asked

    _prefix, version, request_id, what = context.data.split(":")
    waited = context.dialog.data if context.dialog.step == Step.CONSENT else None
    if what == "no":
        if waited is not None:
            context.enter(Step.NONE)
        said = _("Nothing has been stored. Without the consent we can not take documents here; you can bring them.")
        return Reply(html(said), remove_buttons=True)
    give_consent(actor=context.actor, text_id=int(version))
    if int(request_id) == 0:
        return Reply(html(_("Thank you, your consent has been noted.")), remove_buttons=True)
    request = asked.mine(context, int(request_id))
    if waited is not None and waited["request"] == request.pk and (waited["files"] or any(waited["texts"])):
        reply = asked.give(context, request, **asked.kept(waited))
    else:
        reply = asked.begin(context, request)
    return Reply(reply.text, reply.keyboard, remove_buttons=True, subject=reply.subject)


def show(context: Context) -> Reply:
    """/consent: whether there is one, since when, and the way to take it back or to give it."""
    context.actor.require(CLIENTS_ANSWER)
    given = consent_of(context.user.pk)
    if given is None or consent_is_missing(context.user.pk):
        return _question(0)
    day = date_format(localtime(given.given_at), "SHORT_DATE_FORMAT")
    text = html(_("You have agreed on {day}:\n\n{text}"), day=day, text=given.text.said("text"))
    return Reply(text, _one_button(_("Withdraw the consent"), "withdraw"))


def my_data(context: Context) -> Reply:
    """/mydata: a copy of everything that is stored."""
    ask_for_copy(actor=context.actor)
    said = _("We are putting together everything that we store about you. The file comes here in a minute.")
    return Reply(html(said))


def forget(context: Context) -> Reply:
    """/forget: what it means, and the button that does it."""
    context.actor.require(CLIENTS_ANSWER)
    asked = erasure_asked(context.user.pk)
    if asked is not None:
        day = date_format(localtime(asked.due_at), "SHORT_DATE_FORMAT")
        text = html(_("You have asked to be forgotten. It will be done by {day}."), day=day)
        return Reply(text, _one_button(_("Do not erase"), "keep"))
    text = html(
        _(
            "<b>Erase all my data?</b>\n\n"
            "Your name, contacts, documents, answers and messages will be deleted for ever. Numbers, dates and sums of "
            "orders stay: the law asks to keep them. Unfinished work must be ended first.\n\n"
            "/mydata gives you a copy before."
        )
    )
    return Reply(text, _one_button(_("Yes, erase everything"), "forget"))


def _one_button(label: str, what: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"{PRIVACY_PREFIX}{what}"}]]}


def decided(context: Context) -> Reply:
    """The buttons of /consent and /forget."""
    what = context.data.removeprefix(PRIVACY_PREFIX)
    if what == "withdraw":
        if not withdraw_consent(actor=context.actor):
            return stale_button(context)
        said = _(
            "Your consent has been withdrawn. What you gave stays until its time is over; /forget erases it sooner."
        )
    elif what == "forget":
        asked = ask_for_erasure(actor=context.actor)
        day = date_format(localtime(asked.due_at), "SHORT_DATE_FORMAT")
        return Reply(
            html(_("Noted. Your data will be erased by {day}; /forget takes it back."), day=day), remove_buttons=True
        )
    elif what == "keep" and take_back_erasure(actor=context.actor):
        said = _("Your data stay. You can ask again at any time: /forget")
    else:
        return stale_button(context)
    return Reply(html(said), remove_buttons=True)
