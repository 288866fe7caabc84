"""The texts of a timeline: sentences of events, countries, checkpoints. Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from chassis.pages.translation import N_
from contracts.border import Direction
from contracts.codes.assistance import AssistanceAction, AssistanceCategory, AssistanceOutcome
from contracts.codes.crossings import CrossingPurpose, ReturnReason, VehicleKind
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.employment import TerminationReason
from contracts.codes.missions import MISSIONS
from contracts.codes.money import WagePeriod
from contracts.codes.places import CHECKPOINTS, COUNTRIES
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.codes.reintegration import DeclineReason, Need, ReintegrationOutcome
from contracts.codes.skills import AssessmentResult
from contracts.codes.work import OCCUPATIONS
from services.registry.projections.reading import Entry

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its values. ``plain`` values are final, ``codes`` are message ids, ``days`` are formatted by the page."""

    text: str
    plain: dict[str, str]
    codes: dict[str, str]
    days: dict[str, date] = field(default_factory=dict)


RECORDS: Mapping[str, str] = {
    "employment-contract": N_("Employment contract"),
    "assistance-case": N_("Assistance case"),
    "reintegration-case": N_("Reintegration case"),
    "application": N_("Application for recognition"),
}
"""The titles of the records of a journey, by the noun of their stream."""


def country(code: str | None) -> str:
    """Return a country's name as a message id."""
    return COUNTRIES.get(code or "", code or N_("a country not known"))


def checkpoint(code: str) -> str:
    """Return a checkpoint's name."""
    found = CHECKPOINTS.get(code)
    return found.name if found else code


def _papers(facts: Facts) -> str:
    kinds = facts.get("documents_shown") or []
    return ", ".join(KINDS[DocumentKind(kind)].title_en for kind in kinds) if kinds else N_("no documents")


def _departed(facts: Facts) -> Sentence:
    plain = {"checkpoint": checkpoint(facts["checkpoint"])}
    codes = {"country": country(facts["destination"]), "papers": _papers(facts)}
    return Sentence(N_("Departed to %(country)s through %(checkpoint)s, with %(papers)s"), plain, codes)


def _returned(facts: Facts) -> Sentence:
    plain = {"checkpoint": checkpoint(facts["checkpoint"])}
    codes = {
        "country": country(facts["returned_from"]),
        "papers": _papers(facts),
        "reason": ReturnReason(facts.get("reason", "unknown")).title_en,
        "vehicle": VehicleKind(facts.get("vehicle", "other")).title_en,
    }
    return Sentence(
        N_("Came back from %(country)s through %(checkpoint)s (%(vehicle)s), with %(papers)s: %(reason)s"),
        plain,
        codes,
    )


def _deported(facts: Facts) -> Sentence:
    plain = {"checkpoint": checkpoint(facts["checkpoint"])}
    codes = {
        "country": country(facts["returned_from"]),
        "vehicle": VehicleKind(facts.get("vehicle", "other")).title_en,
    }
    return Sentence(N_("Deported from %(country)s through %(checkpoint)s (%(vehicle)s)"), plain, codes)


def _crossed(facts: Facts) -> Sentence:
    plain = {"checkpoint": checkpoint(facts["checkpoint"])}
    codes = {
        "country": country(facts["country"]),
        "purpose": CrossingPurpose(facts.get("purpose", "other")).title_en,
    }
    if facts["direction"] == Direction.OUT:
        return Sentence(N_("Crossed to %(country)s through %(checkpoint)s: %(purpose)s"), plain, codes)
    return Sentence(N_("Crossed from %(country)s through %(checkpoint)s: %(purpose)s"), plain, codes)


def _terms(text: str) -> Callable[[Facts], Sentence]:
    def sentence(facts: Facts) -> Sentence:
        terms = facts["terms"]
        plain = {"wage": f"{terms['wage']['currency']} {Decimal(terms['wage']['amount']):,}"}
        codes = {
            "occupation": OCCUPATIONS.get(terms["occupation"], terms["occupation"]),
            "country": country(terms["destination"]),
            "period": WagePeriod(terms["wage_period"]).title_en.lower(),
        }
        days = {
            "starts": date.fromisoformat(terms["starts_on"]),
            "ends": date.fromisoformat(terms["ends_on"]),
        }
        return Sentence(text, plain, codes, days)

    return sentence


def _coded(text: str, **fields: tuple[str, Callable[[str], str]]) -> Callable[[Facts], Sentence]:
    def sentence(facts: Facts) -> Sentence:
        return Sentence(text, {}, {name: titled(facts[field]) for name, (field, titled) in fields.items()})

    return sentence


def _plain(text: str, **fields: str) -> Callable[[Facts], Sentence]:
    def sentence(facts: Facts) -> Sentence:
        return Sentence(text, {name: str(facts.get(field) or "–") for name, field in fields.items()}, {})

    return sentence


def _dated(text: str, otherwise: str, field: str) -> Callable[[Facts], Sentence]:
    def sentence(facts: Facts) -> Sentence:
        day = facts.get(field)
        return (
            Sentence(text, {}, {}, {"day": date.fromisoformat(day)}) if day else Sentence(otherwise, {}, {})
        )

    return sentence


