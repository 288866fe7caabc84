"""Timeline events for the fold; every field has a default, so that a test states only what matters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from contracts.codes.recording import TimePrecision
from contracts.journeys.state import State, fold
from contracts.journeys.timeline_event import Kind, Shown, TimelineEvent
from contracts.times import PHNOM_PENH

CONTRACT, OTHER_CONTRACT, CASE, RECOGNITION, REINTEGRATION, PERMIT, OTHER_PERMIT = (
    f"{noun}-00000000-0000-4000-8000-00000000000{nth}"
    for nth, noun in enumerate(
        (
            "employment-contract",
            "employment-contract",
            "assistance-case",
            "application",
            "reintegration-case",
            "permit",
            "permit",
        )
    )
)
_ids = count(1)


def day(text: str, hour: int = 8) -> datetime:
    """Eight in the morning of a day in Asia/Phnom_Penh."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), PHNOM_PENH) + timedelta(hours=hour)


def moment(kind: Kind, on: str | datetime, **other: Any) -> TimelineEvent:
    """Return an event of its own stream, recorded when it occurred."""
    nth = next(_ids)
    at = day(on) if isinstance(on, str) else on
    event_id = UUID(int=nth)
    usual: dict[str, Any] = {
        "event_id": event_id,
        "recorded_at": at,
        "stream": f"crossing-{UUID(int=nth, version=4)}",
        "country": "THA",
    }
    found = TimelineEvent(at=at, kind=kind, **(usual | other))
    found.placed, found.appended_at = found.at, found.recorded_at
    return found


def shown(*kinds: str) -> tuple[Shown, ...]:
    """Return documents of the person's own that were shown."""
    return tuple(Shown(kind) for kind in kinds)


def _crossing(kind: Kind, on: str | datetime, other: dict[str, Any]) -> TimelineEvent:
    return moment(kind, on, **({"checkpoint": "KH-POI", "shown": shown("passport")} | other))


def departure(on: str | datetime, **other: Any) -> TimelineEvent:
    """A worker left through Poipet with papers, to work in Thailand."""
    return _crossing(Kind.DEPARTURE, on, {"code": "work"} | other)


def back(on: str | datetime, **other: Any) -> TimelineEvent:
    """A worker came back through Poipet."""
    return _crossing(Kind.RETURN, on, {"code": "unknown"} | other)


def deported(on: str | datetime, **other: Any) -> TimelineEvent:
    """A worker was brought back through Poipet."""
    return _crossing(Kind.DEPORTATION, on, {"code": "immigration"} | other)


def went_out(on: str | datetime, **other: Any) -> TimelineEvent:
    """A person crossed to Thailand for a visit."""
    return _crossing(Kind.OUT, on, {"code": "visit"} | other)


def came_in(on: str | datetime, **other: Any) -> TimelineEvent:
    """A person crossed from Thailand after a visit."""
    return _crossing(Kind.IN, on, {"code": "visit"} | other)


def contract(on: str, *, starts: str = "2013-01-10", ends: str = "2015-01-09", **other: Any) -> TimelineEvent:
    """An employment contract was registered, from 10 January 2013 for two years in Thailand."""
    usual = {
        "stream": CONTRACT,
        "starts_on": date.fromisoformat(starts),
        "ends_on": date.fromisoformat(ends),
        "sector": "A",
        "occupation": "9211",
        "agency": str(UUID(int=77)),
    }
    return moment(Kind.CONTRACT_REGISTERED, on, **(usual | other))


def amended(on: str, **other: Any) -> TimelineEvent:
    """The terms of the employment contract were changed."""
    found = contract(on, **other)
    found.kind, found.agency = Kind.CONTRACT_AMENDED, None
    return found


def approved(on: str | datetime, **other: Any) -> TimelineEvent:
    """The employment contract was approved."""
    return moment(Kind.CONTRACT_APPROVED, on, **({"stream": CONTRACT, "country": None} | other))


def sent_back(on: str, **other: Any) -> TimelineEvent:
    """The reviewer returned the employment contract to the agency."""
    return moment(Kind.CONTRACT_RETURNED, on, **({"stream": CONTRACT, "country": None} | other))


def terminated(on: str, *, last: str | None = None, **other: Any) -> TimelineEvent:
    """The employment contract was ended, on that day."""
    usual = {
        "stream": CONTRACT,
        "country": None,
        "code": "by_worker",
        "ends_on": date.fromisoformat(last or on),
    }
    return moment(Kind.CONTRACT_TERMINATED, on, **(usual | other))


def case(on: str, **other: Any) -> TimelineEvent:
    """The embassy in Bangkok opened an assistance case; the worker asked for it."""
    return moment(
        Kind.CASE_OPENED,
        on,
        **({"stream": CASE, "code": "wages", "whom": "worker", "mission": "BKK"} | other),
    )


def acted(on: str, **other: Any) -> TimelineEvent:
    """The mission met the worker."""
    usual = {"stream": CASE, "country": None, "code": "visit", "whom": "worker_in_person"}
    return moment(Kind.CASE_ACTED, on, **(usual | other))


def closed(on: str, outcome: str, **other: Any) -> TimelineEvent:
    """The assistance case was closed."""
    return moment(Kind.CASE_CLOSED, on, **({"stream": CASE, "country": None, "code": outcome} | other))


def died(on: str, **other: Any) -> TimelineEvent:
    """A mission recorded that the worker died on that day."""
    usual = {"stream": CASE, "country": "THA", "starts_on": date.fromisoformat(on)}
    return moment(Kind.DEATH_RECORDED, on, **(usual | other))


