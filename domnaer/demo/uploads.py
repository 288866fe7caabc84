"""Rows of history as uploads for the services' bulk interfaces; nothing is sent here.

A row keeps its own id where others name it by that id. What follows from it (an approval, a step in a case) has none:
the service derives one from its content, so that loading twice records once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from domnaer.demo import abroad, home_again
from domnaer.demo.history import Batch, Channel
from domnaer.demo.lines import Upload
from domnaer.demo.rows import VacancyRow


class Conversion:
    """Makes uploads of batches, remembering of earlier batches what later ones refer to."""

    def __init__(self) -> None:
        self._offered: dict[UUID, VacancyRow] = {}
        self._of_channel: Mapping[Channel, Callable[[Sequence[Any]], Iterator[Upload]]] = {
            "vacancies": home_again.vacancies,
            "contracts": abroad.contracts,
            "departures": abroad.departures,
            "returns": abroad.returns,
            "handovers": abroad.handovers,
            "deported_returns": abroad.deported,
            "assistance": abroad.assistance,
            "needs": home_again.needs,
            "counselling": home_again.counselling,
            "matches": lambda rows: home_again.matches(rows, self._offered),
            "placements": lambda rows: home_again.placements(rows, self._offered),
            "recognitions": home_again.recognitions,
        }

    def uploads(self, batch: Batch) -> Iterator[Upload]:
        """What is to be sent for a batch, in this order; nothing for what no service takes in yet (agencies, employers)."""
        self._offered.update({row.id: row for row in batch.rows if isinstance(row, VacancyRow)})
        convert = self._of_channel.get(batch.channel)
        return iter(()) if convert is None else convert(batch.rows)
