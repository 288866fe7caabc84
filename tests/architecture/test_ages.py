"""Whatever command records a person, and whatever corrects one: of an age that may be in two bands the band is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from chassis.commands.examples import example_of
from chassis.commands.restating import Correct, merged, with_attributes
from chassis.store.decider import AnyDecider
from contracts.codes.people import AgeBand
from contracts.codes.recording import BirthPrecision, CorrectionReason, HowRecorded
from contracts.command import Circumstances, Command, PersonCommand, PersonGiven
from contracts.envelope import Fact, PersonFact, Recorded
from contracts.person import Age, Birth, Name
from services.consular.domain.assistance_case import AssistanceCase
from services.consular.domain.commands import IdentifyCaller
from services.recruitment.domain.employment_contract import RegisterEmploymentContract
from tests.architecture.test_corrections_decide import deciders

AT = datetime(2014, 6, 13, 2, tzinfo=UTC)
RECORDED = Recorded(by="somebody", office="TEST", how=HowRecorded.LIVE)
RECORDS_OF_PERSONS = [
    (decider, fact, command)
    for decider in deciders()
    for fact, command in decider.commands.items()
    if issubclass(fact, PersonFact) and issubclass(command, PersonCommand)
]
BEGUN: dict[type[Command], object] = {IdentifyCaller: AssistanceCase(mission="BKK")}
"""The state before commands that need a record that was begun."""
FURTHER: dict[type[Command], dict[str, Any]] = {
    RegisterEmploymentContract: {"terms": {"wage_period": "month"}}
}
"""Optional fields of the examples without which a rule would refuse them."""
KNOWN = [
    ("1989-06-13", "day", (25, 25), AgeBand.AGE_25_29),
    ("1989-06-14", "day", (24, 24), AgeBand.AGE_20_24),
    ("1989-06-01", "month", (24, 25), AgeBand.UNKNOWN),
    ("1989-01-01", "year", (24, 25), AgeBand.UNKNOWN),
    ("1990-01-01", "year", (23, 24), AgeBand.AGE_20_24),
    ("1980-01-01", "decade", (24, 34), AgeBand.UNKNOWN),
    ("1930-01-01", "decade", (74, 84), AgeBand.AGE_65_AND_OVER),
    ("1989-01-01", "unknown", None, AgeBand.UNKNOWN),
]


def born(on: str, precision: str) -> PersonGiven:
    return PersonGiven(
        name=Name(latin="SOK Chanthy"),  # type: ignore[call-arg]
        birth=Birth(on=date.fromisoformat(on), precision=BirthPrecision(precision)),
    )


def recorded(decider: AnyDecider, kind: type[Command], person: PersonGiven) -> Fact:
    """Decide the example of a command, about a person."""
    body: Any = example_of(TypeAdapter(kind).json_schema())
    stated = {name: value for name, value in body.items() if name in _needed(kind)}
    stated = merged(stated, FURTHER.get(kind, {}))
    command = kind.model_validate({**stated, "occurred_at": AT, "person": person}, strict=False)
    at = Circumstances(UUID(int=1), RECORDED, AT, AT, AT.date(), "somebody")
    found: Fact = decider.decide(command, BEGUN.get(kind, decider.initial), at)[0]
    return found


def _needed(kind: type[Command]) -> set[str]:
    return {name for name, field in kind.model_fields.items() if field.is_required()}


@pytest.mark.parametrize(("on", "precision", "age", "band"), KNOWN)
@pytest.mark.parametrize(
    ("decider", "fact", "command"), RECORDS_OF_PERSONS, ids=lambda each: getattr(each, "__name__", "")
)
def test_the_band_of_a_record_is_known_only_if_all_possible_ages_are_in_it(
    decider: AnyDecider,
    fact: type[PersonFact],
    command: type[Command],
    on: str,
    precision: str,
    age: tuple[int, int] | None,
    band: AgeBand,
) -> None:
    expected = None if age is None else Age(at_least=age[0], at_most=age[1])
    made = recorded(decider, command, born(on, precision))
    assert isinstance(made, fact)
    assert (made.age, made.age_band) == (expected, band)

    # A correction of the person decides the same, whatever the record said before.
    before = recorded(decider, command, born("1960-02-01", "day"))
    correction = Correct(reason=CorrectionReason.MISTYPED, person=born(on, precision))
    corrected = with_attributes(before, correction, correction.person, AT)
    assert isinstance(corrected, fact)
    assert (corrected.age, corrected.age_band) == (expected, band)
