"""A worker as one caller sees them: folded from the records that the table of need to know gives them.

The truth is folded from all records and is stored; nothing here changes it. For a caller who may not see some records the
worker is folded from the others. Where the hidden records show that the worker is elsewhere, or died, the whereabouts say
so, to the month and without the source; and flags that the truth does not have are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from contracts import consular
from contracts.journeys.state import View, fold, view
from contracts.journeys.whereabouts import Certainty, Location
from contracts.times import PHNOM_PENH, day_of
from services.registry.projections.need_to_know import (
    BETRAYING,
    KINDS,
    Case,
    RecordKind,
    Viewer,
    blurred,
    may_be_inferred,
)
from services.registry.projections.workers import Worker, worker_of

CASE = "assistance-case-"
_VALUES = frozenset(value for rule in BETRAYING for value in rule.values)


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of a worker that a caller sees, those from which whereabouts may follow, and the months of help."""

    rows: list[asyncpg.Record]
    inferred: list[asyncpg.Record]
    helped: tuple[date, ...]
    some_hidden: bool


def rows_that_decide(rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Return the rows whose facts decide who sees what: those of assistance cases, and rulings on records of other workers.

    A correction that gives a record to another person is a row of this person's, and the record that it names is not.
    """
    here = {row["event_id"] for row in rows}
    return [row for row in rows if row["stream"].startswith(CASE) or row["names"] not in here]


def sort_rows(
    rows: Sequence[asyncpg.Record], contents: Mapping[UUID, Mapping[str, Any]], viewer: Viewer
) -> Seen:
    """Return what a viewer sees of rows; ``contents`` are the facts of :func:`rows_that_decide`."""
    cases = cases_of(rows, contents)
    types = {
        row["names"]: contents.get(row["event_id"], {}).get("named_type", "")
        for row in rows
        if row["event_id"] in contents
    }
    types |= {row["names"]: row["type"] for row in rows if row["names"] == row["event_id"]}
    shown, inferred, helped = [], [], set[date]()
    sees = {wire: viewer.sees(wire) for wire in {*types.values(), ""}}
    for row in rows:
        wire, case = types.get(row["names"], ""), cases.get(row["stream"])
        if sees[wire] if case is None else viewer.sees(wire, case, row["version"]):
            shown.append(row)
        elif KINDS.get(wire) is RecordKind.DEATH or (
            wire in KINDS and (case is None or may_be_inferred(case))
        ):
            inferred.append(row)
            opened = wire == consular.AssistanceCaseOpened.wire and not row["overruled"]
            if opened and case is not None and viewer.learns_of_help(case):
                helped.add(day_of(row["occurred_at"]).replace(day=1))
    return Seen(shown, inferred, tuple(sorted(helped)), len(shown) < len(rows))


def cases_of(rows: Sequence[asyncpg.Record], contents: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Case]:
    """Return the assistance cases among rows, by stream, with the facts that stand; of a voided case those that stood."""
    of_cases = [row for row in rows if row["stream"].startswith(CASE)]
    first_version = {row["event_id"]: row["version"] for row in of_cases}
    standing = {row["stream"] for row in of_cases if not row["overruled"]}
    missions: dict[str, dict[str, int | None]] = defaultdict(dict)
    category: dict[str, str] = {}
    attache: dict[str, str | None] = {}
    only: dict[str, Sequence[str]] = {}
    # A correction counts where the event that it corrects stands, and not after what was recorded in between.
    for row in sorted(of_cases, key=lambda each: (_first(first_version, each), each["version"])):
        stream = row["stream"]
        if row["overruled"] and stream in standing:
            continue
        facts = contents.get(row["event_id"], {})
        facts = (facts.get("restated") or {}).get("facts", facts)
        mission = facts.get("to_mission") or facts.get("mission")
        if mission:
            left_at = _first(first_version, row)
            earlier = {each: left_at if until is None else until for each, until in missions[stream].items()}
            missions[stream] = earlier | {mission: None}
        category[stream] = facts.get("category") or category.get(stream, "")
        for name in ("attache", "to_attache"):
            if name in facts:
                attache[stream] = facts[name]
        if facts.get("restricted_to") is not None:
            only[stream] = facts["restricted_to"]
    return {
        stream: Case(
            category.get(stream) or "abuse",  # as long as it is not known, it may be one of those
            missions[stream],
            frozenset([*only[stream], *filter(None, [attache.get(stream)])]) if only.get(stream) else None,
        )
        for stream in {row["stream"] for row in of_cases}
    }


def _first(versions: Mapping[UUID, int], row: asyncpg.Record) -> int:
    version: int = row["version"]
    return versions.get(row["names"], version)


def seen_worker(truth: Worker, seen: Seen, viewer: Viewer, at: datetime) -> tuple[Worker, View]:
    """Return the worker as the viewer sees them at an instant, with the number and the questions of the true worker."""
    shown = _subset(truth, seen.rows) if seen.some_hidden else truth
    now = view(shown.state, at)
    if seen.inferred:
        true = view(_subset(truth, [*seen.rows, *seen.inferred]).state, at)
        holding = {flag.name for flag in true.flags}
        now = replace(now, flags=[flag for flag in now.flags if flag.name in holding])
        there, here = true.whereabouts, now.whereabouts
        if (there.place, there.country) != (here.place, here.country):
            month = None if there.since is None else _month(there.since)
            now = replace(
                now,
                status=true.status if there.place is not Location.ABROAD else None,
                whereabouts=replace(
                    there,
                    since=month,
                    certainty=Certainty.LIKELY if there.place is not Location.DIED else there.certainty,
                    last_heard_at=here.last_heard_at,
                    leave=False,
                    remains_home_at=None if there.remains_home_at is None else _month(there.remains_home_at),
                    basis=None,
                ),
            )
    _hide_reasons(shown, viewer)
    return shown, now


def entry_facts(wire: str, facts: str, viewer: Viewer) -> str:
    """Return the facts of an entry as JSON, without values that betray what the viewer may not see."""
    if not any(f'"{value}"' in facts for value in _VALUES):
        return facts
    read = orjson.loads(facts)
    office = read["recorded"]["office"]
    restated = read.get("restated")
    if restated:
        restated = {**restated, "facts": blurred(restated["type"], restated["facts"], viewer, office)}
        return orjson.dumps({**read, "restated": restated}).decode()
    return orjson.dumps(blurred(wire, read, viewer, office)).decode()


def _subset(truth: Worker, rows: Sequence[asyncpg.Record]) -> Worker:
    worker = worker_of(rows, truth.nodes)
    if worker is None:
        return Worker(truth.number, truth.origin, truth.nodes, [], [], fold([]), streams=truth.streams)
    worker.number, worker.origin = truth.number, truth.origin
    worker.streams, worker.questions = truth.streams, truth.questions
    return worker


def _hide_reasons(worker: Worker, viewer: Viewer) -> None:
    """Replace reasons that betray something in the events of a folded worker, which the journeys show."""
    assert worker.state.spans is not None and worker.state.changes is not None  # from the true reasons
    for event in worker.state.life.events:
        if event.code not in _VALUES and event.stated not in _VALUES:
            continue
        for rule in BETRAYING:
            if not viewer.sees_value(rule, event.office or ""):
                if event.code in rule.values:
                    event.code = rule.otherwise
                if event.stated in rule.values:
                    event.stated = rule.otherwise


def _month(moment: datetime) -> datetime:
    return moment.astimezone(PHNOM_PENH).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
