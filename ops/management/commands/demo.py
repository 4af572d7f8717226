"""`manage.py demo`: the demo company of a local run."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from ops.demo import PASSWORD, STAFF, SUPERUSER, ensure_demo


class Command(BaseCommand):
    help = "Makes a small demo company, unless there is a company already, and prints how to sign in."

    def handle(self, *args: object, **options: object) -> None:
        simulated = settings.TELEGRAM_API_URL.startswith(("http://127.0.0.1", "http://localhost"))
        ensure_demo(simulated=simulated)
        with translation.override("en"):
            for colleague in (*STAFF, SUPERUSER):
                self.stdout.write(f"{colleague.username:10} {PASSWORD:10} {colleague.role.label}")
