"""Sums of roubles and kopecks as people write them."""

import re
from decimal import Decimal

from orders.errors import NotMoney

MOST = Decimal("99999999.99")
KOPECK = Decimal("0.01")
_SUM = re.compile(
    "(?P<roubles>[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,](?P<kopecks>[0-9]{1,2}))?\\s*(?:₽|р\\.?|руб\\.?)?"
)


def parse_money(text: str) -> Decimal:
    """`1 500`, `1500,50`, `1500.5 ₽`. What could be read in two ways (`1.500`, `1,234.56`, `1.5к`) is asked back.

    Raises NotMoney.
    """
    found = _SUM.fullmatch(text.strip())
    if found is None:
        raise NotMoney
    roubles = re.sub(r"\s", "", found["roubles"])
    kopecks = (found["kopecks"] or "0").ljust(2, "0")
    return checked(Decimal(f"{roubles[:20]}.{kopecks}"))


def checked(value: Decimal) -> Decimal:
    """A sum that came as a number. Raises NotMoney for what is negative, no number, too large or finer than kopecks."""
    if not value.is_finite() or not 0 <= value <= MOST or value != value.quantize(KOPECK):
        raise NotMoney
    return value.quantize(KOPECK)
