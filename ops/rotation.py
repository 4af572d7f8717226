"""The way from one key to the next: everything is sealed anew while the house is running, and what is left is told."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.crypto import key_ids
from core.keys import KeyedTable, keyed_tables
from files.actions import reseal_file
from files.queries import keys_in_storage, stored_ids
from ops.actions import Unreadable, reseal_rows

FILES = "files"
TURNS, PAUSE = 60, 0.5
"""How often, and after how many seconds, a table is looked at again for rows that somebody held, or has just written
by the old key."""
NAMED = 20
"""Rows of one place that the report names; the log names all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """So many rows of a table, or files, are done."""

    table: str
    done: int
    total: int


@dataclass(slots=True)
class Rotation:
    """One run. `stop` may be set at any moment: the run ends after the batch, and the next one goes on."""

    stop: bool = False
    done: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, set[Unreadable]] = field(default_factory=dict)
    """By table."""

    def run(self) -> Iterator[Progress]:
        """Seal everything anew that another key than the current one has sealed. Raises OSError of the storage."""
        for table in keyed_tables():
            if table.columns and not table.is_append_only():
                yield from self._rows(table)
        yield from self._files()

    def _rows(self, table: KeyedTable) -> Iterator[Progress]:
        total, seen = table.stale().count(), 0
        unreadable = self.unreadable.setdefault(table.name, set())
        for _turn in range(TURNS):
            after = None
            while not self.stop and (batch := reseal_rows(table, after=after)).last is not None:
                after, seen = batch.last, min(seen + batch.seen, total)
                self.done[table.name] += batch.done
                unreadable |= set(batch.unreadable)
                yield Progress(table.name, seen, total)
            left = table.stale().exclude(pk__in=[value.row for value in unreadable])
            if self.stop or not left.exists():
                return
            time.sleep(PAUSE)

    def _files(self) -> Iterator[Progress]:
        ids = stored_ids()
        for number, file_id in enumerate(ids, 1):
            if self.stop:
                return
            for (variant, page), key in reseal_file(file_id).items():
                column = f"{variant} {page}" if page else str(variant)
                self.unreadable.setdefault(FILES, set()).add(Unreadable(file_id, column, key))
            yield Progress(FILES, number, len(ids))


@dataclass(frozen=True, slots=True)
class Use:
    """So many values of one place were made by this key; `lost` says what is lost with it, where a value can not be
    computed anew."""

    place: str
    key: str
    count: int
    lost: str | Promise = ""


def in_use() -> list[Use]:
    """Every key that something was sealed or hashed by, wherever it is."""
    found = []
    for table in keyed_tables():
        lost = {kept.column: kept.lost for kept in table.hashes}
        for (column, key), count in sorted(table.in_use().items()):
            found.append(Use(f"{table.name}.{column}", key, count, lost.get(column, "")))
    found += [Use(f"{FILES}.{form}", key, count) for (form, key), count in sorted(keys_in_storage().items())]
    return found


def left_over(uses: list[Use]) -> list[Use]:
    """What does not go by the current key."""
    return [use for use in uses if use.key != key_ids()[0]]


def report(rotation: Rotation | None, uses: list[Use]) -> Iterator[str]:
    """What was done (unless it was only looked at), what is left, and which keys may be taken out of DATA_KEYS."""
    current, *others = key_ids()
    if rotation is not None:
        yield from _told(rotation)
    for use in left_over(uses):
        yield _("{place}: {count} by the key {key}").format(place=use.place, count=use.count, key=use.key or "–") + (
            _(" – can not be computed anew; without the key {lost}").format(lost=use.lost) if use.lost else ""
        )
    hopeless = Counter(value.key for rows in (rotation.unreadable if rotation else {}).values() for value in rows)
    for key in others:
        yield _verdict(key, sum(use.count for use in uses if use.key == key), hopeless[key])
    if unknown := sorted({use.key or "–" for use in uses} - {current, *others}):
        text = _("Keys that are not in DATA_KEYS: {keys}. If you still have them, put them back, behind the others.")
        yield text.format(keys=", ".join(unknown))
    if not left_over(uses):
        yield _("Everything was sealed by the key {key}.").format(key=current)


def _told(rotation: Rotation) -> Iterator[str]:
    for table, values in rotation.unreadable.items():
        for value in islice(sorted(values, key=lambda value: (str(value.row), value.column)), NAMED):
            yield _("Can not be decrypted, left as it is: {table}, row {row}, {column} (key {key})").format(
                table=table, row=value.row, column=value.column, key=value.key or "–"
            )
        if len(values) > NAMED:
            yield _("… and more of {table}: {count}. The log names them under core.unreadable.").format(
                table=table, count=len(values) - NAMED
            )
    if rotation.stop:
        yield _("Stopped. The next run goes on from here.")


def _verdict(key: str, count: int, hopeless: int) -> str:
    if not count:
        return _("The key {key} may be taken out of DATA_KEYS: nothing needs it any more.").format(key=key)
    if count == hopeless:
        return _(
            "Of the key {key} only what can not be decrypted is left (see above). Put it right, or give it up; "
            "then the key may be taken out of DATA_KEYS."
        ).format(key=key)
    return _("The key {key} must stay in DATA_KEYS. Values that still need it: {count}.").format(key=key, count=count)
