"""The runtime of a service, for its routes, pages, reactions and uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from starlette.requests import HTTPConnection

from chassis.access.permissions import Caller
from chassis.base.clock import Clock
from chassis.base.logs import correlation
from chassis.base.settings import Settings
from chassis.commands.draft import Complete
from chassis.projections.builds import ReadModelNotReady
from chassis.projections.read_models import ReadModels
from chassis.store.audit import Audit
from chassis.store.database import Pool
from chassis.store.decider import Decider
from chassis.store.event_store import EventStore
from chassis.store.likeness import SharedSearch
from chassis.store.monitor import DatabaseMonitor
from chassis.store.persons import Handles
from contracts.catalogue import Catalogue
from contracts.command import Command
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

T = TypeVar("T")


class OutOfReach(Refusal):
    """This record is beyond what your post may work on"""

    code = "out-of-reach"
    status = 403


class RecordNotFound(Refusal):
    """There is no such record"""

    code = "record-not-found"
    status = 404


class Schemas(dict[str, str]):
    """The schemas of the read models that may be used, by name. Raises ReadModelNotReady for another one."""

    def __missing__(self, name: str) -> str:
        raise ReadModelNotReady(f"the list {name} is being filled", remedy="try again in a while")


class UploadHost(Protocol):
    """The process that runs a service, as uploads use it (implemented by chassis.service)."""

    async def backlog(self) -> int:
        """Return the records that wait in the relay or reader of this process that is furthest behind."""

    def start_upload_processes(self, runtime: Runtime, join: Callable[[Any], None]) -> None:
        """Start the processes that help with long uploads; ``join`` is called with each that becomes ready."""


@dataclass
class Runtime:
    """The parts that a running service works with.

    ``schemas`` names the schema of each read model that may be used; ``read_models`` keeps it. ``opened`` is the value
    that the service's own ``opens`` returned; :meth:`opened_as` gives it with its type. ``host`` is None if only the
    routes run in this process. ``shared_searches`` are the searches for records that are probably the same, by build.
    ``completes`` are the functions of :attr:`chassis.service.Service.completes`.
    """

    service: str
    settings: Settings
    pool: Pool
    monitor: DatabaseMonitor
    catalogue: Catalogue
    store: EventStore
    handles: Handles
    audit: Audit
    clock: Clock
    deciders: Mapping[str, Decider[Any, Any, Any]]
    completes: Mapping[type[Command], Complete] = field(default_factory=dict)
    module: str | None = None
    schemas: Schemas = field(default_factory=Schemas)
    read_models: ReadModels = field(default_factory=ReadModels)
    wake: Callable[[], None] = lambda: None
    host: UploadHost | None = None
    shared_searches: dict[str, SharedSearch] = field(default_factory=dict)
    opened: object = None

    def decider_of(self, stream: str) -> Decider[Any, Any, Any] | None:
        """Return the decider of a stream, by the stream's name."""
        return self.deciders.get(stream[:-37])

    def opened_as(self, kind: type[T]) -> T:
        """Return the value that the service opened. Raises TypeError if it has another type."""
        if not isinstance(self.opened, kind):
            raise TypeError(f"{self.service} opened no {kind.__name__}")
        return self.opened

    async def log_read(
        self,
        caller: Caller,
        action: str,
        record_id: UUID,
        steps: Iterable[Event[Fact]],
        numbers: Sequence[str] = (),
    ) -> None:
        """Log in the audit that a caller reads a record; await this before the record is returned.

        The entry names the person blocks of the record, or the record itself if it has none.
        """
        evidence = [event.person.evidence_id for event in steps if event.person is not None]
        await self.audit.look(
            caller, action, evidence=evidence or [record_id], numbers=numbers, correlation=correlation()
        )


def runtime_of(request: HTTPConnection) -> Runtime:
    """Return the runtime of the service that received a request."""
    runtime: Runtime = request.app.state.runtime
    return runtime
