"""`manage.py rotatekeys`: everything is sealed anew by the first key of DATA_KEYS."""

import signal
import sys
import time
from argparse import ArgumentParser
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from ops.rotation import Rotation, in_use, left_over, report

SHOWN_EVERY = 1.0
"""Seconds between two lines of one table."""


class Command(BaseCommand):
    help = (
        "Seals everything anew by the first key of DATA_KEYS, while the house is running. "
        "Ctrl-C stops it, and the next run goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count; ends with 1 when something is left")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        """Ends with 1 when something is left that the first key did not seal. Raises CommandError."""
        with translation.override(settings.LANGUAGE_CODE):
            rotation = None if check else self._rotate()
            uses = in_use()
            for line in report(rotation, uses):
                self.stdout.write(line)
        if left_over(uses):
            sys.exit(1)

    def _rotate(self) -> Rotation:
        rotation = Rotation()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            rotation.stop = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._show(rotation)
        except OSError as exc:
            raise CommandError(_("The storage of files fails: {reason}").format(reason=exc.strerror)) from exc
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return rotation

    def _show(self, rotation: Rotation) -> None:
        """A line when a table is done, and every second before."""
        due = 0.0
        for progress in rotation.run():
            if progress.done == progress.total or time.monotonic() >= due:
                line = _("{table}: {done} of {total}")
                self.stdout.write(line.format(table=progress.table, done=progress.done, total=progress.total))
                due = time.monotonic() + SHOWN_EVERY
