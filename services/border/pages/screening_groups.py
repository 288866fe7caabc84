"""The count of persons of a handover who were not asked the private questions yet, for the pages of the handover."""

from __future__ import annotations

from uuid import UUID

from chassis.access.permissions import Caller
from chassis.commands.runtime import Runtime
from services.border.pages.crossing_form import posts_of
from services.border.permissions import SCREENING_RECORD
from services.border.projections.screenings import Group, count_not_asked


def group_of(caller: Caller, handover_id: UUID) -> Group:
    """Return the persons of a handover at the posts within reach."""
    return Group([each.code for each in posts_of(caller)], handover_id)


async def not_asked_of(runtime: Runtime, caller: Caller, handover_id: UUID) -> int | None:
    """Return how many persons of a handover were not asked yet; None for who may not ask."""
    if not caller.may(SCREENING_RECORD):
        return None
    return await count_not_asked(runtime.pool, runtime.schemas, group_of(caller, handover_id))
