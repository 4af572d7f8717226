"""Orders to test with, brought to a stage by the actions themselves."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actors import actor_for
from accounts.models import User
from accounts.roles import Role
from core.actor import Actor, Via
from files.actions import TelegramFile
from files.enums import FileKind
from orders.actions import (
    approve_attempt,
    create_order,
    hand_over,
    submit_stage,
    take_job,
)
from orders.actions.stages import LineInput, StageInput
from orders.enums import Method, Move, Outcome, Stage
from orders.models import Attempt, Order
from tests.support.company import Company

_files = count(1)


def photo() -> TelegramFile:
    return TelegramFile(FileKind.PHOTO, f"photo-{next(_files)}")


ACCEPTED = StageInput(
    outcome=Outcome.ACCEPTED, total=Decimal(9000),
    lines=[LineInput("Замена ролика", Decimal(9000), chosen=True), LineInput("Только чистка", Decimal(3000))],
)  # fmt: skip
DECLINED = StageInput(
    outcome=Outcome.DECLINED, total=Decimal(9000), fee=Decimal(500), decline_reason="price",
    lines=[LineInput("Замена ролика", Decimal(9000))],
)  # fmt: skip
PREPAID = StageInput(total=Decimal(2000), method=Method.CASH)
SPENT = StageInput(
    lines=[
        LineInput("Ролик", Decimal("1500.50"), Method.CASH, files=[photo()]),
        LineInput("Такси", Decimal(300), Method.CASH, no_receipt="Не дали"),
    ]
)
WORKED = StageInput(total=Decimal(1000), text="Заменён ролик")
REPORTED = StageInput(
    total=Decimal(9000), method=Method.CASHLESS, advance=Decimal(2000), returned_device=True, files=[photo()]
)
GIVEN: dict[str, StageInput] = {
    Move.AGREEMENT: ACCEPTED, Move.PREPAYMENT: PREPAID, Move.EXPENSES: SPENT, Move.WORK_DONE: WORKED,
    Move.REPORT: REPORTED,
}  # fmt: skip


@dataclass
class Team:
    """A curator with an engineer, a workshop engineer and a client; `order` is at the agreement."""

    company: Company
    telegram: bool = False
    curator: User = field(init=False)
    engineer: User = field(init=False)
    workshop: User = field(init=False)
    client: User = field(init=False)

    def __post_init__(self) -> None:
        person, more = self.company.person, {"telegram": self.telegram}
        self.curator = person(Role.CURATOR, **more)
        self.engineer = person(Role.ENGINEER, curator=self.curator, **more)
        self.workshop = person(Role.WORKSHOP, curator=self.curator, **more)
        self.client = person(Role.CLIENT, **more)

    def actor(self, user: User) -> Actor:
        return actor_for(User.objects.get(pk=user.pk), Via.CONSOLE)

    def order(self, stage: Stage = Stage.AGREEMENT, *, awaiting: bool = False, **more: Any) -> Order:
        """An order at this stage; `awaiting`: something was submitted there."""
        order = create_order(
            actor=self.actor(self.curator), client_id=self.client.pk, engineer_id=self.engineer.pk,
            device="HP M404", fault="Жуёт бумагу", **more,
        )  # fmt: skip
        steps: list[Move] = {
            Stage.AGREEMENT: [], Stage.PREPAYMENT: [Move.AGREEMENT],
        }.get(stage, [Move.AGREEMENT, Move.PREPAYMENT])  # fmt: skip
        for move in steps:
            self.submit(order, move)
            self.approve(order)
        if stage == Stage.WORKSHOP:
            self.hand_over(order)
            take_job(actor=self.actor(self.workshop), order_id=order.pk)
        if awaiting or stage in {Stage.EXPENSES, Stage.REPORT}:
            move = Move.WORK_DONE if stage == Stage.WORKSHOP else Move(stage)
            self.submit(order, move)
        return Order.objects.get(pk=order.pk)

    def submit(self, order: Order, move: str, given: StageInput | None = None) -> Attempt:
        author = self.workshop if move == Move.WORK_DONE else self.engineer
        return submit_stage(actor=self.actor(author), order_id=order.pk, move=move, given=given or GIVEN[move])

    def approve(self, order: Order) -> Order:
        awaiting = Order.objects.get(pk=order.pk).awaiting_id
        assert awaiting is not None
        return approve_attempt(actor=self.actor(self.curator), order_id=order.pk, attempt_id=awaiting)

    def hand_over(self, order: Order) -> None:
        hand_over(
            actor=self.actor(self.engineer), order_id=order.pk, description="Заменить ролик", files=[photo()],
            due_on=timezone.localdate() + timedelta(days=3),
        )  # fmt: skip
