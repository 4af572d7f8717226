"""The HTTP side of the Bot API: reading a request, faults, the journal, the answer."""

import asyncio
import json
import random
import time
from dataclasses import asdict
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

import simulator.botapi.chats
import simulator.botapi.files
import simulator.botapi.messages
import simulator.botapi.polling  # noqa: F401  (each module enters its methods into METHODS)
from simulator import schema
from simulator.botapi.call import METHODS, Call
from simulator.errors import BotApiError, SchemaViolationError, bad_request
from simulator.faults import Fault
from simulator.journal import CallRecord, Violation
from simulator.media import Upload
from simulator.model import JsonObject
from simulator.runtime import Runtime
from simulator.updates import compact

UNAUTHORIZED = BotApiError(401, "Unauthorized")
NOT_FOUND = BotApiError(404, "Not Found")
MAX_FIELD_BYTES = 8 * 1024 * 1024
GARBAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Dropped(Response):
    """No answer at all: the connection is closed."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Cut the connection and wait until it is gone."""
        self.runtime.drop(scope)
        while (await receive())["type"] != "http.disconnect":
            continue


class Unfinished(Response):
    """The first half of an answer, and then silence on an open connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until the other side gives up."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            continue


async def download(request: Request) -> Response:
    """`GET /file/bot<token>/<file_path>`: the bytes of a file."""
    runtime: Runtime = request.app.state.runtime
    if request.path_params["token"] != runtime.token:
        return _answer(UNAUTHORIZED)
    path = request.path_params["path"]
    for file in runtime.world.files.values():
        if file.path == path:
            stored = runtime.storage.file_path(file.unique_id)
            return FileResponse(stored, media_type="application/octet-stream")
    return _answer(NOT_FOUND)


async def call_method(request: Request) -> Response:
    """`/bot<token>/<method>`: one call of the Bot API."""
    runtime: Runtime = request.app.state.runtime
    if request.path_params["token"] != runtime.token:
        return _answer(UNAUTHORIZED)
    try:
        raw, files = await _read(request)
    except BotApiError as error:
        return _answer(error)
    asked = request.path_params["method"]
    method = schema.canonical_names().get(asked.lower(), asked)
    record = _open_record(runtime, method, raw, files)
    fault = runtime.faults.take(method, _as_int(record.chat_id))
    started = time.monotonic()
    response = await _respond(runtime, record, Call(runtime, method, raw, files), fault)
    record.ms = round((time.monotonic() - started) * 1000, 1)
    runtime.events.tell("call", record.as_json)
    return response


def _open_record(runtime: Runtime, method: str, raw: JsonObject, files: dict[str, Upload]) -> CallRecord:
    named = [{"field": field, "name": upload.name, "size": len(upload.data)} for field, upload in files.items()]
    chat_id = _as_int(raw.get("chat_id")) or raw.get("chat_id")
    record = CallRecord(runtime.journal.next_id(), method, chat_id, raw, named, time.time())
    runtime.journal.calls.append(record)
    return record


async def _respond(runtime: Runtime, record: CallRecord, call: Call, fault: Fault | None) -> Response:
    """Do the call as the fault lets it, note the answer in the record."""
    kind = None
    if fault is not None:
        kind = record.fault = fault.kind
        runtime.events.tell("faults", lambda: {"faults": runtime.faults.as_json()})
        if kind == "delay":
            await asyncio.sleep(fault.seconds)
    if kind == "drop_before":
        return Dropped(runtime)
    if kind == "garbage":
        record.code, record.answer = 200, GARBAGE.decode()
        return Response(GARBAGE, media_type="text/html")
    try:
        if fault is not None and kind == "error":
            raise BotApiError(fault.code, fault.description, fault.parameters)
        result = await _execute(call, record)
    except BotApiError as error:
        record.code, record.answer = error.code, error.as_answer()
        if isinstance(error, SchemaViolationError) or error is NOT_FOUND:
            _note_violation(runtime, record, error.description)
        return Dropped(runtime) if kind == "drop_after" else _answer(error)
    if kind == "shuffle":
        result = compact(random.sample(updates := json.loads(result), len(updates)))
    body = result if isinstance(result, bytes) else compact(result)
    record.code, record.answer = 200, b'{"ok":true,"result":' + body + b"}"
    if kind == "drop_after":
        return Dropped(runtime)
    if kind == "half_open":
        return Unfinished(record.answer, media_type="application/json")
    return Response(record.answer, media_type="application/json")


async def _execute(call: Call, record: CallRecord) -> Any:
    """Check the parameters and run the method."""
    if call.method.lower() not in schema.canonical_names():
        raise NOT_FOUND
    call.params = record.params = schema.check(call.method, call.params)
    return await METHODS[call.method](call)


def _note_violation(runtime: Runtime, record: CallRecord, reason: str) -> None:
    violation = Violation(record.id, record.method, reason, record.params, record.at)
    runtime.journal.violations.append(violation)
    runtime.events.tell("violation", lambda: asdict(violation))


async def _read(request: Request) -> tuple[JsonObject, dict[str, Upload]]:
    """Parameters and files of a request in any of the forms that Telegram takes. Raises BotApiError."""
    params: JsonObject = dict(request.query_params)
    files: dict[str, Upload] = {}
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        return {**params, **{key: value for key, value in body.items() if value is not None}}, files
    async with request.form(max_part_size=MAX_FIELD_BYTES) as form:
        for field, value in form.multi_items():
            if isinstance(value, UploadFile):
                mime_type = value.content_type or "application/octet-stream"
                files[field] = Upload(value.filename or field, mime_type, await value.read())
            else:
                params[field] = value
    mentioned = " ".join(value for value in params.values() if isinstance(value, str))
    for field in files:
        if f"attach://{field}" not in mentioned:
            params[field] = f"attach://{field}"
    return params, files


def _as_int(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _answer(error: BotApiError) -> Response:
    return Response(compact(error.as_answer()), error.code, media_type="application/json")
