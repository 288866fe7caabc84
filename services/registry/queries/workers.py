"""Audited searches and views of workers within the caller's reach, for routes and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from chassis.http.sealed_cursors import open_cursor, seal_cursor
from chassis.projections.live_build import LiveBuild
from contracts.refusal import Refusal
from services.registry.identity.names import keys_of
from services.registry.identity.number import NotANumber, parse, shown
from services.registry.projections.entry_pages import Choose
from services.registry.projections.lists import (
    Sought,
    find_people,
    flagged,
    states_document,
    summaries,
    with_hidden_records,
    without_number,
)
from services.registry.projections.need_to_know import Viewer
from services.registry.projections.questions import find_questions
from services.registry.projections.reading import (
    Reading,
    find_node,
    fold_worker,
    read_worker,
)
from services.registry.projections.timeline import Timelines
from services.registry.queries.candidates import sought_in
from services.registry.schemas.searches import DocumentAsked, Search
from services.registry.schemas.workers import row_as_seen

MOST_FOUND = 50
"""Workers on one page of a search."""


class NoWorkersNumber(Refusal):
    """This is not a worker's number"""

    code = "no-workers-number"
    status = 404


def timeline_of(runtime: Runtime) -> LiveBuild:
    """Return the live build of the timelines."""
    return runtime.opened_as(Timelines).live


@dataclass(frozen=True, slots=True)
class FoundWorkers:
    """A page of the workers within reach that a search finds; nothing tells whether there are others beyond reach.

    ``unnumbered``, for a caller with national reach: the records of the document are being worked out, so that they have no
    number yet. ``further`` is the cursor of the next page.
    """

    rows: list[dict[str, Any]]
    unnumbered: bool
    further: str | None


async def find(
    runtime: Runtime, caller: Caller, asked: Search, cursor: str | None = None, limit: int = MOST_FOUND
) -> FoundWorkers:
    """Return a page of the workers that a search finds. Raises CursorUnreadable."""
    pool = timeline_of(runtime).pool
    after: Any = None if cursor is None else open_cursor(runtime.settings, "workers", cursor, datetime, str)
    candidates: list[set[str]] = []
    nodes: list[UUID] = []
    unnumbered = False
    if asked.number:
        candidates.append(await _numbered(pool, asked.number))
    if asked.document is not None:
        nodes = _nodes(runtime, asked.document)
        candidates.append(await _numbers(pool, nodes))
        unnumbered = caller.reach.national and await without_number(pool, nodes)
    sought = sought_in(asked)
    among = sorted(set.intersection(*candidates)) if candidates else None
    readings: dict[str, Reading] = {}

    async def matching(numbers: Sequence[str]) -> list[str]:
        seen = await _seen(runtime, caller, numbers)
        readings.update(seen)
        return [
            number
            for number in numbers
            if number not in seen or await _matches(pool, seen[number], sought, nodes)
        ]

    found, further = await find_people(
        pool, sought, among, caller.reach, caller.office, matching, after, limit
    )
    rows = await summaries(pool, found, runtime.clock.now())
    return FoundWorkers(
        [row_as_seen(row, readings.get(row["number"])) for row in rows],
        unnumbered,
        None if further is None else seal_cursor(runtime.settings, "workers", *further),
    )


