"""The one door to the content of files."""

import unicodedata
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core.actor import Actor
from core.errors import NotFound
from files.models import StoredFile
from files.pictures import SHOWN_INLINE
from files.queries import viewable


def _safe_name(row: StoredFile) -> str:
    """The sender's name as one that can be saved: no folders, nothing invisible that breaks a header or misleads."""
    name = "".join("_" if char in "/\\" or unicodedata.category(char)[0] == "C" else char for char in row.name)
    return name.strip() or f"{row.kind}-{row.uid.hex[:8]}"


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
        filename=_safe_name(row),
        content_type=row.content_type if inline else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=300"
    return response
