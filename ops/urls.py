"""Where the house is asked how it does."""

from django.urls import path

from ops.views import bot, live, ready

urlpatterns = [
    path("", ready, name="health"),
    path("bot/", bot, name="health-bot"),
    path("live/", live, name="health-live"),
]
