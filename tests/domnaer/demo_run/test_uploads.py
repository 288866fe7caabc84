"""Rows of history are valid commands of the services."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from chassis.access.permissions import Caller, Reach
from chassis.uploads.naming import Naming
from chassis.uploads.rows import FileRow, RowReader
from contracts.codes import assistance as assistance_codes
from contracts.codes import crossings, reintegration
from domnaer.demo import assistance, wording
from domnaer.demo.history import batches
from domnaer.demo.lines import Stage, Upload
from domnaer.demo.moments import LAST_MOMENT
from domnaer.demo.table import lines
from domnaer.demo.uploads import Conversion
from services.border.domain.crossing import RecordCrossing
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.consular.domain.commands import (
    CloseAssistanceCase,
    LogAssistanceAction,
    OpenAssistanceCase,
    RecordWorkerDeath,
)
from services.consular.domain.permit import RecordPermit, RecordPermitLapse
from services.recruitment.domain.agency import RegisterAgency
from services.recruitment.domain.employer import RegisterEmployer
from services.recruitment.domain.employment_contract import (
    ApproveEmploymentContract,
    RegisterEmploymentContract,
)
from services.recruitment.domain.workplace import RegisterWorkplace
from services.reintegration.domain.employer import RegisterHomeEmployer
from services.reintegration.domain.vacancy import RegisterVacancy

READ_BY: dict[str, tuple[Any, str | None]] = {
    "/border/crossings/bulk": (RecordCrossing, None),
    "/border/handovers/bulk": (AnnounceHandover, None),
    "/border/handovers/counts/bulk": (CountHandover, "handover_id"),
    "/consular/cases/actions/bulk": (LogAssistanceAction, "case_id"),
    "/consular/cases/bulk": (OpenAssistanceCase, None),
    "/consular/cases/closings/bulk": (CloseAssistanceCase, "case_id"),
    "/recruitment/agencies/bulk": (RegisterAgency, None),
    "/recruitment/employers/bulk": (RegisterEmployer, None),
    "/consular/cases/deaths/bulk": (RecordWorkerDeath, "case_id"),
    "/consular/permits/bulk": (RecordPermit, None),
    "/consular/permits/lapses/bulk": (RecordPermitLapse, "permit_id"),
    "/recruitment/employment-contracts/approvals/bulk": (ApproveEmploymentContract, "contract_id"),
    "/recruitment/employment-contracts/bulk": (RegisterEmploymentContract, None),
    "/recruitment/workplaces/bulk": (RegisterWorkplace, None),
    "/reintegration/employers/bulk": (RegisterHomeEmployer, None),
    "/reintegration/vacancies/bulk": (RegisterVacancy, None),
}


LOADER = Caller("history-loader", "Loader", "LOADER", frozenset(), Reach(national=True), 4e9)


@pytest.fixture(scope="module")
def uploads() -> list[Upload]:
    """The history of the demo at its usual scale."""
    conversion = Conversion()
    return [upload for batch in batches(20, 4_000) for upload in conversion.uploads(batch)]


def test_every_line_is_read_as_strictly_as_the_service_reads_it(uploads: list[Upload]) -> None:
    seen: Counter[str] = Counter()
    for upload in uploads:
        body, record = READ_BY.get(upload.path, (None, None))
        if body is None:
            assert upload.stage is not Stage.RECORD, upload.path
            continue
        reader, naming = RowReader(body, record), Naming(LOADER, upload.path)
        for number, line in enumerate(upload.lines, 1):
            text = orjson.dumps(line)
            reader.read(naming.line(FileRow(number, text)))
            seen[upload.path] += 1
    assert set(seen) == set(READ_BY)


def test_true_identities_are_not_uploaded(uploads: list[Upload]) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(each) for each in value.values()))
        if isinstance(value, list | tuple):
            return set().union(*(keys(each) for each in value))
        return set()

    assert "who" not in set().union(*(keys(line) for upload in uploads for line in upload.lines))


def test_every_line_has_its_time_of_recording_and_none_is_later_than_the_day_of_the_demo(
    uploads: list[Upload],
) -> None:
    for upload in uploads:
        for line in upload.lines:
            assert line["how"] == "migrated"
            assert line["occurred_at"] <= line["recorded_at"] <= LAST_MOMENT, upload.path


def test_every_row_counts_once(uploads: list[Upload]) -> None:
    counted = [row.id for upload in uploads for row in upload.counted]
    assert len(counted) == len(set(counted))
    assert all(not upload.counted or len(upload.counted) == len(upload.lines) for upload in uploads)


def test_every_word_of_history_has_its_code() -> None:
    steps = {step for steps in (*assistance._ACTIONS.values(), assistance._USUAL_ACTIONS) for step in steps}
    outcomes = {
        each for several in (*assistance._OUTCOMES.values(), assistance._USUAL_OUTCOMES) for each in several
    }
    assert steps <= set(wording.ACTIONS)
    assert steps == set(wording.CONTACTS) == set(wording.ACTIONS)
    reporters = {each for several in assistance._REPORTERS.values() for each in several}
    assert reporters | set(assistance._USUAL_REPORTERS) <= {
        each.value for each in assistance_codes.ReportedBy
    }
    assert set(assistance._CAUSES) <= {each.value for each in assistance_codes.DeathCause}
    assert outcomes | {"repatriated"} <= set(wording.OUTCOMES)
    for codes, kind in (
        (wording.ACTIONS, assistance_codes.AssistanceAction),
        (wording.CONTACTS, assistance_codes.Contact),
        (wording.OUTCOMES, assistance_codes.AssistanceOutcome),
        (wording.URGENCY, assistance_codes.Urgency),
        (wording.RETURNED, crossings.ReturnReason),
        (wording.NEEDS, reintegration.Need),
        (wording.DECLINED, reintegration.DeclineReason),
    ):
        assert set(codes.values()) <= {str(each.value) for each in kind}


def test_differences_are_reported() -> None:
    loaded = {("THA", 2014, 1): 20, ("LAO", 2014, 2): 1}
    found = [words for line in lines(400, loaded, {}) for words in line.differences()]
    assert "THA 2014 male: 21 to load, 20 loaded, 0 counted by the registry" in found
    assert "LAO 2014 female: 0 to load, 1 loaded, 0 counted by the registry" in found
