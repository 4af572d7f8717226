"""The people of a team in the console: the table, everybody's card, and the curators for who hands over."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actions import activate_person, deactivate_person, set_curator
from accounts.models import User
from accounts.roles import ORDERS_HAND_OVER, ORDERS_MANAGE, Role
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.db import found
from core.errors import Invalid, Problem
from orders.actions import hand_over_everything, penalise_engineer, set_share
from orders.errors import NotMoney
from orders.forms import CuratorForm, PenaltyForm, PeriodForm, ShareForm
from orders.money import parse_money
from orders.queries import (
    active,
    closed_between,
    curators_with_work,
    earnings,
    held_by,
    jobs_done_by,
    penalties_of,
    share_of,
    team_of,
    team_visible_to,
    without_curator,
    work_of,
)
from orders.reports import Period

TEAM, CURATORS, MEMBER = "admin:orders_order_team", "admin:orders_order_curators", "admin:orders_order_person"
SHOWN = 50


def _share(actor: Actor, person: User, request: HttpRequest) -> None:
    form = ShareForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: " ".join(map(str, errors)) for name, errors in form.errors.items()})
    set_share(actor=actor, engineer_id=person.pk, percent=form.cleaned_data["percent"])


def _curator(actor: Actor, person: User, request: HttpRequest) -> None:
    chosen = request.POST.get("curator", "")
    set_curator(actor=actor, user_id=person.pk, curator_id=int(chosen) if chosen.isascii() and chosen.isdigit() else 0)


def _penalty(actor: Actor, person: User, request: HttpRequest) -> None:
    form = PenaltyForm(request.POST)
    if not form.is_valid():
        raise NotMoney
    given = form.cleaned_data
    penalise_engineer(
        actor=actor, engineer_id=person.pk, total=parse_money(given["total"]), reason=given["reason"]
    )  # fmt: skip


DEEDS: dict[str, Callable[[Actor, User, HttpRequest], Any]] = {
    "deactivate": lambda actor, person, _request: deactivate_person(actor=actor, user_id=person.pk),
    "activate": lambda actor, person, _request: activate_person(actor=actor, user_id=person.pk),
    "share": _share,
    "penalty": _penalty,
    "curator": _curator,
}
"""What is done with somebody of the team, by the last part of the address."""


class TeamPages(ConsoleAdmin):
    """Part of `OrderAdmin`."""

    def team_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("team/", view(require_GET(self.team_view)), name="orders_order_team"),
            path("team/<int:person>/", view(require_GET(self.person_view)), name="orders_order_person"),
            path("team/<int:person>/<str:what>/", view(require_POST(self.member_view)), name="orders_order_member"),
            path("curators/", view(require_GET(self.curators_view)), name="orders_order_curators"),
            path(
                "curators/<int:curator>/", view(require_POST(self.hand_over_view)), name="orders_order_hand_over"
            ),
        ]  # fmt: skip

    def team_view(self, request: HttpRequest) -> HttpResponse:
        """The curator's people, what they have on their hands, and what this month has brought."""
        curator = actor_of(request)
        if not curator.can(ORDERS_MANAGE):
            raise PermissionDenied
        people, today = list(team_of(curator.person)), localdate()
        work = work_of(people, today.replace(day=1), today)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Team"),
            "team": [(person, sorted(role.label for role in person.roles), work[person.pk]) for person in people],
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/team.html", context)

    def person_view(self, request: HttpRequest, person: int) -> HttpResponse:
        """An engineer's or a workshop engineer's card."""
        with hidden_if_missing():
            return self._person(request, person)

    def _person(self, request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
        actor = actor_of(request)
        person = found(team_visible_to(actor), pk)
        form = PeriodForm(request.GET)
        period = Period.of(**form.cleaned_data) if form.is_valid() else Period.of(None, None)
        days = (period.first, period.last)
        curates = person.curator_id == actor.user_id and actor.can(ORDERS_MANAGE)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": person.full_name, "person": person,
            "roles": ", ".join(sorted(str(role.label) for role in person.roles)), "period": period,
            "form": PeriodForm(initial={"first": period.first, "last": period.last}),
            "active": active(actor).filter(engineer=person)[:SHOWN], "held": held_by(person)[:SHOWN],
            "closed": closed_between(actor, *days).filter(engineer=person)[:SHOWN],
            "done": jobs_done_by(person, *days)[:SHOWN],
            "earned": earnings(actor, person.pk, *days) if Role.ENGINEER in person.roles else None,
            "penalties": penalties_of(person.pk, *days)[:SHOWN],
            "curates": curates, "share_form": ShareForm(initial={"percent": share_of(person.pk)}) if curates else None,
            "curator_form": CuratorForm(person.tenant_id or 0, initial={"curator": person.curator_id})
            if actor.can(ORDERS_HAND_OVER) else None,
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/person.html", context, status=status)

    def member_view(self, request: HttpRequest, person: int, what: str) -> HttpResponse:
        """Do one of `DEEDS` with somebody of the team."""
        if what not in DEEDS:
            raise Http404
        actor = actor_of(request)
        with hidden_if_missing():
            member = found(team_visible_to(actor), person)
            try:
                DEEDS[what](actor, member, request)
            except Problem as problem:
                show_problem(request, problem)
                return self._person(request, person, problem.status)
        return HttpResponseRedirect(reverse(MEMBER, args=[person]))

    def curators_view(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        """All curators with their open orders and teams, for who hands them over."""
        if not actor_of(request).can(ORDERS_HAND_OVER):
            raise PermissionDenied
        rows = [
            (row, CuratorForm(row.tenant_id or 0) if row.open_orders or row.team_size else None)
            for row in curators_with_work()
        ]  # fmt: skip
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Curators"), "curators": rows,
            "alone": without_curator(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/curators.html", context, status=status)

    def hand_over_view(self, request: HttpRequest, curator: int) -> HttpResponse:
        """Everything of one curator goes to another one."""
        actor, heir = actor_of(request), request.POST.get("curator", "")
        if not actor.can(ORDERS_HAND_OVER):
            raise PermissionDenied
        with hidden_if_missing():
            try:
                count = hand_over_everything(
                    actor=actor, curator_id=curator, heir_id=int(heir) if heir.isascii() and heir.isdigit() else 0
                )
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self.curators_view(request, problem.status)
        messages.success(request, _("Handed over. Orders: %(count)s") % {"count": count})
        return HttpResponseRedirect(reverse(CURATORS))
