"""Celery: the alarm clock. The truth is in the database, and every wake-up has a sweep behind it."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tws.settings")

app = Celery("tws")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@app.on_after_configure.connect
def _make_broker_folders(sender: Celery, **_: Any) -> None:
    """kombu's filesystem transport wants its folders to be there."""
    for name, folder in sender.conf.broker_transport_options.items():
        if name.startswith("data_folder") or name.endswith("_folder"):
            Path(folder).mkdir(parents=True, exist_ok=True)


@setup_logging.connect
def _own_logging(**_: Any) -> None:
    from django.conf import settings

    from tws.logs import start_logging

    start_logging(settings.LOGGING)
