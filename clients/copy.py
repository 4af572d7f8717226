"""Everything that is stored of a client, in one place: what goes into the copy of his data."""

from typing import Any

from accounts.models import User
from accounts.queries import contact_of
from clients.models import Letter, Request
from clients.queries import card_of, consents_of, requests_of
from files.models import StoredFile
from files.queries import files_of
from orders.models import Order
from tickets.enums import Visibility
from tickets.models import Comment, Ticket

Named = list[tuple[str, StoredFile]]


def everything_of(client: User) -> tuple[dict[str, Any], Named]:
    """The data by chapter, and the files, each under a name of its own. Internal notes of staff are not the client's.

    Raises Unsealable where a key is missing.
    """
    files: Named = []
    contact, card = contact_of(client), card_of(client)
    data: dict[str, Any] = {
        "person": {
            "name": client.full_name, "telegram_id": client.telegram_id, "telegram_name": client.telegram_username,
            "language": client.language, "since": client.created_at,
            "company": contact.company if contact else "", "phone": contact.phone if contact else "",
            "address": contact.address if contact else "",
        },
        "card": {key: fact["value"] for key, fact in card.facts.items()} if card else {},
        "consents": [
            {"version": consent.text_id, "given": consent.given_at, "withdrawn": consent.withdrawn_at}
            for consent in consents_of(client.pk)
        ],
        "requests": [_request(request, files) for request in requests_of(client.pk)],
        "correspondence": _letters(client, files),
        "tickets": [_ticket(ticket, client, files) for ticket in Ticket.objects.filter(client=client).order_by("pk")],
        "orders": [
            {"number": order.number, "device": order.device, "serial_number": order.serial_number, "stage": order.stage,
             "address": order.address, "contract": order.contract_sum, "prepaid": order.prepaid,
             "created": order.created_at, "closed": order.closed_at}
            for order in Order.objects.filter(client=client).order_by("pk")
        ],
        "left_out": [],
    }  # fmt: skip
    return data, files


def _request(request: Request, files: Named) -> dict[str, Any]:
    answers = list(request.answers.order_by("number"))
    kept = files_of(answers)
    for answer in answers:
        _keep(files, f"request-{request.number}-{answer.number}", kept[answer.pk])
    return {
        "number": request.number, "asked": request.title, "status": request.status, "opened": request.created_at,
        "note": request.note, "unfinished": request.draft,
        "answers": [{"given": answer.given_at, **answer.values} for answer in answers],
    }  # fmt: skip


def _letters(client: User, files: Named) -> list[dict[str, Any]]:
    letters = list(Letter.objects.filter(client=client).select_related("author").order_by("pk"))
    kept = files_of(letters)
    for letter in letters:
        _keep(files, f"message-{letter.pk}", kept[letter.pk])
    return [{"at": letter.created_at, "author": letter.author.full_name, "text": letter.text} for letter in letters]


def _ticket(ticket: Ticket, client: User, files: Named) -> dict[str, Any]:
    comments = list(
        Comment.objects.filter(ticket=ticket, visibility=Visibility.PUBLIC).select_related("author").order_by("pk")
    )
    _keep(files, f"ticket-{ticket.number}", files_of([ticket])[ticket.pk])
    own = files_of([comment for comment in comments if comment.author_id == client.pk])
    for comment_id, rows in own.items():
        _keep(files, f"ticket-{ticket.number}-{comment_id}", rows)
    return {
        "number": ticket.number, "subject": ticket.subject, "text": ticket.description, "device": ticket.device,
        "status": ticket.status, "created": ticket.created_at, "rating": ticket.rating,
        "comments": [{"at": c.created_at, "author": c.author.full_name, "text": c.text} for c in comments],
    }  # fmt: skip


def _keep(files: Named, prefix: str, rows: list[StoredFile]) -> None:
    files += [(f"{prefix}-{number}-{row.safe_name}", row) for number, row in enumerate(rows, 1)]
