"""A small company to look around in: two branches, every role, tickets with life in them.

Only for a local run: it travels in time with a development dependency, so that the histories are some days long.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.actions import create_person, create_tenant, link_telegram, set_contact
from accounts.actors import actor_for
from accounts.models import Tenant
from accounts.queries import by_username, clients_visible_to, default_tenant, tenants_visible_to
from accounts.roles import PEOPLE_MANAGE, TEAM, TENANTS_MANAGE, Role
from core.actor import Actor, Via
from ops.clock import hours_ago
from ops.demo_clients import tell_clients
from ops.demo_orders import tell_orders
from tickets.actions import add_comment, create_ticket, explain_rating, move_ticket, rate_ticket, set_priority
from tickets.actions.moves import MoveInput
from tickets.enums import Category, Move, Priority, Visibility

PASSWORD = "tws-demo"  # noqa: S105 -- printed on the terminal of a local run
MACHINE = Actor.system("demo", frozenset({TENANTS_MANAGE, PEOPLE_MANAGE}))


@dataclass(frozen=True)
class Colleague:
    """A member of the demo staff. `telegram_id` is the person of the simulator who plays the part."""

    username: str
    full_name: str
    role: Role
    branch: str = "moscow"
    telegram_id: int | None = None


BRANCHES = [
    ("moscow", "Офис-Сервис Москва", "Europe/Moscow"),
    ("ekb", "Офис-Сервис Екатеринбург", "Asia/Yekaterinburg"),
]
STAFF = [
    Colleague("tech", "Сергей Волков", Role.TECHNICIAN, telegram_id=7_100_000_005),
    Colleague("tech2", "Павел Орлов", Role.TECHNICIAN),
    Colleague("operator", "Ирина Соколова", Role.OPERATOR),
    Colleague("curator", "Мария Лебедева", Role.CURATOR, telegram_id=7_100_000_006),
    Colleague("engineer", "Артём Новиков", Role.ENGINEER, telegram_id=7_100_000_007),
    Colleague("workshop", "Николай Фёдоров", Role.WORKSHOP, telegram_id=7_100_000_008),
    Colleague("tech-ekb", "Алексей Уралов", Role.TECHNICIAN, branch="ekb"),
    Colleague("api", "Сайт компании", Role.INTEGRATOR),
]
IN_TELEGRAM = {"Дмитрий Кузнецов": 7_100_000_002, "Ольга Белова, «Медлайн»": 512_345_603}
"""Clients who write to the bot, played by people of the simulator; for all others a colleague opens the ticket."""
CONTACTS = {
    "Игорь Зайцев, бухгалтерия «Вектор»": ("ООО «Вектор»", "+7 495 000-00-11"),
    "Светлана Титова, школа № 12": ("Школа № 12", "+7 495 000-00-12"),
    "Михаил Данилов, «Арт-Проект»": ("Арт-Проект", "+7 999 000-00-13"),
}
"""What the call takers wrote down of some callers."""
CALL_TAKERS = {"moscow": "operator", "ekb": "tech-ekb"}
SUPERUSER = Colleague("admin", "Елена Морозова", Role.SUPERUSER)


@dataclass(frozen=True)
class Deed:
    """Something somebody did: `do` is a move, `comment`, `note`, `reply`, `rate`, `explain` or `priority`."""

    hours: float
    who: str
    do: str
    text: str = ""


@dataclass(frozen=True)
class Story:
    """A ticket and what became of it; hours count from its beginning, `age` is in hours before now."""

    client: str
    text: str
    age: float
    deeds: list[Deed] = field(default_factory=list)
    branch: str = "moscow"
    category: Category | None = None
    device: str = ""


STORIES = [
    Story(
        "Дмитрий Кузнецов",
        "Принтер HP LaserJet M428 жуёт бумагу.\nПосле каждого пятого листа замятие в заднем лотке.",
        96,
        [
            Deed(0.3, "tech", "take"),
            Deed(0.4, "tech", "reply", "Добрый день! Подскажите, бумага обычная, 80 г/м²? Когда меняли ролики?"),
            Deed(1.1, "client", "comment", "Бумага обычная. Ролики ни разу не меняли, аппарату три года."),
            Deed(1.5, "tech", "note", "Ролики захвата RM2-5452, есть на складе. Взять с собой сепаратор."),
            Deed(
                20,
                "tech",
                "reply",
                "Завтра с 10 до 12 приедет инженер, заменим ролики. Работа займёт около часа.",
            ),
            Deed(44, "tech", "resolve"),
            Deed(46, "client", "confirm"),
            Deed(46.1, "client", "rate", "5"),
            Deed(46.2, "client", "explain", "Быстро и аккуратно, спасибо!"),
        ],
        category=Category.PRINTER,
        device="HP LaserJet M428, VNB3K12345",
    ),
    Story(
        "Игорь Зайцев, бухгалтерия «Вектор»",
        "МФУ Kyocera M2040 печатает с серой полосой по левому краю",
        52,
        [
            Deed(0.5, "tech2", "take"),
            Deed(0.5, "tech2", "priority", Priority.HIGH),
            Deed(
                0.6,
                "tech2",
                "ask",
                "Пришлите, пожалуйста, фото отпечатка и счётчик страниц (меню → «Счётчик»).",
            ),
        ],
        category=Category.MFP,
        device="Kyocera M2040",
    ),
    Story(
        "Светлана Титова, школа № 12",
        "Не включается ламинатор FGK-220, горит красная лампочка",
        30,
        [
            Deed(1, "tech", "take"),
            Deed(2, "tech", "hold", "Ждём поставку предохранителей"),
        ],
    ),
    Story(
        "Игорь Зайцев, бухгалтерия «Вектор»",
        "Сканер Canon DR-C225 не виден в сети после переезда в другой кабинет",
        26,
        [
            Deed(0.2, "tech", "take"),
            Deed(0.3, "tech", "reply", "Здравствуйте! Подключусь удалённо сегодня до 15:00."),
            Deed(5, "tech", "resolve"),
        ],
    ),
    Story(
        "Ольга Белова, «Медлайн»",
        "Срочно! Не печатает принтер этикеток Zebra в аптеке, очередь стоит",
        3,
        [
            Deed(0.1, "operator", "priority", Priority.URGENT),
            Deed(0.2, "tech", "take"),
            Deed(0.3, "tech", "reply", "Выезжаю, буду через 40 минут."),
        ],
    ),
    Story("Михаил Данилов, «Арт-Проект»", "Плоттер HP T520 просит новую головку, хотя меняли месяц назад", 2),
    Story("Светлана Титова, школа № 12", "Нужно заправить три картриджа Brother TN-2375", 0.7),
    Story("Ольга Белова, «Медлайн»", "Шумит вентилятор в системном блоке на ресепшене", 0.2),
    Story(
        "Рекламное агентство «Блиц»",
        "Предлагаем продвижение вашего сайта в первые строки выдачи!!!",
        70,
        [Deed(1, "operator", "spam")],
    ),
    Story(
        "Татьяна Ершова, «УралМебель»",
        "Копир Ricoh MP 2014 показывает ошибку SC542",
        8,
        [
            Deed(0.5, "tech-ekb", "take"),
            Deed(
                0.6,
                "tech-ekb",
                "reply",
                "Ошибка печки (нагрев). Отключите аппарат от сети, приедем после обеда.",
            ),
        ],
        branch="ekb",
    ),
    Story("Роман Чагин, «УралМебель»", "После грозы не работает сетевая карта в МФУ Pantum", 1, branch="ekb"),
]


def ensure_demo(*, simulated: bool) -> bool:
    """Make the demo company unless there is any company already; True when it was made.

    `simulated` lets people of the simulator play members of the staff.
    """
    if default_tenant() is not None:
        return False
    structlog.get_logger(__name__).info("demo.making")
    with transaction.atomic():
        with hours_ago(24 * 30):
            branches = {
                slug: create_tenant(actor=MACHINE, slug=slug, name=name, time_zone=zone)
                for slug, name, zone in BRANCHES
            }
            for colleague in STAFF:
                _employ(colleague, branches[colleague.branch])
            _employ(SUPERUSER, None)
        for story in sorted(STORIES, key=lambda story: -story.age):
            _tell(story, branches[story.branch])
        tell_orders()
        tell_clients()
        if simulated:
            _cast()
    return True


def demo_is_here() -> bool:
    """Whether the company in this database is the demo company."""
    return [tenant.slug for tenant in tenants_visible_to(MACHINE).order_by("pk")] == [
        slug for slug, _name, _zone in BRANCHES
    ]


def _cast() -> None:
    """Last of all: what has happened so far is no news to anybody's Telegram."""
    for colleague in STAFF:
        if colleague.telegram_id is not None:
            user_id = by_username(colleague.username).pk
            link_telegram(actor=MACHINE, user_id=user_id, telegram_id=colleague.telegram_id)
    for name, telegram_id in IN_TELEGRAM.items():
        client = clients_visible_to(MACHINE).get(full_name=name)
        link_telegram(actor=MACHINE, user_id=client.pk, telegram_id=telegram_id)


