"""What is found, by which words, and by whom."""

import unicodedata

import pytest

from accounts.models import User
from accounts.roles import Role
from tests.support.company import Company, as_actor
from tickets import search
from tickets.actions import add_comment
from tickets.models import SearchRow, Ticket
from tickets.queries import visible_to

TEXT = "Не печатает принтер HP LaserJet\nКартриджи Brother TN-2375, ещё чёрный тонер на складе №7, Printers are broken"


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN)


@pytest.fixture
def ticket(company: Company) -> Ticket:
    return company.ticket(company.person(Role.CLIENT, name="Пётр Семёнов, «Вектор»"), TEXT)


def found(person: User, text: str) -> list[int]:
    return list(search.matching(visible_to(as_actor(person)), text).values_list("number", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "принтер", "ПРИНТЕРА", "принтерами", "прин", "картридж", "картриджей", "тонеры", "печатать",
        "чёрный", "черный", "ЧЕРНАЯ", "еще", "ещё", unicodedata.normalize("NFD", "ещё"), "склад 7",
        "printer", "broken printers", "laserj", "hp принтер",
        "TN-2375", "tn2375", "TN 2375", "2375", "tn-23", "TN‑2375", "brother,tn-2375",
        "петр", "Пётр Семенов", "семёнову", "вектор", "«Вектор»", "Семёнов картридж",
        "не", "не печатает", "№7", "'принтер'", '"принтер hp"', "принтер:*", "принтер & !hp", "-принтер", "(принтер",
        "принтер\x00hp", "принтер\u200b", "принтер 🖨",
    ],
)  # fmt: skip
def test_words_are_found(technician: User, ticket: Ticket, text: str) -> None:
    assert found(technician, text) == [ticket.number]


@pytest.mark.parametrize(
    "text",
    [
        "сканер", "принтер сканер", "ринтер", "TN-2376", "2375tn", "иванов",
        "'", '"', "%", "%%", "_", "\\", ".*", "^", "!!!", "&", "|", ":*", "' OR 1=1--", "№", "🖨", "\x00", " ", "",
        "\ud800", "ё" * 5000, "слово " * 5000,
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_is_no_error(technician: User, ticket: Ticket, text: str) -> None:
    assert found(technician, text) == []


def test_the_device_is_found_also_when_it_is_named_later(technician: User, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(device="Kyocera M2040, VNC3R-12345")
    assert (found(technician, "vnc3r12345"), found(technician, "киосера")) == ([ticket.number], [])


def test_the_number_is_found(company: Company, technician: User, ticket: Ticket) -> None:
    company.ticket()
    assert found(technician, str(ticket.number)) == [ticket.number]
    assert found(technician, f"№ {ticket.number}") == [ticket.number]


def test_comments_of_both_kinds_are_found_in_one_question(technician: User, ticket: Ticket) -> None:
    actor = as_actor(technician)
    add_comment(actor=as_actor(ticket.client), ticket_id=ticket.pk, text="Он ещё и скрипит")
    add_comment(actor=actor, ticket_id=ticket.pk, text="Взять ролики RM2-5452", visibility="internal")
    assert found(technician, "скрипит ролик rm25452 принтер Семёнов") == [ticket.number]


def test_other_branches_and_other_clients_are_not_found(company: Company, technician: User, ticket: Ticket) -> None:
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other), "Принтер")
    assert found(technician, "принтер") == [ticket.number]
    assert found(company.person(Role.TECHNICIAN, tenant=company.other), "принтер") == [foreign.number]
    assert found(company.person(Role.CLIENT), "принтер") == []
    assert found(ticket.client, "принтер") == [ticket.number]
    assert set(found(company.person(Role.SUPERUSER), "принтер")) == {ticket.number, foreign.number}


def test_a_new_name_and_an_edited_text_are_found_instead_of_the_old(technician: User, ticket: Ticket) -> None:
    comment = add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Поменяем барабан")
    type(comment).objects.filter(pk=comment.pk).update(text="Поменяем печку")
    User.objects.filter(pk=ticket.client_id).update(full_name="Анна Ким")
    Ticket.objects.filter(pk=ticket.pk).update(subject="Плоттер", description="")
    assert [found(technician, text) for text in ("барабан", "Семёнов", "картридж")] == [[], [], []]
    assert found(technician, "печка Ким плоттер") == [ticket.number]


def test_the_many_tickets_of_a_common_word_are_found_as_well(
    company: Company, technician: User, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company.ticket(text="Принтеры")
    company.ticket(text="Сканер")
    monkeypatch.setattr(search, "FEW", 1)
    assert set(found(technician, "принтер")) == {ticket.number, other.number}


def test_more_words_than_the_search_can_hold_do_not_stop_anybody(technician: User, ticket: Ticket) -> None:
    row = SearchRow.objects.filter(ticket=ticket)
    for part in range(70):
        line = " ".join(f"{part:02}{word:04}{'ж' * 60}" for word in range(55))
        add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=line, visibility="internal")
        if part == 1:
            size = row.get().words
    assert found(technician, "000001") == [ticket.number]
    assert size is not None
