"""A contact that somebody sends: his own phone number is kept, another's is not."""

from django.utils.translation import gettext as _
from telegram import Contact

from accounts.actions import set_contact
from accounts.errors import BadPhone
from accounts.phones import normal_phone, readable_phone
from botapp.context import Context, Reply
from core.html import html


def contact(context: Context) -> Reply:
    """A contact. Only Telegram's word that it is the sender's own (`user_id`) makes the number his."""
    shared = context.message.contact
    assert shared is not None
    if shared.user_id is None:
        return Reply(html(_("Is this number yours? Share it by “Attach” → “Contact”, choosing yourself.")))
    if shared.user_id != context.user.telegram_id:
        return Reply(html(_("This is somebody else's number. Please share your own.")))
    known = set_contact(actor=context.actor, user_id=context.user.pk, phone=_international(shared))
    text = _("Thank you! We will call {phone} if we can not reach you here.")
    return Reply(html(text, phone=readable_phone(known.phone)))


def _international(shared: Contact) -> str:
    """Telegram writes whole numbers, with or without the plus; a number from an address book may be a local one."""
    number = shared.phone_number.strip()
    try:
        return normal_phone("+" + number.lstrip("+"))
    except BadPhone:
        return normal_phone(number)
