"""`manage.py demo`: the demo company of a local run."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.roles import CONSOLE, GRANTS, Role
from ops.demo import PASSWORD, STAFF, SUPERUSER, Colleague, demo_is_here, ensure_demo
from ops.supervisor.environment import SIMULATOR_TOKEN


class Command(BaseCommand):
    help = "Makes a small demo company, unless there is a company already, and prints how to sign in."

    def handle(self, *args: object, **options: object) -> None:
        made = ensure_demo(simulated=settings.TELEGRAM_BOT_TOKEN == SIMULATOR_TOKEN)
        if not made and not demo_is_here():
            return
        with translation.override("en"):
            for colleague in (*STAFF, SUPERUSER):
                self.stdout.write(f"{colleague.username:10} {PASSWORD:10} {colleague.role.label}{_where(colleague)}")


def _where(colleague: Colleague) -> str:
    """Where those work who have no place in the console."""
    if CONSOLE in GRANTS[colleague.role]:
        return ""
    return " (API)" if colleague.role == Role.INTEGRATOR else " (bot, not the console)"
