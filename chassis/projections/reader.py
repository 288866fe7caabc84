"""The interface of a reader: it receives pages of events and writes their effect in one transaction with its offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

import asyncpg

from chassis.projections.builds import UNSHAPED
from chassis.store.database import Connection, Pool
from contracts.envelope import Event, Fact


class Poison(Exception):
    """Raised by a reader if one event can never be processed.

    The event becomes a dead letter, and its page is retried without it. ``event_id`` is the id of the event or entry.
    ``detail`` is stored with the dead letter and must hold no personal data.
    """

    def __init__(self, event_id: UUID, detail: str) -> None:
        super().__init__(f"{event_id}: {detail}")
        self.event_id = event_id
        self.detail = detail


RECORD_ERRORS = (
    ValueError,  # asyncpg raises a subclass of it for a value that does not fit its parameter
    ArithmeticError,
    TypeError,
    LookupError,
    AttributeError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
"""Errors that the content of a record can cause. A database or broker that is away raises none of them."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """A received event with its position in the topic."""

    event: Event[Fact]
    topic: str
    partition: int
    offset: int
    value: bytes

    @property
    def id(self) -> UUID:
        """The id of the event."""
        return self.event.id


class ExtractedEvent(NamedTuple):
    """The part of a received event that a reader needs."""

    id: UUID
    essence: Any


@dataclass(frozen=True, slots=True)
class ReceivedEntry:
    """An entry of a read model that another service publishes (worker numbers), with its position in the topic."""

    key: str
    value: bytes
    topic: str
    partition: int
    offset: int
    id: UUID
    """Derived from key and value: an entry has no id of its own."""


class Reader(Protocol):
    """Reads topics and writes the effect of each event once.

    Effects happen once because everything that a reader writes is keyed by its cause: a reader increments nothing, so
    processing an event again changes nothing. The projector calls ``prepare`` and then ``apply`` for each page.
    """

    @property
    def name(self) -> str:
        """Name of its offsets and of its consumer group (see :func:`group_of`), ``<service>.<reader>``. Never rename it."""

    @property
    def topics(self) -> Sequence[str]:
        """Topics of events that it reads."""

    @property
    def entry_topics(self) -> Sequence[str]:
        """Topics of read models (keyed entries instead of events) that it reads."""

    @property
    def event_types(self) -> frozenset[str]:
        """Event types that it handles, in every known version. Other known types are skipped; unknown ones are kept.

        ``apply`` receives each event converted to the latest version of its fact.
        """

    @property
    def projection(self) -> str | None:
        """The projection whose builds this reader fills; None for a reader without builds (it has build 0).

        A reader that fills builds receives connections whose ``search_path`` begins with the schema of its build, so its
        SQL names no schema. It may have ``ddl`` (see :class:`Projecting`).
        """

    async def prepare(self, pool: Pool, page: Sequence[Any], entries: Sequence[ReceivedEntry]) -> Any:
        """Read what is needed to compute the effect, before the first write of the transaction.

        A page holds each event once, as :class:`ReceivedEvent` (see also :class:`Extracting`). This is called again when
        the page is retried.
        """

    async def apply(
        self, connection: Connection, page: Sequence[Any], entries: Sequence[ReceivedEntry], prepared: Any
    ) -> None:
        """Write the effect, appends first. The projector moves the offsets afterwards, in the same transaction.

        Raises Poison for an event that can never be processed. An event with which it raises an error of
        :data:`RECORD_ERRORS` becomes a dead letter too. Any other exception rolls the page
        back; the reader stops there, turns unhealthy and retries.
        """

    async def applied(self) -> None:
        """Called after the commit: wake the tasks that wait for the effect."""


@runtime_checkable
class Extracting(Protocol):
    """A reader that extracts what it needs from each event, and receives pages of :class:`ExtractedEvent`.

    Each event is released before the next is decoded. A page of whole events does not fit into the processor's cache,
    which halves the speed of a busy reader.
    """

    def extract(self, received: ReceivedEvent) -> Any:
        """Return the needed part of an event. An event with which it raises becomes a dead letter."""


@runtime_checkable
class Projecting(Protocol):
    """A reader that defines the tables of its builds, so that its first build can be created automatically."""

    @property
    def ddl(self) -> str:
        """SQL that creates the tables of a build without naming a schema."""


@runtime_checkable
class Shaped(Protocol):
    """A reader of a projection whose builds have a shape: it uses only builds of this shape."""

    shape: str


def shape_of(reader: Reader) -> str:
    """Return the shape of the builds that a reader fills."""
    return reader.shape if isinstance(reader, Shaped) else UNSHAPED


def group_of(reader: Reader) -> str:
    """Return the consumer group of a reader. Each shape has its own, because each build needs all records."""
    shape = shape_of(reader)
    return reader.name if shape == UNSHAPED else f"{reader.name}.{shape}"


@runtime_checkable
class Retaking(Protocol):
    """A reader without builds whose later versions read the topics anew, since they read more from the same records.

    Each edition has its own offsets and dead letters, so that processes of two versions can run at the same time.
    """

    edition: int


def edition_of(reader: Reader) -> int:
    """Return the number under which a reader without builds stores its offsets and dead letters."""
    return reader.edition if isinstance(reader, Retaking) else 0


@runtime_checkable
class Settling(Protocol):
    """A reader with work to do after a build has received everything and before it is compared."""

    async def settle(self, pool: Pool) -> None:
        """Do this work, in transactions of less than a second each."""


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """The state of a reader in this process, for health checks and metrics.

    ``lag`` counts the records of this process's partitions that are not processed yet; None while it is unknown.
    ``events`` counts the events processed since the process started. ``stopped`` says why the reader is not
    progressing, without personal data.
    """

    reader: str
    build: int
    partitions: int
    lag: int | None
    events: int
    written_at: datetime | None
    stopped: str | None
