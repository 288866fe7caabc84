"""The texts of a timeline: sentences of events, countries, checkpoints. Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import orjson

from chassis.pages.translation import N_
from contracts.codes.assistance import AssistanceAction, AssistanceCategory, AssistanceOutcome
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.employment import TerminationReason
from contracts.codes.missions import MISSIONS
from contracts.codes.money import WagePeriod
from contracts.codes.places import CHECKPOINTS, PROVINCES
from contracts.codes.recording import BirthPrecision, CorrectionReason, HowRecorded
from contracts.codes.reintegration import CaseMark, DeclineReason, Need, ReintegrationOutcome, WorkLater
from contracts.codes.skills import AssessmentResult
from contracts.codes.work import OCCUPATIONS
from services.registry.projections.reading import Entry
from services.registry.wording.crossings import CROSSINGS
from services.registry.wording.sentences import Facts, Sentence, country

RECORDS: Mapping[str, str] = {
    "employment-contract": N_("Employment contract"),
    "assistance-case": N_("Assistance case"),
    "permit": N_("Permit"),
    "reintegration-case": N_("Reintegration case"),
    "application": N_("Application for recognition"),
}
"""The titles of the records of a journey, by the noun of their stream."""

_PERIODS = {
    WagePeriod.HOUR: N_("an hour"),
    WagePeriod.DAY: N_("a day"),
    WagePeriod.WEEK: N_("a week"),
    WagePeriod.MONTH: N_("a month"),
    WagePeriod.PIECE: N_("a piece"),
}


def _terms(text: str) -> Callable[[Facts], Sentence]:
    def sentence(facts: Facts) -> Sentence:
        terms = facts["terms"]
        pay, period = _pay(terms)
        plain = {"wage": pay}
        codes = {
            "occupation": OCCUPATIONS.get(terms["occupation"], terms["occupation"]),
            "country": country(terms["destination"]),
            "period": period,
        }
        days = {
            "starts": date.fromisoformat(terms["starts_on"]),
            "ends": date.fromisoformat(terms["ends_on"]),
        }
        return Sentence(text, plain, codes, days)

    return sentence


def _pay(terms: Facts) -> tuple[str, str]:
    """Return the pay of a contract, and the message of the period or kind that it is paid for."""
    if (wage := terms.get("wage")) is not None:
        period = terms.get("wage_period")
        return _money(wage), _PERIODS[WagePeriod(period)] if period else ""
    if (share := terms.get("catch_share")) is not None:
        return f"{share}%", N_("of the catch")
    if (in_kind := terms.get("wage_in_kind")) is not None:
        return _money(in_kind), N_("in kind")
    return "–", N_("no pay stated")


def _money(money: Facts) -> str:
    return f"{money['currency']} {Decimal(money['amount']):,}"


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
    return Sentence(
        N_("Assistance case opened at %(mission)s: %(category)s"),
        {},
        {
            "mission": MISSIONS[facts["mission"]].title_en,
            "category": AssistanceCategory(facts["category"]).title_en,
        },
    )


def _died(facts: Facts) -> Sentence:
    """Return the sentence of a death, with its day to the precision that is known."""
    day, precision = date.fromisoformat(facts["died_on"]), facts.get("precision", BirthPrecision.DAY)
    match precision:
        case BirthPrecision.DAY:
            return Sentence(N_("Died on %(day)s"), {}, {}, {"day": day})
        case BirthPrecision.MONTH:
            return Sentence(N_("Died in the month %(month)s"), {"month": facts["died_on"][:7]}, {})
        case BirthPrecision.YEAR:
            return Sentence(N_("Died in the year %(year)s"), {"year": str(day.year)}, {})
        case _:
            return Sentence(N_("Died on a day that is not known"), {}, {})


def _permit(facts: Facts) -> Sentence:
    codes = {"kind": KINDS[DocumentKind(facts["kind"])].title_en, "country": country(facts["country"])}
    days = {"starts": date.fromisoformat(facts["valid_from"])}
    if facts.get("valid_until") is None:
        return Sentence(N_("%(kind)s issued in %(country)s, valid from %(starts)s"), {}, codes, days)
    days["ends"] = date.fromisoformat(facts["valid_until"])
    return Sentence(N_("%(kind)s issued in %(country)s, valid %(starts)s to %(ends)s"), {}, codes, days)


def _needs(facts: Facts) -> Sentence:
    return Sentence(
        N_("Needs recorded: %(needs)s"),
        {},
        {"needs": [Need(need).title_en for need in facts["needs"]]},
    )


def _ruled(text: str) -> Callable[[Facts], Sentence]:
    return _coded(text, reason=("reason", lambda code: CorrectionReason(code).title_en))


def _case_moved(facts: Facts) -> Sentence:
    text = N_("Reintegration case moved to %(province)s")
    return Sentence(text, names={"province": PROVINCES[facts["province"]]})


_occupation = ("occupation", lambda code: OCCUPATIONS.get(code, code))
SENTENCES: Mapping[str, Callable[[Facts], Sentence]] = {
    **CROSSINGS,
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
    "worker_death_recorded": _died,
    "permit_recorded": _permit,
    "permit_lapsed": _dated(N_("Permit lapsed on %(day)s"), N_("Permit lapsed"), "lapsed_on"),
    "assistance_due_date_set": _dated(
        N_("Next step due by %(day)s"), N_("Nothing is due any more"), "due_on"
    ),
    "assistance_case_handed_over": _plain(N_("Assistance case handed over")),
    "assistance_case_restricted": _plain(N_("The people who may see the assistance case were changed")),
    "assistance_case_closed": _coded(
        N_("Assistance case closed: %(outcome)s"),
        outcome=("outcome", lambda code: AssistanceOutcome(code).title_en),
    ),
    "reintegration_case_opened": _plain(N_("Reintegration case opened")),
    "reintegration_case_assigned": _plain(N_("Reintegration case assigned to a counsellor")),
    "return_joined": _plain(N_("A further return joined the reintegration case")),
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
    "placement_followed_up": _coded(
        N_("Asked about the new job: %(work)s"), work=("work", lambda code: WorkLater(code).title_en)
    ),
    "vacancy_ruled_out": _coded(
        N_("Vacancy not suitable: %(reason)s"), reason=("reason", lambda code: DeclineReason(code).title_en)
    ),
    "reintegration_case_moved": _case_moved,
    "reintegration_case_marked": _coded(
        N_("Nothing is due in the reintegration case any more: %(mark)s"),
        mark=("mark", lambda code: CaseMark(code).title_en),
    ),
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
