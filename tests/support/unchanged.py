"""Refusals leave no trace: every row of the house before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.errors import Problem

HOUSE = ("audit", "outbox", "files", "accounts", "tickets", "orders", "clients", "botapp")


def house_models() -> list[type[models.Model]]:
    """Every table of ours, those between many and many included."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in HOUSE]


def every_row() -> dict[str, list[dict[str, Any]]]:
    """All that the house knows, table by table."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())  # type: ignore[attr-defined]
        for model in house_models()
    }


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
