"""Messages through the whole house: kills, intake, sending, bad weather. Real processes, the simulator over HTTP."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.environment import ENVIRONMENT
from bench.place import EMPTY, ROOT, Place
from bench.processes import House, open_house, wait_until
from simulator.client import Person

SECRET = "s" * 43
HANDLED = "SELECT count(*) FROM botapp_inboxupdate WHERE status <> 'new'"
SENT = "SELECT count(*) FROM outbox_message WHERE status = 'sent'"
UNSENT = "SELECT count(*) FROM outbox_message WHERE status IN ('queued', 'sending')"
OFTEN = 10**9
Figure = dict[str, Any]


@contextmanager
def opened(place: Place, *, database_url: str = "", redis_url: str = "", **more: str) -> Iterator[House]:
    """A house of its own, with a company; on the server of the run unless another is named."""
    before = dict(os.environ)
    url = database_url or place.server.url(EMPTY)
    os.environ.update({**ENVIRONMENT, "DATABASE_URL": url, "LOG_LEVEL": "ERROR", **more})
    folder = Path(tempfile.mkdtemp(dir=place.folder))
    try:
        with open_house(folder, redis_url=redis_url) as house:
            house.manage("add_branch", "moscow", "Москва")
            house.people.set_limits(enabled=False)
            yield house
    finally:
        os.environ.clear()
        os.environ.update(before)


def number(house: House, query: str) -> int:
    ((found,),) = house.rows(query)
    assert isinstance(found, int)
    return found


def crowd(house: House, people: int) -> list[Person]:
    return [house.people.add_person(f"Клиент {n}") for n in range(people)]


def write(house: House, people: list[Person], messages: int, *, first: int = 0) -> None:
    """Everybody's messages in turn, numbered from `first`, straight into the queue of the simulator."""
    bodies: list[dict[str, object]] = []
    for n in range(first, first + messages):
        for person in people:
            user = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "ru"}
            chat = {"id": person.id, "type": "private", "first_name": person.first_name}
            content = {"message_id": 10_000 + n, "from": user, "chat": chat, "date": int(time.time())}
            bodies.append({"message": {**content, "text": f"{person.id}: {n}"}})
    house.people.push_updates(bodies, assign=True)


def storm(place: Place, people: int, messages: int, kills: int) -> Figure:
    """kill -9 of every process in turn while updates come in: what is lost, doubled or out of order."""
    total, names = people * messages, ("bot", "sender", "web", "worker", "beat")
    with opened(place, TELEGRAM_WEBHOOK_SECRETS=SECRET) as house:
        them = crowd(house, people)
        for person in them:
            house.people.start(person)
        house.start("web", "bot", "sender", "worker", "beat")
        house.manage("setwebhook")
        wait_until(lambda: number(house, HANDLED) >= people, "everybody is known", 120)
        begun = time.monotonic()
        write(house, them, messages)
        for kill in range(kills):
            moment = people + total * kill // kills
            wait_until(lambda moment=moment: number(house, HANDLED) >= moment, f"{moment} handled", 120)  # type: ignore[misc]
            house.kill(names[kill % len(names)])
            house.start(names[kill % len(names)])
        wait_until(lambda: number(house, HANDLED) == people + total, "all handled", 300)
        handled = time.monotonic() - begun
        wait_until(lambda: number(house, UNSENT) == 0, "all answers are out", 300)
        shown = sum(message.from_bot for person in them for message in house.people.chat(person))
        return {
            "kills": kills, "seconds": round(handled, 1), "goal": "seconds <= 180",
            "met": handled <= 180,
            **kept(house, them, messages), "doubled_messages": shown - number(house, SENT),
            "sender_kills": [names[kill % len(names)] for kill in range(kills)].count("sender"),
        }  # fmt: skip


def kept(house: House, people: list[Person], messages: int) -> Figure:
    """What has become of everybody's messages, numbered from 0."""
    written = house.texts_by_person()
    expected = {person.id: [f"{person.id}: {n}" for n in range(messages)] for person in people}
    seen = [text for texts in written.values() for text in texts]
    return {
        "updates": len(people) * messages, "lost": len(people) * messages - len(set(seen)),
        "doubled": len(seen) - len(set(seen)),
        "order_breaks": sum(written.get(person) != texts for person, texts in expected.items()),
        "doubled_tickets": number(house, "SELECT count(*) FROM tickets_ticket") - len(people),
        "parked": number(house, "SELECT count(*) FROM botapp_inboxupdate WHERE status = 'parked'"),
    }  # fmt: skip


def intake(place: Place, people: int, messages: int) -> Iterator[Figure]:
    """Updates a second, each with its ticket or comment, history and answers committed; beside bots without a house."""
    total = people * messages
    rates: dict[str, float] = {}
    for name, processes, secret in (
        ("polling", ("bot",), ""),
        ("two bots", ("bot", "bot2"), SECRET),
        ("webhook", ("bot",), SECRET),
    ):
        with opened(place, TELEGRAM_WEBHOOK_SECRETS=secret) as house:
            if secret:
                house.start("web", *processes)
                house.manage("setwebhook")
            write(house, crowd(house, people), messages)
            if not secret:
                house.start(*processes)
            wait_until(lambda: number(house, HANDLED) == total, "all handled", 300)
            rates[name] = rate(house, "SELECT min(handled_at), max(handled_at) FROM botapp_inboxupdate", total)
    for kind in ("row", "echo"):
        with opened(place) as house:
            write(house, crowd(house, people), messages)
            rates[kind] = bare(house, kind, total)
    for name in ("polling", "webhook", "two bots"):
        ratio = rates[name] / rates["row"]
        yield {
            "figure": name, "updates": total, "per_second": round(rates[name]),
            "bare_row_per_second": round(rates["row"]),
            "bare_echo_per_second": round(rates["echo"]), "to_bare_row": round(ratio, 2), "goal": "to_bare_row >= 1",
            "met": ratio >= 1,
        }  # fmt: skip


