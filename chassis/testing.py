"""Given, when, then, refused: tests of decisions without I/O, for every service.

A test states the earlier facts, the command, and the expected facts or refusal::

    given = Scenario(applications, AT).given

    given(APPLIED).when(BookAssessment(occurred_at=NOW, **BOOKING)).then(BOOKED)
    given().when(BookAssessment(occurred_at=NOW, **BOOKING)).refused(ApplicationTakenBack)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from chassis.store.decider import Decider
from contracts.command import Circumstances, Command
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

C = TypeVar("C", bound=Command)
S = TypeVar("S")
F = TypeVar("F", bound=Fact)
R = TypeVar("R", bound=Refusal)


@dataclass(frozen=True, slots=True)
class Scenario(Generic[C, S, F]):
    """Decisions of one decider at the circumstances ``at``. Given facts are ``apart`` in time, beginning at those circumstances."""

    decider: Decider[C, S, F]
    at: Circumstances
    apart: timedelta = timedelta()

    def given(self, *facts: Fact, handles: tuple[str, ...] = ()) -> Given[C, S, F]:
        """Return the state after these facts; ``handles`` are those of the documents shown at the first fact."""
        return Given(self, self.decider.fold(self.events(*facts, handles=handles)))

    def events(self, *facts: Fact, handles: tuple[str, ...] = ()) -> list[Event[Fact]]:
        """Return the facts as events of one stream, in their order."""
        stream = self.decider.stream(self.at.record_id)
        return [
            Event(
                UUID(int=version),
                stream,
                version,
                self.at.occurred_at + (version - 1) * self.apart,
                self.at.recorded_at,
                fact,
                None,
                handles if version == 1 else (),
                UUID(int=0),
            )
            for version, fact in enumerate(facts, 1)
        ]


@dataclass(frozen=True, slots=True)
class Given(Generic[C, S, F]):
    """The state before a command."""

    scenario: Scenario[C, S, F]
    state: S

    def when(self, command: C) -> Decided[F]:
        """Return the decision on a command, at the command's own time. It is made when it is compared."""
        at = self.scenario.at._replace(occurred_at=command.occurred_at)
        return Decided(lambda: self.scenario.decider.decide(command, self.state, at))


@dataclass(frozen=True, slots=True)
class Decided(Generic[F]):
    """A decision to be compared."""

    decide: Callable[[], Sequence[F]]

    @property
    def facts(self) -> list[F]:
        """Return the decided facts."""
        return list(self.decide())

    def then(self, *facts: Fact) -> None:
        """Assert that exactly these facts are decided."""
        assert self.facts == list(facts)

    def refused(self, kind: type[R]) -> R:
        """Assert that the command is refused by this rule; returns the refusal."""
        try:
            facts = self.decide()
        except kind as refusal:
            return refusal
        raise AssertionError(f"{kind.__name__} was expected, decided was {facts}")
