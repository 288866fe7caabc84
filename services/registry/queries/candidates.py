"""The candidates of a search or of the list of a country: all workers who are found are among them, so that they are counted fast."""

from __future__ import annotations

from typing import Any

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from contracts.text import normal_phone
from services.registry.identity.names import birth_year, search_keys
from services.registry.projections.lists import Sought, find_candidates
from services.registry.schemas.searches import Search


def sought_in(asked: Search) -> list[Sought]:
    """Return the keys that the records of a worker must state for a search."""
    sought: list[Sought] = []
    if asked.name:
        sought.append(Sought(search_keys(asked.name), birth_year(asked.name)))
    if asked.phone is not None:
        sought.append(Sought([["p:" + normal_phone(asked.phone)]]))
    return sought


async def candidates_of_search(pool: Pool, caller: Caller, asked: Search, limit: int) -> list[Any]:
    """Return the candidates of a search; none of a search for a number or a document, which finds a few."""
    if asked.number or asked.document is not None:
        return []
    return await find_candidates(pool, sought_in(asked), None, caller.reach, None, None, limit)


async def candidates_abroad(pool: Pool, caller: Caller, country: str, limit: int) -> list[Any]:
    """Return the candidates of the list of a country."""
    return await find_candidates(pool, [], None, caller.reach, None, country, limit)
