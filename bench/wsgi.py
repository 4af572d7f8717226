"""The web process with one address more: an empty view of Django REST framework, to compare with."""

import os
from types import ModuleType

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tws.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

EMPTY = "bench/empty/"

application = get_wsgi_application()

from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from tws import urls  # noqa: E402


class Empty(APIView):
    """Nothing at all, for anybody: what the framework, its middleware and the server cost alone."""

    permission_classes = ()
    authentication_classes = ()
    throttle_classes = ()

    def get(self, request: Request) -> Response:
        """An empty object."""
        return Response({})


module = ModuleType("bench_urls")
module.urlpatterns = [path(EMPTY, Empty.as_view()), *urls.urlpatterns]  # type: ignore[attr-defined]
for handler in ("handler400", "handler404", "handler500"):
    setattr(module, handler, getattr(urls, handler))
settings.ROOT_URLCONF = module
