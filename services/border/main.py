"""The declaration of the border service."""

from __future__ import annotations

from chassis.service import Service
from contracts import border
from services.border import api

service = Service(
    name="border",
    title="Border",
    about="Crossings and handovers of deportees, as officers record them at the checkpoints.",
    module=__name__,
    desk=api.desk,
    publishes=border,
    deciders=(api.crossings, api.handovers),
)
