"""Orders of the demo company, one at every stage."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.actors import actor_for
from accounts.queries import by_username
from core.actor import Actor, Via
from ops.clock import hours_ago
from orders.actions import (
    approve_attempt,
    cancel_order,
    correct_sum,
    create_order,
    hand_over,
    plan_stage,
    return_attempt,
    set_waiting,
    submit_stage,
    take_job,
)
from orders.actions.stages import LineInput, StageInput
from orders.enums import Method, Move, Outcome, Stage
from orders.models import Order
from orders.queries import attempts_of, one_visible
from tickets.enums import Priority
from tickets.queries import ticket_list

D = Decimal
Step = tuple[float, str, StageInput | str]
"""Hours after the beginning, what is done, and with what: a stage's input, or the words that it takes."""


def picture(words: str, colour: str) -> SimpleUploadedFile:
    """A drawn photo: a page with these words on it, in letters that the font of the drawing library has."""
    image = Image.new("RGB", (900, 1200), colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 140, 780, 1060), fill="white", outline="#444444", width=6)
    for number, line in enumerate(words.splitlines()):
        draw.text((160, 200 + number * 60), line, fill="#222222", font_size=34)
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return SimpleUploadedFile("фото.jpg", content.getvalue(), "image/jpeg")


def agreed(price: int, *others: tuple[str, int], name: str) -> StageInput:
    lines = [LineInput(name, D(price), chosen=True), *(LineInput(other, D(sum_)) for other, sum_ in others)]
    return StageInput(outcome=Outcome.ACCEPTED, total=D(price), lines=lines)


@dataclass(frozen=True)
class OrderStory:
    """From which ticket (by a word of it) or on what device, and what was done."""

    ticket: str
    device: str
    fault: str
    age: float
    steps: list[Step] = field(default_factory=list)
    engineer: bool = True


PAID = StageInput(total=D(3000), method=Method.CASH)


def at_work() -> list[OrderStory]:
    """Made anew at each call: a drawn photo can be read once."""
    return [
        OrderStory("", "Ricoh MP 2014", "Не включается после грозы", 4, engineer=False),
        OrderStory("Kyocera M2040", "Kyocera M2040", "Серая полоса по левому краю", 30, [
            (20, Move.AGREEMENT, agreed(9500, ("Чистка и регулировка", 3500), name="Замена барабана DK-1150")),
        ]),
        OrderStory("", "HP LaserJet Pro 4003", "Сильный треск при печати", 70, [
            (5, Move.AGREEMENT, agreed(7800, name="Замена редуктора")),
            (6, "approve", ""),
            (30, Move.PREPAYMENT, StageInput(total=D(9000), method=Method.CASHLESS)),
        ]),
        OrderStory("", "Canon i-SENSYS MF455", "Замятие в автоподатчике", 120, [
            (4, Move.AGREEMENT, agreed(6200, name="Ремонт автоподатчика")),
            (5, "approve", ""),
            (20, Move.PREPAYMENT, PAID),
            (21, "approve", ""),
            (22, "plan", "expenses"),
            (30, "wait", "parts"),
        ]),
        OrderStory("HP LaserJet M428", "HP LaserJet M428", "Замятие в заднем лотке", 60, [
            (2, Move.AGREEMENT, agreed(6900, name="Замена узла подачи")),
            (3, "approve", ""),
            (8, Move.PREPAYMENT, PAID),
            (9, "approve", ""),
            (24, "correct", "При разборке найден износ термоузла"),
        ]),
    ]  # fmt: skip


def at_the_workshop() -> list[OrderStory]:
    """Those that are, or were, on its table."""
    return [
        OrderStory("", "Epson L3250", "Не печатает чёрный", 90, [
            (4, Move.AGREEMENT, agreed(5400, name="Промывка головки")),
            (5, "approve", ""),
            (8, Move.PREPAYMENT, StageInput(method=Method.NONE)),
            (9, "approve", ""),
            (24, "hand_over", "Промыть печатающую головку, проверить помпу"),
        ]),
        OrderStory("", "Xerox VersaLink C405", "Двоится изображение", 150, [
            (4, Move.AGREEMENT, agreed(18500, ("Только ролик переноса", 7900), name="Замена ленты переноса")),
            (5, "approve", ""),
            (10, Move.PREPAYMENT, StageInput(total=D(8000), method=Method.CASHLESS)),
            (11, "approve", ""),
            (40, "hand_over", "Заменить ленту переноса, откалибровать"),
            (45, "take", ""),
            (90, Move.WORK_DONE, StageInput(total=D(2500), text="Лента заменена, калибровка выполнена")),
        ]),
        OrderStory("", "Brother DCP-L2551", "Мажет тонером", 170, [
            (3, Move.AGREEMENT, agreed(4800, name="Замена фотобарабана")),
            (4, "return", "Укажите модель барабана в названии"),
            (6, Move.AGREEMENT, agreed(4800, name="Замена фотобарабана DR-2405")),
            (7, "approve", ""),
            (12, Move.PREPAYMENT, StageInput(total=D(2000), method=Method.CASH)),
            (13, "approve", ""),
            (60, Move.EXPENSES, StageInput(lines=[
                LineInput("Барабан DR-2405", D("2150.50"), Method.CASH, files=[picture("DR-2405\n2150.50", "#cdb")]),
                LineInput("Такси", D(450), Method.CASH, no_receipt="Оплачено наличными водителю"),
            ])),
        ]),
    ]  # fmt: skip


