"""A lost key at every door: what can not be decrypted is told in a plain sentence, and the rest works."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from structlog.testing import capture_logs

from accounts.actions import begin_second_factor, create_invite, set_contact
from accounts.models import Contact, Invite, SecondFactor, User
from accounts.roles import Role
from audit.models import Entry
from core.crypto import Unsealable, keyed_hashes
from files.models import StoredFile
from files.tasks import make_views
from orders.actions import create_order, edit_order
from orders.models import Order
from outbox.enums import DeliveryStatus
from outbox.models import Message
from tests.api.callers import caller, problem
from tests.files.test_serving import kept, shown
from tests.simulator.pictures import jpeg
from tests.support.company import MACHINE, PASSWORD, Company, as_actor
from tests.support.desk import Desk
from tests.support.orders import Team
from tests.support.sealed import Keys
from tests.support.unchanged import nothing_changes
from tickets.models import Comment

PHONE = "+79991234567"
LOST = "не удаётся расшифровать"
NO_PHONE = "«Телефон»: не удаётся расшифровать — ключа нет или значение изменено."
NO_ADDRESS = "«Адрес»: не удаётся расшифровать — ключа нет или значение изменено."


@pytest.fixture
def anna(company: Company) -> User:
    person = company.person(Role.CLIENT, name="Анна Смирнова")
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн", phone=PHONE, address="Мира, 1")
    return person


def as_console(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def unreadable(logs: list[Any]) -> list[tuple[str, str, object, str]]:
    return [(e["table"], e["field"], e["row"], e["reason"]) for e in logs if e["event"] == "core.unreadable"]


# ---- the console ----


def test_the_card_of_a_ticket_shows_what_it_can(company: Company, anna: User, keys: Keys) -> None:
    ticket = company.ticket(anna)
    site = as_console(company.person(Role.OPERATOR))
    keys.lose_old()
    with capture_logs() as logs:
        page = site.get(f"/admin/tickets/ticket/{ticket.pk}/change/")
    assert page.status_code == 200
    assert LOST in text(page)
    assert "Медлайн" in text(page)
    assert ticket.subject in text(page)
    assert f"/admin/tickets/ticket/{ticket.pk}/phone/" not in text(page)
    assert unreadable(logs) == [("accounts_contact", "phone", Contact.objects.get().pk, "no_key")]
    assert PHONE not in str(logs)
    with nothing_changes():
        asked = site.post(f"/admin/tickets/ticket/{ticket.pk}/phone/")
    assert (asked.status_code, NO_PHONE in text(asked)) == (503, True)
    assert site.get("/admin/tickets/ticket/").status_code == 200


def test_callers_are_offered_without_their_numbers(company: Company, anna: User, keys: Keys) -> None:
    site = as_console(company.person(Role.OPERATOR))
    keys.lose_old()
    page = site.get("/admin/tickets/ticket/new/", {"q": "Анна"})
    assert page.status_code == 200
    assert f"Медлайн · {LOST}" in text(page)


def test_what_is_lost_can_be_written_anew(company: Company, anna: User, keys: Keys) -> None:
    keys.lose_old()
    actor = as_actor(company.person(Role.OPERATOR))
    set_contact(actor=actor, user_id=anna.pk, company="Аврора")
    contact = Contact.objects.get()
    assert (contact.company, contact.phone_hash[:3]) == ("Аврора", "t1:")
    with pytest.raises(Unsealable):
        _ = contact.address
    set_contact(actor=actor, user_id=anna.pk, phone=PHONE)
    contact = Contact.objects.get()
    assert (contact.phone, contact.phone_hash) == (PHONE, keyed_hashes(PHONE, purpose="accounts.phone")[0])
    assert [entry.data["fields"] for entry in Entry.objects.filter(user=actor.user_id).order_by("pk")] == [
        ["company"], ["phone"],
    ]  # fmt: skip


def test_the_card_of_an_order_shows_what_it_can(team: Team, anna: User, keys: Keys) -> None:
    order = team.order(address="Мира, 1")
    site, card = as_console(team.curator), f"/admin/orders/order/{order.pk}/"
    assert f"{card}reveal/" in text(site.get(f"{card}change/"))
    keys.lose_old()
    page = site.get(f"{card}change/")
    assert (page.status_code, LOST in text(page), "HP M404" in text(page)) == (200, True, True)
    assert f"{card}reveal/" not in text(page)
    with nothing_changes():
        asked = site.post(f"{card}reveal/")
    assert (asked.status_code, NO_ADDRESS in text(asked)) == (503, True)
    assert site.get("/admin/orders/order/").status_code == 200


def test_an_order_goes_on_without_the_lost_address(team: Team, anna: User, keys: Keys) -> None:
    order = team.order(address="Мира, 1")
    keys.lose_old()
    actor = team.actor(team.curator)
    edit_order(actor=actor, order_id=order.pk, device="HP M405", address="")
    with pytest.raises(Unsealable):
        _ = Order.objects.get(pk=order.pk).address
    edit_order(actor=actor, order_id=order.pk, address="Мира, 2")
    assert Order.objects.get(pk=order.pk).address == "Мира, 2"
    assert create_order(actor=actor, client_id=anna.pk).address == ""
    assert create_order(actor=actor, client_id=anna.pk, address="Мира, 3").address == "Мира, 3"


def invite(company: Company) -> Invite:
    return create_invite(actor=as_actor(company.person(Role.SUPERUSER)), role=Role.CLIENT, tenant_id=company.tenant.pk)


def test_an_invite_without_its_code_can_be_ended(company: Company, desk: Desk, keys: Keys) -> None:
    made, boss = invite(company), as_console(company.person(Role.SUPERUSER))
    keys.lose_old()
    assert boss.get("/admin/accounts/invite/").status_code == 200
    page = boss.get(f"/admin/accounts/invite/{made.pk}/change/")
    assert (page.status_code, LOST in text(page)) == (200, True)
    assert "inv_" not in text(page)
    assert boss.post(f"/admin/accounts/invite/{made.pk}/revoke/").status_code == 302
    assert Invite.objects.get().revoked_at is not None


def test_a_second_factor_that_is_not_set_up_yet_begins_anew(company: Company, keys: Keys) -> None:
    person = company.person(Role.TECHNICIAN)
    first = begin_second_factor(user=person).secret
    keys.lose_old()
    page = as_console(person).get("/admin/second-factor/")
    second = SecondFactor.objects.get().secret
    assert (page.status_code, second in text(page), second != first) == (200, True, True)


def confirmed(person: User) -> SecondFactor:
    factor = begin_second_factor(user=person)
    factor.confirmed = True
    factor.recovery = [keyed_hashes("abcdef-abcdef", purpose="accounts.recovery")[0]]
    factor.save()
    return factor


def test_a_second_factor_without_its_secret(company: Company, keys: Keys) -> None:
    """The code of the app is told to be of no use, and counts as a wrong one; a superuser can take it away."""
    person = company.person(Role.TECHNICIAN, password=PASSWORD)
    confirmed(person)
    keys.lose_old()
    site = Client()
    site.post("/admin/login/", {"username": person.username, "password": PASSWORD})
    page = site.post("/admin/second-factor/", {"code": "123456"})
    assert (page.status_code, "«Второй фактор»: не удаётся расшифровать" in text(page)) == (503, True)
    assert SecondFactor.objects.get().throttling_failure_count == 1
    boss = as_console(company.person(Role.SUPERUSER))
    assert boss.post(f"/admin/accounts/user/{person.pk}/factor/").status_code == 302
    assert SecondFactor.objects.count() == 0


def test_a_recovery_code_serves_without_the_secret(company: Company) -> None:
    person = company.person(Role.TECHNICIAN, password=PASSWORD)
    factor = confirmed(person)
    SecondFactor.objects.filter(pk=factor.pk).update(secret_sealed=b"t1\0altered")
    given = {"username": person.username, "password": PASSWORD, "code": "abcdef-abcdef"}
    assert caller(person).post("/api/auth/token/", given).status_code == 200


@pytest.mark.parametrize("variant", ["", "view/", "view/2/"])
def test_a_file_is_told_by_a_page(company: Company, variant: str, keys: Keys) -> None:
    row = shown(company.ticket())
    site = as_console(company.person(Role.TECHNICIAN))
    keys.lose_old()
    with capture_logs() as logs:
        answer = site.get(f"/files/{row.uid}/{variant}")
    assert answer.status_code == 503
    assert "«Файл»: не удаётся расшифровать — ключа нет или значение изменено." in text(answer)
    field = {"": "original-0", "view/": "view-1", "view/2/": "view-2"}[variant]
    assert unreadable(logs) == [("files_storedfile", field, str(row.uid), "no_key")]


def test_a_small_picture_is_an_empty_frame(company: Company, keys: Keys) -> None:
    row = shown(company.ticket())
    site = as_console(company.person(Role.TECHNICIAN))
    keys.lose_old()
    answer = site.get(f"/files/{row.uid}/thumbnail/")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (503, "image/svg+xml", "no-store")
    assert text(answer).startswith("<svg")


def test_what_did_not_arrive_is_sent_anew_as_far_as_it_is_known(company: Company, desk: Desk, keys: Keys) -> None:
    """The words are kept with the comment and written anew; which file it was the lost message alone knows."""
    ticket = company.ticket(company.person(Role.CLIENT, telegram=True))
    site, card = as_console(company.person(Role.TECHNICIAN)), f"/admin/tickets/ticket/{ticket.pk}/"
    for sent in ({}, {"attachments": SimpleUploadedFile("a.txt", b"a")}):
        assert site.post(f"{card}comment/", {"text": "Едем", "visibility": "public", **sent}).status_code == 302
    words, with_file = Comment.objects.order_by("pk")
    Message.objects.update(status=DeliveryStatus.FAILED)
    keys.lose_old()
    assert site.post(f"{card}comment/{words.pk}/repeat/").status_code == 302
    assert "Едем" in Message.objects.latest("pk").params["text"]
    with nothing_changes():
        answer = site.post(f"{card}comment/{with_file.pk}/repeat/")
    assert (answer.status_code, "«Сообщение»: не удаётся расшифровать" in text(answer)) == (503, True)


# ---- the API ----


def test_contacts_over_rest(company: Company, anna: User, keys: Keys) -> None:
    """null: there is a number, and it can not be decrypted. Words in its place would be taken for one."""
    api = caller(company.person(Role.OPERATOR))
    keys.lose_old()
    card = {"id": anna.pk, "name": "Анна Смирнова", "company": "Медлайн", "phone": None, "telegram": False}
    assert api.get("/api/contacts/", {"search": "Анна"}).json() == {"results": [card]}
    with nothing_changes():
        assert api.get(f"/api/contacts/{anna.pk}/").json() == card
    changed = api.patch(f"/api/contacts/{anna.pk}/", {"company": "Аврора"}, format="json")
    assert (changed.status_code, changed.json()) == (200, {**card, "company": "Аврора"})


def test_an_invite_over_rest(company: Company, desk: Desk, keys: Keys) -> None:
    made = invite(company)
    api = caller(company.person(Role.SUPERUSER))
    keys.lose_old()
    assert api.get("/api/admin/invites/").status_code == 200
    for shown_one in (
        api.get(f"/api/admin/invites/{made.uid}/"), api.post(f"/api/admin/invites/{made.uid}/revoke/"),
    ):  # fmt: skip
        assert (shown_one.status_code, shown_one.json()["code"], shown_one.json()["link"]) == (200, None, "")


def test_a_call_is_not_done_twice_where_its_answer_is_lost(company: Company, keys: Keys) -> None:
    api, body = caller(company.person(Role.INTEGRATOR)), {"client_name": "Anna", "description": "It squeaks"}
    key = {"Idempotency-Key": "order-1"}
    assert api.post("/api/tickets/", body, headers=key).status_code == 201
    keys.lose_old()
    with nothing_changes():
        again = api.post("/api/tickets/", body, headers=key)
    assert problem(again) == (503, "unreadable", set())
    assert again.json()["detail"] == (
        "“Answer to the first call” can not be decrypted: the key is missing or the value was altered."
    )


def test_a_file_over_rest(company: Company, keys: Keys) -> None:
    row = kept(company.ticket(), b"plain")
    api = caller(company.person(Role.TECHNICIAN))
    keys.lose_old()
    assert problem(api.get(f"/api/files/{row.uid}/")) == (503, "unreadable", set())


def test_a_token_with_a_lost_second_factor(company: Company, keys: Keys) -> None:
    person = company.person(Role.TECHNICIAN, password=PASSWORD)
    confirmed(person)
    keys.lose_old()
    given = {"username": person.username, "password": PASSWORD, "code": "123456"}
    assert problem(caller(person).post("/api/auth/token/", given)) == (503, "unreadable", set())


# ---- the files' own work ----


def test_pictures_of_what_can_not_be_read_are_tried_later(company: Company, keys: Keys) -> None:
    row = kept(company.ticket(), jpeg())
    keys.lose_old()
    with capture_logs() as logs:
        make_views(row.pk)
    row = StoredFile.objects.get(pk=row.pk)
    assert (row.view_status, row.view_attempts) == ("pending", 1)
    assert [entry["error"] for entry in logs if entry["event"] == "files.views_failed"] == ["Unsealable"]
