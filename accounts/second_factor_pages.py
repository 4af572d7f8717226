"""The console's pages of the second factor: set up, asked for after the password, turned off."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login

from accounts.actions import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    turn_off_second_factor,
)
from accounts.actors import actor_for
from accounts.models import SecondFactor, User
from accounts.queries import second_factor_of
from core.actor import Via
from core.admin import show_problem
from core.errors import Problem
from core.qr import qr_picture


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "desk-input", "autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}
        ),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """What the person needs now: to set it up, to give a code, or to see that it is on."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return redirect_to_login(request.path, reverse("admin:login"))
    form, status = CodeForm(request.POST or None), 200
    factor = second_factor_of(user)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return _take(request, user, factor, form.cleaned_data["code"])
            except Problem as problem:
                show_problem(request, problem)
                status = problem.status
    return _page(request, user, factor, form, status)


@never_cache
@require_POST
def second_factor_off(request: HttpRequest) -> HttpResponse:
    """Turn it off: a code is asked for once more."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return redirect_to_login(reverse("second_factor"), reverse("admin:login"))
    form = CodeForm(request.POST)
    try:
        if form.is_valid():
            turn_off_second_factor(actor=actor_for(user, Via.CONSOLE), user=user, code=form.cleaned_data["code"])
            messages.success(request, _("The second factor is turned off."))
    except Problem as problem:
        show_problem(request, problem)
    return HttpResponseRedirect(reverse("second_factor"))


def _take(request: HttpRequest, user: User, factor: SecondFactor | None, code: str) -> HttpResponse:
    """The code that was given: the first one sets up, later ones open."""
    if factor is None:
        factor, codes = confirm_second_factor(actor=actor_for(user, Via.CONSOLE), user=user, code=code)
        _open(request, factor)
        return TemplateResponse(request, "admin/accounts/second_factor.html", {**_context(request), "codes": codes})
    _open(request, check_second_factor(user=user, code=code))
    return HttpResponseRedirect(_next(request))


def _open(request: HttpRequest, factor: SecondFactor) -> None:
    """The session may more from now on, so it gets a new key."""
    request.session.cycle_key()
    login(request, factor)


def _page(
    request: HttpRequest, user: User, factor: SecondFactor | None, form: CodeForm, status: int
) -> TemplateResponse:
    context = {**_context(request), "form": form, "factor": factor, "next": _next(request)}
    if factor is None:
        begun = begin_second_factor(user=user)
        context |= {"secret": begun.secret, "qr": qr_picture(_address(user, begun.secret))}
    else:
        context["verified"] = user.is_verified()  # type: ignore[attr-defined]  # set by django_otp's middleware
    return TemplateResponse(request, "admin/accounts/second_factor.html", context, status=status)


def _context(request: HttpRequest) -> dict[str, object]:
    return {**admin.site.each_context(request), "title": _("Second factor")}


def _next(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if ours and wanted != reverse("second_factor") else reverse("admin:index")


def _address(user: User, secret: str) -> str:
    """What authenticator apps read: https://github.com/google/google-authenticator/wiki/Key-Uri-Format"""
    name = f"TWS:{user.username or user.pk}"
    return f"otpauth://totp/{name}?{urlencode({'secret': secret, 'issuer': 'TWS'})}"
