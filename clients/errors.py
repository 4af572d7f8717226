"""What can go wrong between staff and clients' data."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, Problem


class RequestMoveNotPossible(Conflict):
    """The request's status does not allow the move now. Params: number, status."""

    code = "request_move_not_possible"
    text = _("Request No. %(number)s is now “%(status)s”: this is no longer possible.")


class AnswerChanged(Conflict):
    """The client has sent a better answer since the reviewer looked. Params: number."""

    code = "answer_changed"
    text = _("Request No. %(number)s: the client has sent another answer meanwhile. Look at it first.")


class RequestChanged(Conflict):
    """What the caller looked at is stale. Params: number."""

    code = "request_changed"
    text = _("Request No. %(number)s was changed meanwhile. Look at it again and repeat.")


class KindSwitchedOff(Conflict):
    """Params: name."""

    code = "kind_switched_off"
    text = _("“%(name)s” is not asked for and not taken any more.")


class WrongFileType(Invalid):
    """Params: name, types."""

    code = "wrong_file_type"
    text = _("“%(name)s”: this kind of file does not fit. Please send: %(types)s. Your attempt is not spent.")


class DocumentTooBig(Invalid):
    """Params: name, limit in MB."""

    code = "document_too_big"
    text = _(
        "“%(name)s”: the file is larger than %(limit)s MB. Send it compressed or as a photo. Your attempt is not spent."
    )


class TooManyPages(Invalid):
    """Params: name, limit."""

    code = "too_many_pages"
    text = _("“%(name)s”: at most %(limit)s pictures or files. The rest was not taken.")


class FileWanted(Invalid):
    """Params: name, types."""

    code = "file_wanted"
    text = _("“%(name)s”: a text is not enough here. Please send: %(types)s.")


class AnswerEmpty(Invalid):
    code = "answer_empty"
    text = _("The answer is empty. Please send what was asked for.")


class BadAnswer(Invalid):
    """An answer to a question does not fit. Params: hint: a sentence that says what is expected."""

    code = "bad_answer"
    text = _("%(hint)s")


class AnswersMissing(Invalid):
    """Params: question."""

    code = "answers_missing"
    text = _("There is no answer yet to: %(question)s")


class ConsentNeeded(Conflict):
    code = "consent_needed"
    text = _("First we need your consent to the processing of personal data.")


class UnknownTemplate(Invalid):
    code = "unknown_template"
    text = _("There is no such template.")


class UnknownRequestClient(Invalid):
    code = "unknown_client"
    text = _("There is no such client.")


class NotTheClients(Invalid):
    """Params: number."""

    code = "not_the_clients"
    text = _("No. %(number)s does not belong to this client.")


class BadDueDate(Invalid):
    code = "bad_due_date"
    text = _("Give a date from today on, at most a year ahead.")


class RedoReasonMissing(Invalid):
    code = "redo_reason_missing"
    text = _("Say what is wrong: choose a reason or write one.")


class LookReasonMissing(Invalid):
    code = "look_reason_missing"
    text = _("Say why you need to see it: at least three letters. It is kept in the log.")


class LetterEmpty(Invalid):
    code = "letter_empty"
    text = _("The message is empty.")


class ExternalIdInUse(Conflict):
    """Params: number."""

    code = "external_id_taken"
    text = _("Request No. %(number)s has this external id already.")


class UnderHold(Conflict):
    """Params: reason."""

    code = "under_hold"
    text = _("The data are under hold and may not be deleted: %(reason)s")


class StillOpen(Conflict):
    """Params: numbers."""

    code = "still_open"
    text = _("There is unfinished work for this client: %(numbers)s. Finish or cancel it first.")


class AlreadyErased(Problem):
    code = "already_erased"
    status = 410
    text = _("The data of this client have been erased.")
