"""The base class of the values that events consist of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value. Unknown fields are ignored, because events may have been written by a newer version."""

    model_config = ConfigDict(frozen=True, extra="ignore")
