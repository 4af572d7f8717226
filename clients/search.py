"""Finding a client: by name, company, Telegram name, phone, or the number of a ticket, an order or a request."""

from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from accounts.errors import BadPhone
from accounts.models import Contact, User
from accounts.phones import looks_like_phone, normal_phone
from accounts.queries import with_phone
from clients.models import Client, Request
from core.db import MAX_ID
from core.text import storable
from orders.models import Order
from tickets.models import Ticket
from tickets.search import chunks_of

FOUND_AT_MOST = 1000


def matching(clients: QuerySet[Client], text: str, tenant_id: int | None) -> QuerySet[Client]:
    """Those of the clients whom this text means; none of them if it names nothing.

    What is only digits is a number of a ticket, an order or a request, or a Telegram id. What looks like a phone is
    looked for whole. In all other cases every word must stand in name, company or Telegram name.
    """
    text = storable(text).strip()
    number = text.lstrip("№#").strip()
    if number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= MAX_ID:
        return clients.filter(pk__in=_behind_number(int(number)) | _with_phone(text, tenant_id))
    if looks_like_phone(text):
        return clients.filter(pk__in=_with_phone(text, tenant_id))
    chunks = chunks_of(text.lstrip("@"))
    if not chunks:
        return clients.none()
    named = [Q(words=query) | Q(pk__in=_of_company(query)) for _chunk, query in chunks]
    people = User.objects.filter(reduce(and_, named))
    if tenant_id is not None:
        people = people.filter(tenant_id=tenant_id)
    return clients.filter(pk__in=list(people.values_list("pk", flat=True)[:FOUND_AT_MOST]))


def requests_matching(requests: QuerySet[Request], text: str, tenant_id: int | None) -> QuerySet[Request]:
    """Those with this number, or of a client who is meant by the text."""
    number = storable(text).strip().lstrip("№#").strip()
    if number.isascii() and number.isdigit() and len(number) < 10:
        return requests.filter(number=int(number))
    clients = matching(Client.objects.order_by(), text, tenant_id)
    return requests.filter(client_id__in=list(clients.values_list("pk", flat=True)[:FOUND_AT_MOST]))


def _of_company(query: object) -> list[int]:
    return list(Contact.objects.filter(words=query).values_list("user_id", flat=True)[:FOUND_AT_MOST])


def _behind_number(number: int) -> set[int]:
    found = {
        *Ticket.objects.filter(number=number).values_list("client_id", flat=True),
        *Order.objects.filter(number=number).values_list("client_id", flat=True),
        *Request.objects.filter(number=number).values_list("client_id", flat=True),
        *User.objects.filter(telegram_id=number).values_list("pk", flat=True),
    }
    return {pk for pk in found if pk is not None}


def _with_phone(text: str, tenant_id: int | None) -> set[int]:
    people = User.objects.all() if tenant_id is None else User.objects.filter(tenant_id=tenant_id)
    try:
        return set(with_phone(people, normal_phone(text)).values_list("pk", flat=True))
    except BadPhone:
        return set()