def permit(on: str, *, ends: str | None = None, **other: Any) -> TimelineEvent:
    """A mission recorded a permit that is valid from that day."""
    usual = {
        "stream": PERMIT,
        "code": "work_permit",
        "starts_on": date.fromisoformat(on),
        "ends_on": None if ends is None else date.fromisoformat(ends),
    }
    return moment(Kind.PERMIT_RECORDED, on, **(usual | other))


def counselled(on: str | datetime, **other: Any) -> TimelineEvent:
    """A counsellor in Cambodia met the worker."""
    return moment(Kind.COUNSELLED, on, **({"stream": REINTEGRATION, "country": None} | other))


def reintegration(on: str, **other: Any) -> TimelineEvent:
    """A reintegration case was opened."""
    return moment(Kind.REINTEGRATION_OPENED, on, **({"stream": REINTEGRATION} | other))


def applied(on: str, **other: Any) -> TimelineEvent:
    """A worker applied for the recognition of skills."""
    return moment(Kind.RECOGNITION_APPLIED, on, **({"stream": RECOGNITION, "country": None} | other))


def life(*moments: TimelineEvent) -> State:
    """Return the state that is folded from events."""
    return fold(moments)


# --- any life at all ------------------------------------------------------------------------------------------

BEGIN = day("2012-01-01", hour=0)
_CROSSINGS = (Kind.DEPARTURE, Kind.RETURN, Kind.DEPORTATION, Kind.OUT, Kind.IN)
_OF_CONTRACTS = (
    Kind.CONTRACT_REGISTERED,
    Kind.CONTRACT_RETURNED,
    Kind.CONTRACT_APPROVED,
    Kind.CONTRACT_AMENDED,
    Kind.CONTRACT_TERMINATED,
)
_COUNTRY = st.sampled_from(["THA", "THA", "MYS"])
PRECISIONS = [None, None, None, *TimePrecision]
_HOUR = st.one_of(st.integers(0, 24 * 900), st.sampled_from([24 * 100, 24 * 100 + 8, 24 * 400]))
"""Hours since the beginning: two and a half years, and often the same ones."""


@st.composite
def crossings(draw: st.DrawFn) -> TimelineEvent:
    """Any crossing."""
    at = BEGIN + timedelta(hours=draw(_HOUR))
    return moment(
        draw(st.sampled_from(_CROSSINGS)),
        at,
        country=draw(_COUNTRY),
        code=draw(
            st.sampled_from(["work", "visit", "day_work", "visit_home", "contract_completed", "remains"])
        ),
        checkpoint=draw(st.sampled_from(["KH-POI", "KH-BVT"])),
        shown=draw(st.sampled_from([(), shown("passport"), shown("pink_card"), shown("border_pass")])),
        oldest=draw(st.sampled_from([None, 4, 16, 30])),
        recorded_at=at + timedelta(hours=draw(st.integers(-72, 72))),
        precision=draw(st.sampled_from(PRECISIONS)),
    )


@st.composite
def of_contracts(draw: st.DrawFn) -> TimelineEvent:
    """Any moment of one of two employment contracts."""
    kind = draw(st.sampled_from(_OF_CONTRACTS))
    at = BEGIN + timedelta(hours=draw(_HOUR))
    found = moment(kind, at, stream=draw(st.sampled_from([CONTRACT, OTHER_CONTRACT])), country=None)
    if kind in (Kind.CONTRACT_REGISTERED, Kind.CONTRACT_AMENDED):
        found.country = draw(_COUNTRY)
        found.starts_on = at.date() + timedelta(days=draw(st.integers(-30, 90)))
        found.ends_on = found.starts_on + timedelta(days=draw(st.integers(0, 400)))
    elif kind is Kind.CONTRACT_TERMINATED:
        found.ends_on = at.date() + timedelta(days=draw(st.integers(-30, 30)))
    return found


@st.composite
def of_records(draw: st.DrawFn) -> TimelineEvent:
    """Any moment of a case, of reintegration, of recognition, or of no kind that is known."""
    at = BEGIN + timedelta(hours=draw(_HOUR))
    build = draw(
        st.sampled_from(
            [
                (Kind.CASE_OPENED, CASE, True),
                (Kind.CASE_ACTED, CASE, False),
                (Kind.CASE_CLOSED, CASE, False),
                (Kind.DEATH_RECORDED, CASE, True),
                (Kind.PERMIT_RECORDED, PERMIT, True),
                (Kind.PERMIT_RECORDED, OTHER_PERMIT, True),
                (Kind.PERMIT_LAPSED, PERMIT, False),
                (Kind.COUNSELLED, REINTEGRATION, False),
                (Kind.REINTEGRATION_OPENED, REINTEGRATION, True),
                (Kind.PLACED, REINTEGRATION, False),
                (Kind.RECOGNITION_APPLIED, RECOGNITION, False),
                (Kind.OTHER, REINTEGRATION, False),
            ]
        )
    )
    return moment(
        build[0],
        at,
        stream=build[1],
        country=draw(_COUNTRY) if build[2] else None,
        code=draw(
            st.sampled_from(["wages", "whereabouts", "mortal_remains", "repatriated", "found", "call"])
        ),
        whom=draw(st.sampled_from(["worker", "family", "worker_in_person", "not_stated"])),
        worker_in=draw(st.sampled_from([None, None, "THA", "MYS", "KHM"])),
        starts_on=at.date(),
        ends_on=draw(st.sampled_from([None, at.date() + timedelta(days=200)])),
        stated=draw(st.sampled_from([None, "irregular", "regularisation"])),
    )


lives = st.lists(st.one_of(crossings(), crossings(), of_contracts(), of_records()), max_size=14)
"""The moments of any life, in any order."""
