"""How drf-spectacular reads our views: input shapes, query shapes and errors are ours, so they are told to it here."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

ERRORS = {
    400: "Wrong input; `fields` says where.",
    401: "No valid token.",
    403: "Not for you.",
    404: "Not there, or not for your eyes.",
    409: "Not possible in this state.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says how long to wait.",
}


class ErrorOut(serializers.Serializer):
    """Every refusal: a stable code, a sentence in the language of `Accept-Language`, and the fields at fault."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class TokenScheme(OpenApiAuthenticationExtension):
    """A bearer token in the Authorization header."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class HouseSchema(AutoSchema):
    """Reads `filters` of a list as its query, and gives every endpoint the house's errors."""

    def get_override_parameters(self) -> list[Any]:
        own = list(super().get_override_parameters())
        filters = getattr(self.view, "filters", None)
        if filters is not None and getattr(self.view, "action", "") == "list":
            own.append(filters)
        if getattr(getattr(self.view, self.method.lower(), None), "idempotent", False) or self._creates():
            own.append(
                OpenApiParameter(
                    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Repeats get the first answer."
                )
            )
        return own

    def _creates(self) -> bool:
        action = getattr(self.view, "action", "")
        return bool(getattr(getattr(self.view, action, None), "idempotent", False))

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status, told in ERRORS.items():
            if str(status) not in bodies:
                bodies[str(status)] = {
                    **self._get_response_for_code(force_instance(ErrorOut), str(status)),
                    "description": told,
                }
        return bodies
