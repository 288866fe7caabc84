"""Converts rows of history to uploads for the bulk routes of the services; it sends nothing.

A row keeps its id if other rows refer to it. Later actions (an approval, an action in a case) have no id: the service
derives one from the content, so that loading twice records once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from domnaer.demo import abroad, contract_terms, home_again, missions
from domnaer.demo.history import Batch, Channel
from domnaer.demo.lines import Upload
from domnaer.demo.rows import VacancyRow


class Conversion:
    """Converts batches to uploads, and keeps the rows of earlier batches that later ones refer to."""

    def __init__(self) -> None:
        self._offered: dict[UUID, VacancyRow] = {}
        self._of_channel: Mapping[Channel, Callable[[Sequence[Any]], Iterator[Upload]]] = {
            "agencies": contract_terms.agencies,
            "employers": contract_terms.employers,
            "workplaces": contract_terms.workplaces,
            "vacancies": home_again.vacancies,
            "contracts": abroad.contracts,
            "departures": abroad.departures,
            "returns": abroad.returns,
            "handovers": abroad.handovers,
            "deported_returns": abroad.deported,
            "assistance": missions.assistance,
            "permits": missions.permits,
            "needs": home_again.needs,
            "counselling": home_again.counselling,
            "matches": lambda rows: home_again.matches(rows, self._offered),
            "placements": lambda rows: home_again.placements(rows, self._offered),
            "recognitions": home_again.recognitions,
        }

    def uploads(self, batch: Batch) -> Iterator[Upload]:
        """Return the uploads of a batch in order; none for rows that no service records."""
        self._offered.update({row.id: row for row in batch.rows if isinstance(row, VacancyRow)})
        convert = self._of_channel.get(batch.channel)
        return iter(()) if convert is None else convert(batch.rows)
