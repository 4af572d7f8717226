"""`manage.py diagnose`: what is wrong and what to do."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from ops.diagnosis import examine


class Command(BaseCommand):
    help = "Looks at every part of this installation; the exit code is 1 when something is wrong."
    requires_migrations_checks = False
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        ill = False
        with translation.override(settings.LANGUAGE_CODE):
            for finding in examine():
                ill = ill or bool(finding.trouble)
                if finding.trouble:
                    self.stdout.write(f"✗ {finding.part}: {finding.trouble}\n  → {finding.advice}")
                else:
                    self.stdout.write(f"✓ {finding.part}" + (f": {finding.detail}" if finding.detail else ""))
        if ill:
            sys.exit(1)
