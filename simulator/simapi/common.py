"""What all endpoints of the JSON API share."""

import json

from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import SimError
from simulator.model import JsonObject
from simulator.runtime import Runtime
from simulator.updates import compact


class Json(Response):
    """A JSON answer that can carry any text, lone surrogates too."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The body."""
        return compact(content)


def runtime_of(request: Request) -> Runtime:
    """The running simulator."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def body_of(request: Request) -> JsonObject:
    """The JSON object in the body, empty when there is no body. Raises SimError (400)."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise SimError(400, f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise SimError(400, "The body must be a JSON object")
    return body


def required(body: JsonObject, name: str, kind: type) -> object:
    """A field that must be there and be of one type. Raises SimError (422)."""
    value = body.get(name)
    if not isinstance(value, kind):
        raise SimError(422, f"{name} must be given, of type {kind.__name__}")
    return value


def integer(request: Request, name: str) -> int | None:
    """An integer of the query string, None when it is not given. Raises SimError (422)."""
    value = request.query_params.get(name)
    try:
        return None if value is None else int(value)
    except ValueError as error:
        raise SimError(422, f"{name} must be an integer") from error


async def refuse(_request: Request, error: Exception) -> Response:
    """The answer to a SimError."""
    assert isinstance(error, SimError)
    return Json({"error": error.message}, error.status)
