"""An employment contract between worker, agency and employer abroad: registered, reviewed, amended, ended.

The ministry approves the current terms; changed terms need a new approval (policy 3.2: no worker is sent on a contract
that was not checked against the minimum standards). An end of the employment is recorded whatever came before.

Rules that hold between two days (minimum wage, required clauses, a suspended destination) will be arguments of
``decide``, with their values on the day of the occurrence; they warn or refuse there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from pydantic import ConfigDict, Field

from contracts.codes.employment import ContractClause, ContractFault, TerminationReason
from contracts.codes.places import HOME
from contracts.command import Circumstances, Command, PersonCommand
from contracts.envelope import Event, Fact
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractFact,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
    Terms,
)
from contracts.times import Day
from services.recruitment.domain.refusals import (
    ApprovedAlready,
    ApprovedTermsStand,
    EmploymentEnded,
    EndsBeforeItStarts,
    NoPayStated,
    NotForWorkAbroad,
    NothingAmended,
    RegistrationTakenBack,
    ReturnedAndNotAmended,
    WageWithoutPeriod,
)


class TermsGiven(Terms):
    """The terms that worker and employer agreed, as the agency states them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def terms(self) -> Terms:
        """Return the terms in their published form."""
        return Terms.model_construct(**dict(self))


class RegisterEmploymentContract(PersonCommand):
    """An agency registers a worker's contract with an employer abroad and submits it for review."""

    agency_id: UUID = Field(description="The private recruitment agency.")
    employer_id: UUID = Field(description="The employer abroad.")
    terms: TermsGiven = Field(description="The agreed terms.")


class ReturnEmploymentContract(Command):
    """The reviewer returns the contract to the agency for correction."""

    faults: tuple[ContractFault, ...] = Field(
        min_length=1, max_length=20, description="The faults to correct."
    )
    clauses_missing: tuple[ContractClause, ...] = Field(
        (), max_length=40, description="Required clauses that the contract does not have."
    )


class ApproveEmploymentContract(Command):
    """The reviewer approves the current terms."""


class AmendEmploymentContract(Command):
    """The agency submits corrected or changed terms for a new review."""

    terms: TermsGiven = Field(description="The complete terms after the change.")


class TerminateEmploymentContract(Command):
    """The employment ended, on its last day or before."""

    ended_on: Day = Field(description="Last day of work; a day before the first day if work never began.")
    reason: TerminationReason = Field(description="The reason for the end.")


Asked = (
    RegisterEmploymentContract
    | ReturnEmploymentContract
    | ApproveEmploymentContract
    | AmendEmploymentContract
    | TerminateEmploymentContract
)


class Status(StrEnum):
    """The status of an employment contract."""

    REGISTERED = "registered"
    RETURNED = "returned"
    APPROVED = "approved"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class EmploymentContract:
    """The state of an employment contract. Its status is None if it was not registered, or if the registration was voided."""

    status: Status | None = None
    agency_id: UUID | None = None
    terms: Terms | None = None


