"""What the curator decides on the card besides verification, and how an order without a ticket gets its client."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.actions import set_contact
from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from bench.processes import wait_until
from core.errors import Denied, NotFound
from files.queries import files_of
from orders.actions import ask_about_order, cancel_order, create_order, edit_order, reveal_address
from orders.enums import Stage
from orders.errors import StageNotPossible
from orders.models import Attempt, Estimate, Order, OrderComment
from tests.simulator.pictures import jpeg
from tests.support.company import MACHINE, Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes, refused

TABLE = "/admin/orders/order/"


@pytest.fixture
def team(company: Company) -> Team:
    return Team(company, telegram=True)


@pytest.fixture
def site(client: Client, team: Team) -> Client:
    client.force_login(team.curator)
    return client


def post(site: Client, order: Order, what: str, **data: object) -> int:
    return site.post(f"{TABLE}{order.pk}/{what}/", data).status_code


def test_a_sum_is_corrected_beside_the_old_one(site: Client, team: Team) -> None:
    order = team.order(Stage.REPAIR)
    paid = Attempt.objects.get(order=order, stage=Stage.PREPAYMENT)
    with nothing_changes():
        assert post(site, order, "correct", attempt=paid.pk, total="1.5к", reason="Опечатка") == 400
        assert post(site, order, "correct", attempt=paid.pk, total="2500", reason=" ") == 400
        assert post(site, order, "correct", attempt=paid.pk, total="2000", reason="Та же") == 400
    assert post(site, order, "correct", attempt=paid.pk, total="2 500,50", reason="Опечатка") == 302
    page = site.get(f"{TABLE}{order.pk}/change/")
    (one,) = [one for one in page.context["before"] if one.attempt == paid]
    assert [(str(made.before), str(made.after), made.reason) for made in one.corrections] == [
        ("2000.00", "2500.50", "Опечатка"),
    ]  # fmt: skip
    assert ("Предоплата", "2\xa0500,50 ₽") in page.context["sums"]


def test_a_refused_correction_keeps_what_was_typed(site: Client, team: Team) -> None:
    order = team.order(Stage.REPAIR)
    paid = Attempt.objects.get(order=order, stage=Stage.PREPAYMENT)
    page = site.post(f"{TABLE}{order.pk}/correct/", {"attempt": paid.pk, "total": "много", "reason": "Плата <сгорела>"})
    assert 'value="Плата &lt;сгорела&gt;"' in page.content.decode()
    assert page.content.decode().count('value="много"') == 1


def test_the_consent_on_paper_has_its_photo(site: Client, team: Team) -> None:
    order = team.order(Stage.REPAIR)
    agreed = Attempt.objects.get(order=order, stage=Stage.AGREEMENT)
    post(site, order, "correct", attempt=agreed.pk, total="12000", reason="Плата")
    with nothing_changes():
        assert post(site, order, "consent", total="12000") == 400
        assert post(site, order, "consent", total="11000", text="Подписал") == 409
    photo = SimpleUploadedFile("paper.jpg", jpeg(), "image/jpeg")
    assert post(site, order, "consent", total="12000.00", text="Подписал", photos=photo) == 302
    paper = Estimate.objects.get(recorded_by=team.curator)
    assert (paper.text, paper.total, len(files_of([paper])[paper.pk])) == ("Подписал", 12000, 1)


def test_the_client_is_answered_from_the_card(site: Client, team: Team) -> None:
    order = team.order()
    ask_about_order(actor=team.actor(team.client), order_id=order.pk, text="Когда?")
    with nothing_changes():
        assert post(site, order, "answer", text=" ") == 400
    assert post(site, order, "answer", text="Завтра") == 302
    shown = site.get(f"{TABLE}{order.pk}/change/").context["talk"]
    assert [(one.comment.kind, one.comment.text) for one in shown] == [("question", "Когда?"), ("answer", "Завтра")]


def test_the_reasons_stay_on_the_card(site: Client, team: Team) -> None:
    order = team.order(Stage.WORKSHOP)
    until = (timezone.localtime() + timezone.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert post(site, order, "extend", until=until, reason="Нет детали") == 302
    assert post(site, order, "release", reason="Мастер заболел") == 302
    assert list(OrderComment.objects.order_by("pk").values_list("kind", "stage", "text")) == [
        ("more_time", "workshop", "Нет детали"), ("released", "workshop", "Мастер заболел"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_has_changed_is_told_to_who_sees_the_order(site: Client, team: Team, company: Company) -> None:
    live = f"{TABLE}live/"
    stranger = Client()
    stranger.force_login(company.person(Role.CURATOR))
    since = site.get(live).json()["cursor"]
    order = team.order(awaiting=True)

    def told(reader: Client) -> tuple[list[int], int]:
        answer = reader.get(live, {"after": since}).json()
        return answer["changed"], answer["news"]

    wait_until(lambda: told(site)[1], "no older transaction of the machine is running any more")
    assert told(site) == ([order.pk], 1)
    assert told(stranger) == ([], 0)


def test_a_known_client_gets_an_order_without_a_ticket(site: Client, team: Team, company: Company) -> None:
    anna = company.person(Role.CLIENT, name="Анна Белова")
    page = site.get(f"{TABLE}new/", {"q": "белова"})
    assert [name for _value, name in page.context["form"].fields["client"].choices][:1] == ["Анна Белова"]
    site.post(f"{TABLE}new/", {"q": "белова", "client": anna.pk, "device": "HP M404"})
    assert Order.objects.get().client == anna


def test_a_new_client_is_entered_with_the_order_and_not_twice(site: Client, company: Company) -> None:
    new = {"client": "new", "client_name": "Пётр Ильин", "client_phone": "8 912 000 11 22", "device": "HP M404"}
    assert site.post(f"{TABLE}new/", new).status_code == 302
    peter = User.objects.get(full_name="Пётр Ильин")
    assert (Order.objects.get().client, peter.contact.phone) == (peter, "+79120001122")
    with nothing_changes():
        page = site.post(f"{TABLE}new/", {**new, "client_name": "Петя"})
        assert site.post(f"{TABLE}new/", {**new, "client_phone": "12"}).status_code == 400
    assert (page.status_code, page.context["clients"]) == (409, [peter])


def test_a_client_of_another_branch_can_not_be_named(site: Client, company: Company) -> None:
    foreign = company.person(Role.CLIENT, tenant=company.other, name="Чужой")
    set_contact(actor=MACHINE, user_id=foreign.pk, phone="+79991112233")
    with nothing_changes():
        assert site.post(f"{TABLE}new/", {"q": "Чужой", "client": foreign.pk}).status_code == 400
        assert site.post(f"{TABLE}new/", {"client": "x"}).status_code == 400


def test_device_and_client_are_added_later(site: Client, team: Team, company: Company) -> None:
    order = create_order(actor=team.actor(team.curator), external_number="4711")
    anna, address = company.person(Role.CLIENT, name="Анна Белова"), f"{TABLE}{order.pk}/edit/"
    page = site.get(address, {"q": "белова"})
    assert [field.name for field in page.context["device_fields"]][:2] == ["external_number", "category"]
    given = {"q": "белова", "client": anna.pk, "external_number": "4711", "device": "HP M404", "fault": "Жуёт"}
    assert site.post(address, given).status_code == 302
    order.refresh_from_db()
    assert (order.client, order.device, order.fault, order.external_number) == (anna, "HP M404", "Жуёт", "4711")
    assert site.post(address, {"device": "HP M405", "client": ""}).status_code == 302
    order.refresh_from_db()
    assert (order.client, order.device, order.external_number) == (anna, "HP M405", "")


def test_only_the_curator_changes_an_open_order(site: Client, team: Team, company: Company) -> None:
    order, stranger = team.order(), team.actor(company.person(Role.CURATOR))
    for actor, problem in ((team.actor(team.engineer), Denied), (stranger, NotFound)):
        with refused(problem):
            edit_order(actor=actor, order_id=order.pk, device="Другое")
    cancel_order(actor=team.actor(team.curator), order_id=order.pk, reason="Нет")
    with refused(StageNotPossible):
        edit_order(actor=team.actor(team.curator), order_id=order.pk, device="Другое")


def test_the_address_is_shown_to_who_asks_and_written_down(site: Client, team: Team) -> None:
    order = team.order(address="Пермь, Ленина, 1")
    for page in ("change", "edit"):
        assert "Ленина" not in site.get(f"{TABLE}{order.pk}/{page}/").content.decode()
    shown = site.post(f"{TABLE}{order.pk}/reveal/", follow=True)
    assert [str(message) for message in shown.context["messages"]] == ["Адрес: Пермь, Ленина, 1"]
    assert Entry.objects.filter(action="orders.reveal_address", user=team.curator).count() == 1
    site.post(f"{TABLE}{order.pk}/edit/", {"device": "HP M405"})
    assert Order.objects.get().address == "Пермь, Ленина, 1"
    with refused(Denied):
        reveal_address(actor=team.actor(team.engineer), order_id=order.pk)
