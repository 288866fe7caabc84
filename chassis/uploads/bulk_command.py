"""The declaration of a command that is served in bulk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.access.permissions import Permission
from chassis.commands.runtime import Runtime
from chassis.store.decider import Decider, Scope
from chassis.uploads.rows import commands_of
from contracts.command import PersonCommand

FindRecords = Callable[[Runtime, Collection[UUID]], Awaitable[Mapping[UUID, UUID]]]


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """The declaration of a command that is served in bulk at a path of its service.

    ``records`` finds the records of rows that name them by another id; an id that it does not return is the record's own.
    """

    path: str
    body: Any
    decider: Decider[Any, Any, Any]
    needed: Permission
    scope: Callable[[Any], Scope | None] | None = None
    record: str | None = None
    records: FindRecords | None = None

    @property
    def action(self) -> str:
        """The name of the action in audit entries."""
        return self.path.strip("/").replace("/", "_")

    @property
    def opens(self) -> bool:
        """Return whether each row begins a record, so that no stream has to be loaded."""
        return self.record is None

    @property
    def opens_persons(self) -> bool:
        """Return whether each row begins the record of a person, who may be unknown."""
        return self.opens and all(issubclass(each, PersonCommand) for each in commands_of(self.body))
