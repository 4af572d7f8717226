"""The console's pages at some number of tickets: time of the whole page, of its queries, and of the bare SQL.

`python -m bench.desk 20` prints the samples of twenty rounds as JSON, in milliseconds.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

WARM = 3
LIST = """
SELECT t.*, c.full_name, a.full_name FROM tickets_ticket t
JOIN accounts_user c ON c.id = t.client_id LEFT JOIN accounts_user a ON a.id = t.assignee_id
"""
WORK_ORDER = "ORDER BY turn, waiting_since, t.created_at DESC, t.id DESC LIMIT 50"
MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {0} - created_at) FROM tickets_ticket
WHERE tenant_id = %(tenant)s AND {0} >= now() - interval '14 days'
"""
CARD = [
    f"{LIST} WHERE t.id = %(ticket)s",
    """
    SELECT m.*, u.full_name FROM tickets_comment m JOIN accounts_user u ON u.id = m.author_id
    WHERE ticket_id = %(ticket)s ORDER BY m.id
    """,
    "SELECT * FROM audit_entry WHERE object_type = 'tickets.ticket' AND object_id = %(ticket)s ORDER BY id",
]
OVERVIEW = [
    """
    SELECT count(*), count(*) FILTER (WHERE waiting_since IS NOT NULL), assignee_id FROM tickets_ticket
    WHERE tenant_id = %(tenant)s AND status IN ('new', 'in_progress', 'waiting_client', 'on_hold') GROUP BY 3
    """,
    """
    SELECT date_trunc('day', created_at), count(*) FROM tickets_ticket
    WHERE tenant_id = %(tenant)s AND created_at >= now() - interval '14 days' GROUP BY 1
    """,
    MEDIAN.format("first_answer_at"),
    MEDIAN.format("resolved_at"),
]
HITS = "SELECT ticket_id FROM tickets_search WHERE words @@ plainto_tsquery('russian', 'редкость')"
RARE_WORD = f"{LIST} WHERE t.tenant_id = %(tenant)s AND t.id = ANY(ARRAY({HITS})) {WORK_ORDER}"
COMMON_WORD = f"""{LIST} WHERE t.tenant_id = %(tenant)s AND EXISTS
(SELECT FROM tickets_search s WHERE s.ticket_id = t.id AND words @@ plainto_tsquery('russian', 'принтер'))
{WORK_ORDER}"""
BARE: dict[str, list[str]] = {
    "table": [f"{LIST} WHERE t.tenant_id = %(tenant)s {WORK_ORDER}"],
    "card": CARD,
    "search, rare word": [RARE_WORD],
    "search, common word": [COMMON_WORD],
    "overview": OVERVIEW,
}
"""The least SQL that gives what a page shows; the indexes are there."""


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Each page `rounds` times: `page`, `sql` (the page's own queries) and `bare` (the least SQL for its contents)."""
    from django.db import connection
    from django.test import Client

    from accounts.models import User
    from tickets.models import Ticket

    client, technician = Client(SERVER_NAME="127.0.0.1"), User.objects.get(username="bench0")
    client.force_login(technician)
    ticket = Ticket.objects.order_by("-pk")[100]
    table = "/admin/tickets/ticket/"
    pages = {
        "table": table,
        "card": f"{table}{ticket.pk}/change/",
        "search, rare word": f"{table}?q=редкость",
        "search, common word": f"{table}?q=принтер",
        "overview": "/admin/",
    }
    given = {"tenant": technician.tenant_id, "ticket": ticket.pk}
    samples: dict[str, dict[str, list[float]]] = {name: {"page": [], "sql": [], "bare": []} for name in pages}
    for number in range(WARM + rounds):
        for name, address in pages.items():
            spent: list[float] = []
            with connection.execute_wrapper(_watch(spent)):
                page = _ms(lambda address=address: _get(client, address))  # type: ignore[misc]
            bare = _ms(lambda name=name: _bare(BARE[name], given))  # type: ignore[misc]
            if number >= WARM:
                for kind, value in (("page", page), ("sql", sum(spent)), ("bare", bare)):
                    samples[name][kind].append(round(value, 3))
    return samples


def _get(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)


def _bare(statements: list[str], given: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given)
            cursor.fetchall()


def _ms(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def _watch(spent: list[float]) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent.append((time.perf_counter() - began) * 1000)

    return wrapper


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))  # noqa: T201 -- what the caller reads
