"""Every decision about a permit: from the standing facts and a command to facts or a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from chassis.testing import Scenario
from contracts.codes.assistance import PermitEnd
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances, PersonGiven
from contracts.consular import PermitLapsed, PermitRecorded
from contracts.envelope import Recorded
from contracts.person import Document
from services.consular.deciders import permits
from services.consular.domain.permit import RecordPermit, RecordPermitLapse
from services.consular.domain.refusals import (
    NothingToKnowThemBy,
    PermitLapsedAlready,
    PermitTakenBack,
    ValidityEndsBeforeItBegins,
)

ISSUED = datetime(2014, 7, 20, 3, tzinfo=UTC)
PERMIT = UUID("01469000-0000-7000-8000-000000000002")
RECORDED = Recorded(by="attache-1", office="BKK", how=HowRecorded.LIVE)
CASE = "assistance-case-01440000-0000-7000-8000-000000000001"
AT = Circumstances(PERMIT, RECORDED, ISSUED, ISSUED, date(2014, 7, 20), "attache-1")
given = Scenario(permits, AT).given

CARD = PersonGiven(
    sex=Sex.FEMALE,
    documents=(Document(kind=DocumentKind.PINK_CARD, number="0012345678901", issued_by="THA"),),
)


def record(**other: Any) -> RecordPermit:
    usual: dict[str, Any] = {
        "occurred_at": ISSUED,
        "mission": "BKK",
        "kind": DocumentKind.PINK_CARD,
        "regularisation": True,
        "valid_from": date(2014, 7, 20),
        "valid_until": date(2016, 3, 31),
        "person": CARD,
    }
    return RecordPermit(**usual | other)


def recorded(**other: Any) -> PermitRecorded:
    usual: dict[str, Any] = {
        "recorded": RECORDED,
        "sex": Sex.FEMALE,
        "mission": "BKK",
        "country": "THA",
        "kind": DocumentKind.PINK_CARD,
        "regularisation": True,
        "valid_from": date(2014, 7, 20),
        "valid_until": date(2016, 3, 31),
    }
    return PermitRecorded(**usual | other)


LAPSE = RecordPermitLapse(occurred_at=ISSUED, lapsed_on=date(2015, 4, 1), reason=PermitEnd.LEFT_EMPLOYER)
LAPSED = PermitLapsed(recorded=RECORDED, lapsed_on=date(2015, 4, 1), reason=PermitEnd.LEFT_EMPLOYER)


def test_a_permit_is_recorded_in_the_missions_own_country_or_another() -> None:
    assert given().when(record()).facts == [recorded()]
    assert given().when(record(country="ZAF")).facts == [recorded(country="ZAF")]


def test_a_permit_is_of_a_person_or_of_the_person_of_a_record() -> None:
    unknown = record(person=PersonGiven(sex=Sex.FEMALE), about=CASE)
    assert given().when(unknown).facts == [recorded(about=CASE)]
    assert given().when(record(person=PersonGiven(sex=Sex.FEMALE))).refused(NothingToKnowThemBy).status == 422


def test_a_permit_may_have_no_stated_end_and_cannot_end_before_it_begins() -> None:
    assert given().when(record(valid_until=None)).facts == [recorded(valid_until=None)]
    refused = given().when(record(valid_until=date(2014, 7, 19))).refused(ValidityEndsBeforeItBegins)
    assert (refused.status, refused.field) == (422, "valid_until")
    assert given().when(record(valid_until=date(2014, 7, 20))).facts, "a day is enough"


def test_a_permit_lapses_once() -> None:
    assert given(recorded()).when(LAPSE).facts == [LAPSED]
    assert "2015-04-01" in given(recorded(), LAPSED).when(LAPSE).refused(PermitLapsedAlready).detail


def test_nothing_is_recorded_about_a_permit_that_was_voided() -> None:
    given(LAPSED).when(LAPSE).refused(PermitTakenBack)
