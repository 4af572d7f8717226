"""The one door to the content of files."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core.actor import Actor
from core.errors import NotFound
from files.pictures import SHOWN_INLINE
from files.queries import viewable


@require_safe
def serve_file(request: HttpRequest, uid: UUID) -> FileResponse:
    """Give a file to those who may see its owner; pictures inline, everything else as a download.

    404 for everybody else. The browser may neither guess another type nor run anything inside it.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        row = viewable(actor, uid)
    except NotFound:
        raise Http404 from None
    inline = row.content_type in SHOWN_INLINE.values()
    response = FileResponse(
        default_storage.open(row.stored_as),
        as_attachment=not inline,
        filename=row.name or f"{row.kind}-{row.uid.hex[:8]}",
        content_type=row.content_type if inline else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=300"
    return response
