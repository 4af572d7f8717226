"""Where tokens are obtained and refreshed, and what belongs to people."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api.invites import InviteViewSet
from accounts.api.people import ContactViewSet, ProfileView, UserViewSet
from accounts.api.tokens import LogoutView, ObtainView, RefreshView

router = SimpleRouter(use_regex_path=False)
router.register("users", UserViewSet, basename="user")
router.register("contacts", ContactViewSet, basename="contact")
router.register("admin/invites", InviteViewSet, basename="invite")
urlpatterns = [
    path("auth/token/", ObtainView.as_view(), name="token"),
    path("auth/token/refresh/", RefreshView.as_view(), name="token-refresh"),
    path("auth/logout/", LogoutView.as_view(), name="logout"),
    path("profile/", ProfileView.as_view(), name="profile"),
    path("", include(router.urls)),
]
