"""The work abroad that the events of employment contracts show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from contracts.codes.employment import TerminationReason
from contracts.codes.money import Money, WagePeriod
from contracts.codes.recording import HowRecorded
from contracts.employment import experience_of
from contracts.envelope import Event, Fact, Recorded
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractRegistered,
    EmploymentContractTerminated,
    Terms,
)
from contracts.skills import Experience

NOW = datetime(2014, 8, 10, 3, tzinfo=UTC)
TODAY = NOW.date()
RECORDED = Recorded(by="clerk-1", office="AGENCY", how=HowRecorded.LIVE)
WORK = Experience(
    employment_contract=f"employment-contract-{uuid4()}",
    destination="THA",
    sector="F",
    occupation="7112",
    started_on=date(2012, 5, 1),
)


def contract(*facts: Fact) -> list[Event[Fact]]:
    return [
        Event(uuid4(), WORK.employment_contract, nth, NOW, NOW, fact, None, (), uuid4())
        for nth, fact in enumerate(facts, 1)
    ]


TERMS = Terms(
    destination="THA",
    sector="F",
    occupation="7112",
    wage=Money(amount="300.00", currency="THB"),
    wage_period=WagePeriod.DAY,
    starts_on=date(2012, 5, 1),
    ends_on=date(2015, 4, 30),
)
REGISTERED = EmploymentContractRegistered(
    recorded=RECORDED, agency_id=uuid4(), employer_id=uuid4(), terms=TERMS
)


def ended_on(day: date) -> EmploymentContractTerminated:
    return EmploymentContractTerminated(recorded=RECORDED, ended_on=day, reason=TerminationReason.BY_WORKER)


def test_experience_is_what_employment_contracts_show() -> None:
    assert experience_of([contract(REGISTERED)], TODAY) == (WORK,)
    amended = EmploymentContractAmended(
        recorded=RECORDED, terms=TERMS.model_copy(update={"occupation": "7115", "ends_on": date(2014, 4, 30)})
    )
    (work,) = experience_of([contract(REGISTERED, amended)], TODAY)
    assert (work.occupation, work.ended_on) == ("7115", date(2014, 4, 30))
    (work,) = experience_of([contract(REGISTERED, ended_on(date(2013, 1, 31)))], TODAY)
    assert work.ended_on == date(2013, 1, 31)


def test_work_that_never_began_or_has_yet_to_begin_is_no_experience() -> None:
    assert experience_of([contract(REGISTERED, ended_on(date(2012, 4, 1)))], TODAY) == ()
    assert experience_of([contract(REGISTERED)], date(2012, 4, 30)) == ()
    assert experience_of([[]], TODAY) == ()
