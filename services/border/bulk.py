"""The uploads of the border: what its bulk routes and its upload page take."""

from __future__ import annotations

from typing import Any

from chassis.access.permissions import permission
from chassis.store.decider import Scope
from chassis.uploads.bulk_command import BulkCommand
from services.border.deciders import at_post, crossings, handovers
from services.border.domain.crossing import RecordCrossing
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.border.permissions import CROSSING_RECORD, HANDOVER_RECORD


def _scope(command: Any) -> Scope:
    return at_post(command.checkpoint)


CROSSINGS = BulkCommand("/crossings/bulk", RecordCrossing, crossings, permission(CROSSING_RECORD), _scope)
HANDOVERS = BulkCommand("/handovers/bulk", AnnounceHandover, handovers, permission(HANDOVER_RECORD), _scope)
COUNTS = BulkCommand(
    "/handovers/counts/bulk", CountHandover, handovers, permission(HANDOVER_RECORD), record="handover_id"
)
UPLOADS = (CROSSINGS, HANDOVERS, COUNTS)
