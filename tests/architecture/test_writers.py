"""Business rows are written by actions, and by nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib import admin

from audit.config_admin import ConfigAdmin
from core.admin import ConsoleAdmin
from tests.architecture.source import ROOT, label, modules, nodes, rooms, tree

WRITING_CALLS = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "add", "set", "remove", "clear",
}  # fmt: skip
WRITING_CALLS |= {f"a{name}" for name in WRITING_CALLS}
WRITING_SQL = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s+\w+)\b", re.IGNORECASE)

ROWS_WRITTEN_ELSEWHERE = {
    "accounts/models.py UserManager.create_superuser": "called by `manage.py createsuperuser`, before anybody is there",
    "botapp/context.py Context._keep": "the draft of a dialog, saved with the handling of its update",
    "botapp/inbox.py forget_chat": "what an erased client has sent",
    "botapp/inbox.py store": "updates are kept before anything is done with them",
    "botapp/inbox.py finish": "the mark that an update has been handled",
    "botapp/inbox.py purge": "handled updates are removed after a week",
    "outbox/webhook_loop.py _given_up": "the mark of an address that does not answer",
    "outbox/webhook_loop.py note": "what came of a call",
    "outbox/webhook_loop.py purge": "deliveries that ended a month ago",
    "outbox/webhooks.py queue": "an event on its way, in the transaction of the change",
    "outbox/queue.py claim": "the sender's mark on what it is sending",
    "outbox/queue.py expire": "messages that nobody needs any more",
    "outbox/queue.py _again": "an attempt that will be repeated",
    "outbox/queue.py _finish": "what came of the last attempt",
    "outbox/queue.py _move_chat": "a group has got a new id",
}
NO_ROWS = {
    "accounts/links.py bot_link": "the cache",
    "botapp/handlers/invites.py join": "the cache",
    "botapp/webhook.py state": "the cache",
    "botapp/runner.py Runner.stop": "a threading.Event",
    "core/events.py install": "the list of reactions, a dict",
    "files/contents.py copy": "the storage",
    "files/contents.py discard": "the storage",
    "files/contents.py remove_all": "the storage",
    "files/contents.py save": "the storage",
    "files/owners.py register_owner": "a set in memory",
    "files/renderer.py encoded": "a picture in memory",
    "files/watermark.py marked": "a picture in memory",
    "ops/demo_orders.py picture": "a picture in memory",
    "orders/reports.py as_xlsx": "a workbook in memory",
    "ops/supervisor/run.py StopRequest._on_signal": "a threading.Event",
    "ops/rotation.py Rotation._files": "a set in memory",
    "outbox/tasks.py stop_sending": "a threading.Event",
    "tickets/notices.py comment_deleted": "the outbox, which queues a deletion in Telegram",
    "tws/celery.py ": "Celery's set of worker steps",
}
CONFIGURATION = {
    "clients.DocumentKind", "clients.Questionnaire", "clients.RequestTemplate", "clients.RedoReason",
    "clients.ConsentText",
}  # fmt: skip
"""Rows that say how the house works; they are edited as usual (`audit.config_admin`), and never deleted."""
BULK_MOVES = {"tickets.Ticket": ["take", "assign_to_me", "resolve", "cancel", "spam"]}
"""Each of them calls the ordinary action for every row (tests/console/test_bulk.py)."""
EDGES = ("*/admin.py", "*/admin/*.py", "*/api/*.py", "*/views.py", "*/management/commands/*.py")
BOT_EDGES = (
    "botapp/handlers/*.py",
    "botapp/keyboards.py",
    "botapp/routes.py",
)
MANAGERS = {"objects", "_default_manager", "_base_manager", "get_object_or_404"}
OPEN_WRITERS = {
    "CreateModelMixin", "UpdateModelMixin", "DestroyModelMixin", "ModelViewSet", "CreateAPIView", "UpdateAPIView",
    "DestroyAPIView", "ListCreateAPIView", "RetrieveUpdateAPIView", "RetrieveDestroyAPIView",
    "RetrieveUpdateDestroyAPIView", "CreateView", "UpdateView", "DeleteView",
}  # fmt: skip


def test_rows_are_written_in_actions_only() -> None:
    found = {place for path in outside_actions() for place in writing_places(path)}
    assert sorted(found - set(ROWS_WRITTEN_ELSEWHERE) - set(NO_ROWS)) == []


def test_no_exception_has_outlived_its_reason() -> None:
    found = {place for path in outside_actions() for place in writing_places(path)}
    assert sorted({*ROWS_WRITTEN_ELSEWHERE, *NO_ROWS} - found) == []


def test_edges_read_through_queries() -> None:
    """What is shown is asked of `queries`, which know who may see it."""
    edges = [*(path for pattern in EDGES for room in rooms() for path in in_room(room, pattern)), *bot_edges()]
    found = [f"{label(path)}: {name}" for path in edges for name in sorted(names(path) & MANAGERS)]
    assert found == []


def test_no_writer_of_a_framework_is_left_open() -> None:
    found = [f"{label(path)}: {name}" for path in modules(*rooms()) for name in sorted(names(path) & OPEN_WRITERS)]
    assert found == []


def test_the_console_changes_nothing_by_itself() -> None:
    """Django's own ways to add, change and delete rows are closed on every page; bulk moves stand in a table."""
    ways = ("has_add_permission", "has_change_permission", "has_delete_permission", "history_view", "get_queryset")
    for model, page in admin.site._registry.items():
        assert isinstance(page, ConsoleAdmin), model
        if isinstance(page, ConfigAdmin):
            assert model._meta.label in CONFIGURATION
            assert page.edited_with, model
            assert type(page).has_delete_permission is ConsoleAdmin.has_delete_permission, model
            continue
        assert [way for way in ways if getattr(type(page), way) is not getattr(ConsoleAdmin, way)] == [], model
        assert (page.list_editable, page.inlines) == ((), ()), model
        assert page.actions == BULK_MOVES.get(model._meta.label), model
        assert page.seen_with, model


def outside_actions() -> Iterator[Path]:
    for path in modules(*rooms()):
        inside = path.relative_to(ROOT).parts[1:]
        if inside != ("actions.py",) and inside[0] != "actions":
            yield path


def writing_places(path: Path) -> Iterator[str]:
    """Where a module calls what may write rows, or holds SQL that does."""
    for place, node in nodes(path):
        writes = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING_CALLS
        ) or (isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.search(node.value))
        if writes:
            yield f"{label(path)} {place}"


def names(path: Path) -> set[str]:
    """Every name and attribute that a module uses."""
    used = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    return used | {
        alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def in_room(room: str, pattern: str) -> Iterator[Path]:
    return (path for path in modules(room) if path.match(f"{room}/{pattern[2:]}"))


def bot_edges() -> Iterator[Path]:
    return (path for path in modules("botapp") if any(path.match(pattern) for pattern in BOT_EDGES))
