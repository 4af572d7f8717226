"""The one door to the content of files."""

from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.actor import Actor
from core.crypto import Unsealable
from core.errors import NotFound
from files.actions import note_access
from files.contents import open_content
from files.enums import Variant
from files.models import StoredFile
from files.owners import is_watermarked
from files.queries import viewable
from files.watermark import marked

Answer = TypeVar("Answer", bound=HttpResponseBase)
FRAME = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120">'
    b'<rect x="1" y="1" width="158" height="118" rx="6" fill="none" stroke="#999" stroke-dasharray="6 4"/></svg>'
)


@require_safe
def serve_original(request: HttpRequest, uid: UUID) -> FileResponse:
    """Give the file as it came, as a download, to those who may see its owner; 404 for everybody else."""
    return download(_given(request, uid, Variant.ORIGINAL, 0))


def download(row: StoredFile) -> FileResponse:
    """The whole file, which the browser can only save."""
    response = FileResponse(
        open_content(row), as_attachment=True, filename=row.safe_name, content_type="application/octet-stream"
    )
    return _guarded(response, "no-store")


@require_safe
def serve_view(request: HttpRequest, uid: UUID, page: int = 1) -> FileResponse:
    """Show a page in the size of a screen: a picture of our own making, whatever was sent."""
    return _picture(request, uid, Variant.VIEW, page)


@require_safe
def serve_thumbnail(request: HttpRequest, uid: UUID, page: int = 1) -> HttpResponseBase:
    """Show a page small. What can not be decrypted is an empty frame among the others."""
    try:
        return _picture(request, uid, Variant.THUMBNAIL, page)
    except Unsealable as problem:
        return _guarded(HttpResponse(FRAME, content_type="image/svg+xml", status=problem.status), "no-store")


def _picture(request: HttpRequest, uid: UUID, variant: Variant, page: int) -> FileResponse:
    row = _given(request, uid, variant, page)
    content: Any = open_content(row, variant, page)
    if is_watermarked(row.owner_type):
        with content as picture:
            content = BytesIO(marked(picture.read(), str(request.user)))
    response = FileResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return _guarded(response, "private, max-age=300" if variant == Variant.THUMBNAIL else "no-store")


def _given(request: HttpRequest, uid: UUID, variant: Variant, page: int) -> StoredFile:
    """The file, for one who may have it, written down before anything is given. Raises Http404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        row = viewable(actor, uid, variant, page)
    except NotFound:
        raise Http404 from None
    if request.method == "GET":
        note_access(actor, row, variant, page)
    return row


def _guarded(response: Answer, caching: str) -> Answer:
    """The browser may neither guess another type nor run anything inside."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = caching
    return response