def _case_opened(facts: Facts) -> Sentence:
    mission = MISSIONS[facts["mission"]]
    return Sentence(
        N_("Assistance case opened at %(mission)s: %(category)s"),
        {"mission": mission.title_en},
        {"category": AssistanceCategory(facts["category"]).title_en},
    )


def _needs(facts: Facts) -> Sentence:
    return Sentence(
        N_("Needs recorded: %(needs)s"),
        {},
        {"needs": ", ".join(Need(need).title_en for need in facts["needs"])},
    )


def _ruled(text: str) -> Callable[[Facts], Sentence]:
    return _coded(text, reason=("reason", lambda code: CorrectionReason(code).title_en))


_occupation = ("occupation", lambda code: OCCUPATIONS.get(code, code))
SENTENCES: Mapping[str, Callable[[Facts], Sentence]] = {
    "worker_departed": _departed,
    "worker_returned": _returned,
    "worker_deported": _deported,
    "border_crossed": _crossed,
    "employment_contract_registered": _terms(
        N_(
            "Employment contract registered: %(occupation)s in %(country)s, %(wage)s (%(period)s), %(starts)s to %(ends)s"
        )
    ),
    "employment_contract_amended": _terms(
        N_(
            "Employment contract amended: %(occupation)s in %(country)s, %(wage)s (%(period)s), %(starts)s to %(ends)s"
        )
    ),
    "employment_contract_returned": _plain(N_("Employment contract returned to the agency for correction")),
    "employment_contract_approved": _plain(N_("Employment contract approved")),
    "employment_contract_terminated": _coded(
        N_("Employment contract ended: %(reason)s"),
        reason=("reason", lambda code: TerminationReason(code).title_en),
    ),
    "assistance_case_opened": _case_opened,
    "assistance_caller_identified": _plain(N_("Caller identified")),
    "assistance_action_logged": _coded(
        N_("Assistance: %(action)s"), action=("action", lambda code: AssistanceAction(code).title_en)
    ),
    "assistance_due_date_set": _dated(
        N_("Next step due by %(day)s"), N_("Nothing is due any more"), "due_on"
    ),
    "assistance_case_handed_over": _plain(N_("Assistance case handed over")),
    "assistance_case_closed": _coded(
        N_("Assistance case closed: %(outcome)s"),
        outcome=("outcome", lambda code: AssistanceOutcome(code).title_en),
    ),
    "reintegration_case_opened": _plain(N_("Reintegration case opened")),
    "reintegration_case_assigned": _plain(N_("Reintegration case assigned to a counsellor")),
    "needs_recorded": _needs,
    "counselling_session_held": _plain(N_("Counselling session of %(minutes)s minutes"), minutes="minutes"),
    "referred_for_recognition": _coded(
        N_("Referred for recognition: %(occupation)s"), occupation=_occupation
    ),
    "match_proposed": _plain(N_("Vacancy proposed")),
    "match_accepted": _plain(N_("Vacancy accepted")),
    "match_declined": _coded(
        N_("Vacancy declined: %(reason)s"), reason=("reason", lambda code: DeclineReason(code).title_en)
    ),
    "worker_placed": _coded(N_("Started a new job at home: %(occupation)s"), occupation=_occupation),
    "reintegration_case_closed": _coded(
        N_("Reintegration case closed: %(outcome)s"),
        outcome=("outcome", lambda code: ReintegrationOutcome(code).title_en),
    ),
    "recognition_applied": _coded(N_("Applied for recognition: %(occupation)s"), occupation=_occupation),
    "assessment_booked": _dated(N_("Assessment booked for %(day)s"), N_("Assessment booked"), "on"),
    "assessment_decided": _coded(
        N_("Assessed: %(result)s"), result=("result", lambda code: AssessmentResult(code).title_en)
    ),
    "skills_recognised": _plain(N_("Skills recognised at level %(level)s"), level="level"),
    "recognition_revoked": _plain(N_("Recognition revoked")),
    "event_voided": _ruled(N_("An earlier record was voided: %(reason)s")),
    "event_corrected": _ruled(N_("An earlier record was corrected: %(reason)s")),
}


def sentence_of(entry: Entry, *, restated: bool = False) -> Sentence:
    """Return the sentence of an event; with ``restated``, a correction shows the facts that it restates.

    An event without a sentence in the table shows its type.
    """
    wire, facts = entry.type, orjson.loads(entry.facts)
    if restated and "restated" in facts:
        wire, facts = facts["restated"]["type"], facts["restated"]["facts"]
    name = wire.split(".")[2]
    found = SENTENCES.get(name)
    return found(facts) if found else Sentence(name.replace("_", " "), {}, {})


def recorded_by(entry: Entry) -> dict[str, str]:
    """Return the person, office, device and way in which an event was recorded."""
    recorded = orjson.loads(entry.facts)["recorded"]
    office = recorded["office"]
    post, mission = CHECKPOINTS.get(office), MISSIONS.get(office)
    named = post.name if post else mission.title_en if mission else office
    return {
        "office": named,
        "by": recorded["by"],
        "device": recorded.get("device") or "",
        "how": HowRecorded(recorded["how"]).title_en,
        "precision": recorded.get("precision", "second"),
    }
