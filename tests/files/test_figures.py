"""A photo of 5 MB: what it costs to store and to show. The limits are far above what docs/operations.md names."""

import resource
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from accounts.roles import Role
from files.actions import TelegramFile, attach, store_content
from files.enums import FileKind
from files.tasks import make_views
from tests.support.company import Company

MB = 1024 * 1024


def photo() -> bytes:
    """12 megapixels of noise, as large as a good telephone's: about 5 MB."""
    out = BytesIO()
    noise = Image.merge("RGB", [Image.effect_noise((4032, 3024), 24) for _ in range(3)])
    noise.save(out, "JPEG", quality=84)
    return out.getvalue()


@contextmanager
def measured(name: str, *, seconds: float, megabytes: float) -> Iterator[None]:
    """The block stays below these: its time, and the memory of Python at its highest."""
    tracemalloc.start()
    began = time.perf_counter()
    yield
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1] / MB
    tracemalloc.stop()
    print(f"{name}: {took:.2f} s, {peak:.1f} MB")  # noqa: T201 -- shown by pytest -s
    assert (took < seconds, peak < megabytes) == (True, True), (name, took, peak)


@pytest.mark.django_db
def test_a_photo_of_5_mb_is_stored_and_shown(company: Company, client: Client) -> None:
    content = photo()
    assert 4.5 * MB < len(content) < 6 * MB
    (row,) = attach(company.ticket(), [TelegramFile(FileKind.PHOTO, "id")])
    with measured("stored", seconds=5, megabytes=2):
        store_content(row.pk, content)
    with measured("pictures made", seconds=20, megabytes=3 * len(content) / MB):
        make_views(row.pk)
    print(f"renderer: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")  # noqa: T201
    client.force_login(company.person(Role.TECHNICIAN))
    client.get(f"/files/{row.uid}/")  # the first request loads the house
    for path in ("thumbnail/", "view/", ""):
        with measured(path or "original", seconds=5, megabytes=2):
            response = client.get(f"/files/{row.uid}/{path}")
            size = sum(len(piece) for piece in response.streaming_content)  # type: ignore[attr-defined]
        print(f"    {size} bytes")  # noqa: T201
