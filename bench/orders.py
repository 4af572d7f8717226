"""The curator's pages at some number of orders: one is closed every half an hour, the last 300 are open, 40 of them
await verification. So what is open and what ended in the last ten days is the same, and only the past differs.

`python -m bench.orders seed 1000` fills the database; `python -m bench.orders measure 15` prints the samples of fifteen
rounds as JSON: milliseconds of each page, and its number of queries.
"""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

from bench.seed import fill

WARM = 3
OPEN, AWAITING, DAYS = 300, 40, 10
SEED = """
INSERT INTO orders_order (uid, external_number, tenant_id, client_id, address_sealed, category, device, serial_number,
    accessories, fault, curator_id, engineer_id, stage, stage_since, due_at, planned, contract_sum, prepaid,
    expenses_sum, workshop_sum, full_sum, fee, cancel_reason, created_at, closed_at, version, consented_sum, waiting,
    share)
SELECT gen_random_uuid(), '', %(tenant)s, %(client)s, ''::bytea, '', 'HP LaserJet ' || n, 'SN' || n, '', 'Жуёт бумагу',
    %(curator)s, %(engineer)s, CASE WHEN n <= %(open)s THEN 'agreement' ELSE 'closed' END, t.at,
    t.at + interval '1 day',
    '{}', 9000, 2000, 1500, 0, CASE WHEN n > %(open)s THEN 9000 END, 0, '', t.at - interval '3 days',
    CASE WHEN n > %(open)s THEN t.at END, 1, 9000, '', 100
FROM generate_series(%(count)s, 1, -1) n,
    LATERAL (SELECT now() - greatest(n - %(open)s, 0) * interval '30 minutes' AS at) t;

INSERT INTO orders_attempt (uid, order_id, stage, author_id, outcome, total, method, advance, fee, decline_reason, text,
    returned_device, verdict, verdict_reason, submitted_at)
SELECT gen_random_uuid(), id, 'agreement', engineer_id, 'accepted', 9000, '', 0, 0, '', '', false, 'awaited', '', now()
FROM orders_order WHERE stage = 'agreement' ORDER BY id LIMIT %(awaiting)s;

UPDATE orders_order o SET awaiting_id = a.id FROM orders_attempt a WHERE a.order_id = o.id;
"""


def seed(count: int) -> dict[str, Any]:
    """Fill the database of these settings. Gives the seconds it took."""
    from accounts.actions import create_person, create_tenant
    from accounts.roles import PEOPLE_MANAGE, TENANTS_MANAGE, Role
    from core.actor import Actor

    began = time.monotonic()
    machine = Actor.system("bench", frozenset({TENANTS_MANAGE, PEOPLE_MANAGE}))
    tenant = create_tenant(actor=machine, slug="bench", name="Bench", time_zone="Europe/Moscow")

    def person(role: Role, curator_id: int | None = None) -> int:
        made = create_person(
            actor=machine, tenant_id=tenant.pk, full_name=role, roles=[role], username=f"bench-{role}",
            curator_id=curator_id,
        )  # fmt: skip
        return made.pk

    curator = person(Role.CURATOR)
    values: dict[str, Any] = {
        "tenant": tenant.pk, "count": count, "open": min(OPEN, count // 2), "awaiting": AWAITING, "curator": curator,
        "engineer": person(Role.ENGINEER, curator), "client": person(Role.CLIENT),
    }  # fmt: skip
    fill(SEED, values)
    return {"orders": count, "seconds": round(time.monotonic() - began, 1)}


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Each page `rounds` times: `ms`, and `queries`."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils.timezone import localdate

    from accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="bench-curator"))
    table, last = "/admin/orders/order/", localdate()
    pages = {
        "verification queue": f"{table}?selection=awaiting",
        "active orders": f"{table}?selection=active",
        "period report": f"{table}report/?first={last - timedelta(days=DAYS)}&last={last}",
        "search": f"{table}?q=SN777",
        "overview": "/admin/",
    }
    samples: dict[str, dict[str, list[float]]] = {name: {"ms": [], "queries": []} for name in pages}
    for number in range(WARM + rounds):
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as asked:
                began = time.perf_counter()
                assert client.get(address).status_code == 200, address
                taken = (time.perf_counter() - began) * 1000
            if number >= WARM:
                samples[name]["ms"].append(round(taken, 3))
                samples[name]["queries"].append(len(asked))
    return samples


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"seed": seed, "measure": measure}[sys.argv[1]](int(sys.argv[2]))))  # noqa: T201 -- the result
