"""What can be wrong with people."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid


class NoTenant(Invalid):
    code = "no_tenant"
    text = _("No branch is set up yet. Please tell the company that gave you this bot.")


class TenantMismatch(Invalid):
    code = "tenant_mismatch"
    text = _("Everybody belongs to one branch, only a superuser to none.")


class UnknownLanguage(Invalid):
    code = "unknown_language"
    text = _("This language is not available.")


class TelegramTaken(Conflict):
    code = "telegram_taken"
    text = _("This Telegram account already belongs to somebody.")


class BadPhone(Invalid):
    """Nobody could call this number."""

    code = "bad_phone"
    text = _("This is no phone number. Write it with the code of the city or country: +7 999 123-45-67.")


class ContactTooLong(Invalid):
    """Params: limit, in characters."""

    code = "contact_too_long"
    text = _("This is too long: at most %(limit)s characters.")


class NotTheSamePerson(Conflict):
    """The two can not be joined, or have been joined already."""

    code = "not_the_same_person"
    text = _("These two can not be joined, or have been joined already. Look at the card again.")
