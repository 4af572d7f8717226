"""`python -m simulator`: run the simulator until it is told to stop."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from simulator.runtime import Runtime
from simulator.server import SimulatorServer, listen


def main() -> int:
    """Serve until SIGINT or SIGTERM; the exit code is 1 when it can not start."""
    options = _parse()
    try:
        runtime = Runtime(options.token, options.bot_username, options.state)
        runtime.storage.load()
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        bound = listen(options.host, options.port)
    except OSError as error:
        place = f"{options.host}:{options.port}"
        sys.stderr.write(f"The simulator can not listen on {place}: {error.strerror or error}.\n")
        return 1
    sys.stdout.write(f"Telegram simulator: http://{options.host}:{bound.getsockname()[1]}/\n")
    sys.stdout.flush()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _already_handled)
    SimulatorServer(runtime).run(sockets=[bound])
    return 0


def _already_handled(_number: int, _frame: FrameType | None) -> None:
    """uvicorn handles signals while it serves, and raises them once more at the end: to be told is enough."""


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="A local stand-in for Telegram.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--state", type=Path, default=Path(".tws/simulator.json"), help="the state file")
    parser.add_argument("--token", required=True, help="the bot token that calls must carry")
    parser.add_argument("--bot-username", default="tws_demo_bot")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
