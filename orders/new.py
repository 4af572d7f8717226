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
from accounts.queries import find_callers
from accounts.roles import ORDERS_MANAGE
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.db import found
from core.errors import Problem
from orders.actions import create_order, edit_order
from orders.forms import OrderForm
from orders.models import Order
from orders.rules import is_curator
from tickets.forms import NEW_CALLER
from tickets.models import Ticket
from tickets.queries import ticket_list

CARD = "admin:orders_order_change"


class NewOrderPage(ConsoleAdmin):
    """`…/new/?ticket=` or `…/new/?q=` (a search for the client)."""

    def new_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "POST"])(self.new_view)
        edit = require_http_methods(["GET", "POST"])(self.edit_view)
        return [
            path("new/", self.admin_site.admin_view(view), name="orders_order_new"),
            path("<int:pk>/edit/", self.admin_site.admin_view(edit), name="orders_order_edit"),
        ]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The page, and the order that comes from it."""
        actor = actor_of(request)
        if not actor.can(ORDERS_MANAGE):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        ticket, asked = self._ticket(actor, given.get("ticket", "")), given.get("q", "").strip()
        clients = find_callers(actor, asked) if ticket is None else []
        if request.method == "GET":
            first = str(clients[0].pk) if clients else NEW_CALLER if asked else ""
            form = _form(request, clients, initial={**_from(ticket), "client": first})
            return self._page(request, ticket, asked, clients, form)
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

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same page for an order that is there: its device, and a client if it has none."""
        actor = actor_of(request)
        given = request.POST if request.method == "POST" else request.GET
        with hidden_if_missing():
            order = found(self.get_queryset(request), pk)
            if not is_curator(actor, order):
                raise PermissionDenied
            asked = given.get("q", "").strip()
            clients = find_callers(actor, asked) if order.client is None else []
            if request.method == "GET":
                form = _form(request, clients, initial=_of(order))
                return self._page(request, None, asked, clients, form, order=order)
            form, status = _form(request, clients, request.POST), 400
            if form.is_valid():
                changes = form.given()
                changes.pop("engineer_id")
                try:
                    edit_order(actor=actor, order_id=pk, **changes)
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    return HttpResponseRedirect(reverse(CARD, args=[pk]))
            return self._page(request, None, asked, clients, form, status, order=order)

    def _page(
        self,
        request: HttpRequest,
        ticket: Ticket | None,
        asked: str,
        clients: list[User],
        form: OrderForm,
        status: int = 200,
        order: Order | None = None,
    ) -> HttpResponse:
        title = _("Order No. %(number)s") % {"number": order.number} if order else _("New order")
        fields = form.field_order[1:] if order else form.field_order
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": title, "form": form,
            "ticket": ticket, "asked": asked, "clients": clients, "order": order,
            "action": request.path, "device_fields": [form[name] for name in fields],
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


def _of(order: Order) -> dict[str, Any]:
    """What stands in an order."""
    names = ("external_number", "category", "device", "serial_number", "accessories", "fault")
    return {name: getattr(order, name) for name in names}


def _from(ticket: Ticket | None) -> dict[str, Any]:
    """What comes along from a ticket."""
    if ticket is None:
        return {}
    return {
        "category": ticket.category, "device": ticket.device, "fault": ticket.description or ticket.subject,
    }  # fmt: skip