def decide(asked: Asked, state: EmploymentContract, at: Circumstances) -> Sequence[EmploymentContractFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.recruitment.domain.refusals`."""
    if isinstance(asked, RegisterEmploymentContract):
        return [_registered(asked, at)]
    if state.status is None:
        raise RegistrationTakenBack("nothing can be recorded about it", remedy="register the contract again")
    match asked:
        case ReturnEmploymentContract():
            _must_be_under_review(state)
            return [
                EmploymentContractReturned(
                    recorded=at.recorded, faults=asked.faults, clauses_missing=asked.clauses_missing
                )
            ]
        case ApproveEmploymentContract():
            _must_be_under_review(state)
            return [EmploymentContractApproved(recorded=at.recorded)]
        case AmendEmploymentContract():
            return [_amended(asked, state, at)]
        case TerminateEmploymentContract():
            if state.status is Status.TERMINATED:
                raise EmploymentEnded(
                    "its end was recorded before",
                    remedy="correct that record if the day or the reason was wrong",
                )
            return [
                EmploymentContractTerminated(
                    recorded=at.recorded, ended_on=asked.ended_on, reason=asked.reason
                )
            ]
        case _:
            assert_never(asked)


def correct(
    earlier: EmploymentContractFact, now: EmploymentContractFact, after: Sequence[Event[Fact]]
) -> None:
    """Check that a correction leaves the terms as they are that were approved after them. Raises ApprovedTermsStand."""
    if not any(isinstance(event.facts, EmploymentContractApproved) for event in after):
        return
    for field in ("terms", "agency_id", "employer_id"):
        if getattr(earlier, field, None) != getattr(now, field, None):
            raise ApprovedTermsStand(
                "they were approved as they are, and stand until others are approved",
                remedy="amend the contract: the changed terms are reviewed; or, if the approval was a mistake, void it,"
                " correct, and have the contract approved again",
                field=field,
            )


def _registered(asked: RegisterEmploymentContract, at: Circumstances) -> EmploymentContractFact:
    _must_make_sense(asked.terms)
    return EmploymentContractRegistered(
        recorded=at.recorded,
        **asked.person.attributes(at),
        agency_id=asked.agency_id,
        employer_id=asked.employer_id,
        terms=asked.terms.terms(),
    )


def _amended(
    asked: AmendEmploymentContract, state: EmploymentContract, at: Circumstances
) -> EmploymentContractFact:
    if state.status is Status.TERMINATED:
        raise EmploymentEnded("its terms cannot change any more", remedy="register a new employment contract")
    _must_make_sense(asked.terms)
    terms = asked.terms.terms()
    # The fault may be outside the terms, such as a missing signature: after a return, unchanged terms are accepted.
    if terms == state.terms and state.status is not Status.RETURNED:
        raise NothingAmended(
            "they are the same as the current terms",
            remedy="give the complete terms after the change",
            field="terms",
        )
    return EmploymentContractAmended(recorded=at.recorded, terms=terms)


def _must_make_sense(terms: Terms) -> None:
    if terms.ends_on < terms.starts_on:
        raise EndsBeforeItStarts(
            f"its last day, {terms.ends_on}, is before its first day, {terms.starts_on}",
            remedy="give the agreed first and last day of work",
            field="terms.ends_on",
        )
    if terms.destination == HOME:
        raise NotForWorkAbroad(
            "its destination is Cambodia",
            remedy="give the country of the workplace",
            field="terms.destination",
        )
    if terms.wage is None and terms.wage_in_kind is None and terms.catch_share is None:
        raise NoPayStated(
            "it has no wage in money, no wage in kind and no share of a catch",
            remedy="give one of wage with wage_period, wage_in_kind or catch_share",
            field="terms.wage",
        )
    if (terms.wage is None) != (terms.wage_period is None):
        missing = "wage_period" if terms.wage_period is None else "wage"
        raise WageWithoutPeriod(
            f"{missing} is missing",
            remedy="give both, or neither for a worker who is not paid in money",
            field=f"terms.{missing}",
        )


def _must_be_under_review(state: EmploymentContract) -> None:
    match state.status:
        case Status.RETURNED:
            raise ReturnedAndNotAmended(
                "it waits for its agency", remedy="decide once the agency has submitted the corrected terms"
            )
        case Status.APPROVED:
            raise ApprovedAlready(
                "its terms have not changed since", remedy="void the approval if it was given by mistake"
            )
        case Status.TERMINATED:
            raise EmploymentEnded("there is nothing left to review")


def evolve(state: EmploymentContract, event: Event[EmploymentContractFact]) -> EmploymentContract:
    """Return the state after an event. An ended contract remains ended, whatever is recorded after it."""
    match event.facts:
        case EmploymentContractRegistered() as facts:
            return EmploymentContract(Status.REGISTERED, facts.agency_id, facts.terms)
        case EmploymentContractReturned():
            return _became(state, Status.RETURNED)
        case EmploymentContractApproved():
            return _became(state, Status.APPROVED)
        case EmploymentContractAmended() as facts:
            return _became(replace(state, terms=facts.terms), Status.REGISTERED)
        case EmploymentContractTerminated():
            return _became(state, Status.TERMINATED)
        case _ as unknown:
            assert_never(unknown)


def _became(state: EmploymentContract, status: Status) -> EmploymentContract:
    return state if state.status in (None, Status.TERMINATED) else replace(state, status=status)
