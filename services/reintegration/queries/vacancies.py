"""Queries of vacancies: a page of a list, each with its employer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from services.reintegration.projections.vacancies import find_vacancies
from services.reintegration.queries.records import with_employers
from services.reintegration.schemas import VacancyRow


async def page_of_vacancies(
    runtime: Runtime,
    *,
    open_on: date | None,
    province: str | None = None,
    work: str | None = None,
    employer_id: UUID | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[dict[str, Any]]:
    """Return a page of vacancies with their employers, the latest registered first."""
    rows = await find_vacancies(
        runtime.pool,
        runtime.schemas,
        open_on=open_on,
        province=province,
        work=work,
        employer_id=employer_id,
        after=None if cursor is None else decode_cursor(cursor, *VacancyRow.SORT),
        limit=limit + 1,
    )
    rows = [*await with_employers(runtime, rows[:limit]), *rows[limit:]]
    return page_of(rows, limit, lambda row: row, lambda row: (row["registered_at"], row["vacancy_id"]))
