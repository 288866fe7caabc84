"""The searches that officers keep for themselves, each seen by its owner only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from chassis.store.persons import person_codec

MOST = 50
"""Searches that an officer keeps."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that an officer keeps, under a name."""

    id: UUID
    name: str
    text: str


async def saved_by(pool: Pool, caller: Caller) -> list[SavedSearch]:
    """Return the searches that a caller keeps, the latest first."""
    rows = await pool.fetch(
        "SELECT search_id, name, text FROM saved_searches WHERE caller = $1 ORDER BY saved_at DESC", caller.id
    )
    codec = person_codec()
    return [
        SavedSearch(row["search_id"], codec.open_text(row["name"]) or "", codec.open_text(row["text"]) or "")
        for row in rows
    ]


async def save_search(pool: Pool, caller: Caller, search: SavedSearch) -> bool:
    """Keep a search; a form that is sent twice keeps it once. Return False if the caller keeps the most already."""
    codec = person_codec()
    await pool.execute(
        "INSERT INTO saved_searches (search_id, caller, name, text) SELECT $1, $2, $3, $4"
        " WHERE (SELECT count(*) FROM saved_searches WHERE caller = $2) < $5 ON CONFLICT DO NOTHING",
        search.id,
        caller.id,
        codec.seal_text(search.name),
        codec.seal_text(search.text),
        MOST,
    )
    kept: bool = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM saved_searches WHERE search_id = $1 AND caller = $2)",
        search.id,
        caller.id,
    )
    return kept


async def delete_search(pool: Pool, caller: Caller, search_id: UUID) -> None:
    """Delete a search of the caller; one that is not there, or another's, is passed over."""
    await pool.execute(
        "DELETE FROM saved_searches WHERE search_id = $1 AND caller = $2", search_id, caller.id
    )
