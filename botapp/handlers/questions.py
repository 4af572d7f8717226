"""A questionnaire in the chat: one question at a time, back, skip, later, and everything once more before it is sent.

The answers so far stand in the request itself, so that several questionnaires may be half filled in at once and a
restart loses nothing. Each button names the place where it was shown: pressed in another one, it does nothing.
"""

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content
from clients import buttons
from clients.actions import (
    answer_question,
    begin_questionnaire,
    drop_questionnaire,
    submit_questionnaire,
    turn_to_question,
)
from clients.checks import shown
from clients.enums import OPEN
from clients.errors import BadAnswer
from clients.models import Request
from clients.models.fields import spoken
from clients.queries import one_visible
from clients.words import instruction
from core.errors import NotFound
from core.html import html
from core.text import shorten


def begin(context: Context, request: Request) -> Reply:
    """The first question, or the one where the client stopped."""
    fresh = not request.draft
    request = begin_questionnaire(actor=context.actor, request_id=request.pk)
    context.enter(Step.QUESTION, request=request.pk)
    reply = _screen(request)
    if fresh and reply.text is not None and (words := instruction(request)):
        return Reply(html("{words}\n\n", words=words) + reply.text, reply.keyboard)
    return reply


def ask_again(context: Context) -> Reply:
    """/start in the middle: the open question once more."""
    request = _request(context, context.dialog.data["request"])
    return begin(context, request)


def answered(context: Context) -> Reply:
    """The words in answer to the open question."""
    text, files = content(context.message)
    request = _request(context, context.dialog.data["request"])
    at = _place(request)
    if at >= len(request.questions):
        return _screen(request)
    if files:
        raise BadAnswer(hint=_("Please answer in words. A document is sent when it is asked for."))
    return _screen(answer_question(actor=context.actor, request_id=request.pk, at=at, text=text))


def pressed(context: Context) -> Reply:
    """A button below a question or the summary."""
    _prefix, request_id, at, what = context.data.split(":")
    request, place = _request(context, int(request_id)), int(at)
    if request.status not in OPEN:
        return stale_button(context)
    if what != "edit" and place != _place(request):
        return Reply(toast=_("This question has been answered already."), remove_buttons=True)
    context.enter(Step.QUESTION, request=request.pk)
    if what == "cancel":
        return _dropped(context, request)
    if what == "send":
        return _sent(context, request)
    if what in {"back", "edit"}:
        to = place if what == "edit" else max(place - 1, 0)
        request = turn_to_question(actor=context.actor, request_id=request.pk, at=to, editing=what == "edit")
    else:
        choice = None
        if what != "skip":
            choices = request.questions[place]["choices"]
            number = int(what[1:])
            if number >= len(choices):
                return stale_button(context)
            choice = choices[number]["ru"]
        request = answer_question(actor=context.actor, request_id=request.pk, at=place, text=choice)
    reply = _screen(request)
    return Reply(reply.text, reply.keyboard, remove_buttons=True)


def cancel(context: Context) -> Reply:
    """/cancel: the answers so far are dropped, the request stays."""
    return _dropped(context, _request(context, context.dialog.data["request"]))


def _dropped(context: Context, request: Request) -> Reply:
    drop_questionnaire(actor=context.actor, request_id=request.pk)
    context.enter(Step.NONE)
    said = _("Stopped, nothing was sent and nothing kept. Request No. {number} stays open.")
    return Reply(html(said, number=request.number), buttons.answering(request), remove_buttons=True)


def _sent(context: Context, request: Request) -> Reply:
    submit_questionnaire(actor=context.actor, request_id=request.pk)
    context.enter(Step.NONE)
    said = _("Received: “{title}”, request No. {number}. We will look at it and write here.")
    text = html(said, title=request.title, number=request.number)
    return Reply(text, buttons.given(request), remove_buttons=True, subject=request)


def _request(context: Context, request_id: int) -> Request:
    request = one_visible(context.actor, request_id)
    if request is None or request.client_id != context.user.pk or request.questionnaire_id is None:
        raise NotFound
    return request


def _place(request: Request) -> int:
    return int(request.draft.get("at", 0)) if request.draft else 0


def _screen(request: Request) -> Reply:
    """The open question, or behind the last one the summary."""
    at, answers = _place(request), request.draft.get("answers", {})
    if at >= len(request.questions):
        return _summary(request, answers)
    question = request.questions[at]
    known = answers.get(question["key"])
    text = html(
        _("Question {at} of {all}\n<b>{question}</b>"),
        at=at + 1, all=len(request.questions), question=spoken(question["text"]),
    )  # fmt: skip
    if hint := spoken(question["hint"]):
        text += html("\n{hint}", hint=hint)
    if known is not None:
        text += html(_("\nYour answer so far: {value}"), value=shown(question, known))
    choices = [
        buttons.step(request, at, f"c{number}", spoken(choice)) for number, choice in enumerate(question["choices"])
    ]
    keyboard = buttons.rows(
        *choices,
        buttons.step(request, at, "skip", _("Skip")) if not question["required"] else None,
        buttons.step(request, at, "back", _("← Back")) if at else None,
        buttons.asked(request, buttons.NOT_NOW, _("Go on later")),
        buttons.step(request, at, "cancel", _("Stop")),
    )
    return Reply(text, keyboard)


def _summary(request: Request, answers: dict[str, str]) -> Reply:
    end = len(request.questions)
    lines = format_html_join(
        "\n", "{}\n<b>{}</b>",
        (
            (spoken(q["text"]), shown(q, answers[q["key"]]) if q["key"] in answers else "–")
            for q in request.questions
        ),
    )  # fmt: skip
    edits = [
        buttons.step(request, n, "edit", _("Correct: {question}").format(question=shorten(spoken(q["text"]), 40)))
        for n, q in enumerate(request.questions)
    ]
    keyboard = buttons.rows(
        buttons.step(request, end, "send", _("Send")), *edits, buttons.asked(request, buttons.NOT_NOW, _("Go on later"))
    )
    return Reply(html(_("<b>Is everything right?</b>\n\n")) + lines, keyboard)
