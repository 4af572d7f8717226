"""Changes told to open pages as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Callable

from simulator.model import JsonObject
from simulator.updates import compact

QUEUE_LENGTH = 1000
KEEPALIVE_SECONDS = 15


class Broadcaster:
    """Fans events out to open pages. A page that does not keep up is cut off and loads anew."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[bytes | None]] = set()

    def tell(self, kind: str, data: Callable[[], JsonObject]) -> None:
        """Send an event; `data` is asked only when somebody listens."""
        if not self._queues:
            return
        event = b"event: %s\ndata: %s\n\n" % (kind.encode(), compact(data()))
        for queue in list(self._queues):
            if queue.qsize() >= QUEUE_LENGTH:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    async def stream(self) -> AsyncIterator[bytes]:
        """The events of one page from now on, until `close`; `hello` says that nothing after it is missed."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield b"event: hello\ndata: {}\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), KEEPALIVE_SECONDS)
                except TimeoutError:
                    event = b": still here\n\n"
                if event is None:
                    return
                yield event
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End all streams."""
        for queue in self._queues:
            queue.put_nowait(None)
