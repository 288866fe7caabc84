"""Settled workers: rows of numbers, journeys, whereabouts, flags and names, for searches, lists and figures.

All rows are computed from the evidence. A timeline does not use them: it is folded when it is read. Names are stored
with the id of the evidence that they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from chassis.store.database import Connection
from chassis.store.persons import person_codec
from services.registry.identity.names import keys_of
from services.registry.projections.workers import Worker, reach_keys

DDL = """
CREATE TABLE members (
    node   uuid    NOT NULL,
    number text    NOT NULL,
    shared boolean NOT NULL
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
    channel      text     NOT NULL,
    contract     text,
    sector       text,
    occupation   text,
    departed_at  timestamptz,
    left_for     text,
    returned_at  timestamptz,
    leave_until  timestamptz,
    ended_by     text,
    remains_at   timestamptz,
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
    keys        text[] NOT NULL,
    nth         integer NOT NULL
);
CREATE TABLE questions (
    node      uuid        NOT NULL,
    number    text        NOT NULL,
    reason    text        NOT NULL,
    since     timestamptz NOT NULL,
    documents text[]      NOT NULL
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
CREATE INDEX IF NOT EXISTS flags_since ON flags (since, number, name);
CREATE UNIQUE INDEX IF NOT EXISTS questions_key ON questions (node, number);
CREATE INDEX IF NOT EXISTS questions_number ON questions (number);
CREATE INDEX IF NOT EXISTS questions_since ON questions (since, number, node);
CREATE INDEX IF NOT EXISTS journeys_departed ON journeys (departed_at) WHERE departed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS journeys_on_leave ON journeys (leave_until) WHERE leave_until IS NOT NULL;
"""
TABLES = ("workers", "members", "journeys", "flags", "people", "questions")


async def write(connection: Connection, workers: Sequence[Worker]) -> None:
    """Write the rows of workers that have no rows yet."""
    if not workers:
        return
    rows = [worker_row(worker) for worker in workers]
    await connection.copy_records_to_table("workers", records=rows, columns=_WORKER_COLUMNS)
    await connection.copy_records_to_table(
        "members",
        records=[(node, worker.number, node in worker.shared) for worker in workers for node in worker.nodes],
        columns=("node", "number", "shared"),
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
            columns=("number", "evidence_id", "khmer", "latin", "phone", "born", "keys", "nth"),
        )
    questions = [
        (asked.node, worker.number, str(asked.reason), asked.since, asked.documents)
        for worker in workers
        for asked in worker.questions
    ]
    if questions:
        await connection.copy_records_to_table(
            "questions", records=questions, columns=("node", "number", "reason", "since", "documents")
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
    "channel",
    "contract",
    "sector",
    "occupation",
    "departed_at",
    "left_for",
    "returned_at",
    "leave_until",
    "ended_by",
    "remains_at",
    "trips",
    "sex",
]


def worker_row(worker: Worker) -> tuple[Any, ...]:
    """Return the settled row of a worker, with the last known whereabouts: they do not depend on the day."""
    events = worker.state.life.events
    known = worker.state.known
    posts, countries, provinces, agencies = reach_keys(worker)
    return (
        worker.number,
        worker.origin,
        len(events),
        events[0].at,
        events[-1].at,
        str(known.place),
        known.country,
        known.since,
        known.last_heard_at,
        worker.sex,
        worker.home_province,
        posts,
        countries,
        provinces,
        agencies,
    )


def _journey_rows(worker: Worker) -> Iterable[tuple[Any, ...]]:
    sex, life = worker.sex, worker.state.life
    remains = None if life.death is None or not life.dead else life.death.remains
    for nth, journey in enumerate(life.journeys):
        contract = journey.contract
        terms = None if contract is None else contract.terms
        exit = journey.exit
        yield (
            worker.number,
            nth,
            journey.country,
            journey.work,
            str(journey.channel),
            None if contract is None else contract.stream,
            None if terms is None else terms.sector,
            None if terms is None else terms.occupation,
            journey.departed_at,
            None if exit is None else exit.country,
            journey.returned_at,
            journey.leave_until,
            journey.ended_by,
            remains.placed if remains is not None and remains in journey.events else None,
            journey.trips,
            sex,
        )


def _people_rows(worker: Worker) -> Iterable[tuple[Any, ...]]:
    """Yield what was stated of a person, each once: at the last time, counted by ``nth`` in the order of the timeline."""
    seen: set[Any] = set()
    codec = person_codec()
    for nth, person in reversed(list(enumerate(worker.people))):
        identity = (person.khmer, person.latin, person.phone, person.born)
        if identity in seen or person.evidence_id in seen or not any(identity):
            continue
        seen.update((identity, person.evidence_id))
        keys = [codec.search_key(key) for key in keys_of(person.khmer, person.latin, person.phone)]
        yield (
            worker.number,
            person.evidence_id,
            codec.seal_text(person.khmer),
            codec.seal_text(person.latin),
            codec.seal_text(person.phone),
            _day(person.born),
            keys,
            nth,
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
