"""Serving the application by a uvicorn that ends long polls at once, in the foreground or in a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.app import create_app
from simulator.runtime import Runtime

SHUTDOWN_SECONDS = 1
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, so that they never write into a closing one
START_SECONDS = 10
TEST_TOKEN = "123456789:local-simulator-token"  # noqa: S105 (opens nothing but a local simulator)


class SimulatorServer(uvicorn.Server):
    """A uvicorn server that can cut a client off, and that ends everything that waits when it stops."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(runtime),
                http=H11Protocol,
                log_level="warning",
                access_log=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                proxy_headers=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )
        self.runtime = runtime
        runtime.drop = self.drop

    def drop(self, scope: Scope) -> None:
        """Close the connection that a request came over, without an answer."""
        client = tuple(scope["client"])
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                connection.transport.abort()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End long polls and streams, then stop as uvicorn does."""
        self.runtime.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets that name TCP; else answers wait 40 ms for it.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(512)
    except OSError:
        bound.close()
        raise
    return bound


@contextmanager
def running_simulator(
    state_path: Path, token: str = TEST_TOKEN, *, port: int = 0, bot_username: str = "tws_demo_bot"
) -> Iterator[str]:
    """A simulator in a thread of this process, for tests; gives its base URL. Port 0 takes a free one."""
    runtime = Runtime(token, bot_username, state_path)
    runtime.storage.load()
    bound = listen("127.0.0.1", port)
    server = SimulatorServer(runtime)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="simulator", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > deadline:
            raise RuntimeError("The simulator did not start")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
