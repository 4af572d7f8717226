"""Time travel for the demo company. A development dependency, so only for a local run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine
from django.utils import timezone


@contextmanager
def hours_ago(hours: float) -> Iterator[None]:
    """What is done in the block was done that long ago."""
    with time_machine.travel(timezone.now() - timedelta(hours=hours)):
        yield
