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
