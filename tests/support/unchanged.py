"""Refusals leave no trace: every row of the house before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, models

from core.errors import Problem

HOUSE = ("audit", "outbox", "files", "accounts", "tickets", "orders", "clients", "botapp")


def house_models() -> list[type[models.Model]]:
    """Every table of ours, those between many and many included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.app_label in HOUSE and not model._meta.proxy]


@cache
def _question() -> str:
    """One question for every row of every table: asked so often, a question a table takes most of a test's time."""
    tables = {model._meta.label: model._meta.db_table for model in house_models()}
    return " UNION ALL ".join(f"""SELECT '{label}', t::text FROM "{table}" t""" for label, table in tables.items())  # noqa: S608


def every_row() -> dict[str, list[str]]:
    """All that the house knows, table by table, each row as text with all its columns."""
    rows: dict[str, list[str]] = {model._meta.label: [] for model in house_models()}
    with connection.cursor() as cursor:
        cursor.execute(_question())
        for label, row in cursor.fetchall():
            rows[label].append(row)
    return {label: sorted(found) for label, found in rows.items()}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """The block leaves every row as it was: business rows, history, outbox."""
    before = every_row()
    yield
    assert every_row() == before


@contextmanager
def refused(problem: type[Problem]) -> Iterator[pytest.ExceptionInfo[Problem]]:
    """The block raises exactly this problem and changes nothing."""
    with nothing_changes(), pytest.raises(problem) as caught:
        yield caught
    assert caught.type is problem
