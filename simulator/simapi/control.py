"""Faults, raw updates, the journal, events, and the state of the simulator."""

import json
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from simulator.errors import SimError
from simulator.model import JsonObject
from simulator.simapi.common import Json, body_of, integer, required, runtime_of

SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "audio/ogg", "video/mp4"})


async def push_updates(request: Request) -> Response:
    """Queue the body as an update, byte for byte; `?lines=1`: each line; `?assign=1`: write an id in."""
    runtime = runtime_of(request)
    body = await request.body()
    bodies = [line for line in body.splitlines() if line] if request.query_params.get("lines") else [body]
    assign = bool(request.query_params.get("assign"))
    ids = [runtime.world.updates.push_raw(item, assign=assign) for item in bodies]
    runtime.storage.touch()
    return Json({"update_ids": ids}, 201)


async def restart_ids(request: Request) -> Response:
    """Count the ids of updates from `next_id` on, lower than before too: Telegram does so after a quiet week."""
    runtime = runtime_of(request)
    next_id = required(await body_of(request), "next_id", int)
    assert isinstance(next_id, int)
    runtime.world.updates.next_id = next_id
    runtime.storage.touch()
    return Json({"next_update_id": runtime.world.updates.next_id})


async def list_faults(request: Request) -> Response:
    """The faults that wait for their calls."""
    return Json(runtime_of(request).faults.as_json())


async def add_fault(request: Request) -> Response:
    """Order a fault; fields as in `simulator.faults.Fault`."""
    runtime = runtime_of(request)
    fault = runtime.faults.add(await body_of(request))
    runtime.events.tell("faults", lambda: {"faults": runtime.faults.as_json()})
    return Json(asdict(fault), 201)


async def clear_faults(request: Request) -> Response:
    """Remove all faults."""
    runtime = runtime_of(request)
    runtime.faults.clear()
    runtime.events.tell("faults", lambda: {"faults": []})
    return Json([])


async def calls(request: Request) -> Response:
    """Bot API calls with ids above `after`, of one `method` and `chat_id` where given."""
    journal = runtime_of(request).journal
    method = request.query_params.get("method")
    return Json(journal.find(integer(request, "after") or 0, method, integer(request, "chat_id")))


async def violations(request: Request) -> Response:
    """Calls that the schema does not describe."""
    return Json(runtime_of(request).journal.violations_as_json())


async def limits(request: Request) -> Response:
    """Switch Telegram's sending limits on or off: `enabled`."""
    runtime = runtime_of(request)
    runtime.world.limits_enabled = bool(required(await body_of(request), "enabled", bool))
    runtime.limiter.reset()
    runtime.storage.touch()
    return Json({"enabled": runtime.world.limits_enabled})


async def reset(request: Request) -> Response:
    """Forget everything but the cast."""
    runtime_of(request).reset()
    return state_answer(request)


async def state(request: Request) -> Response:
    """Counters and settings."""
    return state_answer(request)


def state_answer(request: Request) -> Response:
    """The answer of `state`."""
    runtime = runtime_of(request)
    world = runtime.world
    return Json(
        {
            "bot": world.bot,
            "pending_updates": len(world.updates.pending),
            "next_update_id": world.updates.next_id,
            "last_message_id": world.last_message_id,
            "people": len(world.people),
            "calls": len(runtime.journal.calls),
            "violations": len(runtime.journal.violations),
            "faults": len(runtime.faults.as_json()),
            "limits_enabled": world.limits_enabled,
            "webhook": world.webhook,
        }
    )


async def menu(request: Request) -> Response:
    """The commands and menu button that a person sees: `person_id`."""
    runtime = runtime_of(request)
    person = runtime.person(integer(request, "person_id") or 0)
    world = runtime.world
    scopes: list[JsonObject] = [
        {"chat_id": person.id, "type": "chat"},
        {"type": "all_private_chats"},
        {"type": "default"},
    ]
    keys = [
        json.dumps([scope, language], sort_keys=True)
        for scope in scopes
        for language in (person.language_code or "", "")
    ]
    found = next((world.commands[key] for key in keys if world.commands.get(key)), [])
    button = world.menu_buttons.get(str(person.id)) or world.menu_buttons.get("") or {"type": "default"}
    return Json({"commands": found, "button": button})


async def file(request: Request) -> Response:
    """A file for the page. Only kinds that can not run scripts are shown inline."""
    runtime = runtime_of(request)
    stored = runtime.world.files.get(request.path_params["file_id"])
    if stored is None:
        raise SimError(404, "There is no such file")
    inline = stored.mime_type in SHOWN_INLINE
    return FileResponse(
        runtime.storage.file_path(stored.unique_id),
        media_type=stored.mime_type if inline else "application/octet-stream",
        filename=stored.name or "file",
        content_disposition_type="inline" if inline else "attachment",
    )


async def events(request: Request) -> Response:
    """Server-sent events: message, chat, call, answer, action, faults, violation, menu, reset."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = runtime_of(request).events.stream()
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


routes = [
    Route("/updates", push_updates, methods=["POST"]),
    Route("/updates/restart", restart_ids, methods=["POST"]),
    Route("/faults", list_faults),
    Route("/faults", add_fault, methods=["POST"]),
    Route("/faults", clear_faults, methods=["DELETE"]),
    Route("/calls", calls),
    Route("/violations", violations),
    Route("/limits", limits, methods=["POST"]),
    Route("/reset", reset, methods=["POST"]),
    Route("/state", state),
    Route("/menu", menu),
    Route("/files/{file_id}", file),
    Route("/events", events),
]
