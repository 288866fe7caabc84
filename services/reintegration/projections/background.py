"""The background of returnees: received events, selected by the worker's number at the time of reading."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import Inbox
from chassis.reactions.worker_numbers import same_worker
from contracts import skills
from services.reintegration.domain.background import Background, background_of

LIVES = "reintegration.returns"
"""The name of the reader that keeps what the rules of the timeline need."""
SKILLS = "reintegration.experience"
"""The name of the reader that keeps recognitions of skills."""

RECEIVED = (
    skills.RecognitionApplied,
    skills.AssessmentBooked,
    skills.AssessmentDecided,
    skills.SkillsRecognised,
    skills.RecognitionRevoked,
    skills.EventVoided,
    skills.EventCorrected,
)


async def find_background(runtime: Runtime, nodes: Iterable[UUID]) -> Background:
    """Return the background of the worker to whom the nodes belong, as the worker numbers are now."""
    of_worker = await same_worker(runtime.pool, nodes)
    found = []
    for reader in (LIVES, SKILLS):
        log = Inbox(reader, runtime.catalogue, runtime.store.persons)
        found += await log.standing_of(runtime.pool, of_worker)
    return background_of(found, runtime.clock.today())
