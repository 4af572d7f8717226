"""A photo of 5 MB: what it costs to store, to make its pictures and to show them. `python -m bench.photo 5`"""

import json
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import django
from PIL import Image

MB = 1024 * 1024


def photo() -> bytes:
    """12 megapixels of noise, as large as a good telephone's: about 5 MB."""
    out = BytesIO()
    noise = Image.merge("RGB", [Image.effect_noise((4032, 3024), 24) for _ in range(3)])
    noise.save(out, "JPEG", quality=84)
    return out.getvalue()


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds and megabytes (of Python, at the highest) of each step."""
    from django.test import Client

    from accounts.models import User
    from files.actions import TelegramFile, attach, store_content
    from files.enums import FileKind
    from files.tasks import make_views
    from tickets.models import Ticket

    client, content = Client(SERVER_NAME="127.0.0.1"), photo()
    client.force_login(User.objects.get(username="bench0"))
    steps: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        (row,) = attach(Ticket.objects.first(), [TelegramFile(FileKind.PHOTO, "id")])  # type: ignore[arg-type]
        client.get(f"/files/{row.uid}/")  # the first request loads the house
        todo: dict[str, Callable[[], object]] = {
            "stored": lambda row=row: store_content(row.pk, content),  # type: ignore[misc]
            "pictures made": lambda row=row: make_views(row.pk),  # type: ignore[misc]
            **{
                f"{name} shown": lambda row=row, path=path: b"".join(client.get(f"/files/{row.uid}/{path}"))  # type: ignore[misc]
                for name, path in (("thumbnail", "thumbnail/"), ("view", "view/"), ("original", ""))
            },
        }
        for name, do in todo.items():
            with _measured(steps.setdefault(name, {"seconds": [], "megabytes": []})):
                do()
    renderer = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    steps["renderer"] = {"seconds": [], "megabytes": [round(renderer, 1)]}
    steps["photo"] = {"seconds": [], "megabytes": [round(len(content) / MB, 2)]}
    return steps


@contextmanager
def _measured(step: dict[str, list[float]]) -> Iterator[None]:
    tracemalloc.start()
    began = time.perf_counter()
    yield
    step["seconds"].append(round(time.perf_counter() - began, 3))
    step["megabytes"].append(round(tracemalloc.get_traced_memory()[1] / MB, 1))
    tracemalloc.stop()


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))  # noqa: T201 -- what the caller reads
