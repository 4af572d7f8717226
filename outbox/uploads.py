"""Files that go along with a message. A higher room keeps them; it says here how the sender reads one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A file as Telegram shows it."""

    name: str
    data: bytes


Reader = Callable[[str], Content]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Name the keeper of files, in its app's `ready()`. It may raise OSError and Unsealable."""
    _readers[:] = [reader]


def read(key: str) -> Content:
    """The file kept under this key."""
    (reader,) = _readers
    return reader(key)
