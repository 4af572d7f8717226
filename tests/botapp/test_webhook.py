"""The webhook: what Telegram brings is stored and answered with 200, what others bring is not."""

import json
from typing import Any

import pytest
from django.test import Client

from botapp.dispatch import handle_next
from botapp.enums import UpdateStatus
from botapp.models import InboxUpdate
from simulator.client import Person
from tests.botapp.updates import message_update, numbered
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

ADDRESS = "/telegram/webhook/"
NEW, OLD = "n" * 43, "o" * 43


@pytest.fixture
def secrets(settings: Any) -> None:
    settings.TELEGRAM_WEBHOOK_SECRETS = [NEW, OLD]


def bring(client: Client, body: object, secret: str | None = NEW) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post(ADDRESS, content, content_type="application/json", headers=headers).status_code


@pytest.mark.usefixtures("secrets", "company")
@pytest.mark.parametrize("secret", [NEW, OLD])
def test_an_update_is_stored_once_and_becomes_a_ticket(client: Client, desk: Desk, anna: Person, secret: str) -> None:
    update = numbered(77, message_update(anna, "Принтер шумит"))
    assert [bring(client, update, secret) for _ in range(2)] == [200, 200]
    assert list(InboxUpdate.objects.values_list("update_id", "chat_id", "status")) == [(77, anna.id, "new")]
    desk.pump()
    assert Ticket.objects.get().description == "Принтер шумит"


@pytest.mark.usefixtures("secrets", "company")
@pytest.mark.parametrize("secret", [None, "", "x" * 43, f"{NEW},{NEW}", NEW[:-1], "я" * 43], ids=repr)
def test_without_the_secret_nothing_is_taken(client: Client, anna: Person, secret: str | None) -> None:
    with nothing_changes():
        assert bring(client, numbered(1, message_update(anna)), secret) == 403
        assert bring(client, b"rubbish", secret) == 403


@pytest.mark.usefixtures("company")
def test_while_the_bot_polls_there_is_no_webhook(client: Client, anna: Person) -> None:
    with nothing_changes():
        assert bring(client, numbered(1, message_update(anna)), "") == 404


@pytest.mark.usefixtures("secrets", "company")
def test_only_post_is_taken_and_no_more_than_five_megabytes(client: Client) -> None:
    with nothing_changes():
        assert client.get(ADDRESS).status_code == 405
        assert bring(client, b'{"update_id": 1, "x": "' + b"x" * 5 * 1024 * 1024 + b'"}') == 413


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"",
        b"\xff\xfe",
        b"update_id=1",
        b"[" * 1_000 + b"]" * 1_000,
        b'{"update_id": 5, "update_id": 6}',
        b'{"update_id": 1.5}',
        b'{"update_id": -1}',
        b'{"update_id": 1180591620717411303424}',
        b'{"update_id": NaN}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_update_is_parked_and_not_brought_again(
    client: Client, desk: Desk, company: Company, body: bytes
) -> None:
    assert [bring(client, body) for _ in range(2)] == [200, 200]
    assert InboxUpdate.objects.get().status == UpdateStatus.NEW
    assert handle_next(desk.telegram.bot) is not None
    assert InboxUpdate.objects.get().status == UpdateStatus.PARKED
