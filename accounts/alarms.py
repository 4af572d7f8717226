"""What superusers are told in the bot about the house itself (domain: §6)."""

from django.utils import timezone, translation
from django.utils.functional import Promise

import outbox.actions as outbox
from accounts.queries import reachable_superusers
from core.html import html
from outbox.enums import Lane


def tell_superusers(text: str | Promise, *, key: str, **parts: object) -> None:
    """Queue the notice, `text` with its `parts` in each one's language; of one `key` at most one an hour.

    `parts` hold nothing of what clients write.
    """
    hour = timezone.now().strftime("%Y%m%d%H")
    for person in reachable_superusers():
        assert person.telegram_id is not None
        with translation.override(person.language):
            outbox.send_text(
                chat_id=person.telegram_id, text=html(text, **parts), lane=Lane.NOTICE, recipient_id=person.pk,
                dedupe_key=f"alarm:{key}:{hour}:{person.pk}",
            )  # fmt: skip
