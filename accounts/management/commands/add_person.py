"""`manage.py add_person`: enters a member of the staff who signs in with a password."""

from argparse import ArgumentParser
from getpass import getpass

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import create_person
from accounts.queries import by_username, tenant_by_slug
from accounts.roles import PEOPLE_MANAGE, Role
from core.actor import Actor
from core.errors import NotFound, Problem


class Command(BaseCommand):
    help = "Enters a person with a role, a login and a password (asked for, or read from standard input)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("role", choices=[role for role in Role.values if role != Role.CLIENT])
        parser.add_argument("--branch", help="short name of the branch; a superuser has none")
        parser.add_argument("--telegram-id", type=int)

    def handle(
        self,
        *args: object,
        username: str,
        full_name: str,
        role: str,
        branch: str | None,
        telegram_id: int | None,
        **options: object,
    ) -> None:
        if (role == Role.SUPERUSER) == bool(branch):
            raise CommandError("A superuser has no branch; everybody else has one (--branch).")
        try:
            by_username(username)
        except NotFound:
            pass
        else:
            raise CommandError("This login is taken.")
        try:
            person = create_person(
                actor=Actor.system("add_person", frozenset({PEOPLE_MANAGE})),
                tenant_id=tenant_by_slug(branch).pk if branch else None,
                full_name=full_name,
                roles=[Role(role)],
                username=username,
                password=getpass("Password: "),
                telegram_id=telegram_id,
            )
        except Problem as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{person.username}: {person.full_name}, {role}")
