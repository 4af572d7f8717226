"""Columns and manners that several models of clients have."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

NUMBERS = "clients_request_number"
"""The sequence that numbers requests aloud: one for all tenants, from 9001 on, gaps are possible."""
NAME_LIMIT = 120
TEXT_LIMIT = 2000


class NextNumber(models.Func):
    template = f"nextval('{NUMBERS}')"
    output_field = models.BigIntegerField()


def person(related_name: str, verbose_name: Any, *, null: bool = False) -> Any:
    """A column that names somebody."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name=related_name, verbose_name=verbose_name
    )


class InBothLanguages(models.Model):
    """Texts that superusers write, each in a column for Russian and one for English."""

    class Meta:
        abstract = True

    def said(self, field: str) -> str:
        """The text in the language that is active now; Russian where there is no other."""
        return spoken({"ru": getattr(self, f"{field}_ru"), "en": getattr(self, f"{field}_en")})


def spoken(texts: dict[str, str]) -> str:
    """Of one text in two languages the one to show now."""
    english = (get_language() or "").startswith("en")
    return (texts.get("en") if english else "") or texts.get("ru", "")
