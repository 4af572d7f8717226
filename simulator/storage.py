"""The state file and the folder of uploaded files beside it."""

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simulator.model import JsonObject
from simulator.world import World

MIN_PAUSE_SECONDS = 0.3
PAUSE_FACTOR = 10  # at most a tenth of the time goes into saving


class Storage:
    """Saves the world a moment after a change, and at the end. A file is replaced whole or not at all."""

    def __init__(self, path: Path, world: World) -> None:
        self.path = path
        self.files = path.with_name(f"{path.stem}.files")
        self.world = world
        self._dirty = asyncio.Event()
        self._writer = ThreadPoolExecutor(max_workers=1)  # one thread keeps the order of what is written

    def load(self) -> None:
        """Read the state file when there is one. Raises ValueError with a sentence when it is damaged."""
        self.files.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            return
        try:
            self.world.load(json.loads(self.path.read_text(encoding="utf-8")))
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(f"The simulator's state file {self.path} is damaged: {error!r}") from error

    def touch(self) -> None:
        """Say that the world has changed and wants to be saved."""
        self._dirty.set()

    async def run(self) -> None:
        """Save after changes until cancelled."""
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            started = time.monotonic()
            text = self._serialise()
            spent = time.monotonic() - started
            await asyncio.get_running_loop().run_in_executor(self._writer, self._write, text)
            await asyncio.sleep(max(MIN_PAUSE_SECONDS, spent * PAUSE_FACTOR))

    def save(self) -> None:
        """Save now, after whatever is being written."""
        self._dirty.clear()
        self._writer.submit(self._write, self._serialise()).result()

    def _serialise(self) -> str:
        state: JsonObject = self.world.dump()
        return json.dumps(state, separators=(",", ":"))

    def _write(self, text: str) -> None:
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        temporary.write_text(text, encoding="ascii")
        temporary.replace(self.path)

    def write_file(self, unique_id: str, data: bytes) -> None:
        """Keep the bytes of a file."""
        (self.files / unique_id).write_bytes(data)

    def file_path(self, unique_id: str) -> Path:
        """Where the bytes of a file lie."""
        return self.files / unique_id

    def remove_files(self) -> None:
        """Delete the bytes of all files."""
        for path in self.files.iterdir():
            path.unlink()