async def flags_of(
    runtime: Runtime, caller: Caller, names: Sequence[str] | None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the flags that hold today on workers within reach, as the caller sees them, and the next cursor.

    Raises CursorUnreadable.
    """
    pool, reach, now = timeline_of(runtime).pool, caller.reach, runtime.clock.now()
    after: Any = (
        None if cursor is None else open_cursor(runtime.settings, "flags", cursor, datetime, str, str)
    )
    rows, further = await flagged(pool, reach, caller.office, now, names, after, limit)
    readings = await _seen(runtime, caller, sorted({row["number"] for row in rows}))
    seen = {
        number: {(str(flag.name), flag.since) for flag in reading.view.flags}
        for number, reading in readings.items()
    }
    return [
        row for row in rows if row["number"] not in seen or (row["name"], row["since"]) in seen[row["number"]]
    ], None if further is None else seal_cursor(runtime.settings, "flags", *further)


async def _seen(runtime: Runtime, caller: Caller, numbers: Sequence[str]) -> dict[str, Reading]:
    """Return the workers of whom the caller may not see all records, as the caller sees them."""
    pool, now, viewer = timeline_of(runtime).pool, runtime.clock.now(), Viewer.of(caller)
    found = {}
    for number, node in (await with_hidden_records(pool, numbers, viewer)).items():
        reading, _ = await read_worker(
            pool, [node], caller.reach, now, office=caller.office, viewer=viewer, number=number, entries=None
        )
        if reading is not None:
            found[number] = reading
    return found


async def _matches(pool: Any, reading: Reading, sought: Sequence[Sought], nodes: Sequence[UUID]) -> bool:
    """Return whether the records that the caller sees state the name, the phone and the document of a search.

    A worker who has too many records to be folded is found by all of them.
    """
    if not reading.folded:
        return True
    stated = [
        (set(keys_of(person.khmer, person.latin, person.phone)), person.born)
        for person in reading.worker.people
    ]
    named = all(
        any(each.stated_by(keys, date.fromisoformat(born) if born else None) for keys, born in stated)
        for each in sought
    )
    records = [event.event_id for event in reading.worker.events]
    return named and (not nodes or await states_document(pool, records, nodes))


def _nodes(runtime: Runtime, asked: DocumentAsked) -> list[UUID]:
    return [UUID(handle) for handle in runtime.handles.of_all(asked.documents())]


async def _numbered(pool: Any, number: str) -> set[str]:
    """Return a number that a worker has, or the number that took its place; nothing if there is none."""
    if await pool.fetchval("SELECT EXISTS (SELECT FROM workers WHERE number = $1)", number):
        return {number}
    node = await find_node(pool, number)
    return set() if node is None else await _numbers(pool, [node])


async def _numbers(pool: Any, nodes: list[UUID]) -> set[str]:
    if not nodes:
        return set()
    rows = await pool.fetch("SELECT DISTINCT number FROM members WHERE node = ANY($1::uuid[])", nodes)
    return {row["number"] for row in rows}


async def look(
    runtime: Runtime,
    number: str,
    caller: Caller,
    action: str,
    as_of: datetime | None,
    *,
    entries: Choose | None,
) -> Reading | str:
    """Return a worker by number, after the audit entry is committed; or the current number if this one was joined to it.

    Raises NoWorkersNumber, RecordNotFound or OutOfReach.
    """
    node, reading = await reach_for(runtime, number, caller, as_of, entries=entries)
    wanted = parse(number)
    if reading.worker.number != wanted:
        current = reading.worker
        if as_of is not None:  # before the records were joined, another worker may have had the number
            current = await fold_worker(timeline_of(runtime).pool, [node], wanted) or current
        if current.number != wanted:
            return current.number
    await runtime.audit.look(
        caller,
        action,
        evidence=[person.evidence_id for person in reading.worker.people[:500]],
        numbers=[reading.worker.number],
        correlation=correlation(),
    )
    return reading


async def look_at_questions(
    runtime: Runtime, caller: Caller, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the questions to the registrar, after the audit entry is committed; the last of ``limit`` is not answered.

    Raises OutOfReach.
    """
    if not caller.reach.national:
        raise OutOfReach(
            "the questions concern workers of every office",
            remedy="they are for the registrar, whose reach is the country",
        )
    rows = await find_questions(timeline_of(runtime).pool, caller.reach, after, limit)
    answered = rows[: limit - 1]
    numbers = sorted({number for row in answered for number in (row["number"], row["holder"]) if number})
    await runtime.audit.look(caller, "list_questions", numbers=numbers, correlation=correlation())
    return rows


def moved_to(path: str, query: str, number: str, current: str) -> str:
    """Return the requested address with the current number."""
    path = unquote(path).replace(number, shown(current))
    return f"{path}?{query}" if query else path


async def reach_for(
    runtime: Runtime, number: str, caller: Caller, as_of: datetime | None, *, entries: Choose | None
) -> tuple[UUID, Reading]:
    """Return the worker who has or had a number, with a node of the worker, if within the caller's reach.

    Raises NoWorkersNumber, RecordNotFound or OutOfReach.
    """
    try:
        wanted = parse(number)
    except NotANumber as error:
        raise NoWorkersNumber(str(error), remedy="read it again from the paper, or search") from None
    pool = timeline_of(runtime).pool
    node = await find_node(pool, wanted)
    if node is None:
        raise RecordNotFound("no worker has this number", remedy="search by document, name or phone")
    reading, beyond = await read_worker(
        pool,
        [node],
        caller.reach,
        as_of or runtime.clock.now(),
        office=caller.office,
        viewer=Viewer.of(caller),
        number=wanted,
        as_of=as_of,
        entries=entries,
    )
    if beyond:
        raise OutOfReach("no other office's record names one of your posts, countries, provinces or agencies")
    if reading is None:
        raise RecordNotFound("no valid event was recorded by then", remedy="ask without as_of")
    if not reading.worker.number:  # it was never settled since the number was made
        reading.worker.number = wanted
    return node, reading


async def number_of_record(runtime: Runtime, record_id: UUID, caller: Caller) -> str:
    """Return the number of the worker of a one-person record. Raises RecordNotFound.

    It is not said whether the record exists if the worker is beyond reach, or if the caller does not see the record there.
    """
    for number in sorted(await _numbers(timeline_of(runtime).pool, [record_id])):
        try:
            _, reading = await reach_for(runtime, number, caller, None, entries=None)
        except (OutOfReach, RecordNotFound):
            continue
        if any(event.stream.endswith(str(record_id)) for event in reading.worker.events):
            return number
    raise RecordNotFound(
        "the registry shows you no worker with this record",
        remedy="a new record is shown after some seconds; else search by document, name or phone",
    )
