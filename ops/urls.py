"""Where the house is asked how it does."""

from django.urls import path

from ops.views import live, ready

urlpatterns = [
    path("", ready, name="health"),
    path("live/", live, name="health-live"),
]
