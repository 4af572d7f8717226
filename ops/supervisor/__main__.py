"""`python -m ops.supervisor`: the whole of TWS on one machine, until Ctrl-C."""

from __future__ import annotations

import sys
from pathlib import Path

from ops.supervisor.environment import Environment
from ops.supervisor.run import Run, StopRequest
from ops.supervisor.screen import Screen

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run TWS; the exit code says whether it ended as it should."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    stop = StopRequest()
    stop.listen()
    return Run(Environment.load(ROOT), Screen(), stop).go()


if __name__ == "__main__":
    sys.exit(main())
