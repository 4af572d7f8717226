"""Requests, cards and the correspondence in the console, over HTTP."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops

from accounts.actions import mark_unreachable, set_contact
from accounts.models import Invite, User
from accounts.roles import Role
from audit.models import Entry
from clients.actions import submit_document, write_to_staff
from clients.enums import AccessKind, Status
from clients.models import Access, Answer, Card, ConsentText, DocumentKind, Erasure, Letter, Question, Request
from core.actor import Actor, Via
from files.models import StoredFile
from files.queries import files_of
from files.tasks import make_views
from outbox.models import Message
from tests.simulator.pictures import jpeg
from tests.support.clients import Care
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import nothing_changes

REQUESTS, CLIENTS = "/admin/clients/request/", "/admin/clients/client/"


@pytest.fixture
def care(company: Company) -> Care:
    care = Care(company, telegram=True)
    care.agree()
    return care


@pytest.fixture
def site(client: Client, care: Care) -> Client:
    client.force_login(care.operator)
    return client


def reviewed(care: Care) -> Request:
    """A passport under review, with its picture."""
    request = care.request()
    photo = SimpleUploadedFile("passport.jpg", jpeg(400, 300), "image/jpeg")
    submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, uploads=[photo])
    make_views(StoredFile.objects.latest("pk").pk)
    request.refresh_from_db()
    return request


def post(site: Client, request: Request, what: str, **data: object) -> int:
    return site.post(f"{REQUESTS}{request.pk}/{what}/", data).status_code


def test_a_request_is_opened_in_two_clicks(site: Client, care: Care) -> None:
    page = site.get(f"{REQUESTS}new/", {"client": care.client.pk})
    assert [value for value, _name in page.context["form"].fields["template"].choices] == [
        "passport", "contract", "requisites", "basic",
    ]  # fmt: skip
    opened = site.post(f"{REQUESTS}new/", {"client": care.client.pk, "template": "passport", "note": "Для договора"})
    request = Request.objects.get()
    assert (opened.status_code, opened["Location"]) == (302, f"{REQUESTS}{request.pk}/change/")
    assert (request.client, request.kind, request.note, request.opened_by) == (
        care.client, DocumentKind.objects.get(code="passport"), "Для договора", care.operator,
    )  # fmt: skip


def test_a_request_of_a_ticket_names_it(site: Client, care: Care, company: Company) -> None:
    ticket = company.ticket(care.client)
    site.post(f"{REQUESTS}new/", {"ticket": ticket.pk, "template": "basic"})
    assert (Request.objects.get().ticket, Request.objects.get().client) == (ticket, care.client)
    assert (
        f"/admin/clients/request/new/?ticket={ticket.pk}" in site.get(f"/admin/tickets/ticket/{ticket.pk}/change/").text
    )


def test_bad_dates_and_strangers_are_refused(site: Client, care: Care, company: Company) -> None:
    foreign = company.person(Role.CLIENT, tenant=company.other)
    with nothing_changes():
        for given, status in (
            ({"client": care.client.pk, "template": "nothing"}, 400),
            ({"client": care.client.pk, "template": "passport", "due_on": "31.02.2027"}, 400),
            ({"client": care.client.pk, "template": "passport", "due_on": "2001-01-01"}, 400),
            ({"client": foreign.pk, "template": "passport"}, 404),
            ({"client": "9" * 40, "template": "passport"}, 404),
            ({"client": care.operator.pk, "template": "passport"}, 404),
        ):
            assert site.post(f"{REQUESTS}new/", given).status_code == status, given


def test_an_answer_is_masked_until_a_reason_is_given(site: Client, care: Care) -> None:
    request = reviewed(care)
    file = StoredFile.objects.get()
    page = site.get(f"{REQUESTS}{request.pk}/change/")
    assert str(file.uid) not in page.text
    with nothing_changes():
        assert site.get(f"/files/{file.uid}/view/1/").status_code == 404
        assert site.get(f"/files/{file.uid}/").status_code == 404
        assert post(site, request, "reveal", reason=" ? ") == 400
    assert post(site, request, "reveal", reason="Проверка ответа") == 302
    page = site.get(f"{REQUESTS}{request.pk}/change/")
    assert "no-store" in page["Cache-Control"]
    assert f"/files/{file.uid}/view/1/" in page.text
    assert site.get(f"/files/{file.uid}/view/1/").status_code == 200
    assert b"".join(site.get(f"/files/{file.uid}/").streaming_content)  # type: ignore[attr-defined]
    assert list(Access.objects.order_by("pk").values_list("kind", "reason", "user_id", "client_id", "file_uid")) == [
        (AccessKind.REVEAL, "Проверка ответа", care.operator.pk, care.client.pk, None),
        (AccessKind.VIEW, "Проверка ответа", care.operator.pk, care.client.pk, file.uid),
        (AccessKind.DOWNLOAD, "Проверка ответа", care.operator.pk, care.client.pk, file.uid),
    ]


def test_a_look_is_ones_own_and_ends(site: Client, care: Care, company: Company, time_machine: Any) -> None:
    request = reviewed(care)
    file = StoredFile.objects.get()
    post(site, request, "reveal", reason="Проверка ответа")
    colleague = Client()
    colleague.force_login(company.person(Role.OPERATOR))
    assert colleague.get(f"/files/{file.uid}/view/1/").status_code == 404
    time_machine.move_to(timezone.now() + timezone.timedelta(minutes=16))
    assert site.get(f"/files/{file.uid}/view/1/").status_code == 404


def test_a_picture_carries_the_name_of_who_looks(site: Client, care: Care, company: Company) -> None:
    request = reviewed(care)
    uid = StoredFile.objects.get().uid
    curator = Client()
    curator.force_login(company.person(Role.CURATOR, name="Сергей Павлов"))
    pictures = []
    for reader in (site, curator):
        assert post(reader, request, "reveal", reason="Проверка ответа") == 302
        content = b"".join(reader.get(f"/files/{uid}/view/1/").streaming_content)  # type: ignore[attr-defined]
        pictures.append(Image.open(BytesIO(content)).convert("L"))
    difference = ImageChops.difference(*pictures)
    assert difference.getbbox() is not None


def test_the_three_verdicts(site: Client, care: Care) -> None:
    for what, data, status in (
        ("accept", {}, Status.ACCEPTED),
        ("redo", {"reason": "glare", "text": "И ближе"}, Status.REDO),
        ("reject", {"text": "Документ другого человека"}, Status.REJECTED),
    ):
        request = reviewed(care)
        assert post(site, request, what, answer=request.answer_id, **data) == 302
        request.refresh_from_db()
        assert request.status == status
    said = Message.objects.filter(recipient=care.client, subject_type="clients.request").order_by("pk")
    texts = [message.params["text"].split("\n") for message in said]
    assert ["На снимке блик. Выключите вспышку и снимите сбоку от лампы. И ближе" in lines for lines in texts].count(
        True
    ) == 1
    assert [lines[1] for lines in texts if lines[0].endswith(f"№ {request.number}.")][-1:] == [
        "Причина: Документ другого человека"
    ]


def test_a_stale_verdict_and_an_empty_reason_are_refused(site: Client, care: Care) -> None:
    request = reviewed(care)
    seen = request.answer_id
    again = SimpleUploadedFile("better.jpg", jpeg(), "image/jpeg")
    submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, uploads=[again])
    with nothing_changes():
        assert post(site, request, "accept", answer=seen) == 409
        assert post(site, request, "redo", answer=Answer.objects.latest("pk").pk) == 400
        assert post(site, request, "redo", answer=Answer.objects.latest("pk").pk, reason="nothing") == 400
        assert post(site, request, "reject", answer=Answer.objects.latest("pk").pk, text=" ") == 400
        assert post(site, request, "accept", answer="x") == 400


def test_what_the_client_will_read_stands_on_the_page(site: Client, care: Care) -> None:
    care.client.language = "en"
    care.client.save()
    request = reviewed(care)
    page = site.get(f"{REQUESTS}{request.pk}/change/")
    assert {reason.code: str(text).split("\n")[1] for reason, text in page.context["previews"]}["glare"] == (
        "There is glare in the picture. Switch the flash off and move away from the lamp."
    )


def test_the_card_is_masked_and_each_showing_is_kept(site: Client, care: Care) -> None:
    set_contact(actor=MACHINE, user_id=care.client.pk, phone="+79991234567", address="ул. Мира, 1")
    card = Card(client=care.client, tenant=care.company.tenant)
    card.facts = {"city": {"label": {"ru": "Город", "en": "City"}, "value": "Тверь"}}
    card.save()
    page = site.get(f"{CLIENTS}{care.client.pk}/change/")
    assert page.context["facts"] == [("Телефон", "•••45-67"), ("Адрес", "•••"), ("Город", "•••")]
    with nothing_changes():
        assert site.post(f"{CLIENTS}{care.client.pk}/reveal/", {"reason": ""}).status_code == 400
    page = site.post(f"{CLIENTS}{care.client.pk}/reveal/", {"reason": "Звонок клиенту"})
    assert page.context["facts"] == [("Телефон", "+7 999 123-45-67"), ("Адрес", "ул. Мира, 1"), ("Город", "Тверь")]
    assert Access.objects.values_list("kind", "reason").get() == (AccessKind.CARD, "Звонок клиенту")


def test_who_can_not_be_reached_is_said_with_what_to_do(site: Client, care: Care, company: Company) -> None:
    caller = company.person(Role.CLIENT)
    page = site.get(f"{CLIENTS}{caller.pk}/change/").context
    assert page["unreachable"] == (
        "Клиент ещё не запускал бота. Позвоните или отправьте ссылку-приглашение: тогда всё дойдёт."
    )
    invited = site.post(f"{CLIENTS}{caller.pk}/invite/")
    assert invited["Location"] == f"/admin/accounts/invite/{Invite.objects.get().pk}/change/"
    mark_unreachable(actor=Actor.system("sender"), telegram_id=care.client.telegram_id or 0, reason="blocked")
    day = f"{timezone.localdate():%d.%m.%Y}"
    assert site.get(f"{CLIENTS}{care.client.pk}/letters/").context["unreachable"] == (
        f"Клиент заблокировал бота (с {day}). Позвоните и попросите нажать в боте «Старт»."
    )


def test_a_correspondence_with_files_and_deliveries(site: Client, care: Care) -> None:
    photo = SimpleUploadedFile("схема.jpg", jpeg(), "image/jpeg")
    sent = site.post(f"{CLIENTS}{care.client.pk}/write/", {"text": "Когда удобно?", "attachments": [photo]})
    assert sent.status_code == 302
    write_to_staff(actor=care.actor(care.client, Via.BOT), text="Завтра")
    page = site.get(f"{CLIENTS}{care.client.pk}/letters/")
    assert [(b.side, b.text, len(b.files), b.delivery and b.delivery.status) for b in page.context["bubbles"]] == [
        ("staff", "Когда удобно?", 1, "queued"), ("client", "Завтра", 0, None),
    ]  # fmt: skip
    assert [c.full_name for c in site.get(CLIENTS, {"view": "unanswered"}).context["cl"].result_list] == ["Анна Белова"]
    with nothing_changes():
        assert site.post(f"{CLIENTS}{care.client.pk}/write/", {"text": " \u200b"}).status_code == 400
        assert site.post(f"{CLIENTS}{care.client.pk}/write/", {"text": "x" * 3801}).status_code == 400


def test_earlier_messages_are_a_page_back(site: Client, care: Care) -> None:
    for number in range(53):
        Letter.objects.create(
            client=care.client, tenant=care.company.tenant, author=care.client, text=f"{number}", via=Via.BOT
        )
    page = site.get(f"{CLIENTS}{care.client.pk}/letters/").context
    assert ([page["bubbles"][0].text, page["bubbles"][-1].text], len(page["bubbles"])) == (["3", "52"], 50)
    before = site.get(f"{CLIENTS}{care.client.pk}/letters/", {"before": page["earlier"]}).context
    assert [bubble.text for bubble in before["bubbles"]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "asked", ["белова", "БЕЛО", "анна белова", "@anna", "+7 999 123-45-67", "8 999 123 45 67", "ромашка", "{ticket}",
              "№ {request}"],
)  # fmt: skip
def test_a_client_is_found_by_what_is_known(site: Client, care: Care, company: Company, asked: str) -> None:
    User.objects.filter(pk=care.client.pk).update(telegram_username="anna_b")
    set_contact(actor=MACHINE, user_id=care.client.pk, phone="+79991234567", company="ООО «Ромашка»")
    company.person(Role.CLIENT, name="Борис Климов")
    company.person(Role.CLIENT, name="Анна Белова", tenant=company.other)
    asked = asked.format(ticket=company.ticket(care.client).number, request=care.request().number)
    found = site.get(CLIENTS, {"q": asked}).context["cl"].result_list
    assert [client.pk for client in found] == [care.client.pk]


def test_odd_searches_find_nobody(site: Client, care: Care) -> None:
    for asked in ("%", "'", "9" * 5000, "\u200b", "нет такого", "(", "&|!", "1e9"):
        assert list(site.get(CLIENTS, {"q": asked}).context["cl"].result_list) == [], asked


def test_superusers_set_up_kinds_and_questions_without_code(client: Client, company: Company) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    base = "/admin/clients/"
    kind = {
        "code": "inn", "enabled": "on", "name_ru": "ИНН", "types": ["picture", "pdf"], "megabytes": 5, "pages": 1,
        "retention_days": 30, "text_allowed": "on",
        "sample": SimpleUploadedFile("sample.jpg", jpeg(), "image/jpeg"),
    }  # fmt: skip
    assert client.post(f"{base}documentkind/add/", kind).status_code == 302
    made = DocumentKind.objects.get(code="inn")
    assert (made.types, made.retention_days, len(files_of([made])[made.pk])) == (["picture", "pdf"], 30, 1)
    assert Entry.objects.filter(action="clients.add_documentkind", object_id=made.pk).count() == 1
    changed = {**kind, "retention_days": 60, "sample": ""}
    assert client.post(f"{base}documentkind/{made.pk}/change/", changed).status_code == 302
    assert Entry.objects.get(action="clients.change_documentkind").data == {"fields": ["retention_days"]}
    with nothing_changes():
        for wrong in ({"code": "Ошибка"}, {"types": ["exe"]}, {"megabytes": 21}, {"pages": 0}, {"retention_days": 0}):
            assert client.post(f"{base}documentkind/add/", {**kind, "code": "new", **wrong}).status_code == 200
    question = {
        "questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 0, "questions-0-position": 10, "questions-0-key": "inn",
        "questions-0-type": "number", "questions-0-text_ru": "Ваш ИНН?", "questions-0-length": 12,
        "questions-0-required": "on",
    }  # fmt: skip
    form = {"code": "tax", "enabled": "on", "name_ru": "Налоги", "retention_days": 90, **question}
    assert client.post(f"{base}questionnaire/add/", form).status_code == 302
    assert Question.objects.get(key="inn").text_ru == "Ваш ИНН?"
    template = {"code": "tax", "enabled": "on", "position": 50, "name_ru": "Налоги", "due_days": 3}
    with nothing_changes():
        assert client.post(f"{base}requesttemplate/add/", template).status_code == 200
    template["questionnaire"] = Question.objects.get(key="inn").questionnaire_id
    assert client.post(f"{base}requesttemplate/add/", template).status_code == 302
    assert client.post(f"{base}consenttext/add/", {"text_ru": "Новый текст"}).status_code == 302
    assert ConsentText.objects.order_by("-pk")[0].text_ru == "Новый текст"
    with nothing_changes():
        client.post(f"{base}consenttext/{ConsentText.objects.first().pk}/change/", {"text_ru": "Подменили"})  # type: ignore[union-attr]


def test_the_log_of_looks_is_filtered(client: Client, care: Care, company: Company) -> None:
    for reason in ("Проверка ответа", "Звонок клиенту"):
        Access.objects.create(
            actor_kind="user", user=care.operator, via=Via.CONSOLE, tenant=company.tenant, client=care.client,
            kind=AccessKind.CARD, reason=reason,
        )  # fmt: skip
    client.force_login(company.person(Role.SUPERUSER))
    page = client.get("/admin/clients/access/", {"q": "звонок", "kind__exact": "card"})
    assert [look.reason for look in page.context["cl"].result_list] == ["Звонок клиенту"]
    assert client.get("/admin/clients/access/", {"who": care.client.pk}).context["cl"].result_count == 0


def test_an_erasure_is_decided_with_one_button(client: Client, care: Care, company: Company) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    assert client.post(f"{CLIENTS}{care.client.pk}/erase/").status_code == 302
    asked = Erasure.objects.get()
    address = f"/admin/clients/erasure/{asked.pk}/"
    with nothing_changes():
        assert client.post(f"{address}refuse/", {"reason": ""}).status_code == 400
    assert client.post(f"{address}erase/").status_code == 302
    assert not User.objects.get(pk=care.client.pk).is_active
    with nothing_changes():
        assert client.post(f"{address}erase/").status_code == 410


def test_pages_of_a_foreign_branch_do_not_exist(care: Care, company: Company, client: Client) -> None:
    request = reviewed(care)
    stranger = company.person(Role.OPERATOR, tenant=company.other)
    client.force_login(stranger)
    with nothing_changes():
        for address in (
            f"{REQUESTS}{request.pk}/change/", f"{CLIENTS}{care.client.pk}/change/",
            f"{CLIENTS}{care.client.pk}/letters/", f"{REQUESTS}new/?client={care.client.pk}",
        ):  # fmt: skip
            assert client.get(address).status_code == 404, address
        for address, data in (
            (f"{REQUESTS}{request.pk}/accept/", {"answer": request.answer_id}),
            (f"{REQUESTS}{request.pk}/reveal/", {"reason": "Проверка"}),
            (f"{CLIENTS}{care.client.pk}/write/", {"text": "Привет"}),
            (f"{CLIENTS}{care.client.pk}/reveal/", {"reason": "Проверка"}),
        ):
            assert client.post(address, data).status_code == 404, address
    assert client.get(REQUESTS).context["cl"].result_count == 0
    assert as_actor(stranger).tenant_id == company.other.pk
