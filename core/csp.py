"""The Content-Security-Policy of each part of the house."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class HousePolicy(CSPMiddleware):
    """Strict everywhere; `CONSOLE_CSP` below the console's address, where Alpine evaluates expressions, and `DOCS_CSP`
    at the pages of the API's description."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(settings.CONSOLE_PATH):
            parts.config = settings.CONSOLE_CSP
        if not report_only and request.path_info in settings.DOCS_PATHS:
            parts.config = settings.DOCS_CSP
        return parts
