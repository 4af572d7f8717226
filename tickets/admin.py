"""Tickets in the console: the table, and the card with its conversation and its moves as buttons."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from accounts.actions import reveal_phone
from accounts.roles import TICKETS_CREATE_FOR_CLIENT, TICKETS_SEE_ALL, TICKETS_SEE_TENANT, TICKETS_WORK
from audit.live import news
from audit.queries import place
from core.actor import Actor
from core.admin import actor_of, hidden_if_missing, posted, show_problem
from core.crypto import Unsealable
from core.db import MAX_ID, found
from core.errors import Denied, Problem
from tickets import table
from tickets.actions import (
    add_comment,
    assign_ticket,
    delete_comment,
    edit_comment,
    link_caller,
    move_ticket,
    repeat_delivery,
    set_priority,
)
from tickets.actions.moves import MoveInput
from tickets.bulk import AT_MOST, DEEDS, respond
from tickets.card import conversation, history
from tickets.clients import client_facts
from tickets.enums import Priority, Status, Visibility
from tickets.filters import AssigneeFilter, LocalDaysFilter, TenantFilter, ViewFilter, WaitFilter
from tickets.forms import AssigneeForm, LinkForm, MoveForm, PriorityForm, ReplyForm
from tickets.links import links_of
from tickets.models import Ticket
from tickets.new import NewTicketPages
from tickets.queries import WORK_ORDER, comments_visible_to, ticket_list, visible_to
from tickets.search import matching
from tickets.states import available_moves
from tickets.table import PRIORITY_COLOURS, STATUS_COLOURS

CARD = "admin:tickets_ticket_change"


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:20]) <= MAX_ID


def _with_many(page: "TicketAdmin", request: HttpRequest, shown: QuerySet[Ticket]) -> HttpResponse | None:
    """A bulk move. What was confirmed is looked up by its ids: it may have left the selection meanwhile."""
    if "confirmed" in request.POST:
        shown = page.get_queryset(request).filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
    context = {**page.admin_site.each_context(request), "opts": page.opts}
    return respond(request.POST["action"], request, shown.order_by(*WORK_ORDER), context)


@admin.register(Ticket)
class TicketAdmin(NewTicketPages):
    """The technicians' desk."""

    seen_with = (TICKETS_SEE_TENANT, TICKETS_SEE_ALL)
    list_display = ["ticket_cell", "status_cell", "priority_cell", "waiting_cell"]
    list_filter = [
        ViewFilter,
        ("status", MultipleChoicesDropdownFilter),
        ("priority", MultipleChoicesDropdownFilter),
        AssigneeFilter,
        WaitFilter,
        TenantFilter,
        ("created_at", LocalDaysFilter),
        ("first_answer_at", LocalDaysFilter),
        ("resolved_at", LocalDaysFilter),
    ]
    list_before_template = "admin/tickets/ticket/views.html"
    list_per_page = 50
    list_max_show_all = AT_MOST
    ordering = list(WORK_ORDER)
    search_fields = ["number"]  # shows the box; what it finds is for `tickets.search` to say
    search_help_text = gettext_lazy("Number, subject, text or client")
    actions = list(DEEDS)

    def rows(self, actor: Actor) -> QuerySet[Ticket]:
        return ticket_list(actor)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        return (matching(queryset, search_term) if search_term else queryset), False

    @display(description=gettext_lazy("ticket"), ordering="number", header=True)
    def ticket_cell(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.subject, f"№ {ticket.number} · {ticket.client}"

    @display(description=gettext_lazy("Status, assignee"), ordering="progress")
    def status_cell(self, ticket: Ticket) -> SafeString:
        return table.status_cell(ticket)

    @display(description=gettext_lazy("Priority"), ordering="urgency", label=PRIORITY_COLOURS)
    def priority_cell(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.priority, str(Priority(ticket.priority).label)

    @display(description=gettext_lazy("Waiting, age"), ordering="waiting_since")
    def waiting_cell(self, ticket: Ticket) -> SafeString:
        return table.waiting_cell(ticket)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The table, with its ready-made selections and the way to a new ticket above."""
        if request.method == "POST" and not all(map(_is_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise Http404
        views = table.links(request) if self.has_view_permission(request) else []
        can_open = actor_of(request).can(TICKETS_CREATE_FOR_CLIENT)
        return super().changelist_view(
            request, {"views": views, "can_open": can_open, "place": place(), **(extra_context or {})}
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What can be done with many tickets at once, for those who work on tickets."""
        return {name: self.get_action(name) for name in DEEDS} if actor_of(request).can(TICKETS_WORK) else {}

    def get_action(self, action: Any) -> tuple[Any, str, str] | None:
        return (_with_many, action, str(DEEDS[action].label)) if action in DEEDS else None

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(posted(view, CARD)), name=f"tickets_ticket_{label}")
            for name, label, view in (
                ("comment", "comment", self.comment_view),
                ("move/<str:move>", "move", self.move_view),
                ("assign", "assign", self.assign_view),
                ("priority", "priority", self.priority_view),
                ("phone", "phone", self.phone_view),
                ("link", "link", self.link_view),
                ("comment/<int:comment>/edit", "edit", self.edit_view),
                ("comment/<int:comment>/delete", "delete_comment", self.delete_comment_view),
                ("comment/<int:comment>/repeat", "repeat", self.repeat_view),
            )
        ]
        live = path("live/", self.admin_site.admin_view(self.live_view), name="tickets_ticket_live")
        return [live, *self.new_urls(), *own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The card."""
        with hidden_if_missing():
            pk = int(object_id) if object_id.isascii() and object_id.isdigit() else 0
            return self._card(request, pk)

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """What has changed, for pages that stay open."""
        if not self.has_view_permission(request):
            raise Http404
        actor = actor_of(request)
        return news(request, visible_to(actor), everywhere=actor.can(TICKETS_SEE_ALL))

    def comment_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write to the client, or leave a note."""
        form = ReplyForm(request.POST, request.FILES)

        def act() -> None:
            add_comment(
                actor=actor_of(request),
                ticket_id=pk,
                text=form.cleaned_data["text"],
                visibility=form.cleaned_data["visibility"],
                uploads=form.cleaned_data["attachments"],
            )

        return self._act(request, pk, form, act)

    def move_view(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        """One move of the flow table."""
        form = MoveForm(request.POST)

        def act() -> None:
            given = MoveInput(form.cleaned_data["text"], form.cleaned_data["until"], form.cleaned_data["reason"])
            version = form.cleaned_data["version"]
            ticket = move_ticket(actor=actor_of(request), ticket_id=pk, move=move, given=given, version=version)
            messages.success(request, _("Status: %(status)s") % {"status": Status(ticket.status).label})

        return self._act(request, pk, form, act, open_form=move)

    def assign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand the ticket to somebody."""
        with hidden_if_missing():
            form = AssigneeForm(found(self.get_queryset(request), pk), request.POST)

        def act() -> None:
            person = form.cleaned_data["assignee"]
            version = form.cleaned_data["version"]
            assign_ticket(
                actor=actor_of(request), ticket_id=pk, assignee_id=person.pk if person else None, version=version
            )
            messages.success(request, _("Assignee: %(who)s") % {"who": person or _("nobody")})

        return self._act(request, pk, form, act)

    def priority_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change the priority."""
        form = PriorityForm(request.POST)

        def act() -> None:
            data = form.cleaned_data
            set_priority(actor=actor_of(request), ticket_id=pk, priority=data["priority"], version=data["version"])
            messages.success(request, _("Priority: %(priority)s") % {"priority": Priority(data["priority"]).label})

        return self._act(request, pk, form, act)

    def phone_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the client's whole number, once, and write down who looked."""
        with hidden_if_missing():
            ticket = found(self.get_queryset(request), pk)
            try:
                phone = reveal_phone(actor=actor_of(request), user_id=ticket.client_id)
            except (Denied, Unsealable) as problem:
                show_problem(request, problem)
                return self._card(request, pk, status=problem.status)
            return self._card(request, pk, revealed=phone)

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Join the ticket's client with the other one of the same number, whichever of them is in Telegram."""
        form = LinkForm(request.POST)

        def act() -> None:
            client = found(self.get_queryset(request), pk).client
            other = form.cleaned_data["person"]
            caller, person = (other, client.pk) if client.telegram_id else (client.pk, other)
            joined = link_caller(actor=actor_of(request), caller_id=caller, person_id=person)
            messages.success(request, _("Joined: %(who)s") % {"who": joined})

        return self._act(request, pk, form, act)

    def edit_view(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Give an own message other words."""
        form = ReplyForm({**request.POST.dict(), "visibility": Visibility.PUBLIC})

        def act() -> None:
            edit_comment(
                actor=actor_of(request), comment_id=self._of_card(request, pk, comment), text=form.cleaned_data["text"]
            )

        return self._act(request, pk, form, act, open_form=f"comment-{comment}")

    def delete_comment_view(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Take an own message back."""

        def act() -> None:
            delete_comment(actor=actor_of(request), comment_id=self._of_card(request, pk, comment))

        return self._act(request, pk, Form(request.POST), act)

    def repeat_view(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Send once more what did not reach the client."""

        def act() -> None:
            repeat_delivery(actor=actor_of(request), comment_id=self._of_card(request, pk, comment))

        return self._act(request, pk, Form(request.POST), act)

    def _of_card(self, request: HttpRequest, pk: int, comment: int) -> int:
        """The comment's id, if it stands on this card."""
        return found(comments_visible_to(actor_of(request), found(self.get_queryset(request), pk)), comment).pk

    def _act(
        self,
        request: HttpRequest,
        pk: int,
        form: Form,
        act: Callable[[], None],
        open_form: str = "",
    ) -> HttpResponse:
        """Do it and go back to the card; on a problem show the card with the sentence and what was typed."""
        with hidden_if_missing():
            if form.is_valid():
                try:
                    act()
                except Problem as problem:
                    if problem.status == 404:
                        raise
                    show_problem(request, problem)
                    return self._card(request, pk, request.POST.dict(), problem.status, open_form)
                return HttpResponseRedirect(reverse(CARD, args=[pk]))
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return self._card(request, pk, request.POST.dict(), 400, open_form)

    def _card(
        self,
        request: HttpRequest,
        pk: int,
        typed: dict[str, Any] | None = None,
        status: int = 200,
        open_form: str = "",
        revealed: str = "",
    ) -> HttpResponse:
        """The page; `typed` is what a refused form held, `open_form` the move or the comment whose form it was,
        `revealed` the client's number where somebody asked to see it."""
        actor = actor_of(request)
        seen_until = place()
        ticket = found(self.get_queryset(request), pk)
        context = {
            "place": seen_until,
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Ticket No. %(number)s") % {"number": ticket.number},
            "subtitle": ticket.subject,
            "ticket": ticket,
            "status_colour": STATUS_COLOURS[Status(ticket.status)],
            "priority_colour": PRIORITY_COLOURS[Priority(ticket.priority)],
            "bubbles": conversation(actor, ticket),
            "events": history(ticket),
            "links": links_of(actor, ticket),
            "about": client_facts(actor, ticket, revealed),
            "moves": available_moves(actor, ticket),
            "can_work": actor.can(TICKETS_WORK),
            "reply_form": ReplyForm(initial=typed if typed and "visibility" in typed else None),
            "typed": typed or {},
            "open_form": open_form,
            "priority_form": PriorityForm(initial={"priority": ticket.priority}),
            "assignee_form": AssigneeForm(ticket, initial={"assignee": ticket.assignee_id}),
        }
        return TemplateResponse(request, "admin/tickets/ticket/card.html", context, status=status)
