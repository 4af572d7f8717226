"""Answers to questions: what is kept and in which form, what is refused and with which help."""

from typing import Any

import pytest
import time_machine
from django.utils import translation

from clients.checks import checked, shown
from clients.errors import BadAnswer

EMPTY = "Ответ пустой. Напишите его словами или цифрами."
NAME = "Напишите фамилию и имя буквами, как в паспорте: Иванов Иван Иванович"
FORM = "Напишите дату так: 31.12.1990"
NO_DAY = "Такого дня в календаре нет. Проверьте день, месяц и год."
PHONE = "Это не похоже на номер телефона. Напишите его с кодом города или страны: +7 999 123-45-67."
NUMBER = "Напишите число цифрами, например 15 или 12,5"
WORDS = "Напишите, пожалуйста, словами: одних знаков или картинок мало."


def question(kind: str, **more: Any) -> dict[str, Any]:
    base = {"key": "k", "type": kind, "length": 200, "date": "", "least": None, "most": None, "choices": []}
    return {**base, **more}


BIRTH = question("date", date="birth")
GUARANTEE = question("choice", choices=[{"ru": "Да", "en": "Yes"}, {"ru": "Нет", "en": "No"}])
COPIES = question("number", least="1", most="1000")


@pytest.mark.parametrize(
    ("asked", "text", "kept"),
    [
        (question("full_name"), "  Иванов   Иван ", "Иванов Иван"),
        (question("full_name"), "Салтыков-Щедрин Михаил", "Салтыков-Щедрин Михаил"),
        (question("full_name"), "O’Neil Anna", "O’Neil Anna"),
        (question("full_name"), "И\u0438\u0306 Ли", "Ий Ли"),
        (BIRTH, "29.02.2000", "2000-02-29"),
        (BIRTH, "1.2.1990", "1990-02-01"),
        (BIRTH, "1990-02-01", "1990-02-01"),
        (BIRTH, "01/02/1990", "1990-02-01"),
        (question("phone"), "8 999 123-45-67", "+79991234567"),
        (question("text"), "ул. Мира, 1", "ул. Мира, 1"),
        (question("text"), "<b>hi</b>{{7*7}}' OR 1=1--", "<b>hi</b>{{7*7}}' OR 1=1--"),
        (question("text"), "a\x00b", "a\u2400b"),
        (question("text"), "x" * 200, "x" * 200),
        (GUARANTEE, "да", "Да"),
        (GUARANTEE, "NO", "Нет"),
        (COPIES, "1 000", "1000"),
        (COPIES, "12,5", "12.5"),
    ],
)
def test_what_fits_is_kept_in_one_form(asked: dict[str, Any], text: str, kept: str) -> None:
    assert checked(asked, text) == kept


@pytest.mark.parametrize(
    ("asked", "text", "help_given"),
    [
        (question("full_name"), "", EMPTY),
        (question("text"), "\u200b\u200d", EMPTY),
        (question("text"), " \n ", EMPTY),
        (question("full_name"), "Анна", NAME),
        (question("full_name"), "Анна 2", NAME),
        (question("full_name"), "🙂 🙂", NAME),
        (question("full_name"), "- -", NAME),
        (question("text"), "🙂", WORDS),
        (question("text"), "x" * 201, "Слишком длинно: знаков 201, можно не больше 200. Напишите короче."),
        (BIRTH, "29.02.2023", NO_DAY),
        (BIRTH, "31.04.1990", NO_DAY),
        (BIRTH, "00.00.0000", NO_DAY),
        (BIRTH, "28.11.2026", "Этот день ещё не наступил. Проверьте год."),
        (BIRTH, "27.11.2026", "Это сегодняшний день. Напишите дату рождения."),
        (BIRTH, "01.01.1890", "Это больше 120 лет назад. Проверьте год."),
        (BIRTH, "вчера", FORM),
        (BIRTH, "１.２.1990", FORM),
        (BIRTH, "01.02.90", FORM),
        (question("date"), "01.01.0001", "Проверьте год."),
        (question("date", date="future"), "26.11.2026", "Этот день уже прошёл. Проверьте дату."),
        (question("phone"), "+1", PHONE),
        (question("phone"), "1" * 25, PHONE),
        (question("phone"), "позвоните", PHONE),
        (GUARANTEE, "может быть", "Выберите одно из этого: Да, Нет"),
        (COPIES, "0", "Слишком мало: не меньше 1."),
        (COPIES, "-5", "Слишком мало: не меньше 1."),
        (COPIES, "1001", "Слишком много: не больше 1000."),
        (COPIES, "NaN", NUMBER),
        (COPIES, "Infinity", NUMBER),
        (COPIES, "1e3", NUMBER),
        (COPIES, "１２", NUMBER),
        (COPIES, "1.234,56", NUMBER),
        (COPIES, "0.005", NUMBER),
        (COPIES, "9" * 14, NUMBER),
    ],
)
def test_what_does_not_fit_is_refused_with_help(asked: dict[str, Any], text: str, help_given: str) -> None:
    with time_machine.travel("2026-11-27 12:00Z"), translation.override("ru"), pytest.raises(BadAnswer) as refusal:
        checked(asked, text)
    assert str(refusal.value) == help_given


def test_answers_are_shown_as_people_write_them() -> None:
    assert shown(BIRTH, "1990-02-01") == "01.02.1990"
    with translation.override("en"):
        assert shown(GUARANTEE, "Да") == "Yes"
