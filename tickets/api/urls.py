"""The API's paths of tickets."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from tickets.api.views import CategoriesView, TicketViewSet

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")
urlpatterns = [path("categories/", CategoriesView.as_view(), name="categories"), *router.urls]
