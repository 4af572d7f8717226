"""Phone numbers: from what people write to the one normal form (E.164), and what of it may be seen."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from accounts.errors import BadPhone

HOME = "RU"
"""The country of numbers that are written without one: `8 (999) …`."""
HASH_PURPOSE = "accounts.phone"
WRITTEN = re.compile(r"[+(0-9][0-9 ()./\u00a0\u2010-\u2014-]{3,38}")
SHOWN_DIGITS = 4


def normal_phone(text: str, *, field: str = "phone") -> str:
    """The number as `+79991234567`. Raises BadPhone, which names `field`, for what nobody could call.

    Spaces, brackets, dots and dashes between the digits are let be, and so are marks that can not be seen, which come
    along when a number is copied. Letters, digits of other scripts and extensions are refused. A number without `+`
    is one of `HOME`.
    """
    text = _visible(text)
    try:
        number = phonenumbers.parse(text, HOME) if WRITTEN.fullmatch(text) else None
    except NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise BadPhone(fields={field: BadPhone.text})
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def looks_like_phone(text: str) -> bool:
    """Whether somebody who searches means a number, be it whole or not."""
    return WRITTEN.fullmatch(_visible(text)) is not None


def _visible(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != "Cf").strip()


def readable_phone(phone: str) -> str:
    """The normal form with its groups set apart: `+7 999 123-45-67`."""
    return phonenumbers.format_number(phonenumbers.parse(phone), PhoneNumberFormat.INTERNATIONAL)


def masked_phone(phone: str) -> str:
    """The last four digits, by which a caller can be told from another: `•••45-67`."""
    last = phone[-SHOWN_DIGITS:]
    return f"•••{last[:2]}-{last[2:]}" if phone else ""
