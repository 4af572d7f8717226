from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Service desk")

    def ready(self) -> None:
        from files.owners import register_owner
        from outbox.enums import EventKind
        from outbox.webhooks import register_subject
        from tickets.models import Comment, Ticket
        from tickets.rules import can_view, can_view_comment
        from tickets.webhooks import described

        register_owner(Ticket, can_view)
        register_owner(Comment, can_view_comment)
        register_subject("tickets.ticket", EventKind.TICKETS, described)
