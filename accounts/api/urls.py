"""Where tokens are obtained and refreshed, and what belongs to people."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from accounts.api.invites import InviteViewSet

router = SimpleRouter(use_regex_path=False)
router.register("admin/invites", InviteViewSet, basename="invite")
urlpatterns = [
    path("auth/token/", TokenObtainPairView.as_view(), name="token"),
    path("auth/token/refresh/", TokenRefreshView.as_view(), name="token-refresh"),
    path("", include(router.urls)),
]
