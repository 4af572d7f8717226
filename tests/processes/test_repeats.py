"""Idempotency keys under a kill: a hundred keys, twenty calls each at once, and each has one effect."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bench.processes import House, wait_until
from ops.demo import PASSWORD

KEYS, TIMES, AT_ONCE = 100, 20, 20
MADE = "SELECT count(*) FROM tickets_ticket WHERE description = 'Repeated'"
pytestmark = pytest.mark.processes


def test_a_hundred_keys_twenty_times_each_are_a_hundred_tickets(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_CALLS_PER_MINUTE", "1000000")
    house.manage("demo")
    house.start("web")
    token = httpx.post(f"{house.url}/api/auth/token/", json={"username": "api", "password": PASSWORD}).json()["access"]

    def call(client: httpx.Client, key: str) -> int:
        """Again until there is an answer, as an integrator would."""
        body = {"client_name": "Анна", "description": "Repeated"}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        while True:
            try:
                answer = client.post(f"{house.url}/api/tickets/", json=body, headers=headers)
            except httpx.TransportError:
                continue
            assert answer.status_code in (200, 201), answer.text
            return int(answer.json()["id"])

    keys = [f"order-{number}" for number in range(KEYS) for _ in range(TIMES)]
    with httpx.Client(timeout=30) as client, ThreadPoolExecutor(AT_ONCE) as threads:
        answers = [threads.submit(call, client, key) for key in keys]
        wait_until(lambda: house.rows(MADE)[0][0] >= KEYS // 3, "a third of the tickets are made")
        house.kill("web")
        house.start("web")
        ids = [answer.result(120) for answer in answers]

    by_key = {key: {made for k, made in zip(keys, ids, strict=True) if k == key} for key in keys}
    assert Counter(len(made) for made in by_key.values()) == {1: KEYS}
    assert len(set(ids)) == KEYS
    assert house.rows(MADE) == [(KEYS,)]
