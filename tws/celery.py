"""Celery: the alarm clock. The truth is in the database, and every wake-up has a sweep behind it."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tws.settings")

app = Celery("tws")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def _own_logging(**_: Any) -> None:
    from django.conf import settings

    from tws.logs import start_logging

    start_logging(settings.LOGGING)
