"""Columns that several models of orders have."""

from typing import Any

from django.conf import settings
from django.db import models

NUMBERS = "orders_number"
"""The sequence that numbers orders aloud: one for all tenants, from 5001 on, gaps are possible."""
WORDS_LIMIT = 120


class NextNumber(models.Func):
    template = f"nextval('{NUMBERS}')"
    output_field = models.BigIntegerField()


def person(related_name: str, verbose_name: Any, *, null: bool = False) -> Any:
    """A column that names somebody."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name=related_name, verbose_name=verbose_name
    )


def money(verbose_name: Any, **more: Any) -> Any:
    """A column of roubles and kopecks."""
    return models.DecimalField(verbose_name, max_digits=12, decimal_places=2, **more)
