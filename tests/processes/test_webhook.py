"""Updates brought by webhook to killed and restarted processes: none lost, none doubled, each chat in its order."""

import pytest

from bench.processes import House, wait_until
from tests.processes.test_kill import COMPANY

pytestmark = pytest.mark.processes

SECRET = "s" * 43
PEOPLE, MESSAGES = 20, 6
ALL = PEOPLE * MESSAGES
HANDLED = "SELECT count(*) FROM botapp_inboxupdate WHERE status = 'handled'"


def handled(house: House) -> int:
    (count,) = house.rows(HANDLED)[0]
    assert isinstance(count, int)
    return count


def test_messages_by_webhook_under_kills(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRETS", SECRET)
    house.manage("shell", "-v0", "-c", COMPANY)
    people = [house.people.add_person(f"Клиент {number}") for number in range(PEOPLE)]
    house.people.set_limits(enabled=False)
    house.start("web", "bot", "sender")
    assert house.manage("setwebhook") == f"Telegram brings updates to {house.url}/telegram/webhook/\n"
    house.people.add_fault("drop_after", method="webhook", times=10)
    for number in range(MESSAGES):
        for person in people:
            house.people.say(person, f"{person.id}: {number}")
    for moment, name in ((20, "web"), (40, "bot"), (70, "web")):
        wait_until(lambda moment=moment: handled(house) >= moment, f"{moment} are handled")  # type: ignore[misc]
        house.kill(name)
        house.start(name)
    wait_until(lambda: handled(house) == ALL, "everything is handled")

    assert house.texts_by_person() == {
        person.id: [f"{person.id}: {number}" for number in range(MESSAGES)] for person in people
    }
    info = house.manage("webhookinfo")
    assert '"pending_update_count": 0' in info
    assert SECRET not in info + house.logs()
    assert house.manage("deletewebhook") == "The webhook is gone; runbot may poll.\n"
    assert house.people.violations() == []
