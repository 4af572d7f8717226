"""The curator's verdicts through console, API and bot leave the same rows, the same history and the same messages."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from audit.models import Entry
from orders.models import Attempt, Order
from outbox.models import Message
from simulator.client import Person
from tests.api.callers import caller
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.orders import Team

REASON = "Нет фото чека"
Door = Callable[[Team, Desk, Order], None]


def through_the_console(team: Team, _desk: Desk, order: Order) -> None:
    site = Client()
    site.force_login(team.curator)
    card = f"/admin/orders/order/{order.pk}"
    site.post(f"{card}/return/", {"attempt": order.awaiting_id, "reason": REASON})
    again(team, order)
    site.post(f"{card}/approve/", {"attempt": order.awaiting_id})


def through_the_api(team: Team, _desk: Desk, order: Order) -> None:
    site, path = caller(team.curator), f"/api/orders/{order.pk}"
    assert site.post(f"{path}/return/", {"attempt": order.awaiting_id, "reason": REASON}).status_code == 200
    again(team, order)
    assert site.post(f"{path}/approve/", {"attempt": order.awaiting_id}).status_code == 200


def through_the_bot(team: Team, desk: Desk, order: Order) -> None:
    curator = desk.people.add_person("Куратор", id=team.curator.telegram_id)
    press(desk, curator, f"verify:{order.pk}:{order.awaiting_id}:return")
    desk.people.say(curator, REASON)
    desk.pump()
    again(team, order)
    press(desk, curator, f"verify:{order.pk}:{order.awaiting_id}:approve")


def press(desk: Desk, person: Person, data: str) -> None:
    """Press a button that stands under any message of the bot."""
    desk.people.start(person)
    desk.pump()
    last = [message for message in desk.people.chat(person) if message.from_bot][-1]
    desk.people.press(person, last, data, forged=True)
    desk.pump()


def again(team: Team, order: Order) -> None:
    team.submit(order, "agreement")
    order.refresh_from_db()


def traces(team: Team) -> dict[str, list[Any]]:
    """What was left behind, without ids, times and the name of the door."""
    others = [team.engineer.telegram_id, team.client.telegram_id]
    said = [message.params["text"] for message in Message.objects.filter(chat_id__in=others).order_by("pk")]
    number = str(Order.objects.get().number)
    return {
        "order": list(Order.objects.values("stage", "contract_sum", "version", "awaiting")),
        "attempts": list(Attempt.objects.order_by("pk").values("stage", "verdict", "verdict_reason")),
        "history": [
            (entry.action, entry.data.get("stage"), entry.data.get("to"))
            for entry in Entry.objects.filter(action__startswith="orders.").order_by("pk")
        ],
        "said": [text.replace(number, "N") for text in said],
    }


def test_every_door_leaves_the_same(company: Company, desk: Desk, db: None) -> None:
    from django.db import transaction

    left = {}
    for door in (through_the_console, through_the_api, through_the_bot):
        with transaction.atomic():
            team = Team(company, telegram=True)
            order = team.order(awaiting=True)
            door(team, desk, order)
            left[door.__name__] = traces(team)
            transaction.set_rollback(True)
    console, api, bot = left.values()
    assert console["attempts"] == [
        {"stage": "agreement", "verdict": "returned", "verdict_reason": REASON},
        {"stage": "agreement", "verdict": "approved", "verdict_reason": ""},
    ]
    assert console == api
    assert {**bot, "said": [text for text in bot["said"] if "заказы приходят" not in text]} == console
