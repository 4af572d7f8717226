"""Personal text in every table that seals something, and keys that change."""

import base64
from dataclasses import dataclass
from typing import Any

from accounts.actions import begin_second_factor, create_invite
from accounts.actions.idempotency import once
from accounts.models import Contact
from accounts.roles import Role
from botapp import inbox
from botapp.context import Context
from botapp.enums import Step
from botapp.models import Dialog
from clients.models import Answer, Card
from core.crypto import Sealed
from outbox.models import WebhookEndpoint
from tests.support.clients import Care
from tests.support.company import Company, as_actor
from tests.support.orders import Team
from tests.support.unchanged import house_models


@dataclass
class Keys:
    """DATA_KEYS as somebody changes them who keeps the installation; the fixture `keys` takes it back."""

    settings: Any
    old: str
    new: str = "t2:" + base64.b64encode(b"2" * 32).decode()

    def renew(self) -> None:
        """The new key, t2, stands in front of the old one, t1."""
        self.settings.DATA_KEYS = f"{self.new},{self.old}"

    def take_back(self) -> None:
        """The old one seals again, and the new one still opens."""
        self.settings.DATA_KEYS = f"{self.old},{self.new}"

    def lose_old(self) -> None:
        """Only the new one is left."""
        self.settings.DATA_KEYS = self.new


def seal_everywhere(company: Company, text: str) -> None:
    """Send this text through every table with sealed columns, so that each of them holds it."""
    client = company.person(Role.CLIENT, name=text, telegram=True)
    company.ticket(client, text=text)
    inbox.store(1, [{"update_id": 1, "message": {"chat": {"id": client.telegram_id}, "text": text}}])
    dialog = Dialog(bot_id=1, chat_id=client.telegram_id)
    dialog.data = {}
    Context(update=None, user=client, actor=as_actor(client), dialog=dialog).enter(Step.NEW_TICKET, text=text)  # type: ignore[arg-type]

    contact = Contact(user=client)
    contact.phone = contact.address = text
    contact.save()

    invite = create_invite(
        actor=as_actor(company.person(Role.SUPERUSER)), role=Role.CLIENT, tenant_id=company.tenant.pk
    )
    invite.code = text
    invite.save()

    once(actor=as_actor(client), key="key", request=text, do=lambda: (201, text))

    factor = begin_second_factor(user=client)
    factor.secret = text
    factor.save()

    Team(company).order(address=text)

    hook = WebhookEndpoint(tenant=company.tenant, name="CRM", url="https://crm.example/", kinds=["tickets"])
    hook.secret = hook.old_secret = text
    hook.save()

    request = Care(company).request("basic")
    request.draft = {"answers": {"city": text}}
    request.save()
    answer = Answer(request=request, number=1)
    answer.values = {"text": text}
    answer.save()
    card = Card(client=request.client, tenant=company.tenant)
    card.facts = {"city": {"label": {"ru": "Город", "en": "City"}, "value": text}}
    card.save()


def sealed_columns() -> dict[type, list[str]]:
    """The models of the house that seal something, with the names of what they seal."""
    found = {
        model: [name for name, value in vars(model).items() if isinstance(value, Sealed)] for model in house_models()
    }
    return {model: columns for model, columns in found.items() if columns}


def every_value() -> dict[tuple[str, int], list[object]]:
    """Everything that is sealed, opened, by table and row. Raises Unsealable."""
    return {
        (model._meta.db_table, row.pk): [getattr(row, column) for column in columns]  # type: ignore[attr-defined]
        for model, columns in sealed_columns().items()
        for row in model._default_manager.order_by("pk")  # type: ignore[attr-defined]
    }
