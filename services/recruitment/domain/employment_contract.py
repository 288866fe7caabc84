"""An employment contract between worker, agency and employer abroad: registered, reviewed, amended, ended.

The ministry's approval is of the terms as they stand: changed terms go back to it (policy 3.2: no worker is
sent on a contract that was not held against the minimum standards). An end is reality, whatever came before.

Rules that hold from a day to a day (minimum wage, required clauses, a suspended destination) will come to
``decide`` as arguments, those of the day on which it occurred; they warn or refuse there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from pydantic import ConfigDict, Field

from contracts.codes.reasons import ContractClause, ContractFault, TerminationReason
from contracts.command import Circumstances, Command, PersonCommand
from contracts.envelope import Event
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
    EmploymentEnded,
    EndsBeforeItStarts,
    NotForWorkAbroad,
    NothingAmended,
    RegistrationTakenBack,
    ReturnedAndNotAmended,
)

HOME = "KHM"


class TermsGiven(Terms):
    """The terms that worker and employer agree upon, as the agency states them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def terms(self) -> Terms:
        """The terms as they are published."""
        return Terms.model_construct(**dict(self))


class RegisterEmploymentContract(PersonCommand):
    """An agency registers a worker's contract with an employer abroad and submits it for review."""

    agency_id: UUID = Field(description="The private recruitment agency.")
    employer_id: UUID = Field(description="The employer abroad.")
    terms: TermsGiven = Field(description="What was agreed.")


class ReturnEmploymentContract(Command):
    """The reviewer returns the contract to the agency for correction."""

    faults: tuple[ContractFault, ...] = Field(
        min_length=1, max_length=20, description="What must be put right."
    )
    clauses_missing: tuple[ContractClause, ...] = Field(
        (), max_length=40, description="Clauses that the contract lacks."
    )


class ApproveEmploymentContract(Command):
    """The reviewer approves the terms as they stand."""


class AmendEmploymentContract(Command):
    """The agency submits corrected or changed terms; they go to the reviewer again."""

    terms: TermsGiven = Field(description="The whole terms as they now stand.")


class TerminateEmploymentContract(Command):
    """The employment ended, at its last day or before."""

    ended_on: Day = Field(description="Last day of work; before the first day where work never began.")
    reason: TerminationReason = Field(description="Why it ended.")


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
    """The state of an employment contract; without status where no registration stands."""

    status: Status | None = None
    agency_id: UUID | None = None
    terms: Terms | None = None


def decide(asked: Asked, state: EmploymentContract, at: Circumstances) -> Sequence[EmploymentContractFact]:
    """Decide a command on an employment contract. Raises the refusals of ``refusals.py``."""
    if isinstance(asked, RegisterEmploymentContract):
        return [_registered(asked, at)]
    if state.status is None:
        raise RegistrationTakenBack("nothing can be recorded about it", remedy="register the contract anew")
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
                    "its end was recorded before", remedy="correct that record if day or reason were wrong"
                )
            return [
                EmploymentContractTerminated(
                    recorded=at.recorded, ended_on=asked.ended_on, reason=asked.reason
                )
            ]
        case _:
            assert_never(asked)


def _registered(asked: RegisterEmploymentContract, at: Circumstances) -> EmploymentContractFact:
    _must_make_sense(asked.terms)
    return EmploymentContractRegistered(
        recorded=at.recorded,
        sex=asked.person.sex,
        age_band=asked.person.age_band(at.day),
        home_province=asked.person.home_province,
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
    # What was wrong may lie outside the terms (a signature): after a return they may come again unchanged.
    if terms == state.terms and state.status is not Status.RETURNED:
        raise NothingAmended(
            "nothing in them differs", remedy="send the whole terms as they should read", field="terms"
        )
    return EmploymentContractAmended(recorded=at.recorded, terms=terms)


def _must_make_sense(terms: Terms) -> None:
    if terms.ends_on < terms.starts_on:
        raise EndsBeforeItStarts(
            f"ends_on, {terms.ends_on}, is before starts_on, {terms.starts_on}",
            remedy="give the first and the last day of work as agreed",
            field="terms.ends_on",
        )
    if terms.destination == HOME:
        raise NotForWorkAbroad(
            "its destination is Cambodia",
            remedy="give the country of the workplace",
            field="terms.destination",
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
    """The state after an event. An end stays the end, whatever is recorded after it."""
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
