"""Staff change, take back and send again what they wrote, on the card."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from core.errors import Denied
from outbox.enums import DeliveryStatus
from outbox.models import Message
from tests.console.test_card import address, said
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused
from tickets.actions import add_comment, delete_comment, edit_comment, repeat_delivery
from tickets.enums import Visibility
from tickets.models import Comment, EarlierText, Ticket


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


@pytest.fixture
def ticket(company: Company) -> Ticket:
    return company.ticket(company.person(Role.CLIENT, name="Анна", telegram=True))


@pytest.fixture
def comment(ticket: Ticket, technician: User) -> Comment:
    return add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Едем в пять")


def deed(ticket: Ticket, comment: Comment, name: str) -> str:
    return address(ticket, f"comment/{comment.pk}/{name}")


def delivery(comment: Comment) -> Message:
    return Message.objects.get(subject_type="tickets.comment", subject_id=comment.pk)


def test_a_reply_that_takes_the_ticket_is_one_message(ticket: Ticket, comment: Comment) -> None:
    to_client = Message.objects.filter(recipient=ticket.client).order_by("id")
    assert [message.params["text"] for message in to_client][1:] == [
        f"Заявка <b>№ {ticket.number}</b>: принята в работу.\n\nСергей Волков пишет:\n\nЕдем в пять"
    ]
    assert to_client.last() == delivery(comment)


def test_a_message_is_changed_where_the_client_sees_it(client: Client, ticket: Ticket, comment: Comment) -> None:
    shown = delivery(comment)
    client.post(deed(ticket, comment, "edit"), {"text": "Едем в шесть"})
    comment.refresh_from_db()
    change = Message.objects.order_by("id").last()
    assert change is not None
    assert (comment.text, change.method, change.changes, change.params["text"]) == (
        "Едем в шесть",
        "editMessageText",
        shown,
        f"Заявка <b>№ {ticket.number}</b>, пишет Сергей Волков:\n\nЕдем в шесть",
    )
    bubble = client.get(address(ticket)).context["bubbles"][-1]
    assert [earlier.text for earlier in bubble.earlier] == ["Едем в пять"]
    with nothing_changes():
        edit_comment(actor=as_actor(comment.author), comment_id=comment.pk, text="Едем в шесть")


def test_a_message_is_taken_back_and_stays_marked(client: Client, ticket: Ticket, comment: Comment) -> None:
    shown = delivery(comment)
    client.post(deed(ticket, comment, "delete"))
    gone = Message.objects.order_by("id").last()
    assert gone is not None
    assert (gone.method, gone.changes) == ("deleteMessage", shown)
    page = client.get(address(ticket))
    bubble = page.context["bubbles"][-1]
    assert (bubble.text, bubble.comment.deleted_at is not None, bubble.changeable) == ("Едем в пять", True, False)
    assert page.context["events"][0].what == "Сообщение удалено"
    with nothing_changes():
        delete_comment(actor=as_actor(comment.author), comment_id=comment.pk)


def test_a_note_changes_without_a_word_to_the_client(client: Client, ticket: Ticket, technician: User) -> None:
    note = add_comment(
        actor=as_actor(technician), ticket_id=ticket.pk, text="Взять ролик", visibility=Visibility.INTERNAL
    )
    before = Message.objects.count()
    client.post(deed(ticket, note, "edit"), {"text": "Взять два ролика"})
    client.post(deed(ticket, note, "delete"))
    note.refresh_from_db()
    assert (note.text, note.deleted_at is not None, Message.objects.count()) == ("Взять два ролика", True, before)


def test_an_empty_text_is_refused_and_what_was_typed_stays(client: Client, ticket: Ticket, comment: Comment) -> None:
    with nothing_changes():
        page = client.post(deed(ticket, comment, "edit"), {"text": "  "})
    assert (page.status_code, said(page), page.context["open_form"]) == (
        400,
        ["Текст пустой. Напишите, о чём речь."],
        f"comment-{comment.pk}",
    )


@pytest.mark.parametrize("name", ["edit", "delete"])
def test_after_48_hours_it_is_too_late(client: Client, ticket: Ticket, comment: Comment, name: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=48, minutes=1)):
        client.force_login(comment.author)
        page = client.post(deed(ticket, comment, name), {"text": "Поздно"})
        assert client.get(address(ticket)).context["bubbles"][-1].changeable is False
    assert page.status_code == 409
    assert not EarlierText.objects.exists()
    assert Comment.objects.get().deleted_at is None


def test_what_others_wrote_is_theirs(company: Company, ticket: Ticket, comment: Comment) -> None:
    colleague = as_actor(company.person(Role.TECHNICIAN))
    anna = as_actor(ticket.client)
    own = add_comment(actor=anna, ticket_id=ticket.pk, text="Жду")
    with refused(Denied):
        edit_comment(actor=colleague, comment_id=comment.pk, text="Не едем")
    for actor, target in ((colleague, comment), (anna, comment), (anna, own)):
        with refused(Denied):
            delete_comment(actor=actor, comment_id=target.pk)


@pytest.mark.parametrize("name", ["edit", "delete", "repeat"])
def test_a_comment_of_another_card_is_not_there(
    client: Client, company: Company, ticket: Ticket, comment: Comment, name: str
) -> None:
    other = company.ticket(text="Другая")
    with nothing_changes():
        assert client.post(deed(other, comment, name), {"text": "Чужое"}).status_code == 404


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (DeliveryStatus.FAILED, True),
        (DeliveryStatus.BLOCKED, True),
        (DeliveryStatus.EXPIRED, True),
        (DeliveryStatus.UNKNOWN, True),
        (DeliveryStatus.QUEUED, False),
        (DeliveryStatus.SENDING, False),
        (DeliveryStatus.SENT, False),
    ],
)
def test_only_what_did_not_arrive_is_sent_again(
    client: Client, ticket: Ticket, comment: Comment, status: str, possible: bool
) -> None:
    Message.objects.filter(subject_id=comment.pk, subject_type="tickets.comment").update(status=status)
    first = delivery(comment)
    page = client.post(deed(ticket, comment, "repeat"))
    assert page.status_code == (302 if possible else 409)
    again = {**first.params, "text": f"Заявка <b>№ {ticket.number}</b>, пишет Сергей Волков:\n\nЕдем в пять"}
    messages = Message.objects.filter(subject_type="tickets.comment", subject_id=comment.pk).order_by("id")
    assert [(m.status, m.params, m.chat_id) for m in messages] == [
        (status, first.params, first.chat_id),
        *([("queued", again, first.chat_id)] if possible else []),
    ]
    assert Entry.objects.filter(action="tickets.repeat_delivery").count() == int(possible)


def test_what_is_sent_again_are_the_words_of_now(
    client: Client, ticket: Ticket, comment: Comment, technician: User
) -> None:
    """Between the failure and «Send again» the author has corrected himself."""
    Message.objects.filter(subject_id=comment.pk).update(status=DeliveryStatus.BLOCKED)
    edit_comment(actor=as_actor(technician), comment_id=comment.pk, text="Едем в шесть")
    client.post(deed(ticket, comment, "repeat"))
    assert Message.objects.latest("id").params["text"].endswith("пишет Сергей Волков:\n\nЕдем в шесть")


def test_a_second_click_repeats_nothing(client: Client, ticket: Ticket, comment: Comment, technician: User) -> None:
    Message.objects.filter(subject_id=comment.pk).update(status=DeliveryStatus.FAILED)
    repeat_delivery(actor=as_actor(technician), comment_id=comment.pk)
    with nothing_changes():
        assert client.post(deed(ticket, comment, "repeat")).status_code == 409
