"""Search in orders: every word that was typed must stand in the order (`Order.words`) or in its client's name."""

from django.db.models import Q, QuerySet

from accounts.models import User
from orders.models import Order
from tickets.search import chunks_of

NAMES_AT_MOST = 1000


def matching(orders: QuerySet[Order], text: str, tenant_id: int | None) -> QuerySet[Order]:
    """Those of the orders in which all these words stand; none of them if there is no word in the text.

    The clients are looked for first and alone, in the branch of who asks (a superuser has none), so that both halves of
    the question have their index.
    """
    chunks = chunks_of(text)
    if not chunks:
        return orders.none()
    for chunk, query in chunks:
        clients = User.objects.filter(full_name__icontains=chunk, orders__isnull=False).values_list("pk", flat=True)
        if tenant_id is not None:
            clients = clients.filter(tenant_id=tenant_id)
        named = list(clients.distinct()[:NAMES_AT_MOST])
        orders = orders.filter(Q(words=query) | Q(client_id__in=named) if named else Q(words=query))
    return orders
