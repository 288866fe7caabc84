"""What a reader of topics is: it hears pages of events and gives them effect in one transaction with its offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chassis.database import Connection, Pool
from contracts.envelope import Event, Fact


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as heard, with its place on the road."""

    event: Event[Fact]
    topic: str
    partition: int
    offset: int
    value: bytes


@dataclass(frozen=True, slots=True)
class HeardEntry:
    """An entry of a read model that another service publishes (who is who), with its place on the road."""

    key: str
    value: bytes
    topic: str
    partition: int
    offset: int


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
        """Types on the wire that it listens to; other known types are passed over, unknown ones wait as dead letters."""

    @property
    def projection(self) -> str | None:
        """The projection whose builds this reader fills; None for a reader without builds (it has build 0)."""

    async def prepare(self, pool: Pool, page: Sequence[Heard], entries: Sequence[HeardEntry]) -> Any:
        """Read what the effect rests on, before the transaction's first write."""

    async def apply(
        self, connection: Connection, page: Sequence[Heard], entries: Sequence[HeardEntry], prepared: Any
    ) -> None:
        """Write the effect, appends first. The projector moves the offsets afterwards, in the same transaction."""

    async def applied(self) -> None:
        """Called after the transaction has committed: wake whoever waits for the effect."""
