"""Every address of the house."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from accounts.second_factor_pages import second_factor, second_factor_off
from botapp.views import webhook
from files.views import serve_original, serve_thumbnail, serve_view
from ops.pages import installation
from ops.views import metrics

handler400 = "tws.errors.bad_request"
handler404 = "tws.errors.page_not_found"
handler500 = "tws.errors.server_error"

SCHEMA = "/static/api/openapi.yaml"
"""Written by `make schema`, and compared with the code by a test."""

OPEN = {"permission_classes": [AllowAny], "authentication_classes": []}

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/second-factor/", second_factor, name="second_factor"),
    path("admin/second-factor/off/", second_factor_off, name="second_factor_off"),
    path("admin/installation/", installation, name="installation"),
    path("admin/", admin.site.urls),
    path("files/<uuid:uid>/", serve_original, name="file"),
    path("files/<uuid:uid>/view/", serve_view, name="file_view"),
    path("files/<uuid:uid>/view/<int:page>/", serve_view, name="file_view"),
    path("files/<uuid:uid>/thumbnail/", serve_thumbnail, name="file_thumbnail"),
    path("files/<uuid:uid>/thumbnail/<int:page>/", serve_thumbnail, name="file_thumbnail"),
    path("api/", include("accounts.api.urls")),
    path("api/", include("files.api.urls")),
    path("api/", include("tickets.api.urls")),
    path("api/", include("orders.api.urls")),
    path("api/", include("clients.api.urls")),
    path("docs/", SpectacularSwaggerSplitView.as_view(url=SCHEMA, **OPEN), name="docs"),
    path("redoc/", SpectacularRedocView.as_view(url=SCHEMA, **OPEN), name="redoc"),
    path("telegram/webhook/", webhook, name="webhook"),
    path("metrics/", metrics, name="metrics"),
    path("health/", include("ops.urls")),
]
