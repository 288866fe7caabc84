"""The findings of a review: what an employment contract says, against the rules that hold on its first day of work.

Policy 3.2 and 7.5: contracts are reviewed against minimum standards before anyone is sent. A finding never decides: the
reviewer does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.codes.employment import ContractClause, ContractFault
from contracts.codes.work import sector_section
from contracts.recruitment import Terms
from contracts.reference.tables import MinimumWage, RequiredClause


class Verdict(StrEnum):
    """The verdict of a finding."""

    MET = "met"
    FAILED = "failed"
    UNCLEAR = "unclear"


class Subject(StrEnum):
    """The subject of a finding, with what it says."""

    OLD_ENOUGH = "old_enough"
    UNDER_AGE = "under_age"
    AGE_UNKNOWN = "age_unknown"
    WAGE_MET = "wage_met"
    WAGE_BELOW = "wage_below"
    NO_MINIMUM_KNOWN = "no_minimum_known"
    SECTOR_WITHOUT_MINIMUM = "sector_without_minimum"
    SECTOR_TOO_WIDE = "sector_too_wide"
    NOT_COMPARABLE = "not_comparable"
    CLAUSES_COMPLETE = "clauses_complete"
    CLAUSE_MISSING = "clause_missing"
    NO_OVERLAP = "no_overlap"
    OVERLAP = "overlap"
    EMPLOYER_KNOWN = "employer_known"
    EMPLOYER_UNKNOWN = "employer_unknown"


OF_OTHER_RECORDS = frozenset(
    {Subject.NO_OVERLAP, Subject.OVERLAP, Subject.EMPLOYER_KNOWN, Subject.EMPLOYER_UNKNOWN}
)
"""Findings about other records, which hold only for somebody who sees all of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding, with the fault for which the contract may be returned, and the source of the rule."""

    verdict: Verdict
    subject: Subject
    fault: ContractFault | None = None
    clause: ContractClause | None = None
    source: str | None = None
    minimum: MinimumWage | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The facts that a review compares with the rules."""

    terms: Terms
    under_age: bool | None
    """Whether the worker is, or may be, too young; None if the age is not known."""
    overlaps: int
    employer_registered: bool


def findings(
    reviewed: Reviewed, age_source: str, minimum: MinimumWage | None, required: Sequence[RequiredClause]
) -> list[Finding]:
    """Return the findings about a contract. The rules are those of its first day of work."""
    found = [
        _age(reviewed.under_age, age_source),
        wage_finding(reviewed.terms, minimum),
        Finding(Verdict.FAILED, Subject.OVERLAP, ContractFault.OVERLAPS)
        if reviewed.overlaps
        else Finding(Verdict.MET, Subject.NO_OVERLAP),
        Finding(Verdict.MET, Subject.EMPLOYER_KNOWN)
        if reviewed.employer_registered
        else Finding(Verdict.FAILED, Subject.EMPLOYER_UNKNOWN, ContractFault.UNKNOWN_EMPLOYER),
    ]
    return [*found, *_clauses(reviewed.terms, required)]


def _age(under_age: bool | None, source: str) -> Finding:
    if under_age is None:
        return Finding(Verdict.UNCLEAR, Subject.AGE_UNKNOWN, source=source)
    if under_age:
        return Finding(Verdict.FAILED, Subject.UNDER_AGE, ContractFault.UNDER_AGE, source=source)
    return Finding(Verdict.MET, Subject.OLD_ENOUGH, source=source)


def wage_finding(terms: Terms, minimum: MinimumWage | None) -> Finding:
    """Return the finding about the wage. Only wages of the same currency and period are compared."""
    if minimum is None:
        return Finding(Verdict.UNCLEAR, Subject.NO_MINIMUM_KNOWN)
    without = minimum.not_for.split()
    if any(terms.sector.startswith(code) for code in without):
        return Finding(
            Verdict.UNCLEAR, Subject.SECTOR_WITHOUT_MINIMUM, source=minimum.source, minimum=minimum
        )
    if any(_contains(terms.sector, code) for code in without):
        return Finding(Verdict.UNCLEAR, Subject.SECTOR_TOO_WIDE, source=minimum.source, minimum=minimum)
    wage = terms.wage
    if wage is None or (wage.currency, terms.wage_period) != (minimum.currency, minimum.period):
        return Finding(Verdict.UNCLEAR, Subject.NOT_COMPARABLE, source=minimum.source, minimum=minimum)
    if wage.amount < minimum.amount:
        return Finding(
            Verdict.FAILED,
            Subject.WAGE_BELOW,
            ContractFault.WAGE_BELOW_MINIMUM,
            source=minimum.source,
            minimum=minimum,
        )
    return Finding(Verdict.MET, Subject.WAGE_MET, source=minimum.source, minimum=minimum)


def _contains(sector: str, code: str) -> bool:
    """Return whether a sector is a group that contains another one."""
    return code.startswith(sector) or (sector.isalpha() and sector_section(code) == sector)


def _clauses(terms: Terms, required: Sequence[RequiredClause]) -> Iterator[Finding]:
    missing = [row for row in required if row.clause not in terms.clauses]
    for row in missing:
        yield Finding(
            Verdict.FAILED,
            Subject.CLAUSE_MISSING,
            ContractFault.MISSING_CLAUSE,
            clause=row.clause,
            source=row.source,
        )
    if required and not missing:
        yield Finding(Verdict.MET, Subject.CLAUSES_COMPLETE)