def ended() -> list[OrderStory]:
    """Those that are over, and one whose report awaits verification."""
    return [
        OrderStory("", "Pantum M6500", "Не захватывает бумагу", 260, [
            (3, Move.AGREEMENT, agreed(3900, name="Замена ролика захвата")),
            (4, "approve", ""),
            (10, Move.PREPAYMENT, StageInput(method=Method.NONE)),
            (11, "approve", ""),
            (50, Move.REPORT, StageInput(
                total=D(3900), method=Method.CASH, returned_device=True,
                files=[picture("118\n3900.00", "#bcd")],
            )),
            (52, "approve", ""),
        ]),
        OrderStory("", "HP Color LaserJet 150", "Розовый фон", 130, [
            (3, Move.AGREEMENT, agreed(4200, name="Чистка лазера")),
            (4, "approve", ""),
            (10, Move.PREPAYMENT, PAID),
            (11, "approve", ""),
            (100, Move.REPORT, StageInput(
                total=D(4500), method=Method.CASH, advance=D(3000), returned_device=True, text="Договор у клиента",
            )),
        ]),
        OrderStory("", "Samsung SCX-4200", "Полоса вдоль листа", 300, [
            (5, Move.AGREEMENT, StageInput(
                outcome=Outcome.DECLINED, total=D(6900), fee=D(700), decline_reason="price",
                lines=[LineInput("Замена блока лазера", D(6900))],
            )),
            (8, "approve", ""),
        ]),
        OrderStory("", "Lexmark MS310", "Ошибка 200.03", 200, [(30, "cancel", "Клиент купил новый принтер")]),
    ]  # fmt: skip


def tell_orders() -> None:
    """Let the curator's team do it, each step at its hour."""
    for story in sorted([*at_work(), *at_the_workshop(), *ended()], key=lambda story: -story.age):
        _tell(story)


def _tell(story: OrderStory) -> None:
    people = {name: by_username(name) for name in ("curator", "engineer", "workshop")}
    actors = {name: actor_for(user, Via.CONSOLE if name == "curator" else Via.BOT) for name, user in people.items()}
    with hours_ago(story.age):
        ticket = (
            ticket_list(actors["curator"]).filter(description__contains=story.ticket).last() if story.ticket else None
        )
        order = create_order(
            actor=actors["curator"], ticket_id=ticket.pk if ticket else None, device=story.device, fault=story.fault,
            engineer_id=people["engineer"].pk if story.engineer else None,
        )  # fmt: skip
    for hours, what, given in story.steps:
        with hours_ago(story.age - hours):
            _do(actors, order.pk, what, given)


def _do(actors: dict[str, Actor], order_id: int, what: str, given: StageInput | str) -> None:
    curator, engineer, workshop = actors["curator"], actors["engineer"], actors["workshop"]
    if isinstance(given, StageInput):
        author = workshop if what == Move.WORK_DONE else engineer
        submit_stage(actor=author, order_id=order_id, move=what, given=given)
        return
    deeds: dict[str, Callable[[], object]] = {
        "approve": lambda: approve_attempt(actor=curator, order_id=order_id, attempt_id=_awaiting(curator, order_id)),
        "return": lambda: return_attempt(
            actor=curator, order_id=order_id, attempt_id=_awaiting(curator, order_id), reason=given
        ),
        "plan": lambda: plan_stage(actor=curator, order_id=order_id, stage=given),
        "cancel": lambda: cancel_order(actor=curator, order_id=order_id, reason=given),
        "wait": lambda: set_waiting(actor=engineer, order_id=order_id, waiting=given),
        "correct": lambda: correct_sum(
            actor=curator, order_id=order_id, attempt_id=_agreed(curator, order_id), total=D(9400), reason=given
        ),
        "take": lambda: take_job(actor=workshop, order_id=order_id),
        "hand_over": lambda: hand_over(
            actor=engineer, order_id=order_id, description=given, files=[picture("1", "#dcc")],
            due_on=timezone.localdate() + timedelta(days=4), priority=Priority.HIGH, accessories="Кабель питания",
        ),
    }  # fmt: skip
    deeds[what]()


def _agreed(actor: Actor, order_id: int) -> int:
    """The attempt by which the contract was agreed upon."""
    order: Order | None = one_visible(actor, order_id)
    assert order is not None
    return next(attempt.pk for attempt in attempts_of(order) if attempt.stage == Stage.AGREEMENT)


def _awaiting(actor: Actor, order_id: int) -> int:
    order: Order | None = one_visible(actor, order_id)
    assert order is not None
    assert order.awaiting_id is not None
    return order.awaiting_id
