"""How people can be reached: their contact details, and callers who turn out to be somebody in Telegram."""

from django.db import transaction

import audit.actions as audit
from accounts.errors import ContactTooLong, NotTheSamePerson
from accounts.models import Contact, User
from accounts.phones import HASH_PURPOSE, normal_phone
from accounts.queries import clients_visible_to, contact_of, visible_to
from accounts.roles import PEOPLE_JOIN, PEOPLE_MANAGE, PEOPLE_REVEAL, TICKETS_CREATE_FOR_CLIENT, Role
from core.actor import SYSTEM, Actor
from core.crypto import keyed_hashes, opened
from core.db import locked
from core.errors import Denied, NotFound
from core.text import is_blank, storable

COMPANY_LIMIT = 200
ADDRESS_LIMIT = 500


@transaction.atomic
def set_contact(
    *, actor: Actor, user_id: int, company: str | None = None, phone: str | None = None, address: str | None = None
) -> Contact:
    """Note how a person can be reached. None leaves a detail as it is, an empty text removes it; what can not be
    decrypted any more is replaced by what is given.

    Everybody sets his own; staff set those of clients they see, superusers and the machine everybody's. The history
    names the details, never their values. Raises BadPhone, ContactTooLong, NotFound, Denied.
    """
    user = locked(visible_to(actor), user_id)
    _may_set(actor, user)
    given = {
        "company": None if company is None else _checked(company, "company", COMPANY_LIMIT),
        "phone": None if phone is None else _checked_phone(phone),
        "address": None if address is None else _checked(address, "address", ADDRESS_LIMIT),
    }
    contact = _locked(user) or _empty(user)
    changed = {name: value for name, value in given.items() if value is not None and value != opened(contact, name)}
    if changed:
        _write(contact, changed)
        audit.record(actor, "accounts.set_contact", user, tenant_id=user.tenant_id, fields=sorted(changed))
    return contact


def _may_set(actor: Actor, user: User) -> None:
    if user.pk == actor.user_id or actor.can(PEOPLE_MANAGE, SYSTEM):
        return
    actor.require(TICKETS_CREATE_FOR_CLIENT)
    if user.roles != {Role.CLIENT}:
        raise Denied


def _checked(text: str, field: str, limit: int) -> str:
    text = storable(text).strip()
    if len(text) > limit:
        raise ContactTooLong(fields={field: ContactTooLong.text % {"limit": limit}}, limit=limit)
    return "" if is_blank(text) else text


def _checked_phone(text: str) -> str:
    return "" if is_blank(text) else normal_phone(text)


def _locked(user: User) -> Contact | None:
    """The details under a lock, so that they are not written back by an old key that has just been replaced."""
    return Contact.objects.select_for_update().filter(user=user).first()


def _empty(user: User) -> Contact:
    contact = Contact(user=user)
    contact.phone = contact.address = ""
    return contact


def _write(contact: Contact, values: dict[str, str]) -> None:
    """Set these details and no other; the phone and its hash go together."""
    for name, value in values.items():
        setattr(contact, name, value)
    if phone := values.get("phone", ""):
        contact.phone_hash = keyed_hashes(phone, purpose=HASH_PURPOSE)[0]
    elif "phone" in values:
        contact.phone_hash = ""
    contact.save()


@transaction.atomic
def reveal_phone(*, actor: Actor, user_id: int) -> str:
    """The whole number of a person, for those who may reveal it; who looked at whose is kept. Empty if none is known.

    Raises NotFound, Denied, Unsealable.
    """
    actor.require(PEOPLE_REVEAL)
    user = visible_to(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    contact = contact_of(user)
    phone = contact.phone if contact else ""
    if phone:
        audit.record(actor, "accounts.reveal_phone", user, tenant_id=user.tenant_id)
    return phone


@transaction.atomic
def take_over_caller(*, actor: Actor, caller_id: int, person_id: int) -> tuple[User, User]:
    """Make a caller and the person in Telegram with the same phone number one: gives both, caller first, locked.

    The name and the details that staff have entered become the person's; the caller is deactivated and keeps none.
    Called by `tickets.actions.link_caller`, which moves the tickets. Operators, curators and superusers only, and
    within one branch. Raises NotFound, NotTheSamePerson, Denied, Unsealable.
    """
    actor.require(PEOPLE_JOIN)
    rows = clients_visible_to(actor).filter(pk__in=[caller_id, person_id])
    people = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}
    if {caller_id, person_id} != set(people):
        raise NotFound
    caller, person = people[caller_id], people[person_id]
    theirs, own = _locked(caller), _locked(person)
    if theirs is None or own is None or not _may_be_one(caller, person) or not theirs.phone == own.phone != "":
        raise NotTheSamePerson
    _write(own, {name: getattr(theirs, name) or getattr(own, name) for name in ("company", "address")})
    theirs.delete()
    person.full_name = caller.full_name
    person.save(update_fields=["full_name"])
    caller.is_active = False
    caller.save(update_fields=["is_active"])
    audit.record(actor, "accounts.take_over_caller", person, tenant_id=person.tenant_id, caller=caller.pk)
    audit.record(actor, "accounts.deactivate", caller, tenant_id=caller.tenant_id, person=person.pk)
    return caller, person


def _may_be_one(caller: User, person: User) -> bool:
    return (
        caller.tenant_id == person.tenant_id
        and caller.is_active
        and person.is_active
        and caller.roles == {Role.CLIENT}
        and caller.telegram_id is None
        and person.telegram_id is not None
    )
