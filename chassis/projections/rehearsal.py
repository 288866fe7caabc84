"""A rehearsal: a build is filled beside the live one, and must take and leave the same events as that one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import TopicPartition

from chassis.projections.dead_letters import DeadLetter, Known, known_letters
from chassis.projections.offsets import Offsets
from chassis.store.database import Pool


class NewPoison(Exception):
    """A build met an event that it cannot take and the live one did: it must not become live."""

    def __init__(self, letter: DeadLetter) -> None:
        super().__init__(f"{letter.event_id}, {letter.type or 'no type'}, {letter.reason}: {letter.detail}")
        self.event_id: UUID = letter.event_id
        self.letter = letter


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the live build of a reader did with the events that another build is filled with."""

    pool: Pool
    reader: str
    live: int
    patience: float = 5.0
    """Seconds for the live build to reach an event that the other one met first."""

    async def known(self) -> Known:
        """The letters of the live build, to be buried again, and what was discarded."""
        return await known_letters(self.pool, self.reader, self.live, again=True)

    async def admit(self, letters: Sequence[DeadLetter]) -> None:
        """Let letters be buried that the live build buried too. Raises NewPoison at any other."""
        deadline = time.monotonic() + self.patience
        while True:
            # In this order: what the live build has passed by now, it has buried by now.
            passed = await Offsets(self.reader, self.live).read(self.pool)
            known = await self.known()
            alike = known.buried.keys() | known.discarded
            strangers = [each for each in letters if each.event_id not in alike]
            if not strangers:
                return
            for letter in strangers:
                mark = passed.get(TopicPartition(letter.topic, letter.partition))
                if (mark is not None and mark.next_offset > letter.at_offset) or time.monotonic() > deadline:
                    raise NewPoison(letter)
            await asyncio.sleep(0.1)
