"""`manage.py rotatekeys`: everything goes over to the new key while others read and write, and nothing is lost."""

import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.actions import redeem_invite, set_contact
from accounts.actions.sign_ins import note_sign_in
from accounts.models import Contact, Invite, KnownAddress, SecondFactor, User
from accounts.queries import find_callers
from accounts.roles import Role
from botapp.models import Dialog
from core.actor import Via
from core.crypto import keyed_hashes
from core.keys import KeyedTable, keyed_tables
from ops import actions, rotation
from ops.actions import reseal_rows
from ops.rotation import Rotation, in_use, left_over
from outbox.models import Message
from tests.support.company import MACHINE, Company, as_actor
from tests.support.sealed import Keys, every_value, seal_everywhere
from tests.support.unchanged import nothing_changes

TEXT = "Секрет-Иванова-7f3a"
PHONE = "+79991234567"
HOPELESS = (
    "Под ключом t1 осталось только то, что не удаётся расшифровать (см. выше). Исправьте это или откажитесь от него; "
    "после этого ключ можно убрать из DATA_KEYS."
)
KEPT_NOWHERE = " — заново вычислить нельзя; без ключа"
ADDRESS_LOST = "о следующем входе с такого адреса будет сообщено как о входе с нового"
CODES_LOST = "эти запасные коды больше ничего не открывают; новые выдаются при новой настройке"


@pytest.fixture
def dialogs(db: None) -> list[Dialog]:
    return [dialog(number) for number in range(5)]


def dialog(number: int) -> Dialog:
    made = Dialog(bot_id=1, chat_id=7_000_000_001 + number)
    made.data = {"text": f"черновик {number}"}
    made.save()
    return made


def table(name: str) -> KeyedTable:
    return next(one for one in keyed_tables() if one.name == name)


def keys_of(name: str) -> dict[tuple[str, str], int]:
    return table(name).in_use()


def rotate() -> Rotation:
    done = Rotation()
    for _progress in done.run():
        pass
    return done


