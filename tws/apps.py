"""What is put together once Django is ready."""

from django.apps import AppConfig


class TwsConfig(AppConfig):
    name = "tws"

    def ready(self) -> None:
        from core import events
        from tws.reactions import REACTIONS

        events.install(REACTIONS)
