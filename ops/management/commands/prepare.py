"""`manage.py prepare`: everything the database needs before the processes start, in one go."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Applies migrations and makes the cache's table where the database is the cache. May be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Also make the demo company and print its logins.")

    def handle(self, *args: object, demo: bool, **options: object) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
            call_command("createcachetable", verbosity=0)
        if demo:
            call_command("demo")
