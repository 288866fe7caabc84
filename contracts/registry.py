"""The read model that the registry publishes: worker numbers, as entries and not as facts.

An entry states the worker to whom a handle (or the stream of a one-person record) belongs now. Readers keep the entry
with the highest revision for each key; an entry may arrive before the evidence that it is about.
"""

from __future__ import annotations

from pydantic import Field

from contracts.frozen import Frozen

WHO_TOPIC = "domnaer.registry.who.v1"


class WhoEntry(Frozen):
    """The worker to whom a handle belongs; the key of the record on Kafka is ``node``."""

    node: str = Field(
        pattern=r"^[0-9a-f]{32}$",
        description="A document's handle, or the UUID of a one-person record's stream.",
    )
    number: str = Field(
        pattern=r"^[0-9A-HJKMNP-TV-Z]{14}$", description="The worker's number, without hyphens."
    )
    revision: int = Field(ge=1, description="Grows with every change of this entry, also across rebuilds.")
    retracted: bool = Field(
        False,
        description="True if no worker has this handle any more, such as a mistyped document; the number is then the last one.",
    )
    shared: bool = Field(
        False,
        description="True if records of several workers have this handle, such as a borrowed passport: the entry of a record's"
        " own stream says whose the record is, and only a record without an entry belongs to this number.",
    )
