from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Service desk")

    def ready(self) -> None:
        from files.owners import register_owner
        from tickets.models import Comment, Ticket
        from tickets.rules import can_view, can_view_comment

        register_owner(Ticket, can_view)
        register_owner(Comment, can_view_comment)
