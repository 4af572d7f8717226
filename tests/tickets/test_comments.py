"""What people write into a ticket, and what it does to the ticket."""

import pytest

from accounts.roles import Role
from core.actor import Actor, Via
from core.errors import Denied
from files.actions import TelegramFile
from files.enums import FileKind
from files.queries import files_of
from tests.support.company import Company, as_actor
from tests.support.unchanged import refused
from tickets.actions import add_comment, move_ticket
from tickets.actions.moves import MoveInput
from tickets.enums import Status, Visibility
from tickets.errors import TextMissing, TextTooLong
from tickets.models import Comment, Ticket

PHOTO = TelegramFile(FileKind.PHOTO, "a file id")


def current(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def put(ticket: Ticket, status: str) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(status=status)
    return current(ticket)


def test_a_comment_is_kept_as_it_was_written(company: Company) -> None:
    client = company.person(Role.CLIENT)
    text = "<b>hi</b> {{7*7}} %s ' OR 1=1-- \u202egpj.exe Ё\u0301 🖨"
    comment = add_comment(actor=as_actor(client, Via.BOT), ticket_id=company.ticket(client).pk, text=text)
    comment.refresh_from_db()
    assert (comment.text, comment.visibility, comment.author, comment.via) == (text, "public", client, "bot")


def test_what_postgresql_can_not_store_becomes_a_mark(company: Company) -> None:
    client = company.person(Role.CLIENT)
    comment = add_comment(actor=as_actor(client), ticket_id=company.ticket(client).pk, text="a\x00b\ud800c")
    comment.refresh_from_db()
    assert comment.text == "a\u2400b\ufffdc"


def test_a_reply_of_staff_takes_a_new_ticket(company: Company) -> None:
    technician = company.person(Role.TECHNICIAN)
    ticket = company.ticket()
    comment = add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Едем")
    ticket = current(ticket)
    assert (ticket.status, ticket.assignee, ticket.version) == (Status.IN_PROGRESS, technician, 2)
    assert ticket.first_answer_at is not None
    assert ticket.first_answer_at >= comment.created_at


def test_the_first_answer_stays_the_first(company: Company) -> None:
    actor = as_actor(company.person(Role.TECHNICIAN))
    ticket = company.ticket()
    add_comment(actor=actor, ticket_id=ticket.pk, text="Едем")
    first = current(ticket).first_answer_at
    add_comment(actor=actor, ticket_id=ticket.pk, text="Приехали")
    assert current(ticket).first_answer_at == first


@pytest.mark.parametrize("status", [status for status in Status if status != Status.NEW])
def test_a_reply_moves_no_other_ticket(status: str, company: Company) -> None:
    actor = as_actor(company.person(Role.TECHNICIAN))
    ticket = company.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(status=status, hold_until=ticket.created_at, hold_reason="Ждём")
    add_comment(actor=actor, ticket_id=ticket.pk, text="Едем")
    assert (current(ticket).status, current(ticket).assignee, current(ticket).version) == (status, None, 1)


def test_a_note_does_nothing_to_the_ticket(company: Company) -> None:
    actor = as_actor(company.person(Role.TECHNICIAN))
    ticket = current(company.ticket())
    add_comment(actor=actor, ticket_id=ticket.pk, text="Ролики на складе", visibility=Visibility.INTERNAL)
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == {
        field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields
    }


def test_the_clients_answer_brings_the_ticket_back_to_work(company: Company) -> None:
    client, technician = company.person(Role.CLIENT), as_actor(company.person(Role.TECHNICIAN))
    ticket = company.ticket(client)
    move_ticket(actor=technician, ticket_id=ticket.pk, move="take")
    move_ticket(actor=technician, ticket_id=ticket.pk, move="ask", given=MoveInput(text="Какая модель?"))
    add_comment(actor=as_actor(client, Via.BOT), ticket_id=ticket.pk, text="M428")
    assert (current(ticket).status, current(ticket).assignee_id) == (Status.IN_PROGRESS, technician.user_id)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.WAITING_CLIENT])
def test_the_clients_words_move_no_other_ticket(status: str, company: Company) -> None:
    """A thank-you does not reopen."""
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    Ticket.objects.filter(pk=ticket.pk).update(status=status, hold_until=ticket.created_at, hold_reason="Ждём")
    add_comment(actor=as_actor(client, Via.BOT), ticket_id=ticket.pk, text="Спасибо")
    assert (current(ticket).status, current(ticket).first_answer_at) == (status, None)


def test_a_client_leaves_no_notes(company: Company) -> None:
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    with refused(Denied):
        add_comment(actor=as_actor(client), ticket_id=ticket.pk, text="Заметка", visibility=Visibility.INTERNAL)


def test_the_machine_does_not_write(company: Company) -> None:
    ticket = company.ticket()
    with refused(Denied):
        add_comment(actor=Actor.system("test"), ticket_id=ticket.pk, text="Здравствуйте")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d"])
def test_nothing_to_see_is_refused(text: str, company: Company) -> None:
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    with refused(TextMissing):
        add_comment(actor=as_actor(client), ticket_id=ticket.pk, text=text)


def test_a_photo_alone_is_enough(company: Company) -> None:
    client = company.person(Role.CLIENT)
    comment = add_comment(actor=as_actor(client), ticket_id=company.ticket(client).pk, text=" ", files=[PHOTO])
    assert (comment.text, [file.telegram_file_id for file in files_of([comment])[comment.pk]]) == ("", ["a file id"])


@pytest.mark.parametrize(("role", "limit"), [(Role.CLIENT, 4096), (Role.TECHNICIAN, 3800)])
def test_a_text_is_at_most_one_message(role: Role, limit: int, company: Company) -> None:
    """What staff write must fit into one Telegram message together with its heading."""
    client = company.person(Role.CLIENT)
    actor = as_actor(client if role == Role.CLIENT else company.person(role))
    ticket = company.ticket(client)
    with refused(TextTooLong) as caught:
        add_comment(actor=actor, ticket_id=ticket.pk, text="я" * (limit + 1))
    assert caught.value.params == {"length": limit + 1, "limit": limit}
    assert add_comment(actor=actor, ticket_id=ticket.pk, text="я" * limit).text == "я" * limit


def test_length_is_counted_as_telegram_counts_it(company: Company) -> None:
    actor, ticket = as_actor(company.person(Role.TECHNICIAN)), company.ticket()
    with refused(TextTooLong) as caught:
        add_comment(actor=actor, ticket_id=ticket.pk, text="🖨" * 1901)
    assert caught.value.params == {"length": 3802, "limit": 3800}
    assert add_comment(actor=actor, ticket_id=ticket.pk, text="🖨" * 1900).text == "🖨" * 1900


def test_the_conversation_stands_in_its_order(company: Company) -> None:
    client, technician = company.person(Role.CLIENT), company.person(Role.TECHNICIAN)
    ticket = company.ticket(client)
    for person, text in ((client, "раз"), (technician, "два"), (client, "три")):
        add_comment(actor=as_actor(person), ticket_id=ticket.pk, text=text)
    assert list(Comment.objects.order_by("pk").values_list("text", "author")) == [
        ("раз", client.pk), ("два", technician.pk), ("три", client.pk),
    ]  # fmt: skip
