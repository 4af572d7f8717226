"""What the history tells higher apps; `tws/reactions.py` says who listens."""

from dataclasses import dataclass

from audit.models import Entry


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry has just been written, in the transaction of the change."""

    entry: Entry
