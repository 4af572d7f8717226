"""The console's page on which an operator opens a ticket for somebody who is calling."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.phones import looks_like_phone
from accounts.queries import find_callers
from accounts.roles import TICKETS_CREATE_FOR_CLIENT
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, show_problem
from core.errors import Problem
from tickets.actions import open_ticket_for
from tickets.forms import NEW_CALLER, NewTicketForm


class NewTicketPages(ConsoleAdmin):
    """`…/new/`: find the caller by a plain GET search, or enter him; write down what he says; one POST makes all."""

    def new_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "POST"])(self.new_view)
        return [path("new/", self.admin_site.admin_view(view), name="tickets_ticket_new")]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The page, and what comes from it."""
        actor = actor_of(request)
        if not actor.can(TICKETS_CREATE_FOR_CLIENT):
            raise PermissionDenied
        if request.method == "POST":
            return self._open(request, actor)
        asked = request.GET.get("q", "").strip()
        callers = find_callers(actor, asked)
        return self._page(request, asked, callers, NewTicketForm(actor, callers, initial=_guess(asked, callers)))

    def _open(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        """Open the ticket and go to its card; else show the page again with all that was typed, and why."""
        asked = request.POST.get("q", "").strip()
        callers = find_callers(actor, asked)
        form = NewTicketForm(actor, callers, request.POST)
        if not form.is_valid():
            return self._page(request, asked, callers, form, 400)
        known = _not_offered(actor, form, callers)
        if known:
            messages.warning(request, _("There is somebody with this phone number already: choose who is calling."))
            asked, callers = form.cleaned_data["client_phone"], known
            return self._page(request, asked, callers, NewTicketForm(actor, callers, initial=request.POST.dict()), 409)
        try:
            ticket = open_ticket_for(actor=actor, **form.given())
        except Problem as problem:
            show_problem(request, problem)
            return self._page(request, asked, callers, form, problem.status)
        messages.success(request, _("Ticket No. %(number)s has been opened.") % {"number": ticket.number})
        return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[ticket.pk]))

    def _page(
        self, request: HttpRequest, asked: str, callers: list[User], form: NewTicketForm, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New ticket"),
            "asked": asked,
            "callers": callers,
            "form": form,
        }
        return TemplateResponse(request, "admin/tickets/ticket/new.html", context, status=status)


def _guess(asked: str, callers: list[User]) -> dict[str, str]:
    """What the search says of the caller: who he is if only one has this number, else what he may be called."""
    by_phone = looks_like_phone(asked)
    known = str(callers[0].pk) if by_phone and len(callers) == 1 else ""
    entered = {} if callers else {"client_phone" if by_phone else "client_name": asked}
    return {"client": known or ("" if callers else NEW_CALLER), **entered}


def _not_offered(actor: Actor, form: NewTicketForm, callers: list[User]) -> list[User]:
    """People with the number of a newly entered caller whom the page did not offer: they might be the caller."""
    phone = form.cleaned_data["client_phone"]
    if form.cleaned_data["client"] != NEW_CALLER or not phone:
        return []
    known = find_callers(actor, phone)
    return [] if set(known) <= set(callers) else known
