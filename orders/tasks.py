"""What time does to orders."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orders.notices import overdue
from orders.queries import fallen_due

LOOKED_BACK = timedelta(days=1)


@shared_task(name="orders.sweep", ignore_result=True)
def tell_of_overdue() -> None:
    """Tell the curators which orders have become overdue; each once for each date."""
    now = timezone.now()
    with transaction.atomic():
        for order in fallen_due(now - LOOKED_BACK, now):
            overdue(order)
