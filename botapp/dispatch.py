"""Handling one update: one function, one transaction, one thread."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from telegram import Bot, Update
from telegram import User as TelegramUser

import outbox.actions as outbox
from accounts.actions import arrive_by_telegram, mark_reachable, mark_unreachable
from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import by_telegram_id, time_zone_of
from botapp import groups, notices
from botapp.context import Context, Reply
from botapp.enums import REASONS, Step, UpdateStatus
from botapp.handlers import invites
from botapp.inbox import begins_to_flood, claim, finish
from botapp.models import Dialog, InboxUpdate
from botapp.routes import Route, route_for
from clients.actions import note_knock
from core.actor import Actor, Via
from core.correlation import correlated
from core.errors import Invalid, Problem, told
from core.html import html
from core.text import storable
from outbox.enums import Lane
from tickets.notices import send_files

log = structlog.get_logger(__name__)

TENANT_PAYLOAD = "t_"
LAPSING = {
    Step.EXPLAIN_RATING, Step.WRITE, Step.NOTE, Step.ASK, Step.HOLD, Step.ASK_ORDER, *REASONS,
    Step.REQUEST, Step.LETTER, Step.FIND_CLIENT, Step.REVIEW,
}  # fmt: skip
LAPSE = timedelta(hours=1)
"""So long after a question without a draft a message is no answer to it any more."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What is to be told to Telegram directly, after the commit: the end of a button's waiting circle."""

    callback_query_id: str = ""
    toast: str = ""


MILLISECOND = timedelta(milliseconds=1)


def handle_next(bot: Bot) -> Handled | None:
    """Handle one update of the inbox; None when there is none to be had.

    Everything that follows from it, the replies included, is committed together. What the code can not handle is
    parked with its cause and told to the superusers; a lost database leaves it for the next try.
    """
    with transaction.atomic():
        row = claim(bot.id)
        if row is None:
            return None
        with correlated(row.request_id):
            return _handle_row(row, bot)


def _handle_row(row: InboxUpdate, bot: Bot) -> Handled:
    began = timezone.now()
    try:
        with transaction.atomic():
            handled = _handle(_parsed(row, bot))
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:
        log.exception("botapp.parked", update_id=row.update_id)
        finish(row, UpdateStatus.PARKED, type(exc).__name__)
        notices.update_parked(row)
        return Handled()
    finish(row, UpdateStatus.HANDLED)
    if begins_to_flood(row):
        _ask_to_slow_down(row)
    log.info(
        "botapp.handled", update_id=row.update_id,
        duration_ms=round((timezone.now() - began) / MILLISECOND),
        waited_ms=round((began - row.received_at) / MILLISECOND),
    )  # fmt: skip
    return handled


def _ask_to_slow_down(row: InboxUpdate) -> None:
    """Once an hour at most."""
    user = by_telegram_id(row.chat_id)
    if user is None:
        return
    with translation.override(user.language):
        text = html(_("You write faster than we can read. Nothing is lost, but please wait a little."))
        hour = f"{timezone.now():%Y%m%d%H}"
        outbox.send_text(
            chat_id=row.chat_id, text=text, lane=Lane.ANSWER, recipient_id=user.pk,
            dedupe_key=f"flood:{row.chat_id}:{hour}",
        )  # fmt: skip


class NotAnUpdate(Exception):
    """It has no number of Telegram's, or is of a kind that this version of the house does not know."""


def _parsed(row: InboxUpdate, bot: Bot) -> Update:
    """The update behind the row. Raises NotAnUpdate, and whatever python-telegram-bot chokes with."""
    if row.update_id is None:
        raise NotAnUpdate
    update = Update.de_json(row.body, bot)
    if update.api_kwargs:
        raise NotAnUpdate
    return update


def _handle(update: Update) -> Handled:
    person = update.effective_user
    chat = update.effective_chat
    if chat is not None and chat.type != chat.PRIVATE:
        groups.leave(update, chat)
        return Handled()
    if update.my_chat_member is not None and person is not None:
        _note_reachability(update, person)
        return Handled()
    if person is None or person.is_bot or chat is None:
        return Handled()
    try:
        user = _person(person, update)
    except Problem as problem:  # there is no branch that the newcomer could belong to
        log.warning("botapp.refused", code=problem.code)
        known = person.language_code in dict(settings.LANGUAGES)
        with translation.override(person.language_code if known else settings.LANGUAGE_CODE):
            outbox.send_text(chat_id=chat.id, text=html("{problem}", problem=problem), lane=Lane.ANSWER)
        return Handled()
    with translation.override(user.language), timezone.override(time_zone_of(user.tenant)):
        return _converse(update, user)


def _converse(update: Update, user: User) -> Handled:
    """Find the function that answers, run it, and put its reply into the outbox."""
    reply = _answer(update, user)
    if reply is not None:
        _show(reply, update, user)
    query = update.callback_query
    return Handled(query.id, reply.toast if reply else "") if query else Handled()


