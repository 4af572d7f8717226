"""`manage.py add_branch`: opens a branch (tenant), the first one too."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions import create_tenant
from accounts.roles import TENANTS_MANAGE
from core.actor import Actor
from core.errors import Problem


class Command(BaseCommand):
    help = "Opens a branch. Its clients come by t.me/<bot>?start=t_<short name>."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name: latin letters, digits, hyphens")
        parser.add_argument("name")
        parser.add_argument("--time-zone", default=settings.TIME_ZONE)

    def handle(self, *args: object, slug: str, name: str, time_zone: str, **options: object) -> None:
        actor = Actor.system("add_branch", frozenset({TENANTS_MANAGE}))
        try:
            tenant = create_tenant(actor=actor, slug=slug, name=name, time_zone=time_zone)
        except Problem as problem:
            raise CommandError(" ".join(str(text) for text in problem.fields.values()) or str(problem)) from None
        self.stdout.write(f"{tenant.slug}: {tenant.name}, {tenant.time_zone}")
