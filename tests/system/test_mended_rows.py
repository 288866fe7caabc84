"""A row of each upload is known by the id that came back, and changes its record when it is mended."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.commands.examples import example_of
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.rows import adapter_of
from domnaer.upload_templates import uploads
from services.skills.domain.application import application_of
from tests.system.journey import crossing
from tests.system.running_system import RunningSystem, until

UPLOADS = uploads()
BEFORE = {
    "acceptances": ("matches",),
    "declines": ("matches",),
    "follow-ups": ("placements",),
    "decisions": ("assessments",),
    "recognitions": ("assessments", "decisions"),
    "revocations": ("assessments", "decisions", "recognitions"),
}
"""Uploads whose rows must be recorded first, so that the example of another one breaks no rule."""
OTHERWISE: dict[str, dict[str, Any]] = {
    "consular/cases/handovers": {"to_attache": "another-attache"},
    **{f"reintegration/{each}/closings": {"outcome": "unreachable"} for each in ("cases", "returns")},
    "recruitment/employment-contracts/amendments": {
        "terms": {"wage": {"currency": "THB", "amount": "351.00"}}
    },
}
"""Fields with which the example of an upload changes something."""
ONLY_CORRECTED = {
    "recruitment/agencies",
    "recruitment/employers",
    "recruitment/workplaces",
    "reintegration/employers",
    "reintegration/employers/changes",
}
"""Uploads whose records no row changes: a correction does, because the names are in the person block."""
pytestmark = pytest.mark.timeout(400)


def example(name: str) -> dict[str, Any]:
    """Return a right row of an upload, which no other row is equal to."""
    upload = UPLOADS[name]
    found: dict[str, Any] = example_of(adapter_of(upload.body, upload.record).json_schema())
    if "terms" in found:
        found["terms"]["wage_period"] = "month"
    for field, value in OTHERWISE.get(name, {}).items():
        found[field] = {**found[field], **value} if isinstance(value, dict) else value
    return found | {"words": {"remark": str(uuid4())}}


def loaded(system: RunningSystem, name: str, row: dict[str, Any]) -> dict[str, Any]:
    headers = system.headers(**{"Content-Type": "application/x-ndjson"})
    answer = system.http.post(f"/{name}/bulk", content=json.dumps(row).encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def recorded(system: RunningSystem, name: str, row: dict[str, Any]) -> str:
    """Record a row; return the id that comes back."""
    outcome = loaded(system, name, row)
    assert outcome["taken"] == 1, outcome
    (listed,) = system.http.get(outcome["rows_url"], headers=system.headers()).json()["items"]
    row_id: str = listed["id"]
    return row_id


def opened(system: RunningSystem, upload: BulkCommand) -> str:
    """Return the id by which rows of an upload name a new record, on which nothing is recorded yet."""
    match upload.record:
        case "return_event_id":
            return returned(system)
        case "referral_event_id":
            return referred(system)
        case "application_id":
            return str(application_of(UUID(referred(system))))
        case "case_id" if upload.decider.noun.startswith("reintegration"):
            return case_of(system, returned(system))
    name = next(name for name, other in UPLOADS.items() if other.opens and other.decider is upload.decider)
    row = example(name)
    if upload.path.endswith("identifications/bulk"):
        row["person"] = {}
    return recorded(system, name, row)


def returned(system: RunningSystem) -> str:
    """Return the event of a return that has a case."""
    person = {"sex": 1, "documents": [{"kind": "passport", "number": f"N{uuid4().hex[:9]}"}]}
    event_id: str = system.recorded("/border/crossings", crossing("deported_return", person))["events"][0]
    case_of(system, event_id)
    return event_id


def case_of(system: RunningSystem, return_event_id: str) -> str:
    def found() -> str | None:
        rows = system.get("/reintegration/cases", limit=200).json()["items"]
        return next((row["case_id"] for row in rows if row["about"] == f"crossing-{return_event_id}"), None)

    return until(found)


def referred(system: RunningSystem) -> str:
    """Return the event of a referral that has an application."""
    name = "reintegration/returns/referrals"
    event_id = recorded(system, name, example(name) | {"return_event_id": returned(system)})
    until(lambda: system.get(f"/skills/applications/{application_of(UUID(event_id))}").status_code == 200)
    return event_id


def prepared(system: RunningSystem, name: str) -> dict[str, Any]:
    """Return a row of an upload that can be recorded."""
    upload, row = UPLOADS[name], example(name)
    if upload.record is None:
        return row
    of = {upload.record: opened(system, upload)}
    above, _, noun = name.rpartition("/")
    for step in (*BEFORE.get(noun, ()), noun):
        row = example(f"{above}/{step}") | of
        if step == "matches":
            row |= {
                "vacancy_id": recorded(system, "reintegration/vacancies", example("reintegration/vacancies"))
            }
            row |= {"match_id": of.setdefault("match", str(uuid4()))}
        if step in ("acceptances", "declines"):
            row |= {"match_id": of["match"]}
        row.pop("match", None)
        if step != noun:
            recorded(system, f"{above}/{step}", row)
    return row


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_a_row_of_each_upload_is_known_by_its_id_and_corrects_its_record(
    name: str, system: RunningSystem
) -> None:
    row = prepared(system, name)
    row |= {"id": recorded(system, name, row)}
    known = loaded(system, name, row)
    assert (known["already_known"], known["changed"]) == (1, 0), known
    mended = row | {"words": {"remark": "mended"}}
    for changed in (1, 0):
        outcome = loaded(system, name, mended)
        if name in ONLY_CORRECTED:
            assert "correct the record itself" in outcome["refusals"][0]["reason"]
        else:
            assert (outcome["changed"], outcome["taken"], outcome["already_known"]) == (
                changed,
                changed,
                1 - changed,
            ), outcome
