"""A client in the bot, over the wire."""

from tests.support.desk import Desk
from tickets.models import Comment, Ticket


def test_a_message_becomes_a_ticket_and_the_next_one_a_comment(desk: Desk) -> None:
    anna = desk.people.person("Анна")
    (hello,) = desk.say(anna, "/start")
    assert hello.text.startswith("Hello, Анна") or hello.text.startswith("Здравствуйте, Анна")
    (told,) = desk.say(anna, "Принтер жуёт бумагу")
    ticket = Ticket.objects.get()
    assert str(ticket.number) in told.text
    assert (ticket.subject, ticket.status, ticket.client.telegram_id) == ("Принтер жуёт бумагу", "new", anna.id)
    desk.say(anna, "И шумит")
    assert Comment.objects.get().text == "И шумит"
