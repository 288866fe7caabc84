"""What other services told of workers' work abroad and skills, grouped by who is who when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import Inbox
from chassis.reactions.worker_numbers import same_worker
from contracts import recruitment, skills
from services.reintegration.domain.experience import Experience, experience

EXPERIENCE = "reintegration.experience"
"""The reader that keeps it."""

TOLD = (
    recruitment.EmploymentContractRegistered,
    recruitment.EmploymentContractAmended,
    recruitment.EmploymentContractTerminated,
    recruitment.EventVoided,
    recruitment.EventCorrected,
    skills.RecognitionApplied,
    skills.SkillsRecognised,
    skills.RecognitionRevoked,
    skills.EventVoided,
    skills.EventCorrected,
)


async def find_experience(runtime: Runtime, nodes: Iterable[UUID]) -> Experience:
    """What is known of the work and skills of whom the nodes name."""
    log = Inbox(EXPERIENCE, runtime.catalogue, runtime.store.persons)
    streams = await log.standing_of(runtime.pool, await same_worker(runtime.pool, nodes))
    return experience(streams, runtime.clock.today())
