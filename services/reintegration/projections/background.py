"""The background of returnees: received events, selected by the worker's number at the time of reading."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import Inbox
from chassis.reactions.worker_numbers import same_worker
from contracts import recruitment, skills
from services.reintegration.domain.background import Background, background_of

EXPERIENCE = "reintegration.experience"
"""The name of the reader that keeps these events."""

RECEIVED = (
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


async def find_background(runtime: Runtime, nodes: Iterable[UUID]) -> Background:
    """Return the background of the worker to whom the nodes belong, as the worker numbers are now."""
    log = Inbox(EXPERIENCE, runtime.catalogue, runtime.store.persons)
    streams = await log.standing_of(runtime.pool, await same_worker(runtime.pool, nodes))
    return background_of(streams, runtime.clock.today())
