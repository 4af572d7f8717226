"""What watches the house from outside: health of the bot, figures, the diagnosis, errors told abroad."""

import gzip
import json
import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest
import sentry_sdk
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from botapp import inbox
from botapp.models import InboxUpdate
from botapp.webhook import own_address
from ops.diagnosis import examine
from ops.tasks import watch
from outbox.models import Message
from tests.support.company import Company
from tests.support.desk import Desk
from tws.sentry import start_sentry

SECRET = "s" * 43
CANARY = "канарейка в тексте"
LATE = timedelta(minutes=6)


@pytest.fixture
def waiting(company: Company) -> None:
    """An update that nobody handles, and a message that nobody sends."""
    inbox.store(1, [{"update_id": 1, "message": {"chat": {"id": 5}}}])
    InboxUpdate.objects.update(received_at=timezone.now() - LATE)
    company.ticket(company.person(Role.CLIENT, telegram=True))
    Message.objects.update(next_attempt_at=timezone.now() - LATE)


# ---- /health/bot/ ----


def test_a_bot_that_has_nothing_to_do_is_well(client: Client, db: None) -> None:
    answer = client.get("/health/bot/")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "updates": "polling",
            "last_update_seconds": None,
            "inbox_seconds": None,
            "outbox_seconds": None,
            "sender": "ok",
            "webhook": "unknown",
        },
    )


@pytest.mark.usefixtures("waiting")
def test_what_waits_has_an_age_and_a_sender_that_is_missed(client: Client) -> None:
    answer = client.get("/health/bot/")
    told = answer.json()
    ages = [told.pop(name) for name in ("last_update_seconds", "inbox_seconds", "outbox_seconds")]
    assert all(360 <= age < 365 for age in ages)
    assert (answer.status_code, told) == (
        503, {"status": "unhealthy", "updates": "polling", "sender": "down", "webhook": "unknown"},
    )  # fmt: skip


def test_a_webhook_in_the_way_of_polling_is_told(client: Client, desk: Desk, company: Company) -> None:
    superuser = company.person(Role.SUPERUSER, telegram=True)
    desk.telegram.call("setWebhook", {"url": "https://example.org/"})
    watch()
    answer = client.get("/health/bot/")
    assert (answer.status_code, answer.json()["webhook"]) == (503, "in_the_way")
    assert Message.objects.filter(recipient=superuser, dedupe_key__startswith="alarm:").count() == 1
    desk.telegram.call("deleteWebhook", {})
    watch()
    assert client.get("/health/bot/").json()["webhook"] == "ok"


@pytest.mark.parametrize(
    ("url", "state"), [("", "not_set"), ("https://example.org/", "elsewhere"), ("<ours>", "ok")], ids=str
)
def test_the_webhook_is_where_it_should_be(
    client: Client, desk: Desk, company: Company, settings: Any, url: str, state: str
) -> None:
    settings.TELEGRAM_WEBHOOK_SECRETS = [SECRET]
    if url:
        desk.telegram.call("setWebhook", {"url": url.replace("<ours>", own_address())})
    watch()
    told = client.get("/health/bot/").json()
    assert (told["updates"], told["webhook"]) == ("webhook", state)


# ---- /metrics/ ----


@pytest.mark.usefixtures("waiting")
def test_figures_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "figures"
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "figures"}):
        assert client.get("/metrics/", headers=headers).status_code == 404
    answer = client.get("/metrics/", headers={"Authorization": "Bearer figures"})
    lines = answer.content.decode().splitlines()
    assert answer.status_code == 200
    for line in (
        'tws_tickets_open{status="new"} 1.0',
        'tws_tickets_open{status="in_progress"} 0.0',
        'tws_outbox_messages{status="queued"} 1.0',
        "tws_inbox_parked 0.0",
        "tws_sender_alive 0.0",
    ):
        assert line in lines
    assert any(line.startswith("django_http_requests_latency_seconds_by_view_method_count{") for line in lines)


def test_without_a_token_there_are_no_figures(client: Client, db: None) -> None:
    assert client.get("/metrics/", headers={"Authorization": "Bearer "}).status_code == 404


