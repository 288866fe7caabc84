"""The rules of the flags (J14), each a small function over the life of a worker."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from operator import attrgetter

from contracts.journeys.employment_contract import EmploymentContract, morning_after
from contracts.journeys.flags import Flag, FlagName, joined, raised
from contracts.journeys.journey import Journey
from contracts.journeys.journeys import Life
from contracts.journeys.missing import reports_of
from contracts.journeys.stays import StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.journeys.work import goes_along
from contracts.reference.current import ReferenceData
from contracts.times import day_of, later

CLOCK_SLACK = timedelta(days=1)
NOTE_LAPSES = timedelta(days=365)
CHILD_FOLLOW_UP = timedelta(days=30)
DEPARTURE_DUE = timedelta(days=30)
ADULT_FROM = 18
_PRECISE = timedelta(hours=1)
_NO_INQUIRY = frozenset(("abuse", "sexual_abuse", "whereabouts", "mortal_remains", "detained_or_imprisoned"))
"""Kinds of assistance case for which no overdue return is raised: an inquiry at the employer or the family could harm the worker."""


def left_before_approval(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A worker left before the ministry had approved the employment contract (policy 3.2, 7.5)."""
    for journey in life.journeys:
        exit = journey.exit
        if exit is None:
            continue
        for contract in journey.standing:
            if contract.signed_at > exit.placed or contract.registered is None:
                continue
            approved = [event.placed for event in contract.events if event.kind is Kind.CONTRACT_APPROVED]
            if not approved or min(approved) > exit.placed:
                ends = [*approved, *([journey.ended_at] if journey.ended_at is not None else [])]
                yield raised(
                    FlagName.LEFT_BEFORE_APPROVAL,
                    exit.placed,
                    min(ends, default=None),
                    exit,
                    contract.registered,
                )


def no_contract(life: Life, reference: ReferenceData) -> Iterator[Flag]:
    """A worker left by a channel that needs an employment contract, and none was registered."""
    for journey in life.journeys:
        exit = journey.exit
        if exit is None or not journey.work or exit.code == "day_work":
            continue
        registered = [contract.signed_at for contract in journey.standing]
        if any(instant <= exit.placed for instant in registered):
            continue
        if reference.needs_contract(journey.channel, day_of(exit.placed)):
            ends = [*registered, *([journey.ended_at] if journey.ended_at is not None else [])]
            yield raised(FlagName.NO_CONTRACT, exit.placed, min(ends, default=None), exit)


