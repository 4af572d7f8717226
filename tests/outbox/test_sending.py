"""Messages over the wire, when Telegram does well and when it does not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

import outbox.actions as outbox
from accounts.actions import mark_unreachable
from accounts.models import User
from accounts.roles import Role
from core.actor import Actor
from outbox.enums import Lane
from outbox.models import Message
from simulator.client import Person
from tests.outbox.messages import again, drain, drain_all, seen, status_of, write
from tests.support.company import Company
from tests.support.desk import Desk


def test_a_message_is_shown_as_it_was_written(desk: Desk, anna: Person) -> None:
    message = write(anna, "<b>1 & 2</b> *_`[x](tg://user?id=1)")
    drain()
    (shown,) = [found for found in desk.people.chat(anna) if found.from_bot]
    assert (shown.text, shown.entities) == ("<b>1 & 2</b> *_`[x](tg://user?id=1)", [])
    row = again(message)
    assert (row.status, row.attempts, row.telegram_message_id) == ("sent", 1, shown.message_id)


def test_a_chat_gets_its_messages_in_the_order_of_writing(desk: Desk, anna: Person, dmitry: Person) -> None:
    for number in range(6):
        write(anna, f"a{number}", lane=Lane(4 - number % 4))
        write(dmitry, f"d{number}")
    drain()
    assert seen(desk.people, anna) == [f"a{number}" for number in range(6)]
    assert seen(desk.people, dmitry) == [f"d{number}" for number in range(6)]


def test_the_order_of_a_chat_survives_failures_of_its_head(desk: Desk, anna: Person, dmitry: Person) -> None:
    desk.people.add_fault("error", method="sendMessage", chat_id=anna.id, times=2)
    first, second, other = write(anna, "first"), write(anna, "second", lane=Lane.SCREEN), write(dmitry, "other")
    drain()
    assert status_of(first, second, other) == ["queued", "queued", "sent"]
    drain_all()
    assert seen(desk.people, anna) == ["first", "second"]
    assert (again(first).attempts, again(second).attempts) == (3, 1)


def test_a_flood_error_holds_up_that_chat_alone(desk: Desk, anna: Person, dmitry: Person) -> None:
    parameters = {"retry_after": 30}
    text = "Too Many Requests: retry after 30"
    desk.people.add_fault("error", chat_id=anna.id, code=429, description=text, parameters=parameters)
    before = timezone.now()
    flooded, behind, other = write(anna, "flooded"), write(anna, "behind"), write(dmitry, "other")
    drain()
    drain()
    assert status_of(flooded, behind, other) == ["queued", "queued", "sent"]
    assert again(flooded).next_attempt_at >= before + timedelta(seconds=31)
    assert len(desk.people.calls(method="sendMessage", chat_id=anna.id)) == 1
    drain_all()
    assert seen(desk.people, anna) == ["flooded", "behind"]


def test_an_expired_message_is_not_sent_and_the_next_one_is(desk: Desk, anna: Person) -> None:
    stale, fresh = write(anna, "stale"), write(anna, "fresh")
    Message.objects.filter(pk=stale.pk).update(expires_at=timezone.now())
    drain()
    assert (status_of(stale, fresh), seen(desk.people, anna)) == (["expired", "sent"], ["fresh"])


@pytest.mark.parametrize(
    ("kind", "copies"), [("error", 1), ("drop_before", 1), ("garbage", 1), ("drop_after", 2), ("delay", 1)]
)
def test_after_one_fault_the_message_arrives(desk: Desk, anna: Person, kind: str, copies: int) -> None:
    """A lost answer alone may double it: whether Telegram had taken the message can not be known."""
    desk.people.add_fault(kind, method="sendMessage", seconds=0.1)
    message, behind = write(anna, "one"), write(anna, "two")
    drain_all()
    assert status_of(message, behind) == ["sent", "sent"]
    assert seen(desk.people, anna) == ["one"] * copies + ["two"]


@pytest.mark.parametrize(("kind", "copies"), [("drop_before", 0), ("garbage", 0), ("drop_after", 2)])
def test_an_unknown_outcome_is_resent_exactly_once(desk: Desk, anna: Person, kind: str, copies: int) -> None:
    desk.people.add_fault(kind, method="sendMessage", times=2)
    message, behind = write(anna, "one"), write(anna, "two")
    drain_all()
    assert status_of(message, behind) == ["unknown", "sent"]
    assert seen(desk.people, anna) == ["one"] * copies + ["two"]
    assert len(desk.people.calls(method="sendMessage")) == 3


def test_an_error_of_the_server_is_repeated_as_long_as_it_takes(desk: Desk, anna: Person) -> None:
    desk.people.add_fault("error", method="sendMessage", times=7, code=502, description="Bad Gateway")
    message = write(anna, "one")
    drain_all()
    assert (again(message).status, again(message).attempts, seen(desk.people, anna)) == ("sent", 8, ["one"])


BROKEN = "1 &lt; 2 <b>unclosed &amp; <tg://x>"


def test_markup_that_telegram_refuses_is_sent_once_as_plain(desk: Desk, anna: Person) -> None:
    message = outbox.send_text(chat_id=anna.id, text=SafeString(BROKEN), lane=Lane.NOTICE)
    behind = write(anna, "behind")
    drain()
    assert message is not None
    assert status_of(message, behind) == ["sent", "sent"]
    assert seen(desk.people, anna) == ["1 < 2 unclosed &", "behind"]
    refused, plain, _ = desk.people.calls(method="sendMessage")
    assert (refused.code, plain.code, "parse_mode" in plain.params) == (400, 200, False)
    assert again(message).attempts == 1


def test_what_is_refused_as_plain_too_has_failed(desk: Desk, anna: Person) -> None:
    refusal = "Bad Request: can't parse entities: whatever"
    desk.people.add_fault("error", method="sendMessage", times=2, code=400, description=refusal)
    message, behind = write(anna, "one"), write(anna, "two")
    drain()
    assert (status_of(message, behind), seen(desk.people, anna)) == (["failed", "sent"], ["two"])
    assert len(desk.people.calls(method="sendMessage")) == 3


def test_such_a_refusal_of_a_call_without_text_has_failed(desk: Desk, anna: Person) -> None:
    refusal = "Bad Request: can't parse entities: whatever"
    desk.people.add_fault("error", method="editMessageReplyMarkup", code=400, description=refusal)
    message = outbox.remove_buttons(chat_id=anna.id, telegram_message_id=1, lane=Lane.SCREEN)
    behind = write(anna, "two")
    drain()
    assert message is not None
    assert status_of(message, behind) == ["failed", "sent"]


def test_a_refused_message_has_failed_and_the_next_one_is_sent(desk: Desk, anna: Person) -> None:
    message, behind = write(anna, "x" * 4097), write(anna, "two")
    drain()
    assert (status_of(message, behind), seen(desk.people, anna)) == (["failed", "sent"], ["two"])
    assert "too long" in again(message).error


def test_a_row_that_no_key_opens_waits_for_its_key_and_holds_up_its_own_chat_alone(
    desk: Desk, anna: Person, dmitry: Person
) -> None:
    message, behind, other = write(anna, "one"), write(anna, "two"), write(dmitry, "other")
    sealed = again(message).params_sealed
    Message.objects.filter(pk=message.pk).update(params_sealed=b"lost\0key")
    drain()
    assert status_of(message, behind, other) == ["queued", "queued", "sent"]
    assert again(message).error == "unsealable"
    Message.objects.filter(pk=message.pk).update(params_sealed=sealed)
    drain_all()
    assert seen(desk.people, anna) == ["one", "two"]


@pytest.mark.parametrize("reason", ["blocked", "deactivated", "chat_not_found"])
def test_a_chat_that_nothing_reaches_marks_the_person(
    desk: Desk, company: Company, anna: Person, dmitry: Person, reason: str
) -> None:
    stranger = 7_000_999_999
    gone = {"blocked": anna.id, "deactivated": anna.id, "chat_not_found": stranger}[reason]
    company.person(Role.CLIENT, telegram=gone)
    company.person(Role.CLIENT, telegram=dmitry.id)
    if reason == "blocked":
        desk.people.block(anna)
    if reason == "deactivated":
        desk.people.deactivate(anna)
    messages = [write(gone, "one"), write(gone, "two")]
    drain()
    assert status_of(*messages) == ["blocked", "blocked"]
    assert again(messages[0]).error == reason
    assert User.objects.get(telegram_id=gone).telegram_unreachable_since is not None
    assert User.objects.get(telegram_id=dmitry.id).telegram_unreachable_since is None


def test_a_message_of_the_person_clears_the_mark(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/help")
    desk.people.block(anna)
    write(anna, "one")
    drain()
    assert User.objects.get(telegram_id=anna.id).telegram_unreachable_since is not None
    desk.people.unblock(anna)
    (answer,) = desk.say(anna, "/help")
    assert answer.from_bot
    assert User.objects.get(telegram_id=anna.id).telegram_unreachable_since is None


def test_a_message_sent_earlier_is_edited_and_deleted(desk: Desk, anna: Person) -> None:
    shown = write(anna, "first words")
    drain()
    edit = outbox.edit_text(message=again(shown), text=mark_safe("<b>second</b> words"), lane=Lane.SCREEN)
    drain()
    (found,) = [message for message in desk.people.chat(anna) if message.from_bot]
    assert (found.text, found.edited, found.deleted) == ("second words", True, False)
    removal = outbox.delete(message=again(shown), lane=Lane.SCREEN)
    drain()
    (found,) = [message for message in desk.people.chat(anna) if message.from_bot]
    assert found.deleted
    assert edit is not None
    assert removal is not None
    assert status_of(shown, edit, removal) == ["sent", "sent", "sent"]


def test_an_edit_queued_behind_its_message_finds_it(desk: Desk, anna: Person) -> None:
    shown = write(anna, "first words", lane=Lane.BROADCAST)
    outbox.edit_text(message=shown, text=mark_safe("second words"), lane=Lane.SCREEN)
    drain()
    assert seen(desk.people, anna) == ["second words"]


def test_an_edit_of_what_was_never_shown_has_failed(desk: Desk, anna: Person) -> None:
    shown = write(anna, "x" * 4097)
    edit = outbox.edit_text(message=shown, text=mark_safe("second words"), lane=Lane.SCREEN)
    removal = outbox.delete(message=shown, lane=Lane.SCREEN)
    behind = write(anna, "behind")
    drain()
    assert edit is not None
    assert removal is not None
    assert status_of(shown, edit, removal, behind) == ["failed", "failed", "failed", "sent"]
    assert again(edit).error == "target_not_sent"
    assert seen(desk.people, anna) == ["behind"]


def test_the_same_edit_twice_is_no_failure(desk: Desk, anna: Person) -> None:
    shown = write(anna, "first words")
    edits = [outbox.edit_text(message=shown, text=mark_safe("second words"), lane=Lane.SCREEN) for _ in range(2)]
    drain()
    assert [again(edit).status for edit in edits if edit] == ["sent", "sent"]
    assert seen(desk.people, anna) == ["second words"]


def test_buttons_are_removed_and_the_text_stays(desk: Desk, anna: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    shown = write(anna, "Да?", reply_markup=keyboard)
    drain()
    shown_id = again(shown).telegram_message_id
    assert shown_id is not None
    assert desk.people.chat(anna)[-1].labels() == ["Да"]
    outbox.remove_buttons(chat_id=anna.id, telegram_message_id=shown_id, lane=Lane.SCREEN)
    drain()
    assert (desk.people.chat(anna)[-1].labels(), desk.people.chat(anna)[-1].text) == ([], "Да?")


def test_a_person_marked_as_unreachable_twice_is_marked_since_the_first_time(
    desk: Desk, company: Company, anna: Person
) -> None:
    company.person(Role.CLIENT, telegram=anna.id)
    mark_unreachable(actor=Actor.system("test"), telegram_id=anna.id, reason="blocked")
    since = User.objects.get(telegram_id=anna.id).telegram_unreachable_since
    desk.people.block(anna)
    write(anna)
    drain()
    assert User.objects.get(telegram_id=anna.id).telegram_unreachable_since == since
