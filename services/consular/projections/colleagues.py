"""The people to whom a case can be given: those who work on cases, with their reach as their tokens last stated it, or by their cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.access.permissions import Caller
from chassis.store.database import Pool

AWAY_AFTER = timedelta(days=400)
"""The time without opening a page after which a person is no longer offered as a colleague."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who works on cases; ``code`` is the pseudonym in facts."""

    code: str
    name: str
    title: str


async def note_colleague(pool: Pool, caller: Caller, works: bool) -> None:
    """Store the reach of a caller who works on cases; ``works`` is False if the caller does not, or not any more."""
    if not works:
        await pool.execute("DELETE FROM colleagues WHERE caller = $1", caller.id)
        return
    await pool.execute(
        "INSERT INTO colleagues AS c (caller, countries, national) VALUES ($1, $2, $3)"
        " ON CONFLICT (caller) DO UPDATE SET countries = excluded.countries, national = excluded.national"
        " WHERE (c.countries, c.national) IS DISTINCT FROM (excluded.countries, excluded.national)",
        caller.id,
        sorted(caller.reach.countries),
        caller.reach.national,
    )


async def find_colleagues(pool: Pool, schema: str, country: str, today: date) -> list[Colleague]:
    """Return the people who work on the cases of the missions in a country, by name.

    They are those who signed in here with a reach over the country, and those who were in charge of one of its cases since,
    also if they never signed in here: such a person has the pseudonym as name.
    """
    rows = await pool.fetch(
        "SELECT caller, name, title FROM colleagues JOIN officers USING (caller)"
        " WHERE (national OR $1 = ANY(countries)) AND seen_on > $2"
        " UNION SELECT attache, coalesce(o.name, attache), coalesce(o.title, '')"
        f" FROM {schema}.assistance_cases LEFT JOIN officers AS o ON o.caller = attache"
        " WHERE attache IS NOT NULL AND mission_country = $1 AND recorded_at > $2::date AND readers = ''"
        " ORDER BY name, caller",
        country,
        today - AWAY_AFTER,
    )
    return [Colleague(row["caller"], row["name"], row["title"]) for row in rows]
