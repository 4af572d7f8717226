"""Clients and those who ask things of them, with their chats."""

from typing import Any

from accounts.models import User
from accounts.roles import Role
from clients.actions import give_consent, open_request
from clients.models import Request
from clients.queries import consent_text
from core.actor import Actor, Via
from tests.support.chat import Chat
from tests.support.company import Company, as_actor
from tests.support.desk import Desk


class Care:
    """An operator, a curator and a client of one branch."""

    def __init__(self, company: Company, *, telegram: bool = False) -> None:
        self.company = company
        self.operator = company.person(Role.OPERATOR, telegram=telegram, name="Ольга Орлова")
        self.client = company.person(Role.CLIENT, telegram=telegram, name="Анна Белова")

    def actor(self, person: User, via: Via = Via.CONSOLE) -> Actor:
        return as_actor(person, via)

    def request(self, template: str = "passport", client: User | None = None, **more: Any) -> Request:
        """A request that the operator opens."""
        client = client or self.client
        return open_request(actor=self.actor(self.operator), client_id=client.pk, template=template, **more)

    def agree(self, client: User | None = None) -> None:
        """The client consents to the processing of personal data."""
        text = consent_text()
        assert text is not None
        give_consent(actor=self.actor(client or self.client, Via.BOT), text_id=text.pk)


def chat_of(desk: Desk, user: User) -> Chat:
    """The person's chat, begun."""
    person = desk.people.add_person(user.full_name, id=user.telegram_id)
    desk.people.start(person)
    desk.pump()
    return Chat(desk, person)
