"""Queries of many workers: searches, lists and figures, from the settled rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.persons import person_codec
from contracts.journeys.whereabouts import Location
from services.registry.projections.need_to_know import ASSISTANCE_TYPES, Viewer
from services.registry.projections.reach import covered
from services.registry.projections.reading import within_reach

_NAMED = (
    "({0} OR w.posts && {1}::text[] OR w.countries && {2}::text[] OR w.provinces && {3}::text[]"
    " OR w.agencies && {4}::text[])"
)
"""The records of a worker name a place of the caller: a candidate, which :func:`covered` then decides on."""
_SOUGHT = 200
"""Candidates of a search that are looked at together."""
SOUGHT_AT_MOST = 2_000
"""Candidates that one page of a search looks through, at most: those of whom the caller's own office recorded all are none."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The keys that one record of a worker must state, at least one of each list, and the year of birth, if it is known."""

    keys: Sequence[Sequence[str]]
    born: int | None = None

    def stated_by(self, keys: Set[str], born: date | None) -> bool:
        """Return whether a record with these keys and this birth date states it."""
        near = self.born is None or born is None or abs(born.year - self.born) <= 1
        return near and all(not keys.isdisjoint(alternatives) for alternatives in self.keys)


_ABROAD = (
    " AND (w.place = 'abroad' AND w.country = {0} OR EXISTS (SELECT FROM members m JOIN facts f USING (node)"
    " WHERE m.number = w.number AND f.type = ANY({1}::text[])))"
)
"""Settled whereabouts rest on all records. They are what every caller is shown, except of workers with an assistance case:
of a restricted or sensitive one nothing may follow, so that ``matching`` decides on these workers alone.
"""
_STATED = " AND EXISTS (SELECT FROM people p WHERE p.number = w.number AND {})"
After = tuple[datetime, str]
"""The time of a worker's last event, and the number: the order of a search."""


async def find_people(
    pool: Pool,
    sought: Sequence[Sought],
    among: Sequence[str] | None,
    reach: Reach,
    office: str,
    matching: Callable[[Sequence[str]], Awaitable[list[str]]],
    after: After | None,
    limit: int,
    abroad: str | None = None,
    *,
    looks_at: int | None = None,
) -> tuple[list[str], After | None]:
    """Return the numbers of workers within reach who match all that is sought, the latest event first, and where to go on.

    ``among`` are the numbers that a document or a number found; None if neither was asked for. ``matching`` keeps those
    of the numbers that the caller may find. All criteria are applied before anything is cut off. ``abroad`` is the country in
    which they are believed to be. A page may have fewer workers than ``limit`` although others follow: it looks at
    ``looks_at`` candidates, usually :data:`SOUGHT_AT_MOST`.
    """
    found: dict[str, After] = {}
    most = looks_at or SOUGHT_AT_MOST
    step = min(most, _SOUGHT)
    for _ in range(0, most, step):
        rows = await find_candidates(pool, sought, among, reach, after, abroad, step)
        within = await _covered(pool, reach, office, rows)
        places = {row["number"]: (row["last_at"], row["number"]) for row in rows if row["number"] in within}
        numbers = list(places)
        while numbers and len(found) <= limit:
            found |= {number: places[number] for number in await matching(numbers[: limit + 1])}
            numbers = numbers[limit + 1 :]
        if len(found) > limit:
            shown = list(found)[:limit]
            return shown, found[shown[-1]]
        if len(rows) < step:
            return list(found), None
        after = (rows[-1]["last_at"], rows[-1]["number"])
    return list(found), after


