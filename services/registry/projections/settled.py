"""Workers as settled: rows of numbers, journeys, whereabouts, flags and names, and who is who.

All rows are functions of the evidence; who reads a timeline folds it anew, so these rows serve search, lists, figures
and who is who. Rows of people's names are kept by the id of the evidence that they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis.store.database import Connection
from services.registry.fold.state import phase
from services.registry.identity.names import keys_of
from services.registry.projections.evidence import FACTS_OF
from services.registry.projections.workers import Worker, closure, reach_keys, workers_by_and_by

DDL = """
CREATE TABLE members (
    node   uuid NOT NULL,
    number text NOT NULL
);
CREATE TABLE workers (
    number        text        NOT NULL,
    node          uuid        NOT NULL,
    n_events      integer     NOT NULL,
    first_at      timestamptz NOT NULL,
    last_at       timestamptz NOT NULL,
    place         text        NOT NULL,
    country       text        NOT NULL,
    since         timestamptz,
    last_heard_at timestamptz,
    sex           smallint    NOT NULL,
    home_province text,
    posts         text[]      NOT NULL,
    countries     text[]      NOT NULL,
    provinces     text[]      NOT NULL,
    agencies      text[]      NOT NULL
);
CREATE TABLE journeys (
    number       text     NOT NULL,
    nth          smallint NOT NULL,
    country      text,
    work         boolean  NOT NULL,
    phase        text     NOT NULL,
    contract     text,
    sector       text,
    occupation   text,
    departed_at  timestamptz,
    returned_at  timestamptz,
    return_kind  smallint,
    trips        integer  NOT NULL,
    sex          smallint NOT NULL
);
CREATE TABLE flags (
    number   text        NOT NULL,
    name     text        NOT NULL,
    since    timestamptz NOT NULL,
    until    timestamptz,
    event_id uuid
);
CREATE TABLE people (
    number      text NOT NULL,
    evidence_id uuid NOT NULL,
    khmer       text,
    latin       text,
    phone       text,
    born        date,
    keys        text[] NOT NULL
);
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS members_key ON members (node);
CREATE UNIQUE INDEX IF NOT EXISTS workers_key ON workers (number);
CREATE UNIQUE INDEX IF NOT EXISTS journeys_key ON journeys (number, nth);
CREATE UNIQUE INDEX IF NOT EXISTS flags_key ON flags (number, name, since);
CREATE UNIQUE INDEX IF NOT EXISTS people_key ON people (number, evidence_id);
CREATE INDEX IF NOT EXISTS members_number ON members (number);
CREATE INDEX IF NOT EXISTS people_keys ON people USING gin (keys);
CREATE INDEX IF NOT EXISTS flags_name ON flags (name, since);
CREATE INDEX IF NOT EXISTS journeys_departed ON journeys (departed_at) WHERE departed_at IS NOT NULL;
"""
TABLES = ("workers", "members", "journeys", "flags", "people")


@dataclass(slots=True)
class Settled:
    """The new rows of some workers: read and folded, not written yet."""

    former: list[str]
    workers: list[Worker]


async def fold_blocks(connection: Connection, nodes: Sequence[UUID]) -> Settled:
    """All workers to whom nodes belong, as the evidence tells them now.

    To be called in a transaction that only reads, of one snapshot: folding takes its time, and a transaction that
    has written would hold up the gate of the whole cluster meanwhile.
    """
    members = nodes
    while True:
        blocks = await closure(connection, members)
        members = [node for block in blocks for node in block]
        workers = await workers_by_and_by(await connection.fetch(FACTS_OF, members, None), blocks)
        rows = await connection.fetch(_BESIDE, members, [worker.number for worker in workers])
        beside = {node for row in rows for node in row["beside"]}
        if not beside:
            return Settled([row["number"] for row in rows], workers)
        # A block has come apart, or a number has gone over to another block: who had it is settled with it.
        members = [*members, *beside]


_BESIDE = (
    "SELECT number, array_remove(array_agg(CASE WHEN node <> ALL($1::uuid[]) THEN node END), NULL) AS beside"
    " FROM members WHERE number IN (SELECT number FROM members WHERE node = ANY($1::uuid[]) UNION SELECT unnest($2::text[]))"
    " GROUP BY number"
)
"""Numbers that nodes had or get, each with its nodes besides these."""


async def replace(connection: Connection, settled: Settled, *, publishing: bool) -> None:
    """Write what was folded, by the only settler of a build, in a short transaction.

    Who is who is published with it where ``publishing``.
    """
    if settled.former:
        for table in TABLES:
            await connection.execute(f"DELETE FROM {table} WHERE number = ANY($1::text[])", settled.former)
    await write(connection, settled.workers)
    if publishing:
        await publish(connection, settled.workers)


async def write(connection: Connection, workers: Sequence[Worker]) -> None:
    """Write the rows of workers of whom there are none."""
    if not workers:
        return
    rows = [worker_row(worker) for worker in workers]
    await connection.copy_records_to_table("workers", records=rows, columns=_WORKER_COLUMNS)
    await connection.copy_records_to_table(
        "members",
        records=[(node, worker.number) for worker in workers for node in worker.nodes],
        columns=("node", "number"),
    )
    journeys = [row for worker in workers for row in _journey_rows(worker)]
    await connection.copy_records_to_table("journeys", records=journeys, columns=_JOURNEY_COLUMNS)
    flags = [
        (worker.number, str(flag.name), flag.since, flag.until, flag.event_id)
        for worker in workers
        for flag in worker.state.flags
    ]
    if flags:
        await connection.copy_records_to_table(
            "flags", records=flags, columns=("number", "name", "since", "until", "event_id")
        )
    people = [row for worker in workers for row in _people_rows(worker)]
    if people:
        await connection.copy_records_to_table(
            "people",
            records=people,
            columns=("number", "evidence_id", "khmer", "latin", "phone", "born", "keys"),
        )


_WORKER_COLUMNS = [
    "number",
    "node",
    "n_events",
    "first_at",
    "last_at",
    "place",
    "country",
    "since",
    "last_heard_at",
    "sex",
    "home_province",
    "posts",
    "countries",
    "provinces",
    "agencies",
]
_JOURNEY_COLUMNS = [
    "number",
    "nth",
    "country",
    "work",
    "phase",
    "contract",
    "sector",
    "occupation",
    "departed_at",
    "returned_at",
    "return_kind",
    "trips",
    "sex",
]


def worker_row(worker: Worker) -> tuple[Any, ...]:
    """The settled row of a worker; where they are as last known, whatever the day."""
    moments = worker.state.life.moments
    where = worker.state.known
    posts, countries, provinces, agencies = reach_keys(worker)
    return (
        worker.number,
        worker.origin,
        len(moments),
        moments[0].at,
        moments[-1].at,
        str(where.place),
        where.country,
        where.since,
        where.heard_at,
        worker.sex,
        worker.home_province,
        posts,
        countries,
        provinces,
        agencies,
    )


def _journey_rows(worker: Worker) -> Iterable[tuple[Any, ...]]:
    sex = worker.sex
    for nth, journey in enumerate(worker.state.life.journeys):
        contract = journey.contract
        yield (
            worker.number,
            nth,
            journey.country,
            journey.work,
            str(phase(journey)),
            None if contract is None else contract.stream,
            None if contract is None else contract.sector,
            None if contract is None else contract.occupation,
            journey.departed_at,
            journey.returned_at,
            None if journey.return_kind is None else int(journey.return_kind),
            journey.trips,
            sex,
        )


def _people_rows(worker: Worker) -> Iterable[tuple[Any, ...]]:
    seen: set[Any] = set()
    for person in worker.people:
        says = (person.khmer, person.latin, person.phone, person.born)
        if says in seen or person.evidence_id in seen or not any(says):
            continue
        seen.update((says, person.evidence_id))
        keys = keys_of(person.khmer, person.latin, person.phone)
        yield (
            worker.number,
            person.evidence_id,
            person.khmer,
            person.latin,
            person.phone,
            _day(person.born),
            keys,
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def publish(connection: Connection, workers: Sequence[Worker]) -> None:
    """Publish who is who where it differs from what was published last; revisions grow and are never used twice."""
    await publish_nodes(connection, [(node, worker.number) for worker in workers for node in worker.nodes])
    await connection.execute(
        "INSERT INTO minted (number, node) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT (number)"
        " DO UPDATE SET node = excluded.node WHERE minted.node <> excluded.node",
        [worker.number for worker in workers],
        [worker.origin for worker in workers],
    )


async def publish_nodes(connection: Connection, entries: Sequence[tuple[UUID, str]]) -> None:
    """Publish to which worker's number nodes belong now, where that is news."""
    nodes = sorted(entries)
    await connection.execute(
        "WITH now AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS n(node, number)),"
        " changed AS (INSERT INTO who AS w (node, number, revision) SELECT node, number, 1 FROM now"
        " ON CONFLICT (node) DO UPDATE SET number = excluded.number, revision = w.revision + 1"
        " WHERE w.number <> excluded.number RETURNING node, number, revision)"
        " INSERT INTO who_entries (node, number, revision)"
        " SELECT replace(node::text, '-', ''), number, revision FROM changed",
        [node for node, _ in nodes],
        [number for _, number in nodes],
    )