# ---- manage.py diagnose ----


def diagnose() -> tuple[int, str]:
    printed = StringIO()
    try:
        call_command("diagnose", stdout=printed)
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


def test_all_is_well(desk: Desk, company: Company) -> None:
    parts = ["База данных", "Таблицы", "Кэш", "Диск", "Telegram", "Обновления", "Входящие", "Отложенные обновления"]
    told = re.sub(r"(?<=Telegram): Знает бота как @\w+, ответил за \d,\d\d с\.", "", diagnose()[1])
    assert told == "".join(f"✓ {part}\n" for part in [*parts, "Исходящие", "Отправитель"])
    assert diagnose()[0] == 0


@pytest.mark.usefixtures("waiting")
def test_what_is_wrong_comes_with_what_to_do(desk: Desk) -> None:
    desk.telegram.call("setWebhook", {"url": "https://example.org/"})
    code, printed = diagnose()
    assert code == 1
    assert [finding.part for finding in examine() if finding.trouble] == [
        "Обновления",
        "Входящие",
        "Исходящие",
        "Отправитель",
    ]
    assert "  → Выполните manage.py deletewebhook или задайте TELEGRAM_WEBHOOK_SECRETS.\n" in printed


# ---- Sentry ----


def test_an_error_is_told_abroad_without_a_word_of_anybody(client: Client, company: Company, monkeypatch: Any) -> None:
    """Over the wire to a Sentry of our own: the words of the error, the query and the person stay here."""
    received: list[bytes] = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError(CANARY)  # sources are told, so the word itself stands elsewhere

    server = HTTPServer(("127.0.0.1", 0), Sentry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    person = company.person(Role.TECHNICIAN, name=CANARY)
    client.force_login(person)
    client.raise_request_exception = False
    monkeypatch.setattr("ops.views.report", fails)
    start_sentry(f"http://public@127.0.0.1:{server.server_port}/1")
    try:
        assert client.get("/health/", {"q": CANARY}).status_code == 500
        sentry_sdk.flush(5)
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)
        server.shutdown()
    text = b"".join(received).decode()
    events = [json.loads(line) for line in text.splitlines() if line.startswith('{"') and '"exception"' in line]
    (event,) = events
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert sorted(event["request"]) in ([], ["method", "url"])
    for word in (CANARY, json.dumps(CANARY)[1:-1], quote(CANARY), str(person.username)):
        assert word not in text


# ---- the console's page ----


def test_a_superuser_reads_the_diagnosis_and_checks_the_connection(
    client: Client, desk: Desk, company: Company, settings: Any
) -> None:
    settings.TELEGRAM_PROXY = ""
    client.force_login(company.person(Role.SUPERUSER))
    page = client.get("/admin/installation/")
    assert [(f.part, f.trouble) for f in page.context["findings"]] == [(f.part, "") for f in examine()]
    only = client.get("/admin/installation/?only=telegram")
    ((part, trouble, detail),) = [(f.part, f.trouble, f.detail) for f in only.context["findings"]]
    assert (part, trouble) == ("Telegram", "")
    assert re.fullmatch(r"Знает бота как @\w+, ответил за 0,\d\d с\.", detail)
    assert "Без прокси" in only.content.decode()


def test_the_page_hides_the_password_of_the_proxy(client: Client, desk: Desk, company: Company, settings: Any) -> None:
    settings.TELEGRAM_PROXY = "socks5://user:CANARY@proxy.example:1080"
    client.force_login(company.person(Role.SUPERUSER))
    text = client.get("/admin/installation/").content.decode()
    assert "proxy.example:1080" in text
    assert "CANARY" not in text


def test_a_telegram_that_is_away_is_told_on_the_page(client: Client, desk: Desk, company: Company) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    desk.people.add_fault("drop_before", method="getMe", times=5)
    page = client.get("/admin/installation/?only=telegram")
    assert [(f.part, f.trouble) for f in page.context["findings"]] == [("Telegram", "Недоступен.")]
