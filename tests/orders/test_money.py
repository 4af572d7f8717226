"""Sums as people write them: understood, or asked back; never guessed."""

from decimal import Decimal

import pytest

from orders.errors import NotMoney
from orders.money import checked, parse_money


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500", "1500.00"), ("1 500", "1500.00"), ("1\u00a0500", "1500.00"), ("1500,50", "1500.50"),
        ("1500.5", "1500.50"),
        ("1 234,56", "1234.56"), ("0", "0.00"), (" 300 ₽ ", "300.00"), ("300 р.", "300.00"), ("300руб", "300.00"),
        ("12 345 678,90", "12345678.90"), ("99999999,99", "99999999.99"),
    ],
)  # fmt: skip
def test_a_sum_is_understood(text: str, value: str) -> None:
    assert parse_money(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "-100", "+5", "1.5к", "1.500", "1,234.56", "1.234,56", "1 50", "1  500", "0.005", "NaN", "Infinity",
        "1e3", "１２",
        "99999999999999", "100000000", "пятьсот", "10 000 00", ".5", "5.", "5,", "1_000", "0x10", "٥", "5 $", "١٠",
    ],
)  # fmt: skip
def test_anything_else_is_asked_back(text: str) -> None:
    with pytest.raises(NotMoney):
        parse_money(text)


@pytest.mark.parametrize("value", ["-0.01", "NaN", "Infinity", "0.005", "100000000"])
def test_a_number_is_looked_at_too(value: str) -> None:
    with pytest.raises(NotMoney):
        checked(Decimal(value))
