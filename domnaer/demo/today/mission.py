"""Open cases at the mission in Bangkok, of every category and urgency, due from last week to next month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from contracts.codes.assistance import AssistanceCategory, Urgency
from domnaer.demo.lines import Line, Upload, person_line, words_about
from domnaer.demo.moments import chance
from domnaer.demo.people import DemoWorker
from domnaer.demo.today.people import TODAY, Newcomers, on_day, record

CASES: Final = 40
MISSION: Final = "BKK"
ATTACHE: Final = "attache-bangkok"
_REPORTERS: Final = ("worker", "family", "fellow_worker", "organisation", "authority_abroad", "employer")
_UNKNOWN: Final = 13
"""One case of this number is about a caller who gave no name."""
_REFERRED: Final = 5
"""One case of this number is referred to an office in Cambodia, if its person is known."""
_TWICE: Final = {7: 2}
"""A case by its number, and the earlier case of which it has the person: the pages of both show that they may be the same."""
_ACTION_OF: Final = (
    ("call", "worker_remotely", "Called back; the worker described the matter"),
    ("contact_with_employer", "employer", "Asked the employer for a meeting"),
    ("contact_with_family", "family", "Told the family how the matter is"),
    ("letter", "authority", "Wrote to the authority and asked for an answer"),
)


def uploads() -> Iterator[Upload]:
    """Yield the cases, the first actions in two of three, and the deaths among them."""
    rng = chance("open cases of today")
    newcomers = Newcomers("mission", rng)
    known: dict[int, DemoWorker] = {}
    cases: list[Line] = []
    actions: list[Line] = []
    deaths: list[Line] = []
    categories, urgencies = tuple(AssistanceCategory), tuple(Urgency)
    for number in range(CASES):
        category = categories[number % len(categories)]
        days_ago = number * number % 46
        opened = on_day(-days_ago, 8, number)
        case = record(opened, rng) | {
            "mission": MISSION,
            "country": "THA",
            "category": category.value,
            # The cases of a category differ in urgency: their numbers differ by 18, of which 4 is no divisor.
            "urgency": urgencies[(number + number // len(categories)) % len(urgencies)].value,
            "reported_by": _REPORTERS[number % len(_REPORTERS)],
            "status_abroad": ("irregular", "regular", "not_known")[number % 3],
            "due_on": max(opened.date(), TODAY + timedelta(days=number * 7 % 37 - 7)),
            "person": {},
        }
        if number % _UNKNOWN != _UNKNOWN - 1:
            to_nea = number % _REFERRED == 1 and number % 2 == 0
            person = newcomers.person(
                home=("01", "02")[number // 10 % 2] if to_nea else None,  # where the demo has counsellors
                kinds=(("passport",), (), ("pink_card",), ("travel_document",))[number % 4],
            )
            twice = known.setdefault(_TWICE.get(number, number), person)
            case |= {"person": person_line(twice), "words": words_about(twice)}
        if category is not AssistanceCategory.MORTAL_REMAINS and number % 2:
            case["worker_in"] = "THA"
        if number % 4:  # every fourth case waits for somebody to take it
            case["attache"] = ATTACHE
        cases.append(case)
        if category is AssistanceCategory.MORTAL_REMAINS:
            died_on = opened.date() - timedelta(days=1)
            fields = {
                "case_id": case["id"],
                "died_on": died_on,
                "died_in": "THA",
                "cause": "accident_at_work",
            }
            deaths.append(record(opened + timedelta(minutes=20)) | fields)
        elif number % _REFERRED == 1 and "words" in case:
            office, home = ("moi", None) if number % 2 else ("nea", case["person"]["home_province"])
            fields = {"case_id": case["id"], "action": "referral", "referred_to": office, "consent": "spoken"}
            words = "Came to the mission and asks for help at home" if home else "Asks for an identity card"
            actions.append(record(opened + timedelta(hours=6)) | fields | {"words": {"action": words}})
        elif number % 3 and days_ago:
            action, with_whom, words = _ACTION_OF[number % len(_ACTION_OF)]
            fields = {
                "case_id": case["id"],
                "action": action,
                "with_whom": with_whom,
                "words": {"action": words},
            }
            actions.append(record(opened + timedelta(hours=6)) | fields)
    yield Upload("/consular/cases/bulk", cases)
    yield Upload("/consular/cases/actions/bulk", actions)
    yield Upload("/consular/cases/deaths/bulk", deaths)
