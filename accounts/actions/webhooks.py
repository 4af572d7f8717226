"""The addresses at which integrators hear of events. Superusers only."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from accounts.queries import webhooks_visible_to
from accounts.roles import TENANTS_MANAGE
from core.actor import Actor
from core.db import locked
from core.errors import Invalid
from core.text import storable
from outbox import webhooks
from outbox.enums import EventKind, HookStatus
from outbox.models import WebhookDelivery, WebhookEndpoint

SECRET_BYTES = 32
OLD_SECRET_SERVES = timedelta(hours=24)


@transaction.atomic
def save_webhook(
    *, actor: Actor, tenant_id: int, name: str, url: str, kinds: Iterable[str], webhook_id: int | None = None
) -> WebhookEndpoint:
    """Make an address, or change one; a new one gets its secret. Raises Invalid, NotFound, Denied."""
    actor.require(TENANTS_MANAGE)
    chosen = [kind for kind in EventKind.values if kind in set(kinds)]
    if not chosen:
        raise Invalid(fields={"kinds": _("Choose at least one kind of event.")})
    if webhook_id is None:
        row = WebhookEndpoint(tenant_id=tenant_id)
        row.secret, row.old_secret = secrets.token_urlsafe(SECRET_BYTES), ""
    else:
        row = locked(webhooks_visible_to(actor), webhook_id)
    row.name, row.url, row.kinds = storable(name).strip(), storable(url).strip(), chosen
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - {"name", "url", "kinds"})
    except ValidationError as exc:
        raise Invalid(fields={field: " ".join(texts) for field, texts in exc.message_dict.items()}) from None
    row.save()
    audit.record(actor, "accounts.save_webhook", row, tenant_id=row.tenant_id, kinds=chosen)
    return row


@transaction.atomic
def switch_webhook(*, actor: Actor, webhook_id: int, on: bool) -> WebhookEndpoint:
    """Switch an address on or off; what waits for one that is off waits on. Raises NotFound, Denied."""
    actor.require(TENANTS_MANAGE)
    row = locked(webhooks_visible_to(actor), webhook_id)
    if row.active != on:
        row.active = on
        row.save(update_fields=["active"])
        audit.record(actor, "accounts.switch_webhook", row, tenant_id=row.tenant_id, on=on)
    return row


@transaction.atomic
def change_webhook_secret(*, actor: Actor, webhook_id: int) -> WebhookEndpoint:
    """Give a new secret; for a day the old one signs along, so that the receiver can change over. Raises NotFound."""
    actor.require(TENANTS_MANAGE)
    row = locked(webhooks_visible_to(actor), webhook_id)
    row.old_secret, row.old_until = row.secret, timezone.now() + OLD_SECRET_SERVES
    row.secret = secrets.token_urlsafe(SECRET_BYTES)
    row.save(update_fields=["secret_sealed", "old_secret_sealed", "old_until"])
    audit.record(actor, "accounts.change_webhook_secret", row, tenant_id=row.tenant_id)
    return row


@transaction.atomic
def ping_webhook(*, actor: Actor, webhook_id: int) -> WebhookDelivery:
    """Send a trial event. Raises NotFound, Denied."""
    actor.require(TENANTS_MANAGE)
    row = locked(webhooks_visible_to(actor), webhook_id)
    audit.record(actor, "accounts.ping_webhook", row, tenant_id=row.tenant_id)
    return webhooks.queue(row, webhooks.PING, {"event": webhooks.PING, "occurred_at": timezone.now().isoformat()})


@transaction.atomic
def replay_webhook(*, actor: Actor, delivery_id: int) -> WebhookDelivery:
    """Send an event once more, under the same id, however it ended. Raises NotFound, Denied."""
    actor.require(TENANTS_MANAGE)
    visible = WebhookDelivery.objects.filter(endpoint__in=webhooks_visible_to(actor).values("pk"))
    row = locked(visible, delivery_id)
    now = timezone.now()
    row.status, row.next_attempt_at, row.give_up_at = HookStatus.QUEUED, now, now + webhooks.KEEP_TRYING
    row.attempts, row.finished_at = 0, None
    row.save()
    audit.record(actor, "accounts.replay_webhook", row, tenant_id=row.endpoint.tenant_id)
    webhooks.wake()
    return row
