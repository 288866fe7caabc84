"""What a reader of topics is: it hears pages of events and gives them effect in one transaction with its offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

from chassis.store.database import Connection, Pool
from contracts.envelope import Event, Fact


class Poison(Exception):
    """Raised by a reader where one event can never take effect: it is buried, and its page is tried again without it.

    ``event_id`` is the event's id, or the entry's. ``detail`` is kept with the letter and must hold no personal data.
    """

    def __init__(self, event_id: UUID, detail: str) -> None:
        super().__init__(f"{event_id}: {detail}")
        self.event_id = event_id
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event as heard, with its place on the road."""

    event: Event[Fact]
    topic: str
    partition: int
    offset: int
    value: bytes

    @property
    def id(self) -> UUID:
        """The event's id."""
        return self.event.id


class ExtractedEvent(NamedTuple):
    """What a reader needs of an event that it has heard."""

    id: UUID
    essence: Any


@dataclass(frozen=True, slots=True)
class ReceivedEntry:
    """An entry of a read model that another service publishes (who is who), with its place on the road."""

    key: str
    value: bytes
    topic: str
    partition: int
    offset: int
    id: UUID
    """Derived from key and value: an entry has no id of its own."""


class Reader(Protocol):
    """Hears topics and gives what it hears effect, each event once.

    Effects happen once because whatever a reader writes is keyed by its cause: nothing is incremented, everything
    can be taken in again. The projector calls ``prepare`` and then ``apply``, page by page.
    """

    @property
    def name(self) -> str:
        """Consumer group and position, ``<service>.<reader>``; never renamed."""

    @property
    def topics(self) -> Sequence[str]:
        """Topics of events that it reads."""

    @property
    def entry_topics(self) -> Sequence[str]:
        """Topics of read models (keyed entries instead of events) that it reads."""

    @property
    def hears(self) -> frozenset[str]:
        """Types on the wire that it listens to, in every version known; others known are passed over, unknown ones wait.

        What is given to ``apply`` has been brought up to the latest version of its fact.
        """

    @property
    def projection(self) -> str | None:
        """The projection whose builds this reader fills; None for a reader without builds (it has build 0).

        A reader that fills builds is given connections whose ``search_path`` begins with the schema of its build,
        and so writes its tables without naming one. It may carry ``ddl`` (see :class:`Projecting`).
        """

    async def prepare(self, pool: Pool, page: Sequence[Any], entries: Sequence[ReceivedEntry]) -> Any:
        """Read what the effect rests on, before the transaction's first write.

        A page holds each event once, as :class:`ReceivedEvent` (see also :class:`Extracting`). It is called again where the page
        is tried again.
        """

    async def apply(
        self, connection: Connection, page: Sequence[Any], entries: Sequence[ReceivedEntry], prepared: Any
    ) -> None:
        """Write the effect, appends first. The projector moves the offsets afterwards, in the same transaction.

        Raises Poison for an event that can never take effect. Whatever else it raises undoes the page, which is tried
        again and again: the reader stands still there, for all to see.
        """

    async def applied(self) -> None:
        """Called after the transaction has committed: wake whoever waits for the effect."""


@runtime_checkable
class Extracting(Protocol):
    """A reader that says at once what it needs of each event, and is given pages of :class:`ExtractedEvent`.

    An event is then dropped before the next is read. A page of whole events outgrows the processor's cache, which
    costs a hot reader half its speed.
    """

    def distil(self, heard: ReceivedEvent) -> Any:
        """What is needed of an event. Raises nothing."""


@runtime_checkable
class Projecting(Protocol):
    """A reader that brings the tables of its builds: its first build is then made where there is none."""

    @property
    def ddl(self) -> str:
        """Creates the tables of a build, without naming a schema."""


@runtime_checkable
class Settling(Protocol):
    """A reader with work to be done once a build has heard everything, before it is compared."""

    async def settle(self, pool: Pool) -> None:
        """Do it, in transactions of less than a second each."""


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """How a reader fares in this process, for health and metrics.

    ``lag`` counts records of our partitions not yet taken, None while it is not known. ``events`` have been
    given effect since the start of the process. ``stopped`` says why the reader stands still, without
    personal data.
    """

    reader: str
    build: int
    partitions: int
    lag: int | None
    events: int
    written_at: datetime | None
    stopped: str | None
