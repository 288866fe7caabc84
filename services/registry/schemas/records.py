"""Records of other services that a timeline links to: their addresses and pages."""

from __future__ import annotations

from pydantic import BaseModel, Field

RECORDS = {
    "employment-contract": "/recruitment/employment-contracts/{id}",
    "assistance-case": "/consular/cases/{id}",
    "permit": "/consular/permits/{id}",
    "reintegration-case": "/reintegration/cases/{id}",
    "application": "/skills/applications/{id}",
}
"""The address of a record of the timeline, by the noun of its stream."""


def service_of(noun: str) -> str:
    """Return the service of a record of one person, by the noun of its stream."""
    return RECORDS[noun].split("/")[1] if noun in RECORDS else "border"


class RecordShown(BaseModel):
    """A record of the journey in another service."""

    stream: str
    href: str | None = Field(description="The address of the record at its service.")


RECORD_PAGES = {
    "employment-contract": (
        "/recruitment/pages/employment-contracts/{id}",
        "recruitment.employment_contract.read",
    ),
    "assistance-case": ("/consular/pages/cases/{id}", "consular.case.read"),
    "permit": ("/consular/pages/permits/{id}", "consular.permit.read"),
    "reintegration-case": ("/reintegration/pages/cases/{id}", "reintegration.case.read"),
    "application": ("/skills/pages/applications/{id}", "skills.application.read"),
}
"""The page of a record at its service, and the permission to open it, by the noun of the stream."""


def record(stream: str) -> dict[str, str | None]:
    """Return a record with its address at its service."""
    pattern = RECORDS.get(stream[:-37])
    return {"stream": stream, "href": None if pattern is None else pattern.format(id=stream[-36:])}