def _employ(colleague: Colleague, branch: Tenant | None) -> None:
    create_person(
        actor=MACHINE,
        tenant_id=branch.pk if branch else None,
        full_name=colleague.full_name,
        roles=[colleague.role],
        username=colleague.username,
        password=PASSWORD,
        curator_id=by_username("curator").pk if colleague.role in TEAM else None,
    )


def _tell(story: Story, branch: Tenant) -> None:
    """Let the people of the story do what they did, each at the right hour."""
    client = clients_visible_to(MACHINE).filter(full_name=story.client).first()
    with hours_ago(story.age):
        if client is None:
            client = create_person(actor=MACHINE, tenant_id=branch.pk, full_name=story.client, roles=[Role.CLIENT])
            company, phone = CONTACTS.get(story.client, ("", ""))
            set_contact(actor=MACHINE, user_id=client.pk, company=company, phone=phone)
        as_client = actor_for(client, Via.BOT)
        call_taker = actor_for(by_username(CALL_TAKERS[story.branch]), Via.CONSOLE)
        opener = as_client if story.client in IN_TELEGRAM else call_taker
        ticket = create_ticket(
            actor=opener, client_id=client.pk, text=story.text, category=story.category or "", device=story.device
        )
    for deed in story.deeds:
        with hours_ago(story.age - deed.hours):
            actor = as_client if deed.who == "client" else actor_for(by_username(deed.who), Via.CONSOLE)
            _do(actor, ticket.pk, deed)


def _do(actor: Actor, ticket_id: int, deed: Deed) -> None:
    match deed.do:
        case "comment" | "reply":
            add_comment(actor=actor, ticket_id=ticket_id, text=deed.text)
        case "note":
            add_comment(actor=actor, ticket_id=ticket_id, text=deed.text, visibility=Visibility.INTERNAL)
        case "rate":
            rate_ticket(actor=actor, ticket_id=ticket_id, rating=int(deed.text))
        case "explain":
            explain_rating(actor=actor, ticket_id=ticket_id, text=deed.text)
        case "priority":
            set_priority(actor=actor, ticket_id=ticket_id, priority=deed.text)
        case Move.HOLD:
            until = timezone.now() + timedelta(days=5)
            move_ticket(actor=actor, ticket_id=ticket_id, move=deed.do, given=MoveInput(until=until, reason=deed.text))
        case _:
            move_ticket(actor=actor, ticket_id=ticket_id, move=deed.do, given=MoveInput(text=deed.text))
