"""A new order in the console: from a ticket, or for a client who is found or entered, or for nobody yet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import BadPhone
from accounts.models import User
from accounts.phones import normal_phone
from accounts.queries import contact_of, find_callers
from accounts.roles import ORDERS_MANAGE
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.db import found
from core.errors import Problem
from orders.actions import create_order
from orders.forms import OrderForm
from tickets.forms import NEW_CALLER
from tickets.models import Ticket
from tickets.queries import ticket_list

CARD = "admin:orders_order_change"


class NewOrderPage(ConsoleAdmin):
    """`…/new/?ticket=` or `…/new/?q=` (a search for the client)."""

    def new_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "POST"])(self.new_view)
        return [path("new/", self.admin_site.admin_view(view), name="orders_order_new")]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The page, and the order that comes from it."""
        actor = actor_of(request)
        if not actor.can(ORDERS_MANAGE):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        ticket, asked = self._ticket(actor, given.get("ticket", "")), given.get("q", "").strip()
        clients = find_callers(actor, asked) if ticket is None else []
        if request.method == "GET":
            return self._page(request, ticket, asked, clients, _form(request, clients, initial=_from(ticket)))
        form = _form(request, clients, request.POST)
        if not form.is_valid():
            return self._page(request, ticket, asked, clients, form, 400)
        if known := _not_offered(actor, form, clients):
            messages.warning(request, _("There is somebody with this phone number already: choose who the client is."))
            asked = form.cleaned_data["client_phone"]
            form = _form(request, known, initial={**request.POST.dict(), "client": str(known[0].pk)})
            return self._page(request, ticket, asked, known, form, 409)
        try:
            order = create_order(actor=actor, ticket_id=ticket.pk if ticket else None, **form.given())
        except Problem as problem:
            show_problem(request, problem)
            return self._page(request, ticket, asked, clients, form, problem.status)
        messages.success(request, _("Order No. %(number)s has been opened.") % {"number": order.number})
        return HttpResponseRedirect(reverse(CARD, args=[order.pk]))

    def _page(
        self,
        request: HttpRequest,
        ticket: Ticket | None,
        asked: str,
        clients: list[User],
        form: OrderForm,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("New order"), "form": form,
            "ticket": ticket, "asked": asked, "clients": clients,
            "device_fields": [form[name] for name in form.field_order],
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/new.html", context, status=status)

    def _ticket(self, actor: Actor, asked: str) -> Ticket | None:
        if not asked:
            return None
        with hidden_if_missing():
            return found(ticket_list(actor), int(asked) if asked.isascii() and asked.isdigit() else 0)


def _form(request: HttpRequest, clients: list[User], *given: Any, **more: Any) -> OrderForm:
    assert isinstance(request.user, User)
    return OrderForm(request.user, clients, *given, **more)


def _not_offered(actor: Actor, form: OrderForm, clients: list[User]) -> list[User]:
    """People with the number of a newly entered client whom the page did not offer."""
    if form.cleaned_data["client"] != NEW_CALLER:
        return []
    try:
        known = find_callers(actor, normal_phone(form.cleaned_data["client_phone"]))
    except BadPhone:
        return []
    return [] if set(known) <= set(clients) else known


def _from(ticket: Ticket | None) -> dict[str, Any]:
    """What comes along from a ticket."""
    if ticket is None:
        return {}
    contact = contact_of(ticket.client)
    return {
        "category": ticket.category, "device": ticket.device, "fault": ticket.description or ticket.subject,
        "address": contact.address if contact else "",
    }  # fmt: skip
