"""The correspondence of staff and clients."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.roles import CLIENTS_ANSWER, CLIENTS_WORK, TICKETS_CREATE_OWN
from clients import notices
from clients.actions.common import branch_of, card_for
from clients.errors import LetterEmpty, UnknownRequestClient
from clients.models import Card, Letter
from clients.queries import clients_for
from core.actor import Actor
from core.db import locked
from core.text import is_blank
from files.actions import TelegramFile, attach, hand_over, store_uploads
from files.models import StoredFile
from files.queries import files_of
from tickets.actions.create import begin
from tickets.actions.text import COMMENT_LIMIT, DESCRIPTION_LIMIT, checked
from tickets.enums import Priority
from tickets.models import Ticket


@transaction.atomic
def write_to_client(
    *,
    actor: Actor,
    client_id: int,
    text: str,
    files: Sequence[TelegramFile] = (),
    uploads: Sequence[UploadedFile] = (),
    telegram_message_id: int | None = None,
) -> Letter:
    """Staff write to a client through the bot. Whether he can be reached is shown with the message.

    Raises LetterEmpty, TextTooLong, UnknownRequestClient, Denied and the problems of files.
    """
    actor.require(CLIENTS_WORK)
    client = clients_for(actor).filter(pk=client_id, is_active=True, tenant__isnull=False).first()
    if client is None:
        raise UnknownRequestClient(fields={"client": UnknownRequestClient.text})
    card, author = card_for(client), User.objects.get(pk=actor.person)
    words = _words(text, COMMENT_LIMIT, [*files, *uploads])
    letter = _letter(actor, client, author, words, telegram_message_id)
    kept = attach(letter, files) + store_uploads(letter, uploads)
    card.last_letter_at = card.staff_wrote_at = letter.created_at
    card.waiting_since = None
    card.save(update_fields=["last_letter_at", "staff_wrote_at", "waiting_since"])
    _record(actor, card, letter, kept)
    notices.letter_to_client(letter, kept)
    return letter


@transaction.atomic
def write_to_staff(
    *, actor: Actor, text: str, files: Sequence[TelegramFile] = (), telegram_message_id: int | None = None
) -> Letter:
    """The client answers in the correspondence; who wrote to him last hears it, else all operators.

    Raises LetterEmpty, TextTooLong, Denied.
    """
    actor.require(CLIENTS_ANSWER)
    client = User.objects.select_related("tenant").get(pk=actor.person)
    card = card_for(client)
    words = _words(text, DESCRIPTION_LIMIT, files)
    letter = _letter(actor, client, client, words, telegram_message_id)
    kept = attach(letter, files)
    card.last_letter_at = letter.created_at
    card.waiting_since = card.waiting_since or letter.created_at
    card.save(update_fields=["last_letter_at", "waiting_since"])
    _record(actor, card, letter, kept)
    notices.letter_to_staff(letter)
    return letter


def _words(text: str, limit: int, files: Sequence[object]) -> str:
    if is_blank(text) and not files:
        raise LetterEmpty
    return checked(text, limit=limit, required=not files)


def _letter(actor: Actor, client: User, author: User, text: str, message: int | None) -> Letter:
    return Letter.objects.create(
        client=client, tenant_id=branch_of(client), author=author, text=text, via=actor.via, telegram_message_id=message
    )  # fmt: skip


def _record(actor: Actor, card: Card, letter: Letter, files: Sequence[StoredFile]) -> None:
    audit.record(actor, "clients.write", card, tenant_id=card.tenant_id, letter=letter.pk, files=len(files))


@transaction.atomic
def add_to_letter(*, actor: Actor, letter_id: int, text: str, files: Sequence[TelegramFile]) -> Letter:
    """A further part of an album or of a text that Telegram has cut joins the message. Raises NotFound."""
    letter = locked(Letter.objects.filter(author_id=actor.person).select_related("client"), letter_id)
    kept = attach(letter, files)
    if not is_blank(text):
        letter.text = checked(f"{letter.text}\n{text}".strip(), limit=2 * DESCRIPTION_LIMIT, required=True)
        letter.save(update_fields=["text"])
    notices.letter_goes_on(letter, text, kept)
    return letter


@transaction.atomic
def edit_letter(*, actor: Actor, letter_id: int, text: str) -> Letter:
    """The author has edited the message in Telegram: the words before are kept. Raises NotFound, TextTooLong."""
    letter = locked(Letter.objects.filter(author_id=actor.person).select_related("client"), letter_id)
    text = checked(text, limit=DESCRIPTION_LIMIT, required=False)
    if text != letter.text:
        letter.earlier = [*letter.earlier, {"text": letter.text, "until": timezone.now().isoformat()}]
        letter.text = text
        letter.save(update_fields=["text", "earlier"])
        audit.record(
            actor, "clients.edit_letter", card_for(letter.client), tenant_id=letter.tenant_id, letter=letter.pk
        )
        notices.letter_edited(letter)
    return letter


@transaction.atomic
def make_ticket_of_letter(*, actor: Actor, letter_id: int) -> Ticket:
    """The client says that what he wrote is a new ticket: it becomes one, with its files. Again it is the same one.

    Raises NotFound, Denied.
    """
    actor.require(TICKETS_CREATE_OWN)
    letter = locked(Letter.objects.filter(author_id=actor.person, client_id=actor.person), letter_id)
    if letter.became is not None:
        return letter.became
    files = files_of([letter])[letter.pk]
    client = User.objects.select_related("tenant").get(pk=letter.client_id)
    ticket = begin(actor, client, letter.text, "", Priority.NORMAL, files)
    hand_over(letter, ticket)
    letter.became = ticket
    letter.save(update_fields=["became"])
    card = card_for(client)
    card.waiting_since = None
    card.save(update_fields=["waiting_since"])
    audit.record(actor, "clients.letter_to_ticket", card, tenant_id=card.tenant_id, letter=letter.pk, ticket=ticket.pk)
    return ticket
