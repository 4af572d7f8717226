"""Groups and channels: the bot works in private chats only. It says so once, and leaves."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from telegram import Chat, Update

import outbox.actions as outbox
from core.html import html
from outbox.enums import Lane

GONE = {"left", "kicked"}


def leave(update: Update, chat: Chat) -> None:
    """Answer whatever comes from a chat of several people: at most once an hour, since a group may have much to say.

    A channel is left without a word, which all its readers would get.
    """
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status in GONE:
        return
    once = f"group:{chat.id}:{timezone.now():%Y%m%d%H}"
    if chat.type != Chat.CHANNEL:
        with translation.override(_language(update)):
            text = html(
                _("I work in private chats only: write to me at @{bot} what happened, and there will be a ticket."),
                bot=update.get_bot().username,
            )  # fmt: skip
            outbox.send_text(chat_id=chat.id, text=text, lane=Lane.ANSWER, dedupe_key=once)
    outbox.leave_chat(
        chat_id=chat.id, lane=Lane.ANSWER, dedupe_key=f"group:{chat.id}:leave:{timezone.now():%Y%m%d%H%M}"
    )


def _language(update: Update) -> str:
    code = update.effective_user.language_code if update.effective_user else None
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
