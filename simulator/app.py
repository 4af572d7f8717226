"""The web application: Bot API, JSON API and the chat page under one address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.botapi.http import call_method, download
from simulator.errors import SimError
from simulator.runtime import Runtime
from simulator.simapi import control, people
from simulator.simapi.common import refuse
from simulator.webhook import Deliverer

STATIC = Path(__file__).with_name("static")
SECURITY_HEADERS = [
    (b"content-security-policy", b"default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class SecurityHeaders:
    """Adds a strict content security policy and its companions to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with headers added to the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


async def page(_request: Request) -> Response:
    """The chat page."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


def create_app(runtime: Runtime) -> Starlette:
    """The application around a runtime whose state is loaded; it saves after changes and at the end."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        at_work = [asyncio.create_task(part) for part in (runtime.storage.run(), Deliverer(runtime).run())]
        yield
        for part in at_work:
            part.cancel()
            with suppress(asyncio.CancelledError):
                await part
        runtime.storage.save()

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", download),
            Mount("/sim/api", routes=[*people.routes, *control.routes]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={SimError: refuse},
        lifespan=lifespan,
    )
    app.state.runtime = runtime
    return app
