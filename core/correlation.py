"""One id from the request or update through Celery to the message that was sent; also written into history and outbox.

It lives in structlog's context variables, where django-structlog puts it for HTTP requests and Celery tasks.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

KEY = "request_id"
MAX_LENGTH = 64


def current_id() -> str:
    """The id of what is being handled, or an empty string outside of anything."""
    value = structlog.contextvars.get_contextvars().get(KEY, "")
    return str(value)[:MAX_LENGTH]


def new_id() -> str:
    return uuid.uuid4().hex


@contextmanager
def correlated(request_id: str = "", **context: object) -> Iterator[str]:
    """Log and record everything inside under this id, or under a fresh one."""
    request_id = request_id or new_id()
    with structlog.contextvars.bound_contextvars(**{KEY: request_id}, **context):
        yield request_id
