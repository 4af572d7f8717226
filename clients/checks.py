"""Whether an answer fits its question, and the form in which it is kept. Each refusal says what is expected."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.errors import BadPhone
from accounts.phones import normal_phone
from clients.enums import DateCheck, QuestionType
from clients.errors import BadAnswer
from clients.models.fields import spoken
from core.text import is_blank, storable

Question = dict[str, Any]
OLDEST = 120
"""Years: nobody is older."""
_DATE = re.compile(r"([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ]([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]{1,12})(?:[.,][0-9]{1,2})?")


def checked(question: Question, text: str) -> str:
    """The answer in the form in which it is kept. Raises BadAnswer with a sentence that helps."""
    text = unicodedata.normalize("NFC", storable(text)).strip()
    if is_blank(text):
        raise _bad(_("The answer is empty. Please write it in words or figures."))
    if len(text) > question["length"]:
        said = _("Too long: %(length)s characters of at most %(limit)s. Please write it shorter.")
        raise _bad(said % {"length": len(text), "limit": question["length"]})
    return CHECKS[QuestionType(question["type"])](question, text)


def shown(question: Question, value: str) -> str:
    """A kept answer as people read it."""
    if question["type"] == QuestionType.DATE:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    if question["type"] == QuestionType.CHOICE:
        return next((spoken(choice) for choice in question["choices"] if choice["ru"] == value), value)
    return value


def _bad(hint: str) -> BadAnswer:
    return BadAnswer(hint=hint, fields={"answer": hint})


def _text(_question: Question, text: str) -> str:
    if not any(char.isalnum() for char in text):
        raise _bad(_("Please write it in words: signs and pictures alone are not enough."))
    return text


def _full_name(_question: Question, text: str) -> str:
    words = text.split()
    letters = all(all(char.isalpha() or char in "-'’.ʼ" for char in word) for word in words)
    named = [word for word in words if any(char.isalpha() for char in word)]
    if not letters or len(named) < 2:
        raise _bad(_("Please write surname and name in letters, as in the passport: Иванов Иван Иванович"))
    return " ".join(words)


def _date(question: Question, text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        raise _bad(_("Please write the date like this: 31.12.1990"))
    day, month, year, *iso = match.groups()
    if iso[0]:
        year, month, day = iso
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise _bad(_("There is no such day in the calendar. Please check day, month and year.")) from None
    return _in_range(question, found).isoformat()


def _in_range(question: Question, day: date) -> date:
    today, check = localdate(), question["date"]
    if check in {DateCheck.BIRTH, DateCheck.PAST} and day > today:
        raise _bad(_("This day has not come yet. Please check the year."))
    if check == DateCheck.BIRTH and day == today:
        raise _bad(_("This is today. Please write the day of birth."))
    if check == DateCheck.BIRTH and (today - day) >= timedelta(days=OLDEST * 365.2425):
        raise _bad(_("This is more than 120 years ago. Please check the year."))
    if check == DateCheck.FUTURE and day < today:
        raise _bad(_("This day has passed already. Please check the date."))
    if not 1800 <= day.year <= 2200:
        raise _bad(_("Please check the year."))
    return day


def _phone(_question: Question, text: str) -> str:
    try:
        return normal_phone(text)
    except BadPhone as problem:
        raise _bad(str(problem)) from None


def _choice(question: Question, text: str) -> str:
    for choice in question["choices"]:
        if text.casefold() in {choice["ru"].casefold(), choice["en"].casefold()}:
            return str(choice["ru"])
    names = ", ".join(spoken(choice) for choice in question["choices"])
    raise _bad(_("Please choose one of these: %(names)s") % {"names": names})


def _number(question: Question, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise _bad(_("Please write a number in figures, for example 15 or 12,5"))
    number = Decimal(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))
    if question["least"] is not None and number < Decimal(question["least"]):
        raise _bad(_("The number is too small: at least %(least)s.") % {"least": question["least"]})
    if question["most"] is not None and number > Decimal(question["most"]):
        raise _bad(_("The number is too large: at most %(most)s.") % {"most": question["most"]})
    return f"{number:f}"


CHECKS: dict[QuestionType, Callable[[Question, str], str]] = {
    QuestionType.TEXT: _text,
    QuestionType.FULL_NAME: _full_name,
    QuestionType.DATE: _date,
    QuestionType.PHONE: _phone,
    QuestionType.CHOICE: _choice,
    QuestionType.NUMBER: _number,
}
