"""A ticket for somebody who is calling: who it is, known or new, then what happened."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.phones import looks_like_phone, masked_phone, normal_phone
from accounts.queries import clients_visible_to, find_callers
from accounts.roles import TICKETS_CREATE_FOR_CLIENT
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import parts
from botapp.handlers.basics import for_staff, stale_button
from botapp.handlers.content import content, told_of_size
from core.crypto import readable
from core.errors import NotFound
from core.html import html
from core.text import is_blank
from tickets.actions import open_ticket_for
from tickets.errors import TextMissing

NEW, SKIP = "new", "skip"


def begin(context: Context) -> Reply:
    """«Ticket for a client»: who is calling?"""
    if not context.actor.can(TICKETS_CREATE_FOR_CLIENT):
        return for_staff(context)
    context.enter(Step.CALLER)
    return _question(context)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the open question once more."""
    context.actor.require(TICKETS_CREATE_FOR_CLIENT)
    return _question(context)


def answered(context: Context) -> Reply | None:
    """The answer to the open question."""
    context.actor.require(TICKETS_CREATE_FOR_CLIENT)
    text, files = content(context.message)
    if context.dialog.step == Step.CALLER_TEXT:
        return _open(context)
    if files or is_blank(text):
        raise TextMissing
    answers = {Step.CALLER: _search, Step.CALLER_NAME: _named, Step.CALLER_PHONE: _phone}
    return answers[Step(context.dialog.step)](context, text.strip())


def pressed(context: Context) -> Reply:
    """A button below a question: somebody who was found, somebody new, or «skip»."""
    context.actor.require(TICKETS_CREATE_FOR_CLIENT)
    chosen = context.data.removeprefix(keyboards.CALLER_PREFIX)
    step, draft = context.dialog.step, context.dialog.data
    if step not in {Step.CALLER, Step.CALLER_PHONE} or (chosen == SKIP) != (step == Step.CALLER_PHONE):
        return stale_button(context)
    if chosen == SKIP:
        return _go(context, Step.CALLER_TEXT, **draft)
    if chosen == NEW:
        if "asked" not in draft:
            return stale_button(context)
        return _new(context, draft["asked"], draft.get("name", ""))
    person = clients_visible_to(context.actor).filter(pk=int(chosen), is_active=True).first()
    if person is None:
        raise NotFound
    return _go(context, Step.CALLER_TEXT, client=person.pk)


def _search(context: Context, text: str) -> Reply:
    found = find_callers(context.actor, text)
    if not found:
        return _new(context, text, "")
    context.enter(Step.CALLER, asked=text)
    return _which(found)


def _which(found: list[User]) -> Reply:
    rows = [[{"text": _label(person), "callback_data": f"{keyboards.CALLER_PREFIX}{person.pk}"}] for person in found]
    rows.append([{"text": _("A new client"), "callback_data": keyboards.CALLER_PREFIX + NEW}])
    return Reply(html(_("Who of them is it?")), {"inline_keyboard": rows})


def _label(person: User) -> str:
    """Name, company and the end of the number: by what namesakes are told apart."""
    contact = getattr(person, "contact", None)
    facts = [contact.company, readable(contact, "phone", masked_phone)] if contact else []
    return " · ".join(filter(None, [person.full_name, *facts]))


def contact(context: Context) -> Reply:
    """The caller's card from the address book serves as the number."""
    shared = context.message.contact
    assert shared is not None
    context.actor.require(TICKETS_CREATE_FOR_CLIENT)
    number = shared.phone_number
    return _search(context, number) if context.dialog.step == Step.CALLER else _phone(context, number)


def _new(context: Context, asked: str, name: str) -> Reply:
    """Nobody known: what was typed is the number or the name."""
    if context.actor.tenant_id is None:
        return Reply(html(_("Nobody was found. A new client is entered in the console: there you choose the branch.")))
    if not looks_like_phone(asked):
        return _go(context, Step.CALLER_PHONE, name=asked)
    phone = normal_phone(asked)
    return (
        _go(context, Step.CALLER_TEXT, name=name, phone=phone) if name else _go(context, Step.CALLER_NAME, phone=phone)
    )


def _named(context: Context, text: str) -> Reply:
    return _go(context, Step.CALLER_TEXT, **{**context.dialog.data, "name": text})


def _phone(context: Context, text: str) -> Reply:
    phone = normal_phone(text)
    if known := find_callers(context.actor, phone):
        context.enter(Step.CALLER, asked=phone, name=context.dialog.data["name"])
        return _which(known)
    return _go(context, Step.CALLER_TEXT, **{**context.dialog.data, "phone": phone})


def _open(context: Context) -> Reply:
    text, files = content(context.message)
    draft = context.dialog.data
    ticket = open_ticket_for(
        actor=context.actor, description=text, files=files, client=draft.get("client"),
        client_name=draft.get("name", ""), client_phone=draft.get("phone", ""),
    )  # fmt: skip
    context.enter(Step.NONE)
    parts.remember(context, ticket)
    said = html(
        _("Ticket <b>No. {number}</b> for {client} has been opened: {subject}"),
        number=ticket.number, client=ticket.client.full_name, subject=ticket.subject,
    )  # fmt: skip
    keyboard = {"inline_keyboard": [[keyboards.open_button(ticket)]]}
    return told_of_size(files) or Reply(said, keyboard, after=parts.wait(context), subject=ticket)


def _go(context: Context, step: Step, **draft: Any) -> Reply:
    context.enter(step, **draft)
    return _question(context)


def _question(context: Context) -> Reply:
    questions = {
        Step.CALLER: _("Who is calling? Write the phone number, the name or the company. /cancel – not now."),
        Step.CALLER_NAME: _("This number is new. What is the client called?"),
        Step.CALLER_PHONE: _("The client is new. What is the phone number?"),
        Step.CALLER_TEXT: _("What happened? Write it down in the client’s words, or send a photo."),
    }
    step = Step(context.dialog.step)
    skip = {"inline_keyboard": [[{"text": _("Without a number"), "callback_data": keyboards.CALLER_PREFIX + SKIP}]]}
    return Reply(html(questions[step]), skip if step == Step.CALLER_PHONE else None)
