"""The request of a person for a long list as a file, the state of that file, and what ends or refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller, Reach
from chassis.exports.files import Kind
from contracts.refusal import Refusal

State = Literal["waiting", "making", "made", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("waiting", "making")


@dataclass(frozen=True, slots=True)
class Asked:
    """The request of a person for a file: that of the page of the list, with the names of the list and of the file.

    ``detail`` is the filter in codes, as the audit holds it.
    """

    list: str
    title: str
    kind: Kind
    method: str
    path: str
    root_path: str
    query: str
    body: str
    language: str
    caller: Caller
    correlation: UUID
    disposition: str
    detail: dict[str, Any]

    def same_file(self, other: Asked) -> bool:
        """Return whether another request asks for the same file."""
        return _request(self) == _request(other)


def _request(asked: Asked) -> tuple[str, ...]:
    return asked.method, asked.path, asked.query, asked.body, asked.language


@dataclass(frozen=True, slots=True)
class ExportJob:
    """A file that is made or was made. ``rows_known`` is the number of rows of the list when it was asked for.

    ``run`` is the id of the attempt that makes it.
    """

    export_id: UUID
    state: State
    reason: str
    asked: Asked
    rows_done: int
    rows_known: int
    run: UUID | None
    attempts: int
    asked_at: datetime
    expires_at: datetime

    @property
    def is_open(self) -> bool:
        """True if it is still to be made."""
        return self.state in OPEN


class ExportStopped(Exception):
    """The file is no longer wanted from this attempt: it was cancelled, or another process has begun it again."""


class TooManyFiles(Refusal):
    """So many of your files are still to be made that no other is begun"""

    code = "too-many-files"
    status = 429


class FileDeleted(Exception):
    """The file was deleted while it was fetched: the response must not end as if it were whole."""


def holds_rights_of(caller: Caller, asked: Caller) -> bool:
    """Return whether a person still has the office, the permissions and the reach with which they asked for a file."""
    return (
        caller.office == asked.office
        and asked.permissions <= caller.permissions
        and _includes(caller.reach, asked.reach)
    )


def _includes(reach: Reach, former: Reach) -> bool:
    if reach.national:
        return True
    return not former.national and (
        former.posts <= reach.posts
        and former.countries <= reach.countries
        and former.provinces <= reach.provinces
        and former.agencies <= reach.agencies
    )
