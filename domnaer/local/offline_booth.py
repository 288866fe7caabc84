"""The offline booth of one machine: a device at the demo's post, with a code so that a visitor can enrol their browser."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.access.permissions import Caller
from chassis.service import RunningService
from domnaer.local.issuer import DemoPerson
from services.border.offline.devices import find_device, register_device

DEVICE = "booth-1"
_REGISTERS, _RECORDS = "border.device.register", "border.crossing.record"


async def register_booth(services: Sequence[RunningService], people: Sequence[DemoPerson]) -> str | None:
    """Register the device at the post of the demo's officer and return its enrolment code; None once it is enrolled."""
    officer = next(each for each in people if {_REGISTERS, _RECORDS} <= each.permissions)
    runtime = next(each.runtime for each in services if each.service.name == "border")
    known = await find_device(runtime.pool, DEVICE)
    if known is not None and (known.public_key is not None or known.revoked_at is not None):
        return None
    caller = Caller(
        officer.id, officer.name_en, officer.office, officer.permissions, officer.reach, 0.0, officer.title
    )
    (post,) = officer.reach.posts
    return await register_device(runtime, caller, post, DEVICE)
