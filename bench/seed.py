"""Many tickets, written by SQL: a desk that opens one every five minutes, whose last 300 are open.

A desk of a million tickets and one of ten thousand differ in their past only: what is open, what came in the last two
weeks, and how many tickets hold the rare word is the same. `python -m bench.seed 10000`
"""

import json
import sys
import time
from typing import Any

import django

OPEN = 300
RARE = "редкость"
RARE_TICKETS = 50
"""So many tickets hold the rare word, spread over the whole time. Every ticket holds the common one."""
COMMON = "принтер"
TICKETS_OF_A_CLIENT = 20
TECHNICIANS = 20

SEED = """
INSERT INTO accounts_user (password, full_name, tenant_id, language, telegram_username, is_active, access_version,
    created_at, admitted)
SELECT '!', 'Клиент ' || n, %(tenant)s, 'ru', '', true, 1, now(), true
FROM generate_series(1, greatest(%(count)s / %(of_a_client)s, 1)) n;

INSERT INTO accounts_user_groups (user_id, group_id)
SELECT u.id, g.id FROM accounts_user u, auth_group g WHERE u.username IS NULL AND g.name = 'client';

INSERT INTO tickets_ticket (uid, external_id, tenant_id, client_id, assignee_id, subject, description, category, device,
    source, status, previous_status, priority, hold_reason, created_at, status_changed_at, last_activity_at,
    first_answer_at, resolved_at, closed_at, waiting_since, version)
SELECT gen_random_uuid(), '', %(tenant)s, c.first + n %% c.count, s.first + n %% %(technicians)s,
    'Принтер жуёт бумагу', 'Принтер номер ' || n || ' жуёт бумагу и шумит' || CASE WHEN n %% %(rare_each)s = 0
    THEN ' редкость' ELSE '' END, '', '', 'bot',
    CASE WHEN n <= %(open)s THEN 'in_progress' ELSE 'closed' END, '',
    (ARRAY['low', 'normal', 'normal', 'high', 'urgent'])[1 + n %% 5], '',
    t.at, t.at, t.at, t.at + interval '10 minutes',
    CASE WHEN n > %(open)s THEN t.at + interval '5 hours' END,
    CASE WHEN n > %(open)s THEN t.at + interval '9 hours' END,
    CASE WHEN n <= %(open)s / 3 THEN t.at END, 1
FROM generate_series(%(count)s, 1, -1) n,
    LATERAL (SELECT now() - n * interval '5 minutes' AS at) t,
    (SELECT min(id) AS first, count(*) AS count FROM accounts_user WHERE username IS NULL) c,
    (SELECT min(id) AS first FROM accounts_user WHERE username LIKE 'bench%%') s;

INSERT INTO tickets_comment (uid, ticket_id, author_id, visibility, text, via, created_at)
SELECT gen_random_uuid(), id, assignee_id, 'public', 'Приедем завтра с новым роликом', 'console', created_at
FROM tickets_ticket;

INSERT INTO audit_entry (at, actor_kind, actor_name, via, action, object_type, object_id, data, request_id, tenant_id)
SELECT created_at, 'system', 'bench', 'system', 'tickets.create', 'tickets.ticket', id, '{}', '', tenant_id
FROM tickets_ticket;

DROP INDEX ticket_search_words;
INSERT INTO tickets_search (ticket_id, words)
SELECT id, w.words || ('''' || number || '''')::tsvector ||
    CASE WHEN description LIKE '%%редкость' THEN r.words ELSE ''::tsvector END
FROM tickets_ticket,
    (SELECT tickets_words('Принтер номер жуёт бумагу и шумит Приедем завтра с новым роликом') AS words) w,
    (SELECT tickets_words('редкость') AS words) r;
CREATE INDEX ticket_search_words ON tickets_search USING gin (words);
"""


def fill(statements: str, values: dict[str, Any]) -> None:
    """Run the statements, triggers off, and let PostgreSQL learn what there is now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (ANALYZE)")


def seed(count: int) -> dict[str, float]:
    """Fill the database of these settings. Gives the seconds it took."""
    from accounts.actions import create_person, create_tenant
    from accounts.roles import PEOPLE_MANAGE, TENANTS_MANAGE, Role
    from core.actor import Actor

    began = time.monotonic()
    machine = Actor.system("bench", frozenset({TENANTS_MANAGE, PEOPLE_MANAGE}))
    tenant = create_tenant(actor=machine, slug="bench", name="Bench", time_zone="Europe/Moscow")
    for number in range(TECHNICIANS):
        create_person(
            actor=machine, tenant_id=tenant.pk, full_name=f"Техник {number}", roles=[Role.TECHNICIAN],
            username=f"bench{number}",
        )  # fmt: skip
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "count": count,
        "open": min(OPEN, count),
        "of_a_client": TICKETS_OF_A_CLIENT,
        "technicians": TECHNICIANS,
        "rare_each": max(count // RARE_TICKETS, 1),
    }
    fill(SEED, values)
    return {"tickets": count, "seconds": round(time.monotonic() - began, 1)}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(seed(int(sys.argv[1]))))  # noqa: T201 -- what the caller reads
