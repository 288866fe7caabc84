"""Filling a build beside the live one: it must process and dead-letter the same events as the live one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import TopicPartition

from chassis.projections.dead_letters import DeadLetter, KnownDeadLetters, known_letters
from chassis.projections.offsets import Offsets
from chassis.store.database import Pool


class NewPoison(Exception):
    """A build cannot process an event that the live build processed: it must not become live."""

    def __init__(self, letter: DeadLetter) -> None:
        super().__init__(f"{letter.event_id}, {letter.type or 'no type'}, {letter.reason}: {letter.detail}")
        self.event_id: UUID = letter.event_id
        self.letter = letter


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Compares the dead letters of a build that is being filled with those of the live build."""

    pool: Pool
    reader: str
    live: int
    patience: float = 5.0
    """Seconds to wait until the live build reaches an event that the new build reached first."""

    async def known(self, ids: Collection[UUID]) -> KnownDeadLetters:
        """Return which events are dead letters of the live build, to be stored again, or discarded."""
        return await known_letters(self.pool, self.reader, self.live, ids, store_again=True)

    async def admit(self, letters: Sequence[DeadLetter]) -> None:
        """Accept dead letters that the live build has too. Raises NewPoison for any other."""
        deadline = time.monotonic() + self.patience
        while True:
            # In this order: a record that the live build has passed is already among its dead letters, if it belongs there.
            passed = await Offsets(self.reader, self.live).read(self.pool)
            known = await self.known([letter.event_id for letter in letters])
            shared = known.dead_lettered.keys() | known.discarded
            new = [each for each in letters if each.event_id not in shared]
            if not new:
                return
            for letter in new:
                mark = passed.get(TopicPartition(letter.topic, letter.partition))
                if (mark is not None and mark.next_offset > letter.at_offset) or time.monotonic() > deadline:
                    raise NewPoison(letter)
            await asyncio.sleep(0.1)
