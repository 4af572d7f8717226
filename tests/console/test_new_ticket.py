"""An operator opens a ticket for somebody who is calling."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import set_contact
from accounts.models import Contact, User
from accounts.roles import Role
from audit.models import Entry
from tests.support.company import MACHINE, Company
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

PAGE = "/admin/tickets/ticket/new/"
PHONE = "+79991234567"
CALL = {
    "q": "", "client": "new", "client_name": "Пётр", "client_phone": "8 (999) 123-45-67", "client_company": "Аврора",
    "subject": "", "description": "Принтер шумит\nи греется", "priority": "high",
}  # fmt: skip


@pytest.fixture
def operator(company: Company, client: Client) -> User:
    person = company.person(Role.OPERATOR)
    client.force_login(person)
    return person


@pytest.fixture
def anna(company: Company) -> User:
    person = company.person(Role.CLIENT, name="Анна Смирнова", telegram=True)
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн", phone=PHONE)
    return person


def said(page) -> list[str]:  # type: ignore[no-untyped-def]
    """The sentences above the page."""
    return [str(message) for message in page.context["messages"]]


def choices(page) -> list[str]:  # type: ignore[no-untyped-def]
    """Whom the page offers."""
    return [value for value, _about in page.context["form"].fields["client"].choices]


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.OPERATOR, Role.CURATOR, Role.SUPERUSER])
def test_the_way_to_a_new_ticket_stands_above_the_table(company: Company, client: Client, role: Role) -> None:
    client.force_login(company.person(role))
    assert f'href="{PAGE}"' in client.get("/admin/tickets/ticket/").content.decode()
    assert client.get(PAGE).status_code == 200


def test_a_new_caller_and_his_ticket_come_together(client: Client, operator: User) -> None:
    page = client.post(PAGE, CALL, follow=True)
    ticket = Ticket.objects.get()
    assert page.redirect_chain == [(f"/admin/tickets/ticket/{ticket.pk}/change/", 302)]
    assert said(page) == [f"Заявка № {ticket.number} создана."]
    assert page.content.decode().count(f"Заявка № {ticket.number} создана.") == 1
    assert (ticket.subject, ticket.description, ticket.priority, ticket.source) == (
        "Принтер шумит", "Принтер шумит\nи греется", "high", "console",
    )  # fmt: skip
    contact = Contact.objects.get()
    assert (contact.user, contact.company, contact.phone) == (ticket.client, "Аврора", PHONE)
    assert (ticket.client.full_name, ticket.client.tenant, ticket.client.roles) == (
        "Пётр", operator.tenant, {Role.CLIENT},
    )  # fmt: skip
    assert list(Entry.objects.filter(user=operator).order_by("pk").values_list("action", "via")) == [
        ("accounts.create_person", "console"), ("accounts.set_contact", "console"), ("tickets.create", "console"),
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["анна", "медлайн", "8 999 123 45 67"])
def test_a_known_caller_is_found_and_chosen(
    company: Company, client: Client, operator: User, anna: User, asked: str
) -> None:
    page = client.get(PAGE, {"q": asked})
    assert choices(page) == [str(anna.pk), "new"]
    html = page.content.decode()
    assert "Медлайн · •••45-67 · Telegram · Москва" in html
    assert "999 123-45-67" not in html
    client.post(PAGE, {**CALL, "q": asked, "client": str(anna.pk), "subject": "Шум"})
    ticket = Ticket.objects.get()
    assert (ticket.client, ticket.subject) == (anna, "Шум")
    assert (User.objects.filter(full_name="Пётр").count(), Contact.objects.count()) == (0, 1)


def test_the_only_one_with_the_number_is_chosen_beforehand(client: Client, operator: User, anna: User) -> None:
    assert client.get(PAGE, {"q": PHONE}).context["form"]["client"].value() == str(anna.pk)
    assert client.get(PAGE, {"q": "анна"}).context["form"]["client"].value() == ""


@pytest.mark.parametrize(("asked", "field"), [("Борис", "client_name"), ("8 999 000-00-00", "client_phone")])
def test_what_was_searched_in_vain_is_entered_already(client: Client, operator: User, asked: str, field: str) -> None:
    page = client.get(PAGE, {"q": asked})
    assert "Никого не нашлось" in page.content.decode()
    assert page.context["form"][field].value() == asked


NO_NUMBER = "Это не похоже на номер телефона. Напишите его с кодом города или страны: +7 999 123-45-67."
WRONG = [
    ({"client_name": " "}, "client_name", "Напишите имя клиента."),
    ({"client_name": "\u200b"}, "client_name", "Напишите имя клиента."),
    ({"client_phone": "8999"}, "client_phone", NO_NUMBER),
    ({"client_phone": "1" * 25}, "client_phone", NO_NUMBER),
    ({"description": ""}, "description", "Обязательное поле."),
    ({"priority": "asap"}, "priority", "Выберите корректный вариант. asap нет среди допустимых значений."),
    ({"client": ""}, "client", "Выберите, кто обращается."),
    ({"client": "999999"}, "client", "Выберите, кто обращается."),
]


@pytest.mark.parametrize(("given", "field", "sentence"), WRONG)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    client: Client, operator: User, given: dict[str, str], field: str, sentence: str
) -> None:
    with nothing_changes():
        page = client.post(PAGE, {**CALL, **given})
    assert (page.status_code, page.context["form"].errors) == (400, {field: [sentence]})
    html = page.content.decode()
    assert sentence in html
    for name, value in {**CALL, **given}.items():
        assert page.context["form"].data[name] == value
    assert "Аврора" in html


def test_what_only_the_action_refuses_keeps_the_form_too(client: Client, operator: User) -> None:
    with nothing_changes():
        page = client.post(PAGE, {**CALL, "description": "\u200b"})
    assert (page.status_code, said(page)) == (400, ["Текст пустой. Напишите, о чём речь."])
    assert 'value="Пётр"' in page.content.decode()


def test_a_number_that_somebody_has_already_is_asked_about_once(client: Client, operator: User, anna: User) -> None:
    with nothing_changes():
        page = client.post(PAGE, CALL)
    assert page.status_code == 409
    assert said(page) == ["Клиент с таким телефоном уже есть. Выберите, кто обращается."]
    assert (choices(page), page.context["asked"]) == ([str(anna.pk), "new"], PHONE)
    assert [page.context["form"][name].value() for name in ("client_name", "description")] == [
        CALL["client_name"], "Принтер шумит\nи греется",
    ]  # fmt: skip
    client.post(PAGE, {**CALL, "q": PHONE})
    assert Ticket.objects.get().client.full_name == "Пётр"


def test_nobody_of_another_branch_is_offered_or_taken(company: Company, client: Client, operator: User) -> None:
    stranger = company.person(Role.CLIENT, name="Чужая", tenant=company.other)
    set_contact(actor=MACHINE, user_id=stranger.pk, phone=PHONE)
    assert choices(client.get(PAGE, {"q": "Чужая"})) == ["new"]
    with nothing_changes():
        assert client.post(PAGE, {**CALL, "q": "Чужая", "client": str(stranger.pk)}).status_code == 400
    assert client.post(PAGE, CALL).status_code == 302


def test_a_superuser_names_the_branch_of_a_new_client(company: Company, client: Client) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    with nothing_changes():
        page = client.post(PAGE, CALL)
    assert page.context["form"].errors == {"tenant": ["Выберите филиал нового клиента."]}
    client.post(PAGE, {**CALL, "tenant": company.other.pk})
    ticket = Ticket.objects.get()
    assert (ticket.tenant, ticket.client.tenant) == (company.other, company.other)


def test_others_name_no_branch(company: Company, client: Client, operator: User) -> None:
    client.post(PAGE, {**CALL, "tenant": company.other.pk})
    assert Ticket.objects.get().tenant == company.tenant


@pytest.mark.parametrize("asked", ["\x00", "%00", "\ud800".encode("utf-8", "surrogatepass"), "x" * 3000, "²"])
def test_odd_searches_are_no_error(client: Client, operator: User, asked: str) -> None:
    assert client.get(PAGE, {"q": asked}).status_code in {200, 400}


def test_what_people_are_called_is_text(company: Company, client: Client, operator: User) -> None:
    evil = '<img src=x onerror="alert(1)">'
    person = company.person(Role.CLIENT, name=evil)
    set_contact(actor=MACHINE, user_id=person.pk, company=evil)
    page = client.get(PAGE, {"q": evil}).content.decode()
    assert evil not in page
    assert page.count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;") == 4  # search box twice, name, company


def test_the_number_of_queries_does_not_depend_on_the_callers(company: Company, client: Client, operator: User) -> None:
    counts = []
    for name in ("Пётр 1", "Пётр 2", "Пётр 3"):
        set_contact(actor=MACHINE, user_id=company.person(Role.CLIENT, name=name).pk, phone=PHONE)
        client.get(PAGE, {"q": "пётр"})
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"q": "пётр"})
        counts.append(len(queries))
    assert len(set(counts)) == 1
