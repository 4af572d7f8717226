"""The content of a file, for whoever may see its owner."""

from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.permissions import SignedIn, actor_of
from files.actions import note_access
from files.enums import Variant
from files.queries import viewable
from files.views import download


class FileView(APIView):
    """`GET /api/files/{uid}/`: the file as it came, as a download. Who got it is written down."""

    permission_classes = [SignedIn]

    @extend_schema(operation_id="file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: UUID) -> FileResponse:
        """The file as it came."""
        actor = actor_of(request)
        row = viewable(actor, uid)
        note_access(actor, row, Variant.ORIGINAL)
        return download(row)
