"""What can be wrong with people."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound, Problem


class NoTenant(Invalid):
    code = "no_tenant"
    text = _("No branch is set up yet. Please tell the company that gave you this bot.")


class TenantMismatch(Invalid):
    code = "tenant_mismatch"
    text = _("Everybody belongs to one branch, only a superuser to none.")


class UnknownLanguage(Invalid):
    code = "unknown_language"
    text = _("This language is not available.")


class UnknownCurator(Invalid):
    code = "unknown_curator"
    text = _("There is no such curator in this branch.")


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


class InviteUnknown(NotFound):
    code = "invite_unknown"
    text = _("There is no such invite. Please ask for a new link.")


class InviteUsedUp(Conflict):
    code = "invite_used_up"
    text = _("This invite has been used already. Please ask for a new link.")


class InviteExpired(Conflict):
    code = "invite_expired"
    text = _("This invite has expired. Please ask for a new link.")


class InviteRevoked(Conflict):
    code = "invite_revoked"
    text = _("This invite has been revoked. Please ask for a new link.")


class InviteForAnotherBranch(Conflict):
    code = "invite_for_another_branch"
    text = _("You work in another branch already. Please ask a superuser to move you.")


class InviteAttempts(Conflict):
    code = "invite_attempts"
    text = _("Too many codes have been tried. Please come back in an hour.")


class BadInvite(Invalid):
    """`fields` names what is wrong with it."""

    code = "bad_invite"
    text = _("The invite can not be made so.")


class UnknownRole(Invalid):
    code = "unknown_role"
    text = _("There is no such role.")


class NotYourself(Conflict):
    code = "not_yourself"
    text = _("You can not take away your own access. Another superuser can.")


class WeakPassword(Invalid):
    """`fields` says why."""

    code = "weak_password"
    text = _("This login or password will not do.")


class LoginTaken(Conflict):
    code = "login_taken"
    text = _("This login is taken.")


class BadIdempotencyKey(Invalid):
    code = "bad_idempotency_key"
    text = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")


class IdempotencyKeyReused(Problem):
    """The key came before with another request."""

    code = "idempotency_key_reused"
    status = 422
    text = _("This Idempotency-Key was used for another request.")


class TooManyAttempts(Problem):
    """`wait` is in seconds."""

    code = "throttled"
    status = 429
    text = _("Too many wrong passwords. Please try again later.")
    wait = 15 * 60


class UnknownPermission(Invalid):
    code = "unknown_permission"
    text = _("There is no such permission for this account.")


class WrongCode(Problem):
    """Neither the app's code of now, nor a recovery code that is left."""

    code = "wrong_code"
    status = 403
    text = _("This code does not fit. Codes of the app serve once and for half a minute only.")


class TooManyCodes(Problem):
    """`wait` is in seconds."""

    code = "throttled"
    status = 429
    text = _("Too many wrong codes. Please wait a little.")

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class SecondFactorNeeded(Problem):
    """The password was right; the code of the app is missing."""

    code = "second_factor_needed"
    status = 403
    text = _("Please give the code of your authenticator app as well.")


class SecondFactorMissing(Problem):
    """The branch requires a second factor of its staff."""

    code = "second_factor_missing"
    status = 403
    text = _("Your branch requires a second factor. Please set it up in the console first.")


class SecondFactorThere(Conflict):
    code = "second_factor_there"
    text = _("A second factor is set up already.")
