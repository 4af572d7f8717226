"""What happened to a request or in the correspondence, and who is told of it (domain: §6). Called by actions only."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import outbox.actions as outbox
from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import reachable_staff, reachable_superusers
from accounts.roles import CLIENTS_HEAR, CLIENTS_WORK
from clients import buttons
from clients.models import Answer, DataCopy, Erasure, Letter, Request
from clients.words import about, due_day, instruction, types_of
from core.actor import Via
from core.html import html
from files.models import StoredFile
from files.queries import files_of
from outbox.enums import UNDELIVERED, Lane
from outbox.queries import deliveries_to
from tickets.notices import send_files, speaking_to, tell, wordless

QUOTE_LIMIT = 600


def opened(request: Request) -> None:
    """The client hears what is asked for, until when and how; a sample picture follows where there is one."""
    with speaking_to(request.client):
        tell(
            request.client, asked_text(request), lane=Lane.NOTICE, subject=request,
            reply_markup=buttons.answering(request),
        )  # fmt: skip
        if request.kind is not None:
            send_files(request.client, files_of([request.kind])[request.kind.pk][-1:], lane=Lane.NOTICE)


def asked_text(request: Request) -> SafeString:
    """The request as the client reads it."""
    head = _("Please fill in: <b>{title}</b>") if request.questionnaire_id else _("Please send us: <b>{title}</b>")
    parts = [
        html(head, title=request.title),
        html("{about}", about=about(request)),
        html("{text}", text=instruction(request)),
        html("{text}", text=request.note),
        html(_("Until {day}. Request No. {number}."), day=due_day(request), number=request.number),
    ]
    return _joined(part for part in parts if part)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("\n".join(parts))  # noqa: S308  each part is escaped


def extended(request: Request) -> None:
    """The client has more time."""
    _tell_client(request, gettext_noop("Request No. {number}, “{title}”: there is time until {day}."))


def due_soon(request: Request) -> None:
    """The client is reminded once."""
    said = gettext_noop("A reminder: “{title}” is needed until {day}. Request No. {number}.")
    _tell_client(request, said, answer=True)


def cancelled(request: Request) -> None:
    """The client hears that nothing is needed."""
    said = gettext_noop("Request No. {number}, “{title}” has been withdrawn: nothing is needed. {reason}")
    _tell_client(request, said)


def accepted(request: Request) -> None:
    """The client is thanked."""
    _tell_client(request, gettext_noop("“{title}” has been accepted, request No. {number}. Thank you!"))


def rejected(request: Request) -> None:
    """The client hears why."""
    _tell_client(request, gettext_noop("“{title}” was not accepted, request No. {number}.\nReason: {reason}"))


def _tell_client(request: Request, said: str, *, answer: bool = False) -> None:
    """`said` is marked for translation by the caller and translated here, in the client's language."""
    with speaking_to(request.client):
        text = html(
            _(said), number=request.number, title=request.title, day=due_day(request), reason=request.reason
        )  # fmt: skip
        keyboard = buttons.answering(request) if answer else None
        tell(request.client, text, lane=Lane.NOTICE, subject=request, reply_markup=keyboard)


def to_be_redone(request: Request, answer: Answer) -> None:
    """The client hears what is wrong and how to do better."""
    with speaking_to(request.client):
        text = redo_text(request, answer)
        tell(request.client, text, lane=Lane.NOTICE, subject=request, reply_markup=buttons.answering(request))


def redo_text(request: Request, answer: Answer) -> SafeString:
    """What the client reads; the reviewer sees it before it is sent."""
    ready = answer.redo_reason.said("text") if answer.redo_reason else ""
    words = " ".join(filter(None, [ready, answer.verdict_text]))
    return html(
        _("“{title}” has to be redone, request No. {number}.\n{words}\nUntil {day}."),
        title=request.title, number=request.number, words=words, day=due_day(request),
    )  # fmt: skip


def unusable(request: Request, file: StoredFile) -> None:
    """What the client sent turned out to be something else; his attempt is not spent."""
    with speaking_to(request.client):
        said = _("“{title}”: the file could not be used. Please send it once more as: {types}. Request No. {number}.")
        if file.error:
            said = _("“{title}”: the file did not arrive whole. Please send it once more. Request No. {number}.")
        types = types_of(request.kind) if request.kind else ""
        text = html(said, title=request.title, types=types, number=request.number)
        tell(request.client, text, lane=Lane.NOTICE, subject=request, reply_markup=buttons.answering(request))


def answered(request: Request, answer: Answer) -> None:
    """Operators, and whoever opened it, hear that there is something to review."""
    for person in _staff_of(request):
        with speaking_to(person):
            said = _("Request No. {number}, “{title}”: {client} has answered. It awaits review.")
            if answer.number > 1:
                said = _("Request No. {number}, “{title}”: {client} has sent another answer. It awaits review.")
            text = html(said, number=request.number, title=request.title, client=request.client.full_name)
            tell(person, text, lane=Lane.NOTICE, subject=request, reply_markup=buttons.opening(request))


def expired(request: Request) -> None:
    """Client and operators hear that the time is over."""
    _tell_client(
        request, gettext_noop("The time for “{title}” is over, request No. {number}. Write to us if you still need it.")
    )
    for person in _staff_of(request):
        with speaking_to(person):
            text = html(
                _("Request No. {number}, “{title}”: {client} has not answered in time."),
                number=request.number, title=request.title, client=request.client.full_name,
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=request, reply_markup=buttons.opening(request))


