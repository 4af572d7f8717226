from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from clients.links import requests_of
        from clients.looks import can_view_answer, can_view_copy, can_view_letter, can_view_sample
        from clients.models import Answer, DataCopy, DocumentKind, Letter
        from clients.webhooks import described
        from files.owners import register_owner
        from outbox.enums import EventKind
        from outbox.webhooks import register_subject
        from tickets.links import register_links

        register_links(requests_of)

        register_owner(Answer, can_view_answer, watermarked=True)
        register_owner(Letter, can_view_letter)
        register_owner(DataCopy, can_view_copy)
        register_owner(DocumentKind, can_view_sample)
        register_subject("clients.request", EventKind.REQUESTS, described)
