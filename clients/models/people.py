"""A client as a row of the console's table."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Client(User):
    """The same row as the person; `queries.client_list` says which ones."""

    objects: ClassVar[models.Manager["Client"]] = models.Manager()  # type: ignore[assignment]
    awaited: bool
    to_review: bool
    """What `queries.client_list` has found out: something is awaited of the client, an answer awaits review."""

    class Meta:
        proxy = True
        verbose_name = _("client")
        verbose_name_plural = _("clients")
