"""`/api/requests/` and `/api/request-templates/`."""

from rest_framework.routers import SimpleRouter

from clients.api.views import RequestViewSet, TemplateViewSet

router = SimpleRouter()
router.register("requests", RequestViewSet, basename="api-request")
router.register("request-templates", TemplateViewSet, basename="api-request-template")
urlpatterns = router.urls
