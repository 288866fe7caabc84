"""The texts of the border's pages: kinds of crossings, the answers of the check, and what is wrong in a document's zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.translation import N_
from contracts.codes.people import AgeBand, PersonRole, Sex
from contracts.codes.places import CHECKPOINTS, COUNTRIES
from contracts.machine_readable_zone import ZoneField
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from services.border.domain.check import Action, CheckAnswer, Missing

KINDS: Mapping[str, str] = {
    "departure": N_("Departure for work"),
    "return": N_("Return from work"),
    "deported_return": N_("Deported return"),
    "other_out": N_("Out, not for work"),
    "other_in": N_("In, not from work"),
}
"""The kinds of crossings, in the order of the totals."""
DIRECTIONS: Mapping[str, str] = {"out": N_("Out of Cambodia"), "in": N_("Into Cambodia")}
ACTIONS: Mapping[Action, str] = {
    Action.LET_PASS: N_("Let pass"),
    Action.COMPLETE_PAPERS: N_("Complete the papers"),
    Action.REFER: N_("Refer to the supervisor"),
}
_TONES: Mapping[Action, str] = {
    Action.LET_PASS: "pass",
    Action.COMPLETE_PAPERS: "papers",
    Action.REFER: "refer",
}
_MISSING: Mapping[Missing, str] = {
    Missing.APPROVED_CONTRACT: N_("an approved employment contract for this country"),
    Missing.VALID_DOCUMENT: N_("a document that is still valid"),
}
WRONG: Mapping[ZoneField, str] = {
    ZoneField.NUMBER: N_("the document number and its check digit do not match"),
    ZoneField.BIRTH: N_("the date of birth and its check digit do not match"),
    ZoneField.EXPIRY: N_("the date of expiry and its check digit do not match"),
    ZoneField.PERSONAL_NUMBER: N_("the personal number and its check digit do not match"),
    ZoneField.WHOLE: N_("the last check digit, over several fields, does not match"),
}
"""What is wrong in a zone, by the field that its check digit belongs to."""


def action_shown(answer: CheckAnswer) -> dict[str, Any]:
    """Return the answer of a check as the booth shows it: what to do, in which colour and shape, and why."""
    if answer.action is Action.REFER:
        reason = N_("The supervisor decides. Say nothing of a reason.")
    elif answer.known:
        reason = N_("Known. Papers in order.") if not answer.missing else N_("Known.")
    else:
        reason = N_("Not on record before.")
    return {
        "tone": _TONES[answer.action],
        "title": ACTIONS[answer.action],
        "reason": reason,
        "missing": [_MISSING[each] for each in answer.missing] if answer.action is not Action.REFER else [],
    }


def crossing_shown(row: Mapping[str, Any], person: Any = None) -> dict[str, Any]:
    """Return a crossing of a list as the templates show it; ``person`` is its person block, if the caller may see it."""
    return {
        "id": row["crossing_id"],
        "at": row["occurred_at"],
        "kind": KINDS[row["kind"]],
        "post": CHECKPOINTS[row["checkpoint"]].name,
        "country": COUNTRIES[row["country"]],
        "role": None if row["role"] == PersonRole.WORKER else PersonRole(row["role"]).title_en,
        "sex": Sex(row["sex"]).title_en,
        "age_band": AgeBand(row["age_band"]).title_en,
        "known": row["sex"] != Sex.NOT_KNOWN or row["age_band"] != AgeBand.UNKNOWN,
        "documented": row["documented"],
        "by": row["recorded_by"],
        "person": person,
    }


def name_of(person: ClearPerson | SealedPerson | ErasedPerson | None) -> str:
    """Return the name of a person as typed, in both scripts; empty if it is not known or not readable."""
    if not isinstance(person, ClearPerson) or person.name is None:
        return ""
    return " ".join(each for each in (person.name.khmer, person.name.latin) if each)
