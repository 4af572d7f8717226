"""What the bot tells of itself."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import outbox.actions as outbox
from accounts.alarms import tell_superusers
from accounts.queries import by_telegram_id
from botapp.models import InboxUpdate
from core.html import html
from outbox.enums import Lane


def update_parked(row: InboxUpdate) -> None:
    """The sender hears that the message is kept but was not understood; superusers hear where to look."""
    if row.chat_id > 0:
        sender = by_telegram_id(row.chat_id)
        with translation.override(sender.language if sender else settings.LANGUAGE_CODE):
            text = html(_("Something went wrong on our side. Your message is kept, and we are looking into it."))
        outbox.send_text(chat_id=row.chat_id, text=text, lane=Lane.ANSWER, dedupe_key=f"parked:{row.uid}")
    told = gettext_lazy("An update of Telegram could not be handled and is parked: <code>{id}</code> ({error}).")
    tell_superusers(told, key=f"parked:{row.uid}", id=row.update_id, error=row.error)
