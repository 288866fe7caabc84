"""The form of a correction for every published fact: what it shows, and that a form which nobody touched changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.pages.fact_changes import changes
from chassis.pages.fact_controls import Control, controls_of, person_controls
from chassis.pages.fact_texts import FactTexts, Input
from contracts.catalogue import catalogue
from contracts.recruitment import EmploymentContractRegistered
from domnaer.publishing.samples import sample

FACTS = [fact for fact in catalogue() if not fact.rules]
CONTRACT = controls_of(EmploymentContractRegistered)


def stated(wire: str, part: str = "facts") -> dict[str, Any]:
    found: dict[str, Any] = sample(wire)["data"].get(part) or {}
    return found


def names(inputs: tuple[Input, ...]) -> set[str]:
    return {name for each in inputs for name, _ in each.leaves()}


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.wire)
def test_a_form_that_nobody_touched_changes_nothing(fact: Any, language: str) -> None:
    texts = FactTexts(language)
    facts = fact.model_validate(stated(fact.wire)).model_dump(mode="json")
    for controls, recorded, path in (
        (controls_of(fact), facts, "facts."),
        (person_controls(), stated(fact.wire, "person"), "person."),
    ):
        filled = texts.filled(controls, recorded, path)
        sent = {name: filled.get(name, "") for name in names(texts.inputs(controls, filled, path))} | filled
        assert changes(texts, controls, recorded, sent, path) == {}
        assert all(title and text for title, text in texts.rows(controls, recorded))


def changed(
    recorded: dict[str, Any], controls: tuple[Control, ...] = CONTRACT, **typed: str
) -> dict[str, Any]:
    texts = FactTexts("km")
    return changes(texts, controls, recorded, texts.filled(controls, recorded, "facts.") | typed, "facts.")


def test_only_what_was_wrong_inside_a_group_is_stated() -> None:
    contract = stated(EmploymentContractRegistered.wire)
    recorded = contract | {"terms": contract["terms"] | {"wage": {"currency": "THB", "amount": "310.00"}}}
    typed = {"facts.terms.wage.amount": "៣៥០", "facts.terms.destination": "malaysia"}
    assert changed(recorded, **typed) == {"terms": {"destination": "MYS", "wage": {"amount": "350"}}}
    nothing = {"facts.terms.wage.amount": "", "facts.terms.wage.currency": ""}
    assert changed(recorded, **nothing) == {"terms": {"wage": None}}


def test_a_list_is_stated_as_a_whole_without_the_removed_entries() -> None:
    contract = stated(EmploymentContractRegistered.wire)
    meal = {"kind": "other", "amount": {"currency": "THB", "amount": "20"}, "period": "day"}
    recorded = contract | {"terms": contract["terms"] | {"deductions": [meal, meal | {"period": "month"}]}}
    typed = {"facts.terms.deductions[0]:remove": "yes"}
    assert changed(recorded, **typed) == {"terms": {"deductions": [meal | {"period": "month"}]}}
