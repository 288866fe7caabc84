"""The texts of the border's pages: kinds of crossings, the answers of the check, and what is wrong in a document's zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.crossings import DeportingAuthority
from contracts.codes.people import AgeBand, PersonRole, Sex
from contracts.codes.places import CHECKPOINTS, COUNTRIES
from contracts.codes.screening import HelpWanted
from contracts.machine_readable_zone import ZoneField
from contracts.person import Name
from services.border.domain.check import Action, CheckAnswer, Missing

KINDS: Mapping[str, str] = {
    "departure": N_("Departure for work"),
    "return": N_("Return from work"),
    "deported_return": N_("Deported return"),
    "other_out": N_("Out, not for work"),
    "other_in": N_("In, not from work"),
}
"""The kinds of crossings, in the order of the totals."""
CAME_BACK = frozenset({"return", "deported_return"})
"""The kinds whose persons may be asked the private questions."""
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
"""The faults in a zone, by the field that the check digit belongs to."""
CROSSINGS_LIST = ExportedList(
    "crossings",
    N_("Crossings"),
    (
        Column(N_("Crossing"), "crossing_id"),
        Column(N_("When"), "occurred_at", time=True),
        Column(N_("Kind"), "kind", KINDS),
        Column(N_("Post"), "checkpoint", {code: post.name for code, post in CHECKPOINTS.items()}),
        Column(N_("Other country"), "country", COUNTRIES),
        Column(N_("Role"), "role", PersonRole),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age"), "age_band", AgeBand),
        Column(N_("With a document"), "documented"),
        Column(N_("Recorded by"), "recorded_by", officers=True),
    ),
)
"""The crossings of a period as a file, without names."""
HANDOVERS_LIST = ExportedList(
    "handovers",
    N_("Handovers"),
    (
        Column(N_("Handover"), "handover_id"),
        Column(N_("Announced"), "announced_at", time=True),
        Column(N_("Post"), "checkpoint", {code: post.name for code, post in CHECKPOINTS.items()}),
        Column(N_("Country"), "handed_over_by", COUNTRIES),
        Column(N_("Authority"), "authority", DeportingAuthority),
        Column(N_("Persons announced"), "count_announced"),
        Column(N_("Taken over"), "count_taken"),
        Column(N_("Recorded one by one"), "persons_recorded"),
    ),
)

DEVICES_LIST = ExportedList(
    "devices",
    N_("Devices"),
    (
        Column(N_("Device"), "device"),
        Column(N_("Post"), "post", {code: post.name for code, post in CHECKPOINTS.items()}),
        Column(N_("Registered"), "registered_at", time=True),
        Column(N_("Registered by"), "registered_by", officers=True),
        Column(N_("Enrolled"), "enrolled_at", time=True),
        Column(N_("Last upload"), "last_upload_at", time=True),
        Column(N_("Clock behind by seconds"), "clock_error_s"),
        Column(N_("Revoked"), "revoked_at", time=True),
        Column(N_("Revoked by"), "revoked_by", officers=True),
    ),
)


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
        "came_back": row["kind"] in CAME_BACK,
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


def referral_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a referral of a list as the templates show it, codes replaced by message ids."""
    return {
        **row,
        "post": CHECKPOINTS[row["checkpoint"]].name,
        "asks": [HelpWanted(each).title_en for each in row["help"]],
        "reference": reference_of(row["event_id"]),
    }


def reference_of(event_id: UUID) -> str:
    """Return the short reference of a referral, as the slip of the person and the page of the office show it."""
    last = event_id.hex[-12:].upper()
    return "-".join((last[:4], last[4:8], last[8:]))


def name_given(name: Name | None) -> str:
    """Return a name as typed, in both scripts; empty if none is known."""
    return "" if name is None else " ".join(each for each in (name.khmer, name.latin) if each)


def group_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a handover with the number of its persons who were not asked yet, as the templates show it."""
    return {
        "id": row["handover_id"],
        "announced_at": row["announced_at"],
        "post": CHECKPOINTS[row["checkpoint"]].name,
        "from_country": COUNTRIES[row["handed_over_by"]],
        "by_authority": DeportingAuthority(row["authority"]).title_en,
        "persons": row["persons"],
    }


def handover_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a handover as the templates show it, codes replaced by message ids."""
    return {
        **row,
        "id": row["handover_id"],
        "post": CHECKPOINTS[row["checkpoint"]].name,
        "from_country": COUNTRIES[row["handed_over_by"]],
        "by_authority": DeportingAuthority(row["authority"]).title_en,
        "not_recorded": max(0, (row["count_taken"] or row["count_announced"]) - row["persons_recorded"]),
    }
