"""Timeline events for the fold; every field has a default, so that a test states only what matters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from contracts.times import PHNOM_PENH
from services.registry.fold.state import State, fold
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent

CONTRACT, OTHER_CONTRACT, CASE, RECOGNITION, REINTEGRATION = (
    f"{noun}-00000000-0000-4000-8000-00000000000{nth}"
    for nth, noun in enumerate(
        ("employment-contract", "employment-contract", "assistance-case", "application", "reintegration-case")
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
    return TimelineEvent(at=at, kind=kind, **(usual | other))


def _crossing(kind: Kind, on: str | datetime, other: dict[str, Any]) -> TimelineEvent:
    return moment(kind, on, **({"checkpoint": "KH-POI", "papers": Papers.SOME} | other))


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


def approved(on: str, **other: Any) -> TimelineEvent:
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
    """The embassy in Bangkok opened an assistance case."""
    return moment(Kind.CASE_OPENED, on, **({"stream": CASE, "code": "wages"} | other))


def acted(on: str, **other: Any) -> TimelineEvent:
    """Something was done in the assistance case."""
    return moment(Kind.CASE_ACTED, on, **({"stream": CASE, "country": None, "code": "call"} | other))


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
_HOUR = st.integers(0, 24 * 900)
"""Hours since the beginning: two and a half years."""


@st.composite
def crossings(draw: st.DrawFn) -> TimelineEvent:
    """Any crossing."""
    at = BEGIN + timedelta(hours=draw(_HOUR))
    return moment(
        draw(st.sampled_from(_CROSSINGS)),
        at,
        country=draw(_COUNTRY),
        code=draw(st.sampled_from(["work", "visit", "day_work", None])),
        checkpoint=draw(st.sampled_from(["KH-POI", "KH-BVT"])),
        papers=draw(st.sampled_from([Papers.NONE, Papers.SOME, Papers.REGULARISING])),
        minor_alone=draw(st.booleans()),
        recorded_at=at + timedelta(hours=draw(st.integers(-72, 72))),
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
                (Kind.REINTEGRATION_OPENED, REINTEGRATION, True),
                (Kind.PLACED, REINTEGRATION, False),
                (Kind.RECOGNITION_APPLIED, RECOGNITION, False),
                (Kind.OTHER, REINTEGRATION, False),
            ]
        )
    )
    return moment(build[0], at, stream=build[1], country=draw(_COUNTRY) if build[2] else None)


lives = st.lists(st.one_of(crossings(), crossings(), of_contracts(), of_records()), max_size=14)
"""The moments of any life, in any order."""
