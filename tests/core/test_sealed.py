"""The descriptor that keeps a model's JSON value sealed in its row."""

import uuid

import pytest
from django.db import connection

from botapp.models import Dialog
from core.crypto import Unsealable

pytestmark = pytest.mark.django_db
DRAFT = {"text": "Паспорт 4510 123456", "steps": [1, None, {"nul": "\x00", "lone": "\ud800"}]}


def make_dialog(**data: object) -> Dialog:
    dialog = Dialog(bot_id=1, chat_id=7_000_000_001)
    dialog.data = data
    dialog.save()
    return dialog


def test_a_value_comes_back_from_the_row_as_it_was_given() -> None:
    dialog = make_dialog(**DRAFT)
    assert Dialog.objects.get(pk=dialog.pk).data == DRAFT


def test_the_stored_row_holds_no_plain_text() -> None:
    dialog = make_dialog(**DRAFT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, data_sealed FROM botapp_dialog t WHERE id = %s", [dialog.pk])
        text, sealed = cursor.fetchone()
    plain = ("Паспорт", "4510", "steps")
    assert not [word for word in plain if word in text or word.encode() in bytes(sealed)]


def test_a_value_copied_into_another_row_does_not_open() -> None:
    first, second = make_dialog(text="mine"), Dialog(bot_id=1, chat_id=7_000_000_002)
    second.data_sealed = first.data_sealed
    second.save()
    with pytest.raises(Unsealable):
        _ = Dialog.objects.get(pk=second.pk).data


def test_a_row_given_another_identity_does_not_open() -> None:
    dialog = make_dialog(text="mine")
    Dialog.objects.filter(pk=dialog.pk).update(uid=uuid.uuid4())
    with pytest.raises(Unsealable):
        _ = Dialog.objects.get(pk=dialog.pk).data


def test_assigning_seals_anew() -> None:
    dialog = make_dialog(text="one")
    before = bytes(dialog.data_sealed)
    dialog.data = {"text": "two"}
    dialog.save()
    assert bytes(dialog.data_sealed) != before
    assert Dialog.objects.get(pk=dialog.pk).data == {"text": "two"}
