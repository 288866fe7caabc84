"""The titles of facts and of their fields, in plain English for pages, beside the titles that codes have.

A fact or field without a title here is named by its own name: ``permit_lapsed`` is "Permit lapsed".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from contracts.catalogue import catalogue
from contracts.command import PersonGiven

_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "about": "Record of the same person",
        "accompanied_by": "Adult who answers for the child",
        "action": "What was done",
        "adult_crossing": "Crossing of that adult",
        "age_band": "Age group",
        "agency_id": "Agency",
        "appeal_until": "Last day for an appeal",
        "at_most_on": "Last possible day",
        "attache": "In charge",
        "birth": "Born",
        "catch_share": "Share of the catch in per cent",
        "category": "Subject",
        "children": "Children among them",
        "clauses_missing": "Missing clauses",
        "count_announced": "Persons announced",
        "count_taken": "Persons taken over",
        "deported": "Was deported",
        "died_in": "Where",
        "died_on": "Day of the death",
        "documents_shown": "Documents shown",
        "due_on": "Next step by",
        "employer_id": "Employer",
        "employment_contract": "Employment contract",
        "ended_on": "Last day of work",
        "ends_on": "Last day of work",
        "event_id": "Event that is the reason",
        "expires_on": "Last day of validity",
        "family_id": "Family",
        "ground": "Ground stated",
        "handed_over_by": "Handed over by",
        "handover_id": "Handover",
        "holder": "Issued to",
        "hours_per_day": "Hours of work on a day",
        "issued_on": "First day of validity",
        "khmer": "Name in Khmer script",
        "lapsed_on": "First day without the permit",
        "latin": "Name in Latin script",
        "match_id": "Match",
        "minutes": "Length in minutes",
        "months": "Months after the first day of work",
        "next_contact_on": "Next contact on",
        "note": "In your words",
        "number": "Number of the document",
        "on": "Day",
        "open_until": "Last day to apply",
        "outcome": "How it ended",
        "place": "Issued in",
        "places": "Places to fill",
        "precision": "Known to",
        "proof": "Proof",
        "province_wanted": "Province wanted",
        "occupation_wanted": "Occupation wanted",
        "regularisation": "From a campaign",
        "relatives": "Family members",
        "reported_by": "Who reported it",
        "rest_days_per_month": "Rest days in a month",
        "restricted_to": "Who may see it",
        "return_event_id": "Event of the return",
        "returned_from": "Returned from",
        "started_on": "First day of work",
        "starts_on": "First day of work",
        "status_abroad": "Legal status there",
        "terms": "Terms",
        "to_attache": "Attaché who takes it",
        "to_mission": "Mission that takes it",
        "unaccompanied_minor": "Child without a responsible adult",
        "vacancy_id": "Vacancy",
        "valid_from": "First day of validity",
        "valid_until": "Last day of validity",
        "vehicle": "How they travelled",
        "vehicle_id": "Vehicle",
        "wage_in_kind": "Value of what is paid in kind",
        "wage_period": "Period of the wage",
        "women": "Women among them",
        "worker_in": "Where the worker is",
        "workplace_id": "Workplace",
    }
)
"""The titles of fields whose names are not plain enough."""
CODES: Mapping[str, str] = MappingProxyType(
    {
        "in": "Into Cambodia",
        "out": "Out of Cambodia",
        "mother": "Mother",
        "father": "Father",
        "spouse": "Husband or wife",
        "child": "Child",
        "sibling": "Brother or sister",
        "grandparent": "Grandparent",
        "other": "Other",
    }
)
"""The titles of codes that have none of their own: directions, and the relations of family members."""


def fact_title(wire: str) -> str:
    """Return the title of a type of event: ``domnaer.consular.permit_lapsed.v1`` is "Permit lapsed"."""
    return _in_words(wire.split(".")[2])


def field_title(name: str) -> str:
    """Return the title of a field of facts or of a person block."""
    return _FIELDS.get(name) or _in_words(name)


def titles() -> Iterator[str]:
    """Yield all titles that pages may show, for the catalogues of translations."""
    names: set[str] = set()
    for fact in catalogue():
        if not fact.rules:
            yield fact_title(fact.wire)
            _add_fields(fact, names)
    _add_fields(PersonGiven, names)
    yield from (field_title(name) for name in sorted(names | {"note"}))
    yield from CODES.values()


def _in_words(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _add_fields(kind: type[BaseModel], names: set[str]) -> None:
    hints = get_type_hints(kind)
    for name in kind.model_fields:
        if name != "recorded":
            names.add(name)
            for model in _models(hints[name]):
                _add_fields(model, names)


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for each in get_args(hint):
        yield from _models(each)
