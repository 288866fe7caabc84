"""Readers of the border: they keep employment contracts, deaths and worker numbers for the check of a document."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.commands.runtime import Runtime
from chassis.projections.reader import Reader, ReceivedEntry, ReceivedEvent
from chassis.reactions.inbox import InboxReader
from chassis.reactions.worker_numbers import WorkerNumberReader
from chassis.store.database import Connection
from contracts import consular, recruitment
from contracts.consular import WorkerDeathRecorded
from contracts.envelope import Ruling
from services.border.projections.workers import CONTRACTS, DEATHS

CONTRACT_FACTS = (
    recruitment.EmploymentContractRegistered,
    recruitment.EmploymentContractReturned,
    recruitment.EmploymentContractApproved,
    recruitment.EmploymentContractAmended,
    recruitment.EmploymentContractTerminated,
    recruitment.EventVoided,
    recruitment.EventCorrected,
)
DEATH_FACTS = (WorkerDeathRecorded, consular.EventVoided, consular.EventCorrected)


class DeathReader(InboxReader):
    """Keeps recorded deaths and the rulings on them; of an assistance case the border keeps nothing else."""

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: None,
    ) -> None:
        """Store the received events that are about a death."""
        await super().apply(connection, [each for each in page if _about_death(each)], entries, prepared)


def _about_death(received: ReceivedEvent) -> bool:
    facts = received.event.facts
    return not isinstance(facts, Ruling) or facts.named_type == WorkerDeathRecorded.wire


def readers(runtime: Runtime) -> Sequence[Reader]:
    """Return the readers of this service."""
    return (
        InboxReader(runtime, CONTRACTS, [recruitment.TOPIC], CONTRACT_FACTS),
        DeathReader(runtime, DEATHS, [consular.TOPIC], DEATH_FACTS),
        WorkerNumberReader("border"),
    )
