"""What the bot tells of itself."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

import outbox.actions as outbox
from accounts.queries import by_telegram_id, reachable_superusers
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
    for person in reachable_superusers():
        with translation.override(person.language):
            text = html(
                _("An update of Telegram could not be handled and is parked: <code>{id}</code> ({error})."),
                id=row.update_id, error=row.error,
            )  # fmt: skip
            assert person.telegram_id is not None
            outbox.send_text(chat_id=person.telegram_id, text=text, lane=Lane.NOTICE, recipient_id=person.pk)
