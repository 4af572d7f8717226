from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Repair orders")

    def ready(self) -> None:
        from files.owners import register_owner
        from orders.links import orders_of
        from orders.models import Attempt, Estimate, Line, OrderComment, WorkshopJob
        from orders.rules import (
            can_view_attempt,
            can_view_comment,
            can_view_estimate,
            can_view_job,
            can_view_line,
        )
        from orders.webhooks import described
        from outbox.enums import EventKind
        from outbox.webhooks import register_subject
        from tickets.links import register_links

        register_links(orders_of)
        register_owner(Attempt, can_view_attempt)
        register_owner(Estimate, can_view_estimate)
        register_owner(OrderComment, can_view_comment)
        register_owner(Line, can_view_line)
        register_owner(WorkshopJob, can_view_job)
        register_subject("orders.order", EventKind.ORDERS, described)
