"""The files of the reference data of an installation: what changes, in words, and the loading of a new version.

The configured folder is a link to the version in use. Versions are folders beside it, named by the time of their loading, and
none is ever changed or deleted: a process goes on with the version that it read at its start.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from contracts.reference.current import ReferenceData
from contracts.reference.row import Key, Row
from contracts.reference.tables import TABLES


class NoLink(Exception):
    """The configured folder is a folder that was not made by loading, so it is not replaced."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is not a link that `domnaer reference load` made: load from a copy of it, after you have moved it away"
        )


def changes(before: ReferenceData, after: ReferenceData) -> Iterator[str]:
    """Yield a sentence for each row that is added, removed or changed."""
    for name in TABLES:
        old, new = _by_period(before, name), _by_period(after, name)
        for period in sorted(old.keys() | new.keys(), key=str):
            key, valid_from = period
            what = f"{name}: {', '.join(key)} from {valid_from}"
            if period not in new:
                yield f"{what} is removed"
            elif period not in old:
                yield f"{what} is added: {', '.join(_cells(new[period]))}"
            elif was := dict(set(old[period].items()) - set(new[period].items())):
                now = [
                    f"{column} is {new[period][column]}, was {was[column]}"
                    for column in new[period]
                    if column in was
                ]
                yield f"{what}: {'; '.join(now)}"


def _by_period(data: ReferenceData, name: str) -> dict[tuple[Key, str], dict[str, str]]:
    """Return the cells of the rows of a table in words, by key and first day."""
    return {(row.key, str(row.valid_from)): _in_words(row) for row in data.rows(name)}


def _in_words(row: Row) -> dict[str, str]:
    cells = row.model_dump(mode="json")
    return {column: "empty" if cell is None else str(cell) for column, cell in cells.items()}


def _cells(row: dict[str, str]) -> Iterator[str]:
    for column, cell in row.items():
        yield f"{column} {cell}"


def load(folder: Path, data: ReferenceData, now: datetime) -> Path | None:
    """Make the tables that a ministry gave the version in use; return the version before, or None if there was none.

    A process that starts meanwhile reads either version whole. Raises NoLink and OSError.
    """
    if folder.is_dir() and not folder.is_symlink():
        raise NoLink(folder)
    before = folder.resolve() if folder.is_dir() else None
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    unfinished.chmod(0o755)  # the services may run as another user
    for name in sorted(data.own):
        with (unfinished / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(data.texts[name])
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
    version = unfinished.rename(folder.with_name(f"{folder.name}-{now:%Y-%m-%dT%H-%M-%SZ}"))
    link = folder.with_name(f".{folder.name}-link")
    link.unlink(missing_ok=True)
    link.symlink_to(version.name)  # relative: the folder above may be mounted elsewhere
    link.replace(folder)
    _sync(folder.parent)
    return before


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
