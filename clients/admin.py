"""Requests in the console: the table, the page on which an answer is reviewed, and a new one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

import clients.config_admin
import clients.logs_admin
import clients.people_admin  # noqa: F401  the console's other pages of this room
from accounts.models import User
from accounts.roles import CLIENTS_SEE_ALL, CLIENTS_WORK
from audit.live import news
from audit.queries import place
from clients import table
from clients.actions import open_request
from clients.card import given, history, previews
from clients.decisions import DECISIONS
from clients.enums import AWAITED, OPEN, Status
from clients.filters import SelectionFilter, links
from clients.forms import RequestForm
from clients.looks import open_look
from clients.models import Request
from clients.queries import clients_for, request_list, visible_to
from clients.reach import unreachable
from clients.search import requests_matching
from clients.states import available_moves
from clients.words import due_day
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, posted, show_problem
from core.db import found
from core.errors import Problem
from orders.models import Order
from orders.queries import one_visible as visible_order
from tickets.filters import LocalDaysFilter, TenantFilter
from tickets.models import Ticket
from tickets.queries import one_visible as visible_ticket

CARD = "admin:clients_request_change"


@admin.register(Request)
class RequestAdmin(ConsoleAdmin):
    """The operator's desk for what is asked of clients."""

    seen_with = (CLIENTS_WORK,)
    list_display = ["request_cell", "status_cell", "age_cell"]
    list_filter = [
        SelectionFilter,
        ("status", MultipleChoicesDropdownFilter),
        TenantFilter,
        ("created_at", LocalDaysFilter),
    ]
    list_before_template = "admin/clients/request/views.html"
    list_per_page = 50
    ordering = ["-created_at", "-pk"]
    search_fields = ["number"]
    search_help_text = gettext_lazy("Number of the request, or name of the client")

    def rows(self, actor: Actor) -> QuerySet[Request]:
        return request_list(actor)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Request], search_term: str
    ) -> tuple[QuerySet[Request], bool]:
        found_rows = requests_matching(queryset, search_term, actor_of(request).tenant_id) if search_term else queryset
        return found_rows, False

    @display(description=gettext_lazy("request"), ordering="number", header=True)
    def request_cell(self, row: Request) -> tuple[str, str]:
        return row.client.full_name, f"№ {row.number} · {row.title}"

    @display(description=gettext_lazy("Status, opened by"), ordering="status")
    def status_cell(self, row: Request) -> SafeString:
        return table.status_cell(row)

    @display(description=gettext_lazy("Since, until"), ordering="status_since")
    def age_cell(self, row: Request) -> SafeString:
        return table.age_cell(row, timezone.now())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The table, with its ready-made selections above."""
        views = links(request) if self.has_view_permission(request) else []
        return super().changelist_view(request, {"views": views, "place": place(), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", view(posted(self.decision_view, CARD)), {"name": name},
                 name=f"clients_request_{name}")
            for name in DECISIONS
        ]  # fmt: skip
        new = require_http_methods(["GET", "POST"])(self.new_view)
        live = path("live/", view(self.live_view), name="clients_request_live")
        return [live, path("new/", view(new), name="clients_request_new"), *own, *super().get_urls()]

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """What has changed, for pages that stay open."""
        if not self.has_view_permission(request):
            raise Http404
        actor = actor_of(request)
        return news(request, visible_to(actor), everywhere=actor.can(CLIENTS_SEE_ALL))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page on which the answer is reviewed."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def decision_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Do it and go back to the page; on a problem show it with the sentence and what was typed."""
        decision = DECISIONS[name]
        open_form = name if decision.folded else ""
        with hidden_if_missing():
            found(self.get_queryset(request), pk)
            form = decision.form(request.POST)
            if not form.is_valid():
                for errors in form.errors.values():
                    messages.error(request, " ".join(str(error) for error in errors))
                return self._card(request, pk, 400, open_form)
            try:
                said = decision.act(actor_of(request), pk, form.cleaned_data)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status, open_form)
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def _card(self, request: HttpRequest, pk: int, status: int = 200, open_form: str = "") -> HttpResponse:
        actor, seen_until = actor_of(request), place()
        row = found(self.get_queryset(request), pk)
        look = open_look(actor, row)
        answers = given(row, opened=look is not None)
        moves = {move.move: move for move in available_moves(actor, row)}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts, "title": _("Request No. %(number)s") % {"number": row.number},
            "place": seen_until, "row": row, "status_colour": table.STATUS_COLOURS[Status(row.status)],
            "current": next((one for one in answers if one.answer.pk == row.answer_id), None),
            "earlier": [one for one in answers if one.answer.pk != row.answer_id],
            "look": look, "has_answers": bool(answers), "moves": moves, "awaited": row.status in AWAITED,
            "open": row.status in OPEN, "unreachable": unreachable(row.client) if row.status in OPEN else None,
            "order": visible_order(actor, row.order_id) if row.order_id else None,
            "previews": previews(row) if "redo" in moves else [], "events": history(row),
            "today": timezone.localdate(), "due_day": due_day(row),
            "open_form": open_form, "typed": request.POST.dict() if open_form else {},
        }  # fmt: skip
        return TemplateResponse(request, "admin/clients/request/card.html", context, status=status)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """`…/new/?client=`, `?ticket=` or `?order=`: what, until when, and a word; one click on what sends it."""
        actor = actor_of(request)
        if not actor.can(*self.seen_with):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        ticket, order = _ticket(actor, asked.get("ticket", "")), _order(actor, asked.get("order", ""))
        client = _client(actor, asked.get("client", ""), ticket, order)
        if client is None:
            raise Http404
        form, status = RequestForm(request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    opened = open_request(
                        actor=actor, client_id=client.pk, ticket_id=ticket.pk if ticket else None,
                        order_id=order.pk if order else None, **form.cleaned_data,
                    )  # fmt: skip
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    messages.success(request, _("Request No. %(number)s has been opened.") % {"number": opened.number})
                    return HttpResponseRedirect(reverse(CARD, args=[opened.pk]))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("New request"), "form": form,
            "client": client, "ticket": ticket, "order": order, "unreachable": unreachable(client),
        }  # fmt: skip
        return TemplateResponse(request, "admin/clients/request/new.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _ticket(actor: Actor, text: str) -> Ticket | None:
    return visible_ticket(actor, _number(text)) if text else None


def _order(actor: Actor, text: str) -> Order | None:
    return visible_order(actor, _number(text)) if text else None


def _client(actor: Actor, text: str, ticket: Ticket | None, order: Order | None) -> User | None:
    client_id = ticket.client_id if ticket else (order.client_id or 0) if order else _number(text)
    return clients_for(actor).filter(pk=client_id, is_active=True).first()
