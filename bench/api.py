"""The API over HTTP at some number of tickets, by one client and by eight, beside an empty view of the framework.

`python -m bench.api 200` prints the samples of two hundred requests of each kind and number of clients as JSON, in
milliseconds, and how many a second there were.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import django

from bench.place import ROOT
from bench.processes import free_port, wait_until

CLIENTS = (1, 8)
WARM = 10
Ask = Callable[[http.client.HTTPConnection], None]


@contextmanager
def web() -> Iterator[int]:
    """The web process as the Dockerfile starts it; gives its port."""
    port = free_port()
    command = ["-m", "gunicorn", "bench.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
               "--workers", "2", "--threads", "8", "--no-control-socket", "--log-level", "warning"]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, "API_CALLS_PER_MINUTE": "9999999"}
    )
    try:
        wait_until(lambda: _answers(port), "the web process answers")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/bench/empty/")
        return connection.getresponse().status == 200
    except OSError:
        return False


def asks() -> dict[str, Ask]:
    """What is asked for, by name, by a technician."""
    from accounts.actions import begin_tokens
    from accounts.models import User
    from tickets.models import Ticket

    token = begin_tokens(user=User.objects.get(username="bench0")).access
    ticket = Ticket.objects.order_by("-pk")[100]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(path: str) -> Ask:
        return lambda connection: _exchange(connection, "GET", path, headers, None, 200)

    def create(connection: http.client.HTTPConnection) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        body = {"client": ticket.client_id, "description": "Принтер жуёт бумагу"}
        _exchange(connection, "POST", "/api/tickets/", headers | key, json.dumps(body).encode(), 201)

    return {
        "empty": get("/bench/empty/"),
        "list": get("/api/tickets/"),
        "read": get(f"/api/tickets/{ticket.pk}/"),
        "search": get(f"/api/tickets/?search={quote('редкость')}"),
        "create": create,
    }


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None,
    status: int,
) -> None:
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    assert response.status == status, (path, response.status, answer[:300])


def measure(requests: int) -> dict[str, dict[str, Any]]:
    """Samples by `name, clients`: `ms` of each request, and `per_second`."""
    taken: dict[str, dict[str, Any]] = {}
    with web() as port:
        for name, ask in asks().items():
            _ask(port, ask, WARM)
            for clients in CLIENTS:
                begun = time.monotonic()
                with ThreadPoolExecutor(clients) as pool:
                    each = [pool.submit(_ask, port, ask, requests // clients) for _ in range(clients)]
                    samples = [sample for done in each for sample in done.result()]
                seconds = time.monotonic() - begun
                taken[f"{name}, {clients}"] = {"ms": samples, "per_second": len(samples) / seconds}
    return taken


def _ask(port: int, ask: Ask, requests: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    samples = []
    for _ in range(requests):
        began = time.perf_counter()
        ask(connection)
        samples.append(round((time.perf_counter() - began) * 1000, 3))
    connection.close()
    return samples


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))  # noqa: T201 -- what the caller reads