def _staff_of(request: Request) -> list[User]:
    """The branch's operators, and who opened the request if he works with clients."""
    people = {person.pk: person for person in reachable_staff(request.tenant_id, CLIENTS_HEAR)}
    opener = request.opened_by
    if opener.is_active and actor_for(opener, Via.BOT).can(CLIENTS_WORK):
        people[opener.pk] = opener
    return list(people.values())


def letter_to_client(letter: Letter, files: list[StoredFile]) -> None:
    """The client gets the message, then its files."""
    with speaking_to(letter.client):
        tell(letter.client, letter_text(letter), lane=Lane.NOTICE, subject=letter)
    send_files(letter.client, files, lane=Lane.NOTICE)


def letter_text(letter: Letter) -> SafeString:
    """A message of the staff as the client reads it."""
    if not letter.text:
        return html(_("{author} sends you:"), author=letter.author.full_name)
    return html(_("{author} writes:\n\n{text}"), author=letter.author.full_name, text=letter.text)


def letter_to_staff(letter: Letter) -> None:
    """Who wrote to the client last hears his answer, else all operators."""
    for person in _correspondents(letter):
        with speaking_to(person):
            words = letter.text if len(letter.text) <= QUOTE_LIMIT else letter.text[: QUOTE_LIMIT - 1] + "…"
            text = html(
                _("{client} writes:\n{text}"),
                client=letter.client.full_name, text=words or wordless(files_of([letter])[letter.pk]),
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=letter, reply_markup=buttons.replying(letter))


def letter_goes_on(letter: Letter, text: str, files: list[StoredFile]) -> None:
    """A further part: what staff send reaches the client too."""
    if letter.author_id == letter.client_id:
        return
    if text:
        with speaking_to(letter.client):
            tell(letter.client, html("{text}", text=text), lane=Lane.NOTICE, subject=letter)
    send_files(letter.client, files, lane=Lane.NOTICE)


def letter_edited(letter: Letter) -> None:
    """What the client has got changes to the new words."""
    if letter.author_id == letter.client_id:
        return
    for shown in deliveries_to(letter.client_id, [letter]).values():
        if shown.status not in UNDELIVERED:
            with speaking_to(letter.client):
                outbox.edit_text(message=shown, text=letter_text(letter), lane=Lane.NOTICE)


def _correspondents(letter: Letter) -> list[User]:
    staff = Letter.objects.filter(client_id=letter.client_id).exclude(author_id=letter.client_id)
    last = staff.select_related("author").order_by("-pk").first()
    if last is not None and last.author.can_be_written_to and actor_for(last.author, Via.BOT).can(CLIENTS_WORK):
        return [last.author]
    return list(reachable_staff(letter.tenant_id, CLIENTS_HEAR))


def knocked(client: User) -> None:
    """Operators hear that somebody wrote who has not been invited (`CLIENT_ACCESS`)."""
    if client.tenant_id is None:
        return
    for person in reachable_staff(client.tenant_id, CLIENTS_HEAR):
        with speaking_to(person):
            text = html(
                _("{client} wrote to the bot and has not been invited. Open a request or let them in."),
                client=client.full_name,
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=client, reply_markup=buttons.knocking(client))


def let_in(client: User) -> None:
    """The client may write from now on."""
    with speaking_to(client):
        text = html(_("You can write to us now: describe what happened, or send a photo."))
        tell(client, text, lane=Lane.NOTICE, subject=client)


def consent_withdrawn(client: User) -> None:
    """Operators hear it."""
    if client.tenant_id is None:
        return
    for person in reachable_staff(client.tenant_id, CLIENTS_HEAR):
        with speaking_to(person):
            text = html(
                _("{client} has withdrawn the consent to the processing of personal data."), client=client.full_name
            )
            tell(person, text, lane=Lane.NOTICE, subject=client)


def copy_made(copy: DataCopy) -> None:
    """The client gets the file."""
    with speaking_to(copy.client):
        text = html(_("Here is a copy of everything that we store about you. It is removed from our side in a week."))
        tell(copy.client, text, lane=Lane.NOTICE, subject=copy)
    send_files(copy.client, files_of([copy])[copy.pk], lane=Lane.NOTICE)


def erasure_asked(asked: Erasure) -> None:
    """Operators and superusers hear it."""
    people = {person.pk: person for person in reachable_staff(asked.tenant_id, CLIENTS_HEAR)}
    people |= {person.pk: person for person in reachable_superusers()}
    for person in people.values():
        with speaking_to(person):
            said = _("{client} wants their data to be erased. A superuser decides in the console, “Erasures”.")
            text = html(said, client=asked.client.full_name)
            tell(person, text, lane=Lane.NOTICE, subject=asked.client)


def erasure_refused(asked: Erasure) -> None:
    """The client hears why not."""
    with speaking_to(asked.client):
        text = html(_("Your data can not be erased now.\nReason: {reason}"), reason=asked.reason)
        tell(asked.client, text, lane=Lane.NOTICE, subject=asked.client)


def erased(client: User) -> None:
    """The last message to the client."""
    with speaking_to(client):
        text = html(_("Your data have been erased. Goodbye, and thank you for having been with us."))
        if client.telegram_id is not None and client.is_active:
            outbox.send_text(chat_id=client.telegram_id, text=text, lane=Lane.NOTICE)
