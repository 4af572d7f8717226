"""What /health tells, and to whom it tells nothing more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from botapp import inbox
from botapp.models import InboxUpdate
from outbox.models import Message
from tests.support.company import Company

WELL = {"status": "ok", "database": "ok", "cache": "ok", "inbox": "ok", "outbox": "ok"}
LATE = timedelta(minutes=6)


def test_well(client: Client, db: None) -> None:
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, WELL)


def test_a_cache_that_is_away(client: Client, db: None, settings) -> None:  # type: ignore[no-untyped-def]
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "status": "unhealthy", "cache": "down"})


def test_an_update_that_waits_too_long(client: Client, db: None) -> None:
    inbox.store(1, [{"update_id": 1, "message": {"chat": {"id": 5}}}])
    assert client.get("/health/").status_code == 200
    InboxUpdate.objects.update(received_at=timezone.now() - LATE)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "status": "unhealthy", "inbox": "late"})


def test_a_message_that_waits_too_long(client: Client, company: Company) -> None:
    from accounts.roles import Role

    company.ticket(company.person(Role.CLIENT, telegram=True))
    assert client.get("/health/").status_code == 200
    Message.objects.update(next_attempt_at=timezone.now() - LATE)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "status": "unhealthy", "outbox": "late"})


def test_the_process_answers_without_a_database(client: Client) -> None:
    answer = client.get("/health/live/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/health/", "/health/live/"])
def test_nothing_is_kept_and_nothing_is_written(client: Client, db: None, path: str) -> None:
    assert "no-store" in client.get(path).headers["Cache-Control"]
    assert client.post(path).status_code == 405
