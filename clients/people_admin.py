"""Clients in the console: find one, the card with what is known, the correspondence."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from unfold.decorators import display

from accounts.actions import create_invite
from accounts.models import User
from accounts.roles import CLIENTS_ERASE, CLIENTS_SEE_ALL, CLIENTS_WORK, PEOPLE_INVITE, Role
from audit.live import news
from audit.queries import place
from clients import table
from clients.actions import (
    ask_for_copy,
    ask_for_erasure,
    let_in,
    lift_hold,
    reveal_card,
    set_hold,
    write_to_client,
)
from clients.card import LETTERS_SHOWN, correspondence
from clients.facts import facts_of
from clients.filters import UnansweredFilter
from clients.forms import HoldForm, LetterForm, LookForm
from clients.models import Client, DataCopy
from clients.queries import (
    card_of,
    cards_visible_to,
    client_list,
    consents_of,
    copies_visible_to,
    erasure_asked,
    letters_with,
    looks_visible_to,
    requests_of,
)
from clients.reach import unreachable
from clients.search import matching
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, posted, show_problem
from core.db import found
from core.errors import Problem
from files.models import StoredFile
from files.queries import files_of
from orders.queries import visible_to as orders_visible_to
from tickets.filters import TenantFilter
from tickets.queries import visible_to as tickets_visible_to

CARD, LETTERS = "admin:clients_client_change", "admin:clients_client_letters"
SHOWN = 20


def _hold(actor: Actor, client: User, given: dict[str, Any]) -> str:
    set_hold(actor=actor, client_id=client.pk, reason=given["reason"])
    return _("Nothing of this client is deleted until the hold is lifted.")


def _lift(actor: Actor, client: User, _given: dict[str, Any]) -> str:
    lift_hold(actor=actor, client_id=client.pk)
    return _("The hold has been lifted.")


def _erase(actor: Actor, client: User, _given: dict[str, Any]) -> str:
    ask_for_erasure(actor=actor, client_id=client.pk)
    return _("Noted: the erasure stands in the list “Erasures”.")


def _copy(actor: Actor, client: User, given: dict[str, Any]) -> str:
    ask_for_copy(actor=actor, client_id=client.pk, reason=given["reason"])
    return _("The copy is being made; it will stand on this card in a minute.")


def _admit(actor: Actor, client: User, _given: dict[str, Any]) -> str:
    let_in(actor=actor, client_id=client.pk)
    return _("The client may use the bot now.")


Deed = Callable[[Actor, User, dict[str, Any]], str]
DEEDS: dict[str, tuple[Deed, type[Form]]] = {
    "hold": (_hold, HoldForm),
    "lift": (_lift, Form),
    "erase": (_erase, Form),
    "copy": (_copy, LookForm),
    "admit": (_admit, Form),
}
"""What is done with a client, by the last part of the address."""


@admin.register(Client)
class ClientAdmin(ConsoleAdmin):
    seen_with = (CLIENTS_WORK,)
    list_display = ["client_cell", "reach_cell", "open_cell", "letter_cell"]
    list_filter = [UnansweredFilter, TenantFilter]
    list_before_template = "admin/clients/client/views.html"
    list_per_page = 50
    ordering = ["full_name", "pk"]
    search_fields = ["full_name"]  # that there is a search; what it searches is for `clients.search` to say
    search_help_text = gettext_lazy("Name, company, phone, Telegram, number of a ticket, an order or a request")

    def rows(self, actor: Actor) -> QuerySet[Client]:
        return client_list(actor)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Client], search_term: str
    ) -> tuple[QuerySet[Client], bool]:
        return (matching(queryset, search_term, actor_of(request).tenant_id) if search_term else queryset), False

    @display(description=gettext_lazy("client"), ordering="full_name", header=True)
    def client_cell(self, client: Client) -> tuple[str, str]:
        contact = getattr(client, "contact", None)
        return client.full_name, contact.company if contact else ""

    @display(description="Telegram")
    def reach_cell(self, client: Client) -> SafeString:
        return table.reach_cell(client)

    @display(description=gettext_lazy("Requests"))
    def open_cell(self, client: Client) -> SafeString:
        return table.open_cell(client)

    @display(description=gettext_lazy("Correspondence"))
    def letter_cell(self, client: Client) -> SafeString:
        return table.letter_cell(client)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        deeds = [
            path(f"<int:pk>/{name}/", view(posted(self.deed_view, CARD)), {"name": name}, name=f"clients_client_{name}")
            for name in DEEDS
        ]
        return [
            path("live/", view(self.live_view), name="clients_client_live"),
            path("<int:pk>/letters/", view(require_GET(self.letters_view)), name="clients_client_letters"),
            path("<int:pk>/write/", view(posted(self.write_view, LETTERS)), name="clients_client_write"),
            path("<int:pk>/reveal/", view(posted(self.reveal_view, CARD)), name="clients_client_reveal"),
            path("<int:pk>/invite/", view(posted(self.invite_view, CARD)), name="clients_client_invite"),
            *deeds,
            *super().get_urls(),
        ]

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """Which correspondences have gone on, for pages that stay open."""
        if not self.has_view_permission(request):
            raise Http404
        actor = actor_of(request)
        return news(request, cards_visible_to(actor), everywhere=actor.can(CLIENTS_SEE_ALL))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The card; personal fields are masked."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def reveal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The card with its personal fields, this once."""
        with hidden_if_missing():
            form = LookForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            try:
                reveal_card(actor=actor_of(request), client_id=pk, reason=reason)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
            return self._card(request, pk, revealed=True)

    def deed_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Do one of `DEEDS`."""
        act, shape = DEEDS[name]
        with hidden_if_missing():
            client = found(self.get_queryset(request), pk)
            form = shape(request.POST)
            if not form.is_valid():
                messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
                return self._card(request, pk, 400)
            try:
                said = act(actor_of(request), client, form.cleaned_data)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
        messages.success(request, said)
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A link and a QR picture for this client."""
        actor = actor_of(request)
        with hidden_if_missing():
            client = found(self.get_queryset(request), pk)
            try:
                made = create_invite(
                    actor=actor, role=Role.CLIENT, tenant_id=client.tenant_id, notes=client.full_name
                )  # fmt: skip
            except Problem as problem:
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
        return HttpResponseRedirect(reverse("admin:accounts_invite_change", args=[made.pk]))

    def letters_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The correspondence."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._letters(request, pk)

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A message to the client."""
        with hidden_if_missing():
            client = found(self.get_queryset(request), pk)
            form = LetterForm(request.POST, request.FILES)
            if not form.is_valid():
                return self._letters(request, pk, 400, form)
            try:
                write_to_client(
                    actor=actor_of(request), client_id=client.pk, text=form.cleaned_data["text"],
                    uploads=form.cleaned_data["attachments"],
                )  # fmt: skip
            except Problem as problem:
                show_problem(request, problem)
                return self._letters(request, pk, problem.status, form)
        return HttpResponseRedirect(reverse(LETTERS, args=[pk]))

    def _letters(
        self, request: HttpRequest, pk: int, status: int = 200, form: LetterForm | None = None
    ) -> HttpResponse:  # fmt: skip
        seen_until = place()
        client = found(self.get_queryset(request), pk)
        before = request.GET.get("before", "")
        letters = letters_with(client.pk)
        if before.isascii() and before.isdigit() and len(before) < 19:
            letters = letters.filter(pk__lt=int(before))
        shown = list(letters[: LETTERS_SHOWN + 1])
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "client": client, "place": seen_until,
            "title": _("Correspondence with %(client)s") % {"client": client.full_name},
            "bubbles": correspondence(shown[:LETTERS_SHOWN], client.pk), "card": card_of(client),
            "earlier": shown[LETTERS_SHOWN - 1].pk if len(shown) > LETTERS_SHOWN else None,
            "unreachable": unreachable(client), "form": form or LetterForm(), "requests": requests_of(client.pk)[:8],
        }  # fmt: skip
        return TemplateResponse(request, "admin/clients/client/letters.html", context, status=status)

    def _card(self, request: HttpRequest, pk: int, status: int = 200, *, revealed: bool = False) -> HttpResponse:
        actor = actor_of(request)
        client = found(self.get_queryset(request), pk)
        card = card_of(client)
        looks = looks_visible_to(actor).filter(client=client).order_by("-pk")
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": client.full_name, "client": client,
            "card": card, "facts": facts_of(client, card, revealed=revealed), "revealed": revealed,
            "unreachable": unreachable(client), "requests": requests_of(client.pk)[:SHOWN],
            "tickets": tickets_visible_to(actor).filter(client=client).order_by("-pk")[:SHOWN],
            "orders": orders_visible_to(actor).filter(client=client).order_by("-pk")[:SHOWN],
            "consents": consents_of(client.pk)[:SHOWN], "looks": looks[:SHOWN], "erasure": erasure_asked(client.pk),
            "erases": actor.can(CLIENTS_ERASE) and client.is_active, "copies": _copies(actor, client),
            "can_invite": actor.can(PEOPLE_INVITE) and client.telegram_id is None and client.is_active,
        }  # fmt: skip
        return TemplateResponse(request, "admin/clients/client/card.html", context, status=status)


def _copies(actor: Actor, client: User) -> list[tuple[DataCopy, StoredFile | None]]:
    copies = list(copies_visible_to(actor, client)[:SHOWN])
    files = files_of(copies)
    return [(copy, next(iter(files[copy.pk]), None)) for copy in copies]
