"""The read model of vacancies, with the number of places taken by returnees."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.codes.money import Money, WagePeriod
from contracts.envelope import Event
from contracts.reintegration import VacancyChanged, VacancyClosed, VacancyRegistered
from services.reintegration.domain.vacancy import Offer

MOST_RANKED = 5_000

DDL = """
CREATE TABLE vacancies (
    vacancy_id     uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    employer_id    uuid        NOT NULL,
    occupation     text        NOT NULL,
    sector         text        NOT NULL,
    province       text        NOT NULL,
    wage_amount    numeric     NOT NULL,
    wage_currency  text        NOT NULL,
    wage_period    text        NOT NULL,
    places         integer     NOT NULL,
    open_until     date,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    closed_at      timestamptz,
    closed_for     text
);
CREATE INDEX vacancies_of_employer ON vacancies (employer_id, registered_at, vacancy_id);
CREATE INDEX vacancies_latest ON vacancies (registered_at, vacancy_id);
"""


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of a vacancy, as it is after the last change; None if its registration was voided."""
    first = events[0]
    if not isinstance(first.facts, VacancyRegistered):
        return None
    stated = [event for event in events if isinstance(event.facts, VacancyRegistered | VacancyChanged)]
    terms = max(reversed(stated), key=lambda event: event.occurred_at).facts
    closing = next((event for event in events if isinstance(event.facts, VacancyClosed)), None)
    return (
        record_of(first.stream),
        first.facts.employer_id,
        terms.occupation,
        terms.sector,
        terms.province,
        terms.wage.amount,
        terms.wage.currency,
        str(terms.wage_period),
        terms.places,
        terms.open_until,
        first.occurred_at,
        first.recorded_at,
        None if closing is None else closing.occurred_at,
        None if closing is None else str(closing.facts.reason),
    )


VACANCIES = StreamProjection(
    name="vacancies",
    columns=(
        ("vacancy_id", "uuid"),
        ("employer_id", "uuid"),
        ("occupation", "text"),
        ("sector", "text"),
        ("province", "text"),
        ("wage_amount", "numeric"),
        ("wage_currency", "text"),
        ("wage_period", "text"),
        ("places", "integer"),
        ("open_until", "date"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("closed_at", "timestamptz"),
        ("closed_for", "text"),
    ),
    ddl=DDL,
    row=row,
)


def _taken(schemas: Mapping[str, str], further: str = "") -> str:
    return (
        f"(SELECT count(*) FROM {schemas['cases']}.cases c WHERE c.accepted <> ''"
        f" AND string_to_array(c.accepted, ' ') @> ARRAY[v.vacancy_id::text]{further})"
    )


async def find_vacancies(
    pool: Pool,
    schemas: Mapping[str, str],
    *,
    open_on: date | None,
    province: str | None = None,
    work: str | None = None,
    employer_id: UUID | None = None,
    wage: Money | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return vacancies, the latest first; with ``open_on`` only those open on that day with places left.

    ``work`` is the beginning of an ISCO-08 code. With ``wage`` only those that pay as much a month or more, in the same currency.
    """
    rows = await pool.fetch(
        f"SELECT * FROM (SELECT v.*, {_taken(schemas)} AS taken FROM {schemas['vacancies']}.vacancies v) v"
        " WHERE ($1::date IS NULL"
        " OR (closed_at IS NULL AND (open_until IS NULL OR open_until >= $1) AND taken < places))"
        " AND ($2::text IS NULL OR province = $2) AND ($3::text IS NULL OR starts_with(occupation, $3))"
        " AND ($4::uuid IS NULL OR employer_id = $4)"
        " AND ($5::timestamptz IS NULL OR (registered_at, vacancy_id) < ($5, $6::uuid))"
        " AND ($8::numeric IS NULL OR (wage_amount >= $8 AND wage_currency = $9 AND wage_period = $10))"
        " ORDER BY registered_at DESC, vacancy_id DESC LIMIT $7",
        open_on,
        province,
        work,
        employer_id,
        *(after or (None, None)),
        limit,
        None if wage is None else wage.amount,
        None if wage is None else wage.currency,
        str(WagePeriod.MONTH),
    )
    return [dict(row) for row in rows]


async def find_vacancy(pool: Pool, schemas: Mapping[str, str], vacancy_id: UUID) -> dict[str, Any] | None:
    """Return a vacancy, or None."""
    found = await pool.fetchrow(
        f"SELECT v.*, {_taken(schemas)} AS taken FROM {schemas['vacancies']}.vacancies v WHERE vacancy_id = $1",
        vacancy_id,
    )
    return None if found is None else dict(found)


async def find_offers(
    pool: Pool, schemas: Mapping[str, str], asked: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Offer]:
    """Return the offers of vacancies, by (case, vacancy): the places that other cases take are counted, at one instant."""
    if not asked:
        return {}
    rows = await pool.fetch(
        "SELECT asked.case_id, v.*,"
        f" {_taken(schemas, ' AND c.case_id <> asked.case_id')} AS taken,"
        " (SELECT coalesce(max(version), 0) FROM count_versions WHERE counted = v.vacancy_id) AS version"
        " FROM unnest($1::uuid[], $2::uuid[]) AS asked(case_id, vacancy_id)"
        f" JOIN {schemas['vacancies']}.vacancies v USING (vacancy_id)",
        [case_id for case_id, _ in asked],
        [vacancy_id for _, vacancy_id in asked],
    )
    return {
        (row["case_id"], row["vacancy_id"]): replace(offer_of(row), version=row["version"]) for row in rows
    }


def offer_of(row: Mapping[str, Any]) -> Offer:
    """Make an offer from a row."""
    return Offer(
        vacancy_id=row["vacancy_id"],
        occupation=row["occupation"],
        sector=row["sector"],
        province=row["province"],
        places=row["places"],
        taken=row["taken"],
        open_until=row["open_until"],
        closed=row["closed_at"] is not None,
    )
