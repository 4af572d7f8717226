"""No transaction waits for Telegram: it would hold its locks as long."""

from typing import Any

import pytest
from django.db import connection

from accounts.roles import Role
from outbox.transports.telegram import BotThread
from simulator.client import Person
from tests.botapp.words import said
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import move_ticket
from tickets.models import Ticket


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_call_of_telegram_is_made_outside_of_transactions(
    desk: Desk,
    company: Company,
    anna: Person,
    monkeypatch,  # type: ignore[no-untyped-def]
) -> None:
    made: list[tuple[str, bool]] = []
    submit, run = BotThread.submit, BotThread.run

    def watched_submit(self: BotThread, method: str, *args: Any, **kwargs: Any) -> Any:
        made.append((method, connection.in_atomic_block))
        return submit(self, method, *args, **kwargs)

    def watched_run(self: BotThread, coroutine: Any) -> Any:
        made.append((coroutine.__name__, connection.in_atomic_block))
        return run(self, coroutine)

    monkeypatch.setattr(BotThread, "submit", watched_submit)
    monkeypatch.setattr(BotThread, "run", watched_run)
    desk.say(anna, "Принтер шумит")
    desk.people.send_photo(anna, jpeg(), caption="Вот так")
    desk.pump()
    for move in ("take", "resolve"):
        move_ticket(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=Ticket.objects.get().pk, move=move)
    asked = desk.news(anna)[-1]
    desk.press(anna, asked, said("The issue is solved"))
    assert {method for method, _ in made} == {
        "getUpdates", "sendMessage", "getFile", "_fetched", "editMessageReplyMarkup", "answerCallbackQuery",
    }  # fmt: skip
    assert [method for method, inside in made if inside] == []
