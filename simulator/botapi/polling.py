"""getUpdates and the webhook's settings."""

from simulator.botapi.call import Call, method
from simulator.errors import BotApiError, bad_request
from simulator.model import JsonObject

MAX_LIMIT = 100
WEBHOOK_ACTIVE = BotApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


@method("getUpdates")
async def get_updates(call: Call) -> bytes:
    """The next updates, each byte for byte as it was queued."""
    if call.world.webhook:
        raise WEBHOOK_ACTIVE
    updates = call.world.updates
    if "allowed_updates" in call.params:
        updates.allow(call.params["allowed_updates"])
    updates.confirm(call.get("offset", 0))
    call.runtime.storage.touch()
    limit = min(max(call.get("limit", MAX_LIMIT), 1), MAX_LIMIT)
    found = await updates.listen(limit, call.get("timeout", 0))
    if call.world.webhook:
        raise WEBHOOK_ACTIVE
    return b"[" + b",".join(update.body for update in found) + b"]"


@method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """Remember the webhook; an empty address removes it. An own Bot API server takes local addresses without TLS."""
    url = call.params["url"]
    if url and not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if "allowed_updates" in call.params:
        call.world.updates.allow(call.params["allowed_updates"])
    _drop_pending(call)
    asked = {"url": url, "max_connections": call.get("max_connections", 40)}
    if "secret_token" in call.params:
        asked["secret_token"] = call.params["secret_token"]
    call.world.webhook = asked if url else None
    call.runtime.storage.touch()
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """Forget the webhook, so that getUpdates works again."""
    _drop_pending(call)
    call.world.webhook = None
    call.runtime.storage.touch()
    return True


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> JsonObject:
    """The webhook's settings; an empty address when none is set."""
    webhook = call.world.webhook or {"url": ""}
    pending = len(call.world.updates.pending)
    told = {name: value for name, value in webhook.items() if name != "secret_token"}
    info = {**told, "has_custom_certificate": False, "pending_update_count": pending}
    if call.world.updates.allowed:
        info["allowed_updates"] = call.world.updates.allowed
    return info


def _drop_pending(call: Call) -> None:
    if call.get("drop_pending_updates"):
        call.world.updates.pending.clear()
