"""The client's consent to the processing of personal data."""

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.roles import CLIENTS_ANSWER, CLIENTS_CONFIGURE
from clients import notices
from clients.errors import ConsentNeeded
from clients.models import Consent, ConsentText
from clients.queries import consent_of, consent_text
from core.actor import Actor
from core.errors import Invalid
from core.text import is_blank, storable

CONSENT_LIMIT = 3000


@transaction.atomic
def give_consent(*, actor: Actor, text_id: int) -> Consent:
    """The client agrees to this version, which must be the newest. Doing it twice is doing it once.

    Raises ConsentNeeded where the text has been replaced since he read it, Denied.
    """
    actor.require(CLIENTS_ANSWER)
    client = User.objects.select_for_update(no_key=True).get(pk=actor.person)
    text = consent_text()
    if text is None or text.pk != text_id:
        raise ConsentNeeded
    given = Consent.objects.filter(client=client, text=text, withdrawn_at=None).first()
    if given is None:
        given = Consent.objects.create(client=client, text=text, telegram_id=client.telegram_id)
        audit.record(actor, "clients.consent", client, tenant_id=client.tenant_id, version=text.pk)
    return given


@transaction.atomic
def withdraw_consent(*, actor: Actor) -> bool:
    """The client takes his consent back; staff hear it. False where there was none. What was given stays until erasure.

    Raises Denied.
    """
    actor.require(CLIENTS_ANSWER)
    client = User.objects.select_for_update(no_key=True).get(pk=actor.person)
    if consent_of(client.pk) is None:
        return False
    Consent.objects.filter(client=client, withdrawn_at=None).update(withdrawn_at=timezone.now())
    audit.record(actor, "clients.withdraw_consent", client, tenant_id=client.tenant_id)
    notices.consent_withdrawn(client)
    return True


@transaction.atomic
def publish_consent(*, actor: Actor, text_ru: str, text_en: str = "") -> ConsentText:
    """Put a new version in force: clients are asked for it before their next document. Superusers. Raises Invalid."""
    actor.require(CLIENTS_CONFIGURE)
    if is_blank(text_ru) or len(text_ru) > CONSENT_LIMIT or len(text_en) > CONSENT_LIMIT:
        raise Invalid(fields={"text_ru": Invalid.text})
    text = ConsentText.objects.create(
        text_ru=storable(text_ru).strip(), text_en=storable(text_en).strip(), published_by_id=actor.user_id
    )
    audit.record(actor, "clients.publish_consent", text, tenant_id=None)
    return text
