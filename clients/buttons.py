"""The buttons under messages about requests and the correspondence, and how to read them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from clients.enums import Move
from clients.models import Letter, Request
from clients.queries import redo_reasons
from core.actor import Actor

ID = "[0-9]{1,18}"
ASKED_PREFIX = "req:"
"""`req:<request>:<what>`: what a client does."""
BEGIN, MORE, SHOW, NOT_NOW = "begin", "more", "show", "later"
ASKED_PATTERN = rf"^req:{ID}:(begin|more|show|later)$"
STEP_PATTERN = rf"^q:{ID}:[0-9]{{1,3}}:(skip|back|edit|send|cancel|c[0-9]{{1,2}})$"
"""`q:<request>:<place>:<what>`: in the middle of a questionnaire."""
REVIEW_PATTERN = rf"^rev:{ID}:{ID}:(open|see|accept|redo|reject|cancel|why-[a-z0-9_]{{1,40}}|own|yes)$"
"""`rev:<request>:<answer>:<what>`: what staff do. Answer 0 is «whichever it is»."""
LETTER_PATTERN = rf"^let:{ID}:(reply|ticket)$"
"""`let:<client or letter>:<what>`."""
CONSENT_PATTERN = rf"^consent:{ID}:{ID}:(yes|no)$"
"""`consent:<version>:<request or 0>:<what>`."""
CLIENT_PATTERN = rf"^cli:{ID}:(open|ask|write|admit|t{ID})$"
"""`cli:<client>:<what>`: what staff do with a client; `t<template>` opens a request."""


def _button(text: str, data: str) -> dict[str, str]:
    return {"text": text, "callback_data": data}


def rows(*buttons: dict[str, str] | None) -> dict[str, Any]:
    """One button a line; None is none."""
    return {"inline_keyboard": [[button] for button in buttons if button]}


def asked(request: Request, what: str, text: str) -> dict[str, str]:
    """A client's button."""
    return _button(text, f"{ASKED_PREFIX}{request.pk}:{what}")


def answering(request: Request) -> dict[str, Any]:
    """Under a request that waits for the client."""
    fill_in = request.questionnaire_id is not None
    return rows(asked(request, BEGIN, _("Fill in") if fill_in else pgettext("request move", "Answer")))


def given(request: Request) -> dict[str, Any]:
    """Under «received»: a better one may follow, or a further page."""
    if request.questionnaire_id is not None:
        return rows(asked(request, BEGIN, _("Correct the answers")))
    several = request.kind is not None and request.kind.pages > 1
    return rows(
        asked(request, MORE, _("Add a page")) if several else None, asked(request, BEGIN, _("Send a better one"))
    )


def step(request: Request, at: int, what: str, text: str) -> dict[str, str]:
    """A button of the questionnaire, which counts only where it was shown."""
    return _button(text, f"q:{request.pk}:{at}:{what}")


def review(request: Request, what: str, text: str) -> dict[str, str]:
    """A button of the staff, for the answer that is under review now."""
    return _button(text, f"rev:{request.pk}:{request.answer_id or 0}:{what}")


def reviewing(actor: Actor, request: Request) -> dict[str, Any]:
    """What may be done with it now."""
    from clients.states import available_moves

    moves = {row.move for row in available_moves(actor, request)}
    return rows(
        review(request, "see", _("Show the answer")) if Move.ACCEPT in moves else None,
        review(request, "accept", str(Move.ACCEPT.label)) if Move.ACCEPT in moves else None,
        review(request, "redo", str(Move.REDO.label)) if Move.REDO in moves else None,
        review(request, "reject", str(Move.REJECT.label)) if Move.REJECT in moves else None,
        review(request, "cancel", str(Move.CANCEL.label)) if Move.CANCEL in moves else None,
    )


def opening(request: Request) -> dict[str, Any]:
    """Leads staff to the request."""
    return rows(review(request, "open", _("Open")))


def reasons(request: Request) -> dict[str, Any]:
    """The ready reasons to redo it, and one's own words."""
    ready = [review(request, f"why-{reason.code}", str(reason)) for reason in redo_reasons()]
    return rows(*ready, review(request, "own", _("In my own words")))


def replying(letter: Letter) -> dict[str, Any]:
    """Under a message of the correspondence that came to staff."""
    return rows(_button(_("Reply"), f"let:{letter.client_id}:reply"))


def knocking(client: User) -> dict[str, Any]:
    """Under «wrote and has not been invited»."""
    return rows(
        _button(_("Open a request"), f"cli:{client.pk}:ask"), _button(_("Let them in"), f"cli:{client.pk}:admit")
    )


def ticket_of(letter: Letter) -> dict[str, Any]:
    """Under «passed on»: it was meant as a new ticket."""
    return rows(_button(_("This is a new ticket"), f"let:{letter.pk}:ticket"))