async def find_candidates(
    pool: Pool,
    sought: Sequence[Sought],
    among: Sequence[str] | None,
    reach: Reach,
    after: After | None,
    abroad: str | None,
    limit: int,
) -> list[Any]:
    """Return the next workers who match, with a record that names a place of the caller; not all of them may be shown."""
    codec = person_codec()
    values: list[Any] = [*_places(reach), limit]

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    conditions = ""
    for each in sought:
        stated = [f"p.keys && {given([codec.search_key(key) for key in keys])}::text[]" for keys in each.keys]
        if each.born is not None:
            first, last = date(each.born - 1, 1, 1), date(each.born + 1, 12, 31)
            stated.append(f"(p.born IS NULL OR p.born BETWEEN {given(first)} AND {given(last)})")
        conditions += _STATED.format(" AND ".join(stated))
    if among is not None:
        conditions += f" AND w.number = ANY({given(among)}::text[])"
    if abroad is not None:
        conditions += _ABROAD.format(given(abroad), given(ASSISTANCE_TYPES))
    if after is not None:
        conditions += f" AND (w.last_at, w.number) < ({given(after[0])}, {given(after[1])})"
    rows: list[Any] = await pool.fetch(
        "WITH candidates AS MATERIALIZED (SELECT w.number, w.last_at FROM workers w WHERE "
        + _NAMED.format("$1", "$2", "$3", "$4", "$5")
        + conditions
        + " ORDER BY w.last_at DESC, w.number DESC LIMIT $6)"
        " SELECT c.number, c.last_at, ARRAY(SELECT node FROM members m WHERE m.number = c.number) AS nodes"
        " FROM candidates c ORDER BY c.last_at DESC, c.number DESC",
        *values,
    )
    return rows


_PARTED = (
    "SELECT n.number, w.node FROM unnest($1::text[]) AS n(number) JOIN workers w USING (number)"
    " WHERE EXISTS (SELECT FROM questions q JOIN members o USING (node)"
    " WHERE n.number IN (q.number, o.number) AND q.number <> o.number)"
)
"""The workers who share their block with other workers: a node of the block does not identify the worker."""


async def _covered(pool: Pool, reach: Reach, office: str, rows: Sequence[Any]) -> set[str]:
    """Return the numbers of the workers of rows that are within reach."""
    blocks = {row["number"]: row["nodes"] for row in rows}
    if reach.national:
        return set(blocks)
    parted = {row["number"]: row["node"] for row in await pool.fetch(_PARTED, list(blocks))}
    found = await covered(
        pool, reach, office, {number: nodes for number, nodes in blocks.items() if number not in parted}
    )
    for number, node in parted.items():
        if await within_reach(pool, reach, office, node, number):
            found.add(number)
    return found


def _places(reach: Reach) -> tuple[bool, list[str], list[str], list[str], list[str]]:
    return (
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        list(reach.agencies),
    )


_WORKED_OUT = (
    "EXISTS (SELECT FROM public.set_aside a WHERE a.build = current_schema() AND a.numbers @> ARRAY[{}])"
)
"""Records of the worker were set aside: the settled rows are those of before."""


async def summaries(pool: Pool, numbers: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    """Return the rows of a list for workers that were found within reach."""
    rows = await pool.fetch(
        "SELECT w.*, p.khmer, p.latin, b.born,"
        " ARRAY(SELECT f.name FROM flags f WHERE f.number = w.number AND f.since <= $2"
        "       AND (f.until IS NULL OR f.until > $2) ORDER BY f.since) AS flags, "
        + _WORKED_OUT.format("w.number")
        + " AS being_worked_out"
        " FROM unnest($1::text[]) WITH ORDINALITY AS asked(number, nth) JOIN workers w USING (number)"
        " LEFT JOIN LATERAL (SELECT khmer, latin FROM people p WHERE p.number = w.number"
        "   AND (p.khmer IS NOT NULL OR p.latin IS NOT NULL) ORDER BY p.nth DESC LIMIT 1) p ON true"
        " LEFT JOIN LATERAL (SELECT born FROM people p WHERE p.number = w.number AND p.born IS NOT NULL"
        "   ORDER BY p.nth DESC LIMIT 1) b ON true"
        " ORDER BY asked.nth",
        list(numbers),
        at,
    )
    found = [dict(row) for row in rows]
    codec = person_codec()
    for row in found:
        row.update(khmer=codec.open_text(row["khmer"]), latin=codec.open_text(row["latin"]))
        if row["being_worked_out"]:
            row.update(_NOT_KNOWN)
    return found


async def states_document(pool: Pool, records: Sequence[UUID], nodes: Sequence[UUID]) -> bool:
    """Return whether one of the records, by the ids of their events, states a document with one of these nodes."""
    found: bool = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM facts WHERE node = ANY($2::uuid[]) AND names = ANY($1::uuid[]))"
        " OR EXISTS (SELECT FROM links WHERE a = ANY($2::uuid[]) AND names = ANY($1::uuid[]))"
        " OR EXISTS (SELECT FROM links WHERE b = ANY($2::uuid[]) AND names = ANY($1::uuid[]))",
        list(records),
        list(nodes),
    )
    return found