def not_departed_though_due(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """An approved employment contract began 30 days ago, and no departure is known."""
    for journey in life.journeys:
        if journey.stays:
            continue
        for contract in journey.standing:
            if contract.in_force and contract.terminated is None and contract.starts_on is not None:
                due = later(morning_after(contract.starts_on), DEPARTURE_DUE)
                yield raised(FlagName.NOT_DEPARTED_THOUGH_DUE, due, journey.lapses_at, contract.registered)


def contract_over(life: Life, reference: ReferenceData) -> Iterator[Flag]:
    """The employment contract is over and no return is known: first a note, an alarm after the days of grace, then a note again."""
    for journey in life.journeys:
        last_day, left = journey.contract_ends_on, journey.abroad_from
        stay = journey.last_stay
        if last_day is None or left is None or stay is None or stay.country != journey.country:
            continue
        over = max(morning_after(last_day), left)
        if stay.ended_at is not None and stay.ended_at <= over:
            continue
        contract = journey.contract
        registered = None if contract is None else contract.registered
        until = journey.ended_at
        yield raised(FlagName.CONTRACT_OVER, over, until, registered)
        if _no_inquiry(life, journey):
            continue
        corridor = reference.corridor(journey.country, last_day)
        overdue = later(over, timedelta(days=corridor.grace_days))
        lapses = later(overdue, timedelta(days=corridor.overdue_days))
        yield raised(
            FlagName.OVERDUE_RETURN, overdue, lapses if until is None else min(until, lapses), registered
        )
        yield raised(FlagName.RETURN_NOT_KNOWN, lapses, until, registered)


def _no_inquiry(life: Life, journey: Journey) -> bool:
    if life.death is not None and not life.dead:
        return True  # the registrar is asked first (J9)
    if any(case.code in _NO_INQUIRY for case in journey.cases):
        return True
    return any(c.terminated is not None and c.terminated.code == "abuse" for c in journey.contracts)


def return_not_recorded(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A worker must have come back, but no post recorded it; until the next crossing that was recorded."""
    crossings = [event.placed for event in life.crossings]
    for stay in life.stays.stays:
        if stay.end not in (StayEnd.NOT_RECORDED, StayEnd.REPATRIATED, StayEnd.PRESENT_AT_HOME):
            continue
        assert stay.ended_at is not None
        after = bisect_right(crossings, stay.ended_at)
        until = crossings[after] if after < len(crossings) else None
        yield raised(FlagName.RETURN_NOT_RECORDED, stay.ended_at, until, stay.ended_by, stay.exit)


def recorded_twice(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """One crossing was recorded twice: the office that recorded the second voids it."""
    for event, counted in life.duplicates:
        yield raised(FlagName.RECORDED_TWICE, event.placed, later(event.placed, NOTE_LAPSES), event, counted)


def two_places_at_once(life: Life, reference: ReferenceData) -> Iterator[Flag]:
    """Two precise records that no trip between them can explain; until the next crossing."""
    for before, event in pairwise(life.crossings):
        if (
            before.checkpoint == event.checkpoint
            or before.precision is not None
            or event.precision is not None
        ):
            continue
        if before.checkpoint is None or event.checkpoint is None:
            continue
        day = day_of(event.placed)
        kilometres = reference.kilometres(before.checkpoint, event.checkpoint, day)
        if kilometres is None:
            continue
        hours = (event.placed - before.placed) / _PRECISE
        if kilometres / reference.travel("travel_kmh", day) > hours:
            yield raised(
                FlagName.TWO_PLACES_AT_ONCE, event.placed, later(event.placed, CHILD_FOLLOW_UP), event, before
            )


def border_pass_overstayed(life: Life, reference: ReferenceData) -> Iterator[Flag]:
    """A worker left with a border pass and stayed longer than it allows."""
    for stay in life.stays.stays:
        exit = stay.exit
        if exit is None:
            continue
        shown = {each.kind for each in exit.shown or ()}
        if "border_pass" not in shown or "passport" in shown:
            continue
        kind = reference.regularising("border_pass", stay.country, day_of(exit.placed))
        if kind is None or kind.days is None:
            continue
        over = later(exit.placed, timedelta(days=kind.days))
        until = stay.ended_at
        if until is None or until > over:
            yield raised(
                FlagName.BORDER_PASS_OVERSTAYED, over, until or later(over, NOTE_LAPSES), exit, stay.entry
            )


def repeated_deportation(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A worker was deported again; for a year after the latest deportation."""
    deported = [event for event in life.crossings if event.kind is Kind.DEPORTATION]
    if len(deported) > 1:
        yield raised(
            FlagName.REPEATED_DEPORTATION,
            deported[1].placed,
            later(deported[-1].placed, NOTE_LAPSES),
            *deported[1:],
        )


def overlapping_contracts(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """The terms of two employment contracts of a worker overlap, and neither contract was withdrawn."""
    if len(life.contracts) < 2:
        return
    standing = [c for c in life.contracts.values() if not c.withdrawn and c.starts_on and c.last_day]
    for one, other in combinations(sorted(standing, key=lambda each: (each.signed_at, each.stream)), 2):
        first = max(one.starts_on, other.starts_on)  # type: ignore[type-var]
        last = min(one.last_day, other.last_day)  # type: ignore[type-var]
        if first is not None and last is not None and first <= last:
            since = max(one.signed_at, other.signed_at)
            until = min(morning_after(last), *_ends(one, other))
            yield raised(FlagName.OVERLAPPING_CONTRACTS, since, until, other.registered, one.registered)


def _ends(*contracts: EmploymentContract) -> list[datetime]:
    far = [morning_after(each.last_day) for each in contracts if each.last_day is not None]
    return [*far, *(each.terminated.placed for each in contracts if each.terminated is not None)]


def under_age(life: Life, reference: ReferenceData) -> Iterator[Flag]:
    """A person under 18 left to work, or a worker under the minimum age of the corridor."""
    for journey in life.journeys:
        exit = journey.exit
        if exit is None or not journey.work or exit.oldest is None or goes_along(exit):
            continue
        if exit.oldest < ADULT_FROM:
            yield raised(FlagName.MINOR_SENT_TO_WORK, exit.placed, journey.ended_at, exit)
        elif (
            journey.standing
            and exit.oldest < reference.corridor(journey.country, day_of(exit.placed)).minimum_age
        ):
            yield raised(FlagName.UNDER_MINIMUM_AGE, exit.placed, journey.ended_at, exit)


def child_alone(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A child crossed alone, or the record does not say who came with the child. The flag lasts 30 days."""
    for event in life.crossings:
        if event.companion == "nobody" or (event.companion is None and _is_child(event)):
            yield raised(FlagName.CHILD_ALONE, event.placed, later(event.placed, CHILD_FOLLOW_UP), event)


def _is_child(event: TimelineEvent) -> bool:
    if event.oldest is None:
        return event.role == "child"
    if event.oldest >= ADULT_FROM:
        return False
    return event.role == "child" or goes_along(event) or event.code not in ("work", "day_work")


def reported_missing(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A worker is reported missing. The flag ends as the report does (see :func:`reports_of`)."""
    for report in reports_of(life.events):
        until = None if report.ended is None else report.ended.placed
        yield raised(FlagName.REPORTED_MISSING, report.opened.placed, until, report.opened)


def death_contradicted(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """A death is recorded, and a later act of the same worker: the registrar is asked who is who."""
    if life.death is not None and (act := life.death.contradicted_by) is not None:
        yield raised(FlagName.DEATH_CONTRADICTED, act.placed, None, act, *life.death.records)


def time_impossible(life: Life, _: ReferenceData) -> Iterator[Flag]:
    """An event was recorded more than a day before it occurred: one of the two times is wrong."""
    for event in life.events:
        if event.placed > event.recorded_at and event.placed - event.recorded_at > CLOCK_SLACK:
            yield raised(FlagName.TIME_IMPOSSIBLE, event.recorded_at, None, event)


_EXIT_KINDS = frozenset((Kind.DEPARTURE, Kind.OUT))
_CROSSING_KINDS = frozenset((*_EXIT_KINDS, Kind.RETURN, Kind.DEPORTATION, Kind.IN))
_ABROAD = frozenset((*_CROSSING_KINDS, Kind.CASE_OPENED, Kind.PERMIT_RECORDED, Kind.CASE_CLOSED))
_CONTRACT = frozenset((Kind.CONTRACT_REGISTERED,))
_CASE = frozenset((Kind.CASE_OPENED,))
_ALL = frozenset(Kind)
RULES: tuple[tuple[Callable[[Life, ReferenceData], Iterator[Flag]], frozenset[Kind]], ...] = (
    (left_before_approval, _CONTRACT),
    (no_contract, _EXIT_KINDS),
    (not_departed_though_due, _CONTRACT),
    (contract_over, _CONTRACT),
    (return_not_recorded, _ABROAD),
    (recorded_twice, _CROSSING_KINDS),
    (two_places_at_once, _CROSSING_KINDS),
    (border_pass_overstayed, _EXIT_KINDS),
    (repeated_deportation, frozenset((Kind.DEPORTATION,))),
    (overlapping_contracts, _CONTRACT),
    (under_age, _EXIT_KINDS),
    (child_alone, _CROSSING_KINDS),
    (reported_missing, _CASE),
    (death_contradicted, _ALL),
    (time_impossible, _ALL),
)
"""Each rule, and the kinds of events of which one must occur for the rule to find anything."""


def flags_of(life: Life, reference: ReferenceData) -> list[Flag]:
    """Return all flags of a worker that hold at some time, ordered by their beginning. A death ends them (J9)."""
    found: dict[tuple[FlagName, datetime], Flag] = {}
    died_at = life.death.since if life.death is not None and life.dead else None
    kinds = life.kinds
    for rule, needed in RULES:
        if needed.isdisjoint(kinds):
            continue
        for flag in rule(life, reference):
            if died_at is not None:
                if flag.since >= died_at:
                    continue
                if flag.until is None or flag.until > died_at:
                    flag = flag._replace(until=died_at)
            if flag.until is None or flag.since < flag.until:
                key = flag.name, flag.since
                found[key] = joined(found[key], flag) if key in found else flag
    return sorted(found.values(), key=_IN_ORDER) if found else []


_IN_ORDER = attrgetter("since", "name")
