"""Wiring: settings, URLs, Celery, reactions."""

from tws.celery import app as celery_app

__all__ = ["celery_app"]
