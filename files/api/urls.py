"""The API's path of files."""

from django.urls import path

from files.api.views import FileView

urlpatterns = [path("files/<uuid:uid>/", FileView.as_view(), name="api-file")]
