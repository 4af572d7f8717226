"""Whether a client can be written to, and what to do where he can not."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User


def unreachable(client: User) -> str | None:
    """Why the client gets nothing through the bot, and what to do; None where he can be written to."""
    if not client.is_active:
        return _("The client’s access is closed: nothing is sent.")
    if client.telegram_id is None:
        return _("The client has never started the bot. Call, or send the invite link: then everything arrives.")
    if client.telegram_unreachable_since is not None:
        day = date_format(localtime(client.telegram_unreachable_since), "SHORT_DATE_FORMAT")
        return _("The client has blocked the bot (since %(day)s). Call and ask to press “Start” in the bot.") % {
            "day": day
        }
    return None
