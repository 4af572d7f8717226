"""The table of who gets what can fail: each of these carelessnesses, one at a time, turns it red."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Invite, User
from accounts.roles import GRANTS, PEOPLE_MANAGE, Role
from core.actor import Actor
from core.admin import ConsoleAdmin
from core.api.permissions import SignedIn
from orders.models import Order
from tests.architecture.test_urls import Target, callers, differences, policy, targets
from tickets.models import Ticket

__all__ = ["callers", "targets"]


def everything(model: Any) -> Any:
    """A queryset that forgot whose rows these are."""
    return lambda *_, **__: model.objects.all()


def anybody(*_: Any, **__: Any) -> bool:
    return True


MUTATIONS: dict[str, tuple[Any, str, Any, str]] = {
    "tickets unscoped": ("tickets.queries", "visible_to", everything(Ticket), "GET /api/tickets/<pk>/"),
    "the table unscoped": (
        "tickets.queries", "visible_to", everything(Ticket), "GET /admin/tickets/ticket/<path:object_id>/change/",
    ),
    "a move unscoped": ("tickets.actions.moves", "visible_to", everything(Ticket), "POST /api/tickets/<pk>/<move>/"),
    "a comment unscoped": (
        "tickets.actions.comments", "visible_to", everything(Ticket), "POST /api/tickets/<pk>/comments/",
    ),
    "people unscoped": ("accounts.queries", "visible_to", everything(User), "GET /api/users/<str:pk>/"),
    "contacts unscoped": (
        "accounts.api.people", "clients_visible_to", everything(User), "GET /api/contacts/<str:pk>/",
    ),
    "invites unscoped": (
        "accounts.queries", "invites_visible_to", everything(Invite), "GET /api/admin/invites/<uuid:uid>/",
    ),
    "orders unscoped": ("orders.queries", "visible_to", everything(Order), "GET /api/orders/<pk>/"),
    "the orders' pages unscoped": (
        "orders.queries", "visible_to", everything(Order), "GET /admin/orders/order/<int:pk>/edit/",
    ),
    "a stage unscoped": ("orders.actions.common", "visible_to", everything(Order), "POST /api/orders/<pk>/<move>/"),
    "anybody a curator": ("orders.rules", "is_curator", anybody, "POST /api/orders/<pk>/plan/"),
    "what was submitted shown to clients": (
        "orders.api.base", "sees_money", anybody, "GET /api/orders/<pk>/attempts/",
    ),
    "files for everybody": ("files.queries", "may_view", anybody, "GET /files/<uuid:uid>/"),
    "a permission class dropped": (SignedIn, "has_permission", anybody, "GET /api/categories/"),
    "a page of the console opened": (ConsoleAdmin, "has_view_permission", anybody, "GET /admin/accounts/tenant/"),
    "a check of an action dropped": (Actor, "require", anybody, "GET /api/tickets/<pk>/audit/"),
    "a deed's check dropped": (Actor, "can", anybody, "POST /admin/accounts/user/<int:pk>/roles/"),
    "a right given to a role": (
        GRANTS, Role.TECHNICIAN, GRANTS[Role.TECHNICIAN] | {PEOPLE_MANAGE}, "GET /admin/accounts/user/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_it_turns_the_table_red(
    name: str, targets: tuple[Target, Target], callers: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, attribute, careless, line = MUTATIONS[name]
    rows = [row for row in policy() if f"{row.method} {row.address}" == line]
    assert len(rows) == 1
    assert differences(rows, targets, callers) == []
    if isinstance(owner, dict):
        monkeypatch.setitem(owner, attribute, careless)
    elif isinstance(owner, str):
        monkeypatch.setattr(f"{owner}.{attribute}", careless)
    else:
        monkeypatch.setattr(owner, attribute, careless)
    assert differences(rows, targets, callers) != []
