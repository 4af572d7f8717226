"""What can go wrong with an order."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid


class StageNotPossible(Conflict):
    """The order's stage does not allow this now. Params: number, stage."""

    code = "stage_not_possible"
    text = _("Order No. %(number)s is now at the stage “%(stage)s”: this is not possible.")


class AwaitsVerification(Conflict):
    """Something was submitted and not verified yet. Params: number."""

    code = "awaits_verification"
    text = _("Order No. %(number)s awaits the curator’s verification. Nothing can be submitted until then.")


class NothingToVerify(Conflict):
    """It has been verified already, or another attempt has taken its place. Params: number."""

    code = "nothing_to_verify"
    text = _("This has been verified already. Order No. %(number)s: look at it again.")


class ConsentMissing(Conflict):
    """The contract was raised, and the client has not agreed to it. Params: number, total."""

    code = "consent_missing"
    text = _("Order No. %(number)s: the client has yet to agree to the new sum, %(total)s.")


class NotApproved(Conflict):
    """Only what was approved can be corrected; the rest is returned. Params: number."""

    code = "not_approved"
    text = _("Order No. %(number)s: only what was approved can be corrected.")


class SameSum(Invalid):
    code = "same_sum"
    text = _("This is the sum that stands there already.")


class UnknownShare(Invalid):
    code = "unknown_share"
    text = _("Give the share in whole per cent, from 0 to 100.")


class StillPlanned(Conflict):
    """The report waits for what the curator has planned. Params: number, stages."""

    code = "still_planned"
    text = _("Order No. %(number)s: first comes what is planned: %(stages)s.")


class OrderChanged(Conflict):
    """What the caller looked at is stale. Params: number."""

    code = "changed_meanwhile"
    text = _("Order No. %(number)s was changed meanwhile. Look at it again and repeat.")


class StageIncomplete(Invalid):
    """`fields` says what is missing or wrong."""

    code = "stage_incomplete"
    text = _("Something is missing or wrong.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    text = _("Please give a reason.")


class NotMoney(Invalid):
    code = "not_money"
    text = _("Write the sum in roubles like 1500 or 1 500,50: from 0 to 99 999 999,99, kopecks after a comma.")


class UnknownEngineer(Invalid):
    code = "unknown_engineer"
    text = _("There is no such engineer in the team.")


class UnknownStage(Invalid):
    code = "unknown_stage"
    text = _("There is no such optional stage.")


class ExternalNumberTaken(Conflict):
    """Params: number, of the order that has it."""

    code = "external_number_taken"
    text = _("Order No. %(number)s has this external number already.")


class JobTaken(Conflict):
    """Somebody of the workshop was quicker. Params: number, who."""

    code = "job_taken"
    text = _("Order No. %(number)s: %(who)s has the device already.")


class EstimateOver(Conflict):
    """A newer version has been sent, it has been answered, or the order has moved on. Params: number."""

    code = "estimate_over"
    text = _("This estimate of order No. %(number)s can no longer be answered.")


class NoClientInTelegram(Conflict):
    """Params: number."""

    code = "no_client_in_telegram"
    text = _("Order No. %(number)s: the bot can not write to the client. Agree by phone or on paper.")
