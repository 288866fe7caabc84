"""Every decision about an employment contract: from the standing facts and a command to facts or a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Scenario
from contracts.codes.employment import ContractClause, ContractFault, TerminationReason
from contracts.codes.money import Money, WagePeriod
from contracts.codes.people import AgeBand, Sex
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances, PersonGiven
from contracts.envelope import Fact, Recorded
from contracts.person import Age, Birth
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
    Terms,
)
from services.recruitment.deciders import employment_contracts
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    ApproveEmploymentContract,
    RegisterEmploymentContract,
    ReturnEmploymentContract,
    Status,
    TerminateEmploymentContract,
    TermsGiven,
)
from services.recruitment.domain.refusals import (
    ApprovedAlready,
    EmploymentEnded,
    EndsBeforeItStarts,
    NoPayStated,
    NotForWorkAbroad,
    NothingAmended,
    RegistrationTakenBack,
    ReturnedAndNotAmended,
    WageWithoutPeriod,
)
from services.recruitment.projections.employment_contracts import EMPLOYMENT_CONTRACTS

NOW = datetime(2014, 3, 3, 2, 0, tzinfo=UTC)
CONTRACT = UUID("01440000-0000-7000-8000-000000000001")
AGENCY = UUID("01440000-0000-7000-8000-00000000a9e0")
EMPLOYER = UUID("01440000-0000-7000-8000-00000000e300")
RECORDED = Recorded(by="agency-staff-1", office="AGENCY-1", how=HowRecorded.LIVE)
AT = Circumstances(CONTRACT, RECORDED, NOW, NOW, NOW.date(), "agency-staff-1")


def terms(**other: Any) -> Terms:
    usual: dict[str, Any] = {
        "destination": "THA",
        "sector": "F",
        "occupation": "9313",
        "wage": Money.model_validate({"amount": "300.00", "currency": "THB"}),
        "wage_period": WagePeriod.DAY,
        "starts_on": date(2014, 4, 1),
        "ends_on": date(2016, 3, 31),
        "clauses": (ContractClause.WAGE, ContractClause.REST_DAY),
    }
    return Terms(**usual | other)


def terms_given(**other: Any) -> TermsGiven:
    return TermsGiven(**dict(terms(**other)))


def register(**other: Any) -> RegisterEmploymentContract:
    usual: dict[str, Any] = {
        "occurred_at": NOW, "agency_id": AGENCY, "employer_id": EMPLOYER, "terms": terms_given(),
    }  # fmt: skip
    return RegisterEmploymentContract(**usual | other)


def amend(**other: Any) -> AmendEmploymentContract:
    return AmendEmploymentContract(occurred_at=NOW, terms=terms_given(**other))


def terminate(ended_on: date = date(2015, 1, 31)) -> TerminateEmploymentContract:
    return TerminateEmploymentContract(occurred_at=NOW, ended_on=ended_on, reason=TerminationReason.BY_WORKER)


RETURN = ReturnEmploymentContract(occurred_at=NOW, faults=(ContractFault.MISSING_CLAUSE,))
APPROVE = ApproveEmploymentContract(occurred_at=NOW)

registered = EmploymentContractRegistered(
    recorded=RECORDED, sex=Sex.FEMALE, agency_id=AGENCY, employer_id=EMPLOYER, terms=terms()
)
returned = EmploymentContractReturned(recorded=RECORDED, faults=(ContractFault.MISSING_CLAUSE,))
amended = EmploymentContractAmended(recorded=RECORDED, terms=terms(occupation="7112"))
approved = EmploymentContractApproved(recorded=RECORDED)
terminated = EmploymentContractTerminated(
    recorded=RECORDED, ended_on=date(2015, 1, 31), reason=TerminationReason.COMPLETED
)


SCENARIO = Scenario(employment_contracts, AT)
given = SCENARIO.given


def test_a_registration_holds_the_terms_and_what_statistics_need_of_the_worker() -> None:
    person = PersonGiven(sex=Sex.FEMALE, birth=Birth(on=date(1990, 6, 1)), home_province="02")
    assert given().when(register(person=person)).facts == [
        EmploymentContractRegistered(
            recorded=RECORDED,
            sex=Sex.FEMALE,
            age_band=AgeBand.AGE_20_24,
            age=Age(at_least=23, at_most=23),
            home_province="02",
            agency_id=AGENCY,
            employer_id=EMPLOYER,
            terms=terms(),
        )
    ]


def test_a_contract_that_ends_before_it_starts_is_refused_and_the_law_named() -> None:
    refusal = given().when(register(terms=terms_given(ends_on=date(2014, 3, 31)))).refused(EndsBeforeItStarts)
    assert (refusal.status, refusal.field) == (422, "terms.ends_on")
    assert refusal.source is not None and "prakas 45" in refusal.source


def test_a_contract_of_one_day_is_registered() -> None:
    assert given().when(register(terms=terms_given(ends_on=date(2014, 4, 1)))).facts


def test_a_contract_for_work_in_cambodia_is_refused() -> None:
    assert (
        given().when(register(terms=terms_given(destination="KHM"))).refused(NotForWorkAbroad).status == 422
    )


UNPAID: dict[str, Any] = {"wage": None, "wage_period": None}


@pytest.mark.parametrize(
    "pay",
    [
        {"catch_share": Decimal("12.5")},
        {"wage_in_kind": Money.model_validate({"amount": "100", "currency": "THB"})},
    ],
)
def test_a_contract_without_a_wage_in_money_is_registered_if_it_states_other_pay(pay: Any) -> None:
    assert given().when(register(terms=terms_given(**UNPAID | pay))).facts[0] == registered.model_copy(
        update={"terms": terms(**UNPAID | pay), "sex": Sex.NOT_KNOWN}
    )


def test_a_contract_that_states_no_pay_at_all_is_refused() -> None:
    refusal = given().when(register(terms=terms_given(**UNPAID))).refused(NoPayStated)
    assert (refusal.status, refusal.field) == (422, "terms.wage")
    given(registered).when(amend(**UNPAID)).refused(NoPayStated)


@pytest.mark.parametrize("missing", ["wage", "wage_period"])
def test_a_wage_and_its_period_come_together(missing: str) -> None:
    share = {"catch_share": Decimal(10)}
    refusal = given().when(register(terms=terms_given(**{missing: None}, **share))).refused(WageWithoutPeriod)
    assert refusal.field == f"terms.{missing}"


def test_what_is_registered_can_be_returned_with_its_faults() -> None:
    command = ReturnEmploymentContract(
        occurred_at=NOW, faults=(ContractFault.MISSING_CLAUSE,), clauses_missing=(ContractClause.INSURANCE,)
    )
    assert given(registered).when(command).facts == [
        EmploymentContractReturned(
            recorded=RECORDED,
            faults=(ContractFault.MISSING_CLAUSE,),
            clauses_missing=(ContractClause.INSURANCE,),
        )
    ]


def test_what_is_registered_can_be_approved() -> None:
    assert given(registered).when(APPROVE).facts == [approved]


@pytest.mark.parametrize("command", [RETURN, APPROVE])
def test_what_was_returned_and_not_amended_is_not_reviewed(command: Any) -> None:
    assert given(registered, returned).when(command).refused(ReturnedAndNotAmended).remedy


@pytest.mark.parametrize("command", [RETURN, APPROVE])
def test_what_is_approved_is_not_reviewed_again(command: Any) -> None:
    given(registered, approved).when(command).refused(ApprovedAlready)


@pytest.mark.parametrize("command", [RETURN, APPROVE])
def test_what_has_ended_is_not_reviewed(command: Any) -> None:
    given(registered, terminated).when(command).refused(EmploymentEnded)


@pytest.mark.parametrize("before", [(), (returned,), (approved,)])
def test_terms_can_be_amended_until_the_employment_ends(before: tuple[Fact, ...]) -> None:
    assert given(registered, *before).when(amend(occupation="7112")).facts == [amended]


def test_amended_terms_are_up_for_review() -> None:
    assert given(registered, returned, amended).when(APPROVE).facts == [approved]
    assert given(registered, approved, amended).when(APPROVE).facts == [approved]


def test_the_same_terms_can_be_submitted_again_after_a_return() -> None:
    assert given(registered, returned).when(amend()).facts == [
        EmploymentContractAmended(recorded=RECORDED, terms=terms())
    ]


@pytest.mark.parametrize("before", [(), (approved,)])
def test_an_amendment_without_changes_is_refused_unless_returned(before: tuple[Fact, ...]) -> None:
    given(registered, *before).when(amend()).refused(NothingAmended)


def test_amended_terms_must_make_sense_too() -> None:
    given(registered).when(amend(ends_on=date(2014, 1, 1))).refused(EndsBeforeItStarts)
    given(registered).when(amend(destination="KHM")).refused(NotForWorkAbroad)


def test_the_terms_of_an_ended_employment_are_not_amended() -> None:
    given(registered, terminated).when(amend(occupation="7112")).refused(EmploymentEnded)


@pytest.mark.parametrize("before", [(), (returned,), (approved,), (approved, amended)])
def test_an_end_is_recorded_whatever_came_before(before: tuple[Fact, ...]) -> None:
    facts = given(registered, *before).when(terminate()).facts
    assert facts == [terminated.model_copy(update={"reason": TerminationReason.BY_WORKER})]


def test_work_that_never_began_can_end_before_its_first_day() -> None:
    assert given(registered, approved).when(terminate(date(2014, 3, 15))).facts


def test_an_end_is_recorded_once() -> None:
    given(registered, terminated).when(terminate()).refused(EmploymentEnded)


@pytest.mark.parametrize("command", [RETURN, APPROVE, amend(), terminate()])
def test_nothing_is_recorded_about_a_voided_registration(command: Any) -> None:
    given(approved, amended, terminated).when(command).refused(RegistrationTakenBack)


def test_an_end_stays_the_end_whatever_is_recorded_after_it() -> None:
    # An amendment made while the termination was voided, which was then restated.
    assert given(registered, terminated, amended, approved).state.status is Status.TERMINATED


def columns(*facts: Fact) -> dict[str, Any]:
    found = EMPLOYMENT_CONTRACTS.row(SCENARIO.events(*facts))
    assert found is not None
    return dict(zip((name for name, _ in EMPLOYMENT_CONTRACTS.columns), found, strict=True))


def test_the_row_follows_the_review() -> None:
    assert columns(registered)["status"] == "registered"
    after_return = columns(registered, returned)
    assert (after_return["status"], after_return["faults"]) == ("returned", "missing_clause")
    after_amendment = columns(registered, returned, amended)
    assert (after_amendment["status"], after_amendment["faults"]) == ("registered", "")
    assert after_amendment["occupation"] == "7112"
    ended = columns(registered, approved, terminated)
    assert (ended["status"], ended["ended_on"], ended["end_reason"]) == (
        "terminated",
        date(2015, 1, 31),
        "completed",
    )


def test_without_its_registration_there_is_no_row() -> None:
    assert EMPLOYMENT_CONTRACTS.row(SCENARIO.events(approved)) is None
    assert EMPLOYMENT_CONTRACTS.row([]) is None
