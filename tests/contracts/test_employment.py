"""The work abroad that the events of a worker show: time worked, not time signed for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from contracts.border import WorkerDeparted, WorkerReturned
from contracts.codes.money import Money, WagePeriod
from contracts.codes.recording import HowRecorded
from contracts.codes.skills import WorkProof
from contracts.employment import experience_of, verified_days
from contracts.envelope import Event, Fact, Recorded
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    Terms,
)
from contracts.skills import Experience

NOW = datetime(2014, 8, 10, 3, tzinfo=UTC)
TODAY = NOW.date()
RECORDED = Recorded(by="clerk-1", office="AGENCY", how=HowRecorded.LIVE)
WORK = Experience(
    proof=WorkProof.VERIFIED,
    employment_contract=f"employment-contract-{uuid4()}",
    destination="THA",
    sector="F",
    occupation="7112",
    started_on=date(2012, 5, 1),
)


SIGNED = datetime(2012, 4, 3, 2, tzinfo=UTC)


def happened(stream: str | None, version: int, fact: Fact, at: datetime) -> Event[Fact]:
    return Event(uuid4(), str(stream), version, at, at, fact, None, (), uuid4())


def contract(*facts: Fact) -> list[Event[Fact]]:
    """An employment contract with an approval after each fact."""
    approved = EmploymentContractApproved(recorded=RECORDED)
    both = [each for fact in facts for each in (fact, approved)]
    return [
        happened(WORK.employment_contract, nth, fact, SIGNED + timedelta(days=nth))
        for nth, fact in enumerate(both)
    ]


def crossed(fact: Fact, on: date) -> list[Event[Fact]]:
    return [happened(f"crossing-{uuid4()}", 1, fact, datetime(on.year, on.month, on.day, 2, tzinfo=UTC))]


LEFT = crossed(WorkerDeparted(recorded=RECORDED, checkpoint="KH-POI", destination="THA"), date(2012, 4, 30))


def back_on(day: date) -> list[Event[Fact]]:
    back = WorkerReturned(
        recorded=RECORDED, checkpoint="KH-POI", returned_from="THA", reason="contract_ended_early"
    )
    return crossed(back, day)


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


def test_experience_is_the_time_worked_under_an_approved_contract() -> None:
    assert experience_of([contract(REGISTERED), LEFT], TODAY) == (WORK,)
    (work,) = experience_of([contract(REGISTERED), LEFT, back_on(date(2012, 5, 19))], TODAY)
    assert (work.proof, work.started_on, work.ended_on) == (
        WorkProof.VERIFIED,
        date(2012, 5, 1),
        date(2012, 5, 19),
    )
    assert verified_days([work], TODAY) == 19


def test_a_contract_that_was_not_approved_or_not_used_is_no_experience() -> None:
    assert experience_of([contract(REGISTERED)], TODAY) == ()
    assert experience_of([contract(REGISTERED)[:1], LEFT], TODAY) == ()
    assert experience_of([contract(REGISTERED), LEFT], date(2012, 4, 29)) == ()
    assert experience_of([[]], TODAY) == ()


def test_an_amendment_states_another_occupation_from_its_signing_on() -> None:
    amended = EmploymentContractAmended(
        recorded=RECORDED, terms=TERMS.model_copy(update={"occupation": "7115", "ends_on": date(2014, 4, 30)})
    )
    works = experience_of([contract(REGISTERED, amended), LEFT], TODAY)
    assert (works[-1].occupation, works[-1].ended_on) == ("7115", date(2014, 4, 30))


def test_work_that_the_worker_states_is_not_on_a_certificate() -> None:
    stated = WORK.model_copy(update={"proof": WorkProof.STATED})
    assert verified_days([stated], TODAY) == 0