def command(*options: str) -> tuple[int, list[str]]:
    """Exit code and lines."""
    out = StringIO()
    try:
        call_command("rotatekeys", *options, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


# ---- everything ----


def test_whatever_was_sealed_opens_when_the_old_key_is_gone(company: Company, keys: Keys) -> None:
    seal_everywhere(company, TEXT)
    before = every_value()
    keys.renew()
    assert command()[0] == 0
    keys.lose_old()
    assert every_value() == before
    assert {use.key for use in in_use()} == {"t2"}


def test_what_is_done_is_left_alone(company: Company, keys: Keys) -> None:
    seal_everywhere(company, TEXT)
    keys.renew()
    rotate()
    with nothing_changes():
        assert rotate().done == {}


def test_nothing_but_ciphertext_and_hash_changes(company: Company, keys: Keys) -> None:
    """Neither a version nor a time of change nor the history: to people nothing has happened."""
    seal_everywhere(company, TEXT)
    keys.renew()
    tables = {one.model: set(one.columns) for one in keyed_tables()}

    def rest() -> list[dict[str, object]]:
        rows = [(columns, row) for model, columns in tables.items() for row in model._default_manager.values()]  # type: ignore[attr-defined]
        return [{name: value for name, value in row.items() if name not in columns} for columns, row in rows]

    before = rest()
    rotate()
    assert rest() == before


def test_people_and_invites_are_found_by_their_new_hashes(company: Company, keys: Keys) -> None:
    client = company.person(Role.CLIENT)
    set_contact(actor=MACHINE, user_id=client.pk, phone=PHONE)
    seal_everywhere(company, TEXT)
    invite = Invite.objects.get()
    invite.code_hash = keyed_hashes(TEXT, purpose="accounts.invite")[0]
    invite.save()
    keys.renew()
    rotate()
    keys.lose_old()
    assert find_callers(as_actor(company.person(Role.OPERATOR)), "8 999 123-45-67") == [client]
    newcomer = company.person(Role.CLIENT)
    assert redeem_invite(actor=as_actor(newcomer), code=TEXT) == invite


def test_a_hash_that_was_left_behind_is_computed_anew(company: Company, keys: Keys) -> None:
    client = company.person(Role.CLIENT)
    set_contact(actor=MACHINE, user_id=client.pk, phone=PHONE)
    old = Contact.objects.get().phone_hash
    keys.renew()
    rotate()
    Contact.objects.update(phone_hash=old)
    assert left_over(in_use())
    rotate()
    assert Contact.objects.get().phone_hash == keyed_hashes(PHONE, purpose="accounts.phone")[0]


# ---- in steps ----


def test_it_stops_after_a_batch_and_the_next_run_goes_on(
    dialogs: list[Dialog], monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    keys.renew()
    first = Rotation()
    for progress in first.run():
        assert (progress.table, progress.done, progress.total) == ("botapp_dialog", 2, 5)
        first.stop = True
    assert keys_of("botapp_dialog") == {("data", "t2"): 2, ("data", "t1"): 3}
    assert rotate().done == {"botapp_dialog": 3}
    assert keys_of("botapp_dialog") == {("data", "t2"): 5}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    dialogs: list[Dialog], monkeypatch: pytest.MonkeyPatch, number: signal.Signals, keys: Keys
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    keys.renew()
    before = signal.getsignal(number)

    def interrupted(where: KeyedTable, **more: Any) -> Any:
        if where.name == "botapp_dialog":
            os.kill(os.getpid(), number)
        return reseal_rows(where, **more)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "reseal_rows", interrupted)
        code, lines = command()
    assert signal.getsignal(number) == before
    assert (code, lines) == (
        1,
        [
            "botapp_dialog: 2 из 5",
            "Остановлено. Следующий запуск продолжит с этого места.",
            "botapp_dialog.data: 3 под ключом t1",
            "Ключ t1 должен остаться в DATA_KEYS. Значений, которым он ещё нужен: 3.",
        ],
    )
    assert command() == (
        0,
        [
            "botapp_dialog: 2 из 3",
            "botapp_dialog: 3 из 3",
            "Ключ t1 можно убрать из DATA_KEYS: он больше ничему не нужен.",
            "Всё зашифровано ключом t2.",
        ],
    )


def test_check_only_counts(dialogs: list[Dialog], keys: Keys) -> None:
    assert command("--check") == (0, ["Всё зашифровано ключом t1."])
    keys.renew()
    with nothing_changes():
        assert command("--check") == (
            1,
            [
                "botapp_dialog.data: 5 под ключом t1",
                "Ключ t1 должен остаться в DATA_KEYS. Значений, которым он ещё нужен: 5.",
            ],
        )
    command()
    assert command("--check") == (
        0,
        ["Ключ t1 можно убрать из DATA_KEYS: он больше ничему не нужен.", "Всё зашифровано ключом t2."],
    )


# ---- what can not be done ----


def test_what_was_swapped_is_counted_named_and_left(company: Company, keys: Keys) -> None:
    first, second = (company.person(Role.CLIENT) for _ in range(2))
    for number, person in enumerate((first, second)):
        set_contact(actor=MACHINE, user_id=person.pk, phone=f"+7999123456{number}", address="Мира, 1")
    one, other = Contact.objects.order_by("pk")
    swapped = bytes(other.phone_sealed)
    Contact.objects.filter(pk=one.pk).update(phone_sealed=swapped)
    keys.renew()
    code, lines = command()
    assert (code, lines) == (
        1,
        [
            "accounts_contact: 2 из 2",
            f"Не удаётся расшифровать, оставлено как есть: accounts_contact, строка {one.pk}, phone (ключ t1)",
            f"Не удаётся расшифровать, оставлено как есть: accounts_contact, строка {one.pk}, phone_hash (ключ t1)",
            "accounts_contact.phone: 1 под ключом t1",
            "accounts_contact.phone_hash: 1 под ключом t1",
            HOPELESS,
        ],
    )
    keys.lose_old()
    one, other = Contact.objects.order_by("pk")
    assert (bytes(one.phone_sealed), one.phone_hash[:3], one.address) == (swapped, "t1:", "Мира, 1")
    assert (other.phone, other.phone_hash[:3], other.address) == ("+79991234561", "t2:", "Мира, 1")


def test_a_key_that_is_not_there_stops_nothing(dialogs: list[Dialog], keys: Keys) -> None:
    Dialog.objects.filter(pk=dialogs[0].pk).update(data_sealed=b"k0\0" + bytes(40))
    Dialog.objects.filter(pk=dialogs[1].pk).update(data_sealed=b"no ciphertext at all")
    keys.renew()
    code, lines = command()
    assert (code, keys_of("botapp_dialog")) == (1, {("data", "t2"): 3, ("data", "k0"): 1, ("data", ""): 1})
    assert lines[-2:] == [
        "Ключ t1 можно убрать из DATA_KEYS: он больше ничему не нужен.",
        "Ключи, которых нет в DATA_KEYS: k0, –. Если они сохранились, верните их в конец списка.",
    ]


def test_many_that_do_not_open_are_named_in_part(dialogs: list[Dialog], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "NAMED", 2)
    Dialog.objects.update(data_sealed=b"k0\0" + bytes(40))
    named = [line for line in command()[1] if "оставлено" in line or line.startswith("…")]
    assert len(named) == 3
    assert named[2] == "… и ещё из botapp_dialog: 3. Они названы в журнале, событие core.unreadable."


def test_hashes_of_what_is_kept_nowhere_are_told(company: Company, keys: Keys) -> None:
    boss = company.person(Role.SUPERUSER)
    note_sign_in(user=boss, via=Via.CONSOLE, address="192.0.2.1")
    factor = SecondFactor(user=boss, recovery=[keyed_hashes(word, purpose="accounts.recovery")[0] for word in "ab"])
    factor.secret = "JBSWY3DPEHPK3PXP"
    factor.save()
    keys.renew()
    assert command() == (
        1,
        [
            "accounts_secondfactor: 1 из 1",
            f"accounts_knownaddress.address_hash: 1 под ключом t1{KEPT_NOWHERE} {ADDRESS_LOST}",
            f"accounts_secondfactor.recovery: 2 под ключом t1{KEPT_NOWHERE} {CODES_LOST}",
            "Ключ t1 должен остаться в DATA_KEYS. Значений, которым он ещё нужен: 3.",
        ],
    )


def test_an_address_that_is_seen_again_is_known_by_the_new_key(company: Company, keys: Keys) -> None:
    boss = company.person(Role.SUPERUSER, telegram=True)
    note_sign_in(user=boss, via=Via.CONSOLE, address="192.0.2.1")
    keys.renew()
    for _ in range(2):
        note_sign_in(user=boss, via=Via.CONSOLE, address="192.0.2.1")
    assert [row.address_hash[:3] for row in KnownAddress.objects.all()] == ["t2:"]
    assert Message.objects.count() == 0


def test_what_the_database_does_not_let_be_changed_is_not_touched(dialogs: list[Dialog], keys: Keys) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER botapp_dialog_append_only BEFORE UPDATE OR DELETE ON botapp_dialog "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        )
    keys.renew()
    assert (rotate().done, keys_of("botapp_dialog")) == ({}, {("data", "t1"): 5})
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER botapp_dialog_append_only ON botapp_dialog")


# ---- while others work ----

together = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def run_apart(work: Callable[[], None]) -> None:
    """In a thread, on a connection of its own."""
    try:
        work()
    finally:
        connection.close()


@together
def test_a_row_that_somebody_holds_is_not_waited_for_and_done_later(
    company: Company, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    held, free = dialog(1), dialog(2)
    holds, release = threading.Event(), threading.Event()
    keys.renew()

    def hold() -> None:
        with transaction.atomic():
            row = Dialog.objects.select_for_update().get(pk=held.pk)
            holds.set()
            release.wait(10)
            row.step = "new_ticket"
            row.save()  # as it was read: by the old key

    holder = threading.Thread(target=run_apart, args=[hold])
    holder.start()
    assert holds.wait(10)
    batch = reseal_rows(table("botapp_dialog"))
    assert (batch.done, batch.last) == (1, free.pk)
    monkeypatch.setattr(rotation.time, "sleep", lambda _seconds: (release.set(), holder.join(10)))
    rotate()
    keys.lose_old()
    assert [(row.step, row.data["text"]) for row in Dialog.objects.order_by("pk")] == [
        ("new_ticket", "черновик 1"), ("", "черновик 2"),
    ]  # fmt: skip


@together
def test_who_writes_between_reading_and_writing_comes_after(
    company: Company, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    person = company.person(Role.CLIENT)
    set_contact(actor=MACHINE, user_id=person.pk, phone=PHONE, address="старый")
    keys.renew()
    write, change = actions._write, partial(set_contact, actor=MACHINE, user_id=person.pk, address="новый")
    writer = threading.Thread(target=run_apart, args=[change])

    def interrupted(where: KeyedTable, rows: list[Any]) -> None:
        if where.name == "accounts_contact":
            writer.start()
            writer.join(0.3)
            assert writer.is_alive()
        write(where, rows)

    monkeypatch.setattr(actions, "_write", interrupted)
    rotate()
    writer.join(10)
    keys.lose_old()
    contact = Contact.objects.get()
    assert (contact.address, contact.phone) == ("новый", PHONE)


@together
def test_nothing_that_is_written_meanwhile_is_lost(
    company: Company, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    """Three writers change the rows that are sealed anew, from key to key and back, a few at a time."""
    monkeypatch.setattr(actions, "BATCH", 2)
    monkeypatch.setattr(rotation, "PAUSE", 0.01)
    people = [company.person(Role.CLIENT) for _ in range(6)]
    for person in people:
        set_contact(actor=MACHINE, user_id=person.pk, phone=PHONE, address="0")
    written: dict[int, str] = {}
    over = threading.Event()

    def write(mine: list[User]) -> None:
        for turn in count(1):
            for person in mine:
                set_contact(actor=MACHINE, user_id=person.pk, address=str(turn))
                written[person.pk] = str(turn)
            if over.is_set():
                return

    writers = [threading.Thread(target=run_apart, args=[partial(write, people[n::3])]) for n in range(3)]
    for writer in writers:
        writer.start()
    for turn in range(8):
        (keys.take_back if turn % 2 else keys.renew)()
        rotate()
    over.set()
    for writer in writers:
        writer.join(10)
    keys.renew()
    rotate()
    keys.lose_old()
    assert {row.user_id: row.address for row in Contact.objects.all()} == written
    assert {row.phone for row in Contact.objects.all()} == {PHONE}
    assert min(map(int, written.values())) > 1
