"""`manage.py invites create|revoke|list|get`: invites from the command line, for people and (`--json`) for scripts."""

import json
from argparse import ArgumentParser
from datetime import UTC
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from accounts.actions import create_invite, revoke_invite
from accounts.enums import InviteStatus
from accounts.links import invite_link
from accounts.models import Invite
from accounts.queries import invite_by_uid, invite_list, tenant_by_uid
from accounts.roles import Role
from core.actor import SYSTEM, Actor
from core.crypto import opened
from core.errors import NotFound, Problem

ACTOR = Actor.system("invites", frozenset({SYSTEM}))


class Command(BaseCommand):
    help = "Makes, shows and ends invites to branches and roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        deeds = parser.add_subparsers(dest="deed", required=True)
        create = deeds.add_parser("create", help="make one")
        create.add_argument("--tenant", type=UUID, help="uid of the branch; a superuser has none")
        create.add_argument("--role", required=True, choices=[role.value for role in Role if role != Role.INTEGRATOR])
        create.add_argument("--limit", type=int, default=1, help="how many may join by it; 0: no limit (default: 1)")
        create.add_argument("--expires", help="until when, ISO 8601 (default: never)")
        create.add_argument("--notes", default="")
        every = deeds.add_parser("list", help="show all")
        every.add_argument("--tenant", type=UUID)
        every.add_argument("--status", choices=InviteStatus.values)
        for name, told in (("get", "show one"), ("revoke", "end one")):
            deeds.add_parser(name, help=told).add_argument("invite", type=UUID, help="uid of the invite")
        for deed in deeds.choices.values():
            deed.add_argument("--json", action="store_true", default=False, help="print JSON")

    def handle(self, *args: object, deed: str, **options: Any) -> None:
        """Raises CommandError with the sentence that names what is wrong."""
        try:
            done = getattr(self, f"_{deed}")(options)
        except NotFound:
            raise CommandError("There is no such branch or invite.") from None
        except Problem as problem:
            details = " ".join(str(text) for text in problem.fields.values())
            raise CommandError(f"{problem} {details}".strip()) from None
        self._print(done, as_json=options["json"])

    def _create(self, options: dict[str, Any]) -> Invite:
        tenant = tenant_by_uid(options["tenant"]) if options["tenant"] else None
        expires = parse_datetime(options["expires"]) if options["expires"] else None
        if options["expires"] and expires is None:
            raise CommandError("--expires: write it like 2026-12-31T18:00")
        if expires is not None and is_naive(expires):
            expires = make_aware(expires)
        return create_invite(
            actor=ACTOR, role=options["role"], tenant_id=tenant.pk if tenant else None, use_limit=options["limit"],
            expires_at=expires, notes=options["notes"],
        )  # fmt: skip

    def _revoke(self, options: dict[str, Any]) -> Invite:
        return revoke_invite(actor=ACTOR, invite_id=invite_by_uid(ACTOR, options["invite"]).pk)

    def _get(self, options: dict[str, Any]) -> Invite:
        return invite_by_uid(ACTOR, options["invite"])

    def _list(self, options: dict[str, Any]) -> list[Invite]:
        invites = invite_list(ACTOR, options["status"] or "")
        if options["tenant"]:
            invites = invites.filter(tenant=tenant_by_uid(options["tenant"]))
        return list(invites)

    def _print(self, done: Invite | list[Invite], *, as_json: bool) -> None:
        if as_json:
            told = [_told(invite) for invite in done] if isinstance(done, list) else _told(done)
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for invite in done if isinstance(done, list) else [done]:
            facts = _told(invite)
            self.stdout.write(
                "  ".join(str(facts[name]) for name in ("uid", "role", "status", "used", "limit", "link"))
            )


def _told(invite: Invite) -> dict[str, Any]:
    """`code` is None where it can not be decrypted."""
    code = opened(invite, "code")
    return {
        "uid": str(invite.uid),
        "tenant": str(invite.tenant.uid) if invite.tenant else None,
        "role": invite.role,
        "status": invite.status.value,
        "limit": invite.use_limit,
        "used": invite.uses,
        "expires": invite.expires_at.astimezone(UTC).isoformat() if invite.expires_at else None,
        "notes": invite.notes,
        "code": code,
        "link": invite_link(code) if code else "",
    }
