"""What happens to files and concerns higher apps; `tws/reactions.py` says who acts on it."""

from dataclasses import dataclass

from core.actor import Actor
from files.models import StoredFile


@dataclass(frozen=True, slots=True)
class FileSettled:
    """A file's content has been loaded and its type is known, or it will never be loaded."""

    file: StoredFile


@dataclass(frozen=True, slots=True)
class FileGiven:
    """Somebody is given a file, in this form."""

    actor: Actor
    file: StoredFile
    variant: str
