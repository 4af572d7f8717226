"""Text from outside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import is_blank, shorten, storable

ANY_TEXT = st.text(st.characters(codec=None))
"""Lone surrogates and NUL included."""


def test_only_what_postgresql_can_not_store_is_replaced() -> None:
    assert storable("a\x00b\ud800c\udfffd") == "a\u2400b\ufffdc\ufffdd"
    kept = "  Ё\u0435\u0308\tй\n\u202egpj.exe\u202c \U0001f600\u200d <b>&amp;'%s{}"
    assert storable(kept) == kept


@given(ANY_TEXT)
def test_what_is_storable_can_be_encoded_and_keeps_its_length(text: str) -> None:
    stored = storable(text)
    assert "\x00" not in stored
    assert stored.encode().decode() == stored
    assert len(stored) == len(text)
    assert storable(stored) == stored


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t\r", "\u200b\u200d\ufeff", "\u00a0\u2003\u3000", "\u202e\u2066", "\x00", "\u2028\u2029", "\ud800"],
)
def test_nothing_to_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "0", " x ", "\U0001f600", "\u200dё", "\u2400", "\ufffd", "\u0301"])
def test_anything_to_be_seen_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", ""),
        ("  \n\u200b\n Принтер \n шумит", "Принтер"),
        ("1234567890", "1234567890"),
        ("12345 67890", "12345…"),
        ("12345678901", "123456789…"),
        ("не печатает", "не…"),
        ("да, нет, да", "да, нет…"),
    ],
)
def test_the_first_line_is_cut_at_a_word(text: str, short: str) -> None:
    assert shorten(text, 10) == short


@given(ANY_TEXT, st.integers(min_value=1, max_value=40))
def test_a_shortened_text_fits_in_one_line(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert len(short.splitlines()) <= 1
    assert short == "" or not unicodedata.category(short[0]).startswith("Z")
    assert (short == "") == is_blank(text)