def _answer(update: Update, user: User) -> Reply | None:
    if not user.is_active:
        return Reply(html(_("Your access has been closed.")), {"remove_keyboard": True})
    assert user.telegram_id is not None
    if user.waits_for_invite and not invites.is_brought(update):
        return _asked_to_wait(user)
    dialog = _dialog(user.telegram_id)
    context = Context(update, user, actor_for(user, Via.BOT), dialog)
    step = dialog.step
    if context.begin_anew():
        route = route_for(update, Step.NONE)
        return _told_of_loss(_run(context, route) if route is route_for(update, step) else None)
    if dialog.step in LAPSING and timezone.now() - dialog.updated_at > LAPSE:
        context.enter(Step.NONE)
    return _run(context, route_for(update, dialog.step))


def _run(context: Context, route: Route | None) -> Reply | None:
    """What the function says, or the problem that it met."""
    update, dialog = context.update, context.dialog
    if route is None:
        return None
    try:
        with transaction.atomic():
            reply = route.function(context)
        return _resumed(reply) if context.resumed and dialog.step == Step.STAGE else reply
    except Problem as problem:
        log.info("botapp.refused", code=problem.code)
        if update.callback_query is not None:  # what can be put right keeps its buttons
            return Reply(toast=told(problem), remove_buttons=not isinstance(problem, Invalid))
        return Reply(html("{problem}", problem=told(problem)))


def _asked_to_wait(user: User) -> Reply:
    """Somebody whom nobody has invited (`CLIENT_ACCESS`): the operators hear of it."""
    note_knock(actor=Actor.system("arrival"), client=user)
    text = _(
        "Hello, {name}! This bot serves the clients of our repair service. We have told our staff that you wrote: "
        "please wait, they will let you in here."
    )
    hour = f"{timezone.now():%Y%m%d%H}"
    return Reply(html(text, name=user.full_name), {"remove_keyboard": True}, once=f"wait:{user.pk}:{hour}")


def _told_of_loss(reply: Reply | None) -> Reply:
    """The reply to what does not need the draft, after the word that the draft is lost."""
    text = html(_("What you had begun here can not be decrypted and is lost. Please begin it anew: /start"))
    if reply is None or reply.text is None:
        return replace(reply or Reply(), text=text)
    return replace(reply, text=html("{lost}\n\n{text}", lost=text, text=reply.text))


def _resumed(reply: Reply | None) -> Reply | None:
    """Says that the stage goes on."""
    if reply is None or reply.text is None:
        return reply
    hint = _("You were filling in a stage: /start – go on, /cancel – stop.")
    return replace(reply, text=html("{text}\n\n{hint}", text=reply.text, hint=hint))


def _dialog(chat_id: int) -> Dialog:
    dialog = Dialog.objects.filter(bot_id=settings.TELEGRAM_BOT_ID, chat_id=chat_id).first()
    if dialog is None:
        dialog = Dialog(bot_id=settings.TELEGRAM_BOT_ID, chat_id=chat_id)
        dialog.data = {}
    return dialog


def _show(reply: Reply, update: Update, user: User) -> None:
    assert user.telegram_id is not None
    query = update.callback_query
    if reply.remove_buttons and query is not None and query.message is not None:
        outbox.remove_buttons(chat_id=user.telegram_id, telegram_message_id=query.message.message_id, lane=Lane.SCREEN)
    if reply.replace and reply.text is not None and query is not None and query.message is not None:
        outbox.replace_text(
            chat_id=user.telegram_id,
            telegram_message_id=query.message.message_id,
            text=reply.text,
            lane=Lane.SCREEN,
            reply_markup=reply.keyboard,
        )
    elif reply.text is not None:
        outbox.send_text(
            chat_id=user.telegram_id,
            text=reply.text,
            lane=Lane.ANSWER,
            recipient_id=user.pk,
            reply_markup=reply.keyboard,
            dedupe_key=reply.once,
            subject=reply.subject,
            after=reply.after,
        )
    send_files(user, reply.files, lane=Lane.ANSWER)


def _person(person: TelegramUser, update: Update) -> User:
    """The user behind the account; made on the first message, in the tenant that a deep link names."""
    user = by_telegram_id(person.id)
    if user is None:
        user = arrive_by_telegram(
            actor=Actor.system("arrival"),
            telegram_id=person.id,
            full_name=person.full_name,
            username=storable(person.username or ""),
            language=person.language_code or "",
            tenant_slug=_tenant_slug(update),
        )
    elif user.telegram_unreachable_since is not None:
        mark_reachable(actor=Actor.system("arrival"), telegram_id=person.id)
    return user


def _tenant_slug(update: Update) -> str:
    words = (update.message.text or "").split() if update.message else []
    if len(words) == 2 and words[0] == "/start" and words[1].startswith(TENANT_PAYLOAD):
        return storable(words[1].removeprefix(TENANT_PAYLOAD))
    return ""


def _note_reachability(update: Update, person: TelegramUser) -> None:
    """The person blocked the bot, or let it in again."""
    change: Any = update.my_chat_member
    if change.new_chat_member.status in groups.GONE:
        mark_unreachable(actor=Actor.system("arrival"), telegram_id=person.id, reason="blocked")
    else:
        mark_reachable(actor=Actor.system("arrival"), telegram_id=person.id)
