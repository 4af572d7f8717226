"""One call of a Bot API method, and the table that methods enter themselves into."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simulator.media import Upload
from simulator.model import JsonObject
from simulator.runtime import Runtime
from simulator.world import World


@dataclass
class Call:
    """A checked call: parameters decoded, files by the name of their form field."""

    runtime: Runtime
    method: str
    params: JsonObject
    files: dict[str, Upload]

    @property
    def world(self) -> World:
        """The persistent state."""
        return self.runtime.world

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, `default` when it is not given."""
        return self.params.get(name, default)


Handler = Callable[[Call], Awaitable[Any]]

# Methods by name. A handler gives the `result` of the answer (`bytes`: JSON already) or raises BotApiError.
METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Enter a handler as the Bot API method `name`."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = handler
        return handler

    return enter
