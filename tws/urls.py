"""Every address of the house."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from files.views import serve_file

handler400 = "tws.errors.bad_request"
handler404 = "tws.errors.page_not_found"
handler500 = "tws.errors.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("files/<uuid:uid>/", serve_file, name="file"),
    path("api/auth/", include("accounts.api.urls")),
    path("api/", include("tickets.api.urls")),
    path("health/", include("ops.urls")),
]
