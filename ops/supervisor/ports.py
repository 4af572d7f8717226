"""Whether the ports of this run are free."""

from __future__ import annotations

import socket

from ops.supervisor.errors import RunError
from ops.supervisor.processes import port_holder

HOST = "127.0.0.1"


def require_free(port: int, variable: str) -> None:
    """Refuse to go on when another program listens there: say who, and what to do."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            who = port_holder(port) or "another program"
            raise RunError(
                f"Port {port} is taken by {who}. Stop it, or choose another: {variable}={port + 1} make run"
            ) from error
