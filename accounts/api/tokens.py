"""Tokens over REST: obtained with a password, refreshed, given back."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import begin_tokens, check_second_factor, end_tokens, note_sign_in, rotate_tokens
from accounts.errors import SecondFactorMissing, SecondFactorNeeded, TooManyAttempts
from accounts.models import User
from accounts.queries import requires_second_factor, second_factor_of
from core.actor import Via
from core.api.input import StrictSerializer, read


class SignIn(StrictSerializer):
    """Login and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(max_length=20, required=False)
    """Of the authenticator app, or a recovery code, for those who have set up a second factor."""


class Refresh(StrictSerializer):
    """A refresh token, as it was given."""

    refresh = serializers.CharField(max_length=4096)


class Pair(serializers.Serializer):
    """A pair of tokens. The refresh token serves once."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class _Open(APIView):
    """Open to everybody: these are the doors themselves."""

    permission_classes = [AllowAny]
    authentication_classes = ()

    def get_authenticate_header(self, request: Request) -> str:
        """What a 401 names."""
        return 'Bearer realm="api"'


class ObtainView(_Open):
    """`POST /api/auth/token/`: login and password for a pair of tokens."""

    @extend_schema(operation_id="auth_obtain", request=SignIn, responses=Pair)
    def post(self, request: Request) -> Response:
        """Give login and password, get a pair of tokens."""
        given = read(SignIn, request.data)
        code = given.pop("code", "")
        user = authenticate(request=request, **given)
        if getattr(request, "axes_locked_out", False):
            raise TooManyAttempts
        if not isinstance(user, User):
            raise AuthenticationFailed(code="no_active_account")
        _ask_second_factor(user, code)
        note_sign_in(user=user, via=Via.API, address=request.META["REMOTE_ADDR"])
        return Response(Pair(begin_tokens(user=user)).data)


def _ask_second_factor(user: User, code: str) -> None:
    if second_factor_of(user) is not None:
        if not code:
            raise SecondFactorNeeded
        check_second_factor(user=user, code=code)
    elif requires_second_factor(user):
        raise SecondFactorMissing


class RefreshView(_Open):
    """`POST /api/auth/token/refresh/`: the next pair. A token used twice ends the whole family."""

    @extend_schema(operation_id="auth_refresh", request=Refresh, responses=Pair)
    def post(self, request: Request) -> Response:
        """Spend a refresh token for the next pair."""
        return Response(Pair(rotate_tokens(refresh=read(Refresh, request.data)["refresh"])).data)


class LogoutView(_Open):
    """`POST /api/auth/logout/`: the pair and all that came before it open nothing any more."""

    @extend_schema(operation_id="auth_logout", request=Refresh, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the pair and all that came before it."""
        end_tokens(refresh=read(Refresh, request.data)["refresh"])
        return Response(status=204)
