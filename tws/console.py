"""The console's side menu: where it leads, and for whom."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.actor import Actor


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The first page: a curator's orders first, then the tickets."""
    from clients.dashboard import client_figures
    from orders.dashboard import order_figures, verification
    from tickets.dashboard import dashboard as of_tickets

    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {
        **of_tickets(request, context), "orders": order_figures(actor), "verification": verification(actor),
        "asked": client_figures(actor),
    }  # fmt: skip


def _sees(*permissions: str) -> Any:
    def check(request: HttpRequest) -> bool:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor.can(*permissions)

    return check


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            {
                "title": _("Overview"),
                "icon": "space_dashboard",
                "link": reverse_lazy("admin:index"),
                "permission": _sees("console.enter"),
            },
            {
                "title": _("Tickets"),
                "icon": "confirmation_number",
                "link": reverse_lazy("admin:tickets_ticket_changelist"),
                "permission": _sees("tickets.see_tenant", "tickets.see_all"),
            },
            {
                "title": _("Orders"),
                "icon": "build",
                "link": reverse_lazy("admin:orders_order_changelist"),
                "permission": _sees("orders.manage", "orders.see_all"),
            },
        ],
    },
    {
        "title": _("Clients"),
        "separator": True,
        "items": [
            {
                "title": _("Requests"),
                "icon": "assignment",
                "link": reverse_lazy("admin:clients_request_changelist"),
                "permission": _sees("clients.work"),
            },
            {
                "title": _("Clients and correspondence"),
                "icon": "contacts",
                "link": reverse_lazy("admin:clients_client_changelist"),
                "permission": _sees("clients.work"),
            },
            {
                "title": _("Looks at personal data"),
                "icon": "visibility",
                "link": reverse_lazy("admin:clients_access_changelist"),
                "permission": _sees("clients.erase"),
            },
            {
                "title": _("Erasures"),
                "icon": "person_off",
                "link": reverse_lazy("admin:clients_erasure_changelist"),
                "permission": _sees("clients.erase"),
            },
            {
                "title": _("Journal of deletions"),
                "icon": "auto_delete",
                "link": reverse_lazy("admin:clients_purge_changelist"),
                "permission": _sees("clients.erase"),
            },
        ],
    },
    {
        "title": _("What is asked for"),
        "separator": True,
        "items": [
            {
                "title": _("Templates of requests"),
                "icon": "playlist_add_check",
                "link": reverse_lazy("admin:clients_requesttemplate_changelist"),
                "permission": _sees("clients.configure"),
            },
            {
                "title": _("Kinds of documents"),
                "icon": "id_card",
                "link": reverse_lazy("admin:clients_documentkind_changelist"),
                "permission": _sees("clients.configure"),
            },
            {
                "title": _("Questionnaires"),
                "icon": "quiz",
                "link": reverse_lazy("admin:clients_questionnaire_changelist"),
                "permission": _sees("clients.configure"),
            },
            {
                "title": _("Reasons to redo"),
                "icon": "replay",
                "link": reverse_lazy("admin:clients_redoreason_changelist"),
                "permission": _sees("clients.configure"),
            },
            {
                "title": _("Texts of the consent"),
                "icon": "handshake",
                "link": reverse_lazy("admin:clients_consenttext_changelist"),
                "permission": _sees("clients.configure"),
            },
        ],
    },
    {
        "title": _("Company"),
        "separator": True,
        "items": [
            {
                "title": _("People"),
                "icon": "group",
                "link": reverse_lazy("admin:accounts_user_changelist"),
                "permission": _sees("people.manage"),
            },
            {
                "title": _("Invites"),
                "icon": "person_add",
                "link": reverse_lazy("admin:accounts_invite_changelist"),
                "permission": _sees("people.invite"),
            },
            {
                "title": _("Branches"),
                "icon": "apartment",
                "link": reverse_lazy("admin:accounts_tenant_changelist"),
                "permission": _sees("tenants.manage"),
            },
            {
                "title": _("Webhooks"),
                "icon": "webhook",
                "link": reverse_lazy("admin:outbox_webhookendpoint_changelist"),
                "permission": _sees("tenants.manage"),
            },
            {
                "title": _("Installation"),
                "icon": "monitor_heart",
                "link": reverse_lazy("installation"),
                "permission": _sees("installation.see"),
            },
        ],
    },
]
