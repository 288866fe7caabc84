"""The events of a record, as the routes that show one record return them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.envelope import Event


class Step(BaseModel):
    """An event of a record, corrections applied. Each service adds the types of ``facts`` and ``person``."""

    event_id: UUID = Field(description="The id of the event, for a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, event: Event[Any]) -> Self:
        """Make the step of an event."""
        return cls.model_validate(
            {
                "event_id": event.id,
                "type": event.type,
                "occurred_at": event.occurred_at,
                "recorded_at": event.recorded_at,
                "facts": event.facts,
                "person": event.person,
            }
        )
