"""Who we are, what can be done, and in which language."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import set_language
from accounts.roles import CLIENTS_WORK, ORDERS_WORK, TICKETS_CREATE_OWN, TICKETS_WORK, WORKSHOP_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from core.html import html


def start(context: Context) -> Reply:
    """/start: who we are and what to do."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return for_staff(context)
    text = _(
        "Hello, {name}! This is the repair service's desk.\n\n"
        "Write what happened in your own words, or send a photo: you will get the number of your ticket at once. "
        "Everything that happens to it will be written here."
    )
    return Reply(html(text, name=context.user.full_name), keyboards.menu(context.actor))


def show_help(context: Context) -> Reply:
    """/help: what the bot can do."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return for_staff(context)
    text = _(
        "<b>How to get help</b>\n"
        "Write a message or send a photo or a document: it becomes a ticket. "
        "While the ticket is open, everything you write is added to it.\n\n"
        "/new – one more ticket\n"
        "/tickets – my tickets and their status\n"
        "/orders – my orders\n"
        "/requests – documents and data that are asked of me\n"
        "/consent, /mydata, /forget – my personal data\n"
        "/language – Russian or English\n"
        "/cancel – stop what was begun\n"
        "/help – this text"
    )
    return Reply(html(text), keyboards.menu(context.actor))


def for_staff(context: Context) -> Reply:
    """What the bot is for those who are no clients."""
    if context.actor.can(TICKETS_WORK):
        text = _(
            "{name}, you work here. Notices of tickets come to this chat: what you reply to one goes to the client.\n\n"
            "/queue – new tickets\n"
            "/tickets – my tickets\n"
            "/caller – open a ticket for a client\n"
            "/language – Russian or English\n"
            "/cancel – stop what was begun\n\n"
            "The rest is done in the console."
        )
        if context.actor.can(CLIENTS_WORK):
            text += "\n" + _("/requests, /clients – what is asked of clients")
    else:
        text = _("{name}, you work here: notices come to this chat.")
        if context.actor.can(ORDERS_WORK, WORKSHOP_WORK):
            text = _("{name}, you work here: your orders come to this chat.\n\n/orders – what awaits you")
    return Reply(html(text, name=context.user.full_name), keyboards.menu(context.actor))


def cancel(context: Context) -> Reply:
    """/cancel: leave the open step; doing it twice is no error."""
    if context.dialog.step == Step.NONE:
        return Reply(html(_("There is nothing to cancel.")), keyboards.menu(context.actor))
    context.enter(Step.NONE)
    return Reply(html(_("Cancelled. Nothing was sent.")), keyboards.menu(context.actor))


def choose_language(context: Context) -> Reply:
    """/language: both languages as buttons."""
    return Reply(html(_("Which language shall we speak?")), keyboards.languages())


def language_chosen(context: Context) -> Reply:
    """A button of /language. The answer and the menu are in the new language already."""
    set_language(actor=context.actor, language=context.data.removeprefix(keyboards.LANGUAGE_PREFIX))
    context.user.refresh_from_db(fields=["language"])
    with translation.override(context.user.language):
        agreed = html(_("Agreed: from now on in English."))
        return Reply(agreed, keyboards.menu(context.actor), remove_buttons=True)


def unknown_command(context: Context) -> Reply:
    return Reply(html(_("I do not know this command. /help shows what I can do.")))


def not_understood(context: Context) -> Reply:
    """A kind of message that nothing can be made of; the update itself is kept."""
    text = _("I can not read this kind of message. Please write a text or send a photo or a document.")
    return Reply(html(text))


def through_another_bot(context: Context) -> Reply:
    """What another bot made for the person says nothing about his printer; the update itself is kept."""
    return Reply(html(_("This was made by another bot. Please write in your own words, or send a photo.")))


def stale_button(context: Context) -> Reply:
    """A button that no keyboard of ours carries any more."""
    return Reply(toast=_("This is no longer possible."), remove_buttons=True)
