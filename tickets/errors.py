"""What can go wrong with a ticket."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid


class MoveNotPossible(Conflict):
    """The ticket's status does not allow the move now. Params: number, status."""

    code = "move_not_possible"
    text = _("Ticket No. %(number)s is now “%(status)s”: this is no longer possible.")


class AlreadyTaken(Conflict):
    """Somebody else took it first. Params: number, who."""

    code = "already_taken"
    text = _("Ticket No. %(number)s has already been taken by %(who)s.")


class ChangedMeanwhile(Conflict):
    """What the caller looked at is stale. Params: number, who."""

    code = "changed_meanwhile"
    text = _("Ticket No. %(number)s was changed meanwhile by %(who)s. Look at it again and repeat.")


class TextMissing(Invalid):
    code = "text_missing"
    text = _("The text is empty. Please write what it is about.")


class TextTooLong(Invalid):
    """Params: length, limit, both in characters."""

    code = "text_too_long"
    text = _("The text is too long: %(length)s characters of at most %(limit)s.")


class HoldIncomplete(Invalid):
    code = "hold_incomplete"
    text = _("To put a ticket on hold, give a date in the future and a reason.")


class HoldTooLong(Invalid):
    code = "hold_too_long"
    text = _("A ticket can be on hold for a year at most.")


class ExternalIdTaken(Conflict):
    """Params: number, of the ticket that has it."""

    code = "external_id_taken"
    text = _("Ticket No. %(number)s has this external id already.")


class UnknownCategory(Invalid):
    code = "unknown_category"
    text = _("There is no such category.")


class UnknownPriority(Invalid):
    code = "unknown_priority"
    text = _("There is no such priority.")


class TooLateToChange(Conflict):
    """Telegram lets a message be changed for 48 hours, and so do we."""

    code = "too_late_to_change"
    text = _("A message can be changed or deleted for 48 hours. Write a new one instead.")


class NothingToRepeat(Conflict):
    """The message is out, or on its way."""

    code = "nothing_to_repeat"
    text = _("There is nothing to repeat: the message has been sent or is on its way.")


class RatingClosed(Conflict):
    """Only a closed ticket is rated, for a week, and once. Params: number."""

    code = "rating_closed"
    text = _("Ticket No. %(number)s can no longer be rated.")


class UnknownRating(Invalid):
    code = "unknown_rating"
    text = _("A rating is a whole number from 1 to 5.")


class UnknownAssignee(Invalid):
    code = "unknown_assignee"
    text = _("This person does not work on tickets here.")


class UnknownClient(Invalid):
    code = "unknown_client"
    text = _("There is no such client.")


class OnlyWords(Invalid):
    code = "only_words"
    text = _("Only words fit here. Send the file with “Write a message” or “Note”, and the words alone.")