_NOT_KNOWN: dict[str, Any] = {"place": str(Location.UNKNOWN), "country": "", "since": None, "flags": []}


async def with_hidden_records(pool: Pool, numbers: Sequence[str], viewer: Viewer) -> dict[str, UUID]:
    """Return the workers, with a node each, of whom a viewer may not see all records: settled rows rest on all of them."""
    rows = await pool.fetch(
        "SELECT w.number, w.node FROM workers w WHERE w.number = ANY($1::text[]) AND (EXISTS (SELECT FROM members m"
        " JOIN facts f USING (node) WHERE m.number = w.number AND f.type = ANY($2::text[]))"
        " OR EXISTS (SELECT FROM facts f WHERE f.node = w.node AND f.type = ANY($2::text[])))",
        list(numbers),
        viewer.hidden(),
    )
    return {row["number"]: row["node"] for row in rows}


async def without_number(pool: Pool, nodes: Sequence[UUID]) -> bool:
    """Return whether records with one of these nodes are set aside and have no worker's number yet."""
    found: bool = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM public.set_aside WHERE build = current_schema() AND node = ANY($1::uuid[])"
        " AND numbers = '{}')",
        list(nodes),
    )
    return found


SCANNED = 2_000
"""Flags that one page of the list looks through, at most: of a large country an office reaches only some."""


async def flagged(
    pool: Pool,
    reach: Reach,
    office: str,
    at: datetime,
    names: Sequence[str] | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> tuple[list[dict[str, Any]], tuple[datetime, str, str] | None]:
    """Return the flags that hold at an instant on workers within reach, the latest raised first, and where to go on.

    ``names`` keeps the flags with these names.

    A page may have fewer flags than ``limit`` although others follow: it looks through :data:`SCANNED` flags, so that its
    time does not grow with the number of workers.
    """
    rows = await pool.fetch(
        "WITH candidates AS MATERIALIZED (SELECT number, name, since, until FROM flags WHERE since <= $1"
        " AND (since, number, name) < ($2, $3, $4)"
        + (" AND name = ANY($11::text[])" if names is not None else " AND $11::text[] IS NULL")
        + " ORDER BY since DESC, number DESC, name DESC LIMIT $10)"
        " SELECT f.number, f.name, f.since, f.until, "
        + _WORKED_OUT.format("f.number")
        + " AS being_worked_out, (f.until IS NULL OR f.until > $1) AND "
        + _NAMED.format("$5", "$6", "$7", "$8", "$9")
        + " AS shown, ARRAY(SELECT node FROM members m WHERE m.number = w.number) AS nodes FROM candidates f JOIN workers w USING (number) ORDER BY f.since DESC, f.number DESC, f.name DESC",
        at,
        *(after or (at, "~", "~")),
        *_places(reach),
        SCANNED,
        names,
    )
    shown = [dict(row) for row in rows if row["shown"]]
    within: set[str] = set()
    found: list[dict[str, Any]] = []
    for begin in range(0, len(shown), _SOUGHT):
        some = shown[begin : begin + _SOUGHT]
        within |= await _covered(pool, reach, office, some)
        found += [row for row in some if row["number"] in within]
        if len(found) > limit:
            break
    last = found[limit - 1] if len(found) > limit else rows[-1] if len(rows) == SCANNED else None
    return found[:limit], None if last is None else (last["since"], last["number"], last["name"])