def rate(house: House, query: str, total: int) -> float:
    ((first, last),) = house.rows(query)
    return float(total / (last - first).total_seconds())


def bare(house: House, kind: str, total: int) -> float:
    """A bot of python-telegram-bot alone, in the same place."""
    process = subprocess.Popen([sys.executable, "-m", "bench.bare_bot", kind], cwd=ROOT, env=house.environment())
    try:
        if kind == "row":
            count = "SELECT count(*) FROM pg_class WHERE relname = 'bare_update'"
            wait_until(lambda: number(house, count) == 1, "the bare bot has begun", 60)
            wait_until(
                lambda: number(house, "SELECT count(*) FROM bare_update") == total, "the bare bot is through", 300
            )
            return rate(house, "SELECT min(at), max(at) FROM bare_update", total)
        wait_until(lambda: len(house.people.calls(method="sendMessage")) == total, "the echo is through", 300)
        times = [call.at for call in house.people.calls(method="sendMessage")]
        return total / (max(times) - min(times))
    finally:
        process.terminate()
        process.wait(10)


def sending(place: Place, messages: int, chats: int) -> Figure:
    """A broadcast with Telegram's limits enforced, and what an answer waits meanwhile."""
    with opened(place) as house:
        them = crowd(house, chats)
        (asking,) = crowd(house, 1)
        for person in [*them, asking]:
            house.people.start(person)
        house.start("bot")
        wait_until(lambda: number(house, HANDLED) == chats + 1, "everybody has begun", 120)
        house.start("sender")
        wait_until(lambda: number(house, UNSENT) == 0, "the greetings are out", 600)
        house.people.set_limits(enabled=True)
        last = house.people.calls()[-1].id
        place_of(house, "fill", messages, [person.id for person in them])
        begun = time.monotonic()
        while number(house, UNSENT):
            house.people.say(asking, "/help")
            time.sleep(2)
        seconds = time.monotonic() - begun
        waits = house.rows(
            "SELECT extract(epoch FROM finished_at - created_at)::float FROM outbox_message"
            " WHERE lane = 2 AND chat_id = %s ORDER BY id OFFSET 1", asking.id,
        )  # fmt: skip
        sent = number(house, "SELECT count(*) FROM outbox_message WHERE lane = 4 AND status = 'sent'")
        calls = house.people.calls(after=last, method="sendMessage")
        (span,) = house.rows("SELECT min(finished_at), max(finished_at) FROM outbox_message WHERE lane = 4")
        per_second = sent / (span[1] - span[0]).total_seconds()
        p95 = quantiles([wait for (wait,) in waits], n=20)[-1] if len(waits) > 1 else None
        return {
            "messages": messages, "chats": chats, "seconds": round(seconds, 1), "per_second": round(per_second, 1),
            "lost": messages - sent, "refused_429": sum(call.code == 429 for call in calls),
            "answer_p95_s": p95 and round(p95, 2), "goal": "per_second >= 29.1, answer_p95_s < 1",
        }  # fmt: skip


def place_of(house: House, what: str, messages: int, chats: list[int]) -> Figure:
    done = subprocess.run(
        [sys.executable, "-m", "bench.send", str(messages), json.dumps(chats), what],
        cwd=ROOT, env=house.environment(), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: Figure = json.loads(done.stdout.splitlines()[-1])
    return found


def pipeline(place: Place, messages: int, chats: int, weather: Callable[[House], None] | None = None) -> Figure:
    """Sending with no limit of ours, in good weather or in bad: what is lost and what comes twice."""
    with opened(place) as house:
        them = crowd(house, chats)
        for person in them:
            house.people.start(person)
        if weather:
            weather(house)
        figure = place_of(house, "send", messages, [person.id for person in them])
        texts = Counter((p.id, m.text) for p in them for m in house.people.chat(p) if m.from_bot)
        orders = sum(1 for p in them if not ordered([m.text for m in house.people.chat(p) if m.from_bot]))
        silent = sum(OFTEN - fault["times"] for fault in house.people.faults() if fault["kind"] == "drop_after")
        return {"messages": messages, "chats": chats, **figure, "lost": messages - len(texts),
                "doubled": sum(texts.values()) - len(texts), "sent_but_unanswered": silent,
                "order_breaks": orders}  # fmt: skip


def ordered(texts: list[str]) -> bool:
    numbers = [int(text) for text in dict.fromkeys(texts)]
    return numbers == sorted(numbers)


def bad_weather(house: House) -> None:
    """A fifth of the calls is refused for a second, one of twenty fails, one of twenty has its effect and no answer."""
    flood = {"description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
    for kind, share, more in (
        ("error", 0.2, {"code": 429, **flood}),
        ("error", 0.05, {"code": 502, "description": "Bad Gateway"}),
        ("drop_after", 0.05, {}),
    ):
        house.people.add_fault(kind, method="sendMessage", times=OFTEN, share=share, **more)
