"""Errors told to a Sentry of the company's own choice, with nothing personal in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


def start_sentry(dsn: str) -> None:
    """Send uncaught errors of pages and tasks to this address; nothing without one.

    Told are the kind of error, the lines of code it went through, and the address of the page. Bodies, cookies, users,
    local variables and log lines stay here: they hold names, phones and texts of clients.
    """
    if not dsn:
        return
    import sentry_sdk  # 6 MB of every process, so only where it is wanted
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        before_send=_bare,
    )


def _bare(event: Event, _hint: Hint) -> Event:
    """Without the query, the headers and the words of the error, which may quote what people wrote."""
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in ("method", "url") if name in request}
    for error in event.get("exception", {}).get("values", []):
        error["value"] = ""
    event.pop("user", None)
    event.pop("extra", None)
    return event
