"""Assistance by the missions: one in a hundred workers abroad has a case, deportees included.

Some cases are of workers who died; the remains of most return to Cambodia.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domnaer.demo import people
from domnaer.demo.deployment import FLIGHT_BEGAN, Journey
from domnaer.demo.moments import (
    LAST_MOMENT,
    chance,
    id_at,
    in_daytime,
    midnight,
    pick,
    weighted,
    written_down,
)
from domnaer.demo.rows import (
    AssistanceAction,
    AssistanceRow,
    Death,
    DeportedReturnRow,
    Mission,
    ReturnRow,
    Urgency,
)

SHARE_OF_WORKERS: Final = 0.01
SHARE_THAT_DIED: Final = 0.004
"""The share of workers without a recorded return who died abroad."""
MISSIONS: Final[dict[str, Mission]] = {"THA": "BKK", "MYS": "KUL", "KOR": "SEL", "JPN": "TYO", "SGP": "SGP"}
_CATEGORIES: Final = weighted(
    {
        "wages": 25, "contract": 12, "documents": 12, "repatriation": 11, "employer": 9, "health": 8,
        "abuse": 5, "whereabouts": 5, "compensation": 4, "domestic_work": 3, "detained_or_imprisoned": 3,
        "agency": 2, "sexual_abuse": 1,
    }
)  # fmt: skip
_URGENT: Final[dict[str, Urgency]] = {
    "abuse": "emergency",
    "sexual_abuse": "emergency",
    "health": "urgent",
    "whereabouts": "urgent",
    "detained_or_imprisoned": "urgent",
    "mortal_remains": "urgent",
}
_ACTIONS: Final = {
    "wages": ("employer_called", "labour_office_visited", "wage_claim_filed", "wages_received"),
    "documents": ("employer_called", "nationality_confirmed", "document_issued"),
    "repatriation": ("family_informed", "ticket_arranged", "escorted_to_departure"),
    "health": ("hospital_visited", "family_informed", "insurer_asked"),
    "abuse": ("police_informed", "shelter_given", "interpreter_provided", "employer_changed"),
    "sexual_abuse": ("police_informed", "shelter_given", "legal_counsel_found", "interpreter_provided"),
    "detained_or_imprisoned": ("detention_visited", "interpreter_provided", "legal_counsel_found"),
    "whereabouts": ("agency_asked", "employer_called", "family_informed"),
    "mortal_remains": ("family_informed", "insurer_asked", "remains_repatriated"),
}
_USUAL_ACTIONS: Final = ("worker_interviewed", "employer_called", "labour_office_visited", "agreement_signed")
_OUTCOMES: Final = {
    "wages": ("wages_recovered", "wages_recovered", "withdrawn"),
    "documents": ("document_issued",),
    "repatriation": ("repatriated",),
    "detained_or_imprisoned": ("released", "sentenced", "repatriated"),
    "whereabouts": ("found", "found", "not_found"),
    "mortal_remains": ("remains_repatriated",),
    "abuse": ("employer_changed", "repatriated"),
    "sexual_abuse": ("employer_changed", "repatriated"),
}
_REPORTERS: Final = {
    "abuse": ("worker", "worker", "fellow_worker", "organisation"),
    "detained_or_imprisoned": ("authority_abroad", "authority_abroad", "family", "worker"),
    "health": ("worker", "fellow_worker", "employer"),
    "mortal_remains": ("employer", "authority_abroad", "fellow_worker"),
    "sexual_abuse": ("worker", "fellow_worker", "organisation"),
    "whereabouts": ("family", "family", "family", "fellow_worker"),
}
_USUAL_REPORTERS: Final = ("worker", "worker", "worker", "family", "fellow_worker", "organisation")
_KNEW_NO_PLACE: Final = ("family", "organisation")
"""Those who report a matter without knowing where the worker is at that time."""
_MET_THE_WORKER: Final = {
    "detention_visited", "document_issued", "employer_changed", "escorted_to_departure", "hospital_visited",
    "interpreter_provided", "shelter_given", "worker_interviewed",
}  # fmt: skip
_CAUSES: Final = weighted({"accident_at_work": 30, "traffic_accident": 30, "illness": 25, "not_known": 15})
_USUAL_OUTCOMES: Final = ("resolved", "resolved", "referred", "withdrawn")


class MissionDesks:
    """Decides which workers abroad have a case, with its own random generator."""

    def __init__(self) -> None:
        self._rng = chance("assistance")
        self._details = chance("details of assistance")

    def during(self, journey: Journey) -> Iterator[AssistanceRow | ReturnRow]:
        """Yield the case of a worker between departure and return, if there is one, and the return of remains."""
        rng = self._rng
        stays = journey.returned is None and not journey.fled
        died = stays and self._details.random() < SHARE_THAT_DIED
        if rng.random() >= SHARE_OF_WORKERS and not died:
            return
        left_at = journey.departure.occurred_at
        if journey.returned is not None:
            until = journey.returned.occurred_at
        elif journey.fled:
            until = FLIGHT_BEGAN
        else:
            until = min(LAST_MOMENT, midnight(journey.contract.ends_on) + timedelta(days=180))
        days = (until - left_at).days
        if days < 4:
            return
        opened_at = in_daytime(
            midnight(left_at.date()) + timedelta(days=1 + int(rng.random() * (days - 2))), rng
        )
        category = pick(rng, _CATEGORIES)
        if died:
            category = "mortal_remains"
        still_open = stays and opened_at > LAST_MOMENT - timedelta(days=540) and rng.random() < 0.6
        case = _case(
            person=people.seen_again(journey.contract.person, rng, journey.contract.person.documents),
            country=journey.departure.destination,
            category=category,
            journey=journey,
            opened_at=opened_at,
            until=until,
            still_open=still_open,
            rng=rng,
            details=self._details,
        )
        yield case
        if case.outcome == "remains_repatriated" and case.closed_at is not None:
            yield ReturnRow(
                id_at(case.closed_at, self._details),
                case.closed_at,
                written_down(case.closed_at, self._details),
                case.person,
                journey.departure.checkpoint,
                case.country,
                "remains",
            )

    def before(self, deported: DeportedReturnRow) -> Iterator[AssistanceRow]:
        """Yield the case of a deportee who was in detention before, if there is one."""
        rng = self._rng
        if rng.random() >= SHARE_OF_WORKERS:
            return
        opened_at = deported.occurred_at - timedelta(
            days=deported.days_detained * rng.random(), seconds=7_200
        )
        yield _case(
            person=people.seen_again(deported.person, rng, deported.person.documents),
            country=deported.origin,
            category="detained_or_imprisoned",
            journey=None,
            opened_at=opened_at.replace(microsecond=0),
            until=deported.occurred_at,
            still_open=False,
            rng=rng,
            details=self._details,
        )


def _case(
    *,
    person: people.DemoWorker,
    country: str,
    category: str,
    journey: Journey | None,
    opened_at: datetime,
    until: datetime,
    still_open: bool,
    rng: Random,
    details: Random,
) -> AssistanceRow:
    length = min((until - opened_at).total_seconds(), 86_400 * (5 + rng.random() * 85))
    steps = _ACTIONS.get(category, _USUAL_ACTIONS)
    done = steps[: 1 + int(rng.random() * len(steps))]
    actions = tuple(
        AssistanceAction(
            opened_at + timedelta(seconds=int(length * (n + 1) / (len(done) + 1))),
            action,
            country if action in _MET_THE_WORKER else None,
        )
        for n, action in enumerate(done)
    )
    reported_by = pick(details, _REPORTERS.get(category, _USUAL_REPORTERS))
    death = None
    if category == "mortal_remains":
        earliest = journey.departure.occurred_at.date() if journey is not None else opened_at.date()
        died_on = opened_at.date() - timedelta(days=int(details.random() * 4))
        death = Death(max(earliest, died_on), pick(details, _CAUSES))
    outcome = None
    if not still_open:
        outcome = "released" if journey is None else pick(rng, _OUTCOMES.get(category, _USUAL_OUTCOMES))
    return AssistanceRow(
        id=id_at(opened_at, rng),
        occurred_at=opened_at,
        recorded_at=written_down(opened_at, rng, 0.85),
        person=person,
        mission=MISSIONS[country],
        country=country,
        category=category,
        urgency=_URGENT.get(category, "routine"),
        contract_id=journey.contract.id if journey is not None else None,
        reported_by=reported_by,
        worker_in=None if death is not None or reported_by in _KNEW_NO_PLACE else country,
        death=death,
        actions=actions,
        outcome=outcome,
        closed_at=None if still_open else opened_at + timedelta(seconds=int(length)),
    )
