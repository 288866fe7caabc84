"""Rule J7, legal status: evidence with its source, for each span of time. Nothing is inferred from what is missing.

Regular: an approved contract in force, or a document of a regularising kind from its showing or issue to its expiry, the
kind's validity or the return. Irregular: from the day on which an office states it until other evidence. Else not known.
Later evidence does not rewrite spans that have another source.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from contracts.codes.assistance import LegalStatus
from contracts.journeys.basis import Basis, basis
from contracts.journeys.employment_contract import morning_after, morning_of
from contracts.journeys.journey import Journey
from contracts.journeys.stays import Stay
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.reference.current import ReferenceData
from contracts.times import day_of, later

_IRREGULAR_GROUNDS = frozenset(("irregular_stay", "irregular_entry", "work_without_permit", "overstay"))


class StatusSpan(NamedTuple):
    """A worker's legal status abroad during a time span; ``until`` is None if the span has not ended.

    A span that begins and ends at one instant is what an office saw at that instant, such as permits shown on the return.
    ``source`` is None if the status is not known.
    """

    status: LegalStatus
    since: datetime | None
    until: datetime | None
    source: Basis | None = None


class _Evidence(NamedTuple):
    since: datetime
    until: datetime | None
    source: Basis

    @property
    def place(self) -> tuple[datetime, bool, datetime, Basis]:
        """The place in a total order: by the begin, then by the end; evidence without an end comes last."""
        return self.since, self.until is None, self.until or self.since, self.source


def status_in(journey: Journey, stay: Stay, reference: ReferenceData) -> list[StatusSpan]:
    """Return the legal status in one of the stays of a journey."""
    since = stay.begins_at if stay.exit is not None or stay.seen else None
    until = stay.ended_at
    regular = sorted(_regular(journey, stay, reference), key=lambda each: each.place)
    irregular = sorted(_irregular(journey, stay), key=lambda each: each.place)
    spans: list[StatusSpan] = []
    if since is not None:
        cuts = {since}
        for evidence in (*regular, *irregular):
            cuts.update(
                instant
                for instant in (evidence.since, evidence.until)
                if instant is not None and instant > since and (until is None or instant < until)
            )
        ordered: list[datetime | None] = [*sorted(cuts), until]
        for begin, end in pairwise(ordered):
            assert begin is not None
            status, source = _at(begin, regular, irregular)
            if spans and spans[-1].status is status and spans[-1].source == source:
                spans[-1] = spans[-1]._replace(until=end)
            else:
                spans.append(StatusSpan(status, begin, end, source))
    if stay.entry is not None and (shown := _shown_at_entry(stay, reference)) is not None:
        if not spans:
            spans.append(StatusSpan(LegalStatus.NOT_KNOWN, None, until))
        if spans[-1].status is not shown[0]:
            spans.append(StatusSpan(shown[0], until, until, shown[1]))
    return spans or [StatusSpan(LegalStatus.NOT_KNOWN, since, until)]


def _at(
    instant: datetime, regular: Iterable[_Evidence], irregular: Iterable[_Evidence]
) -> tuple[LegalStatus, Basis | None]:
    for evidence in regular:
        if evidence.since <= instant and (evidence.until is None or instant < evidence.until):
            return LegalStatus.REGULAR, evidence.source
    latest = max((each.since for each in regular if each.since <= instant), default=None)
    for evidence in reversed(list(irregular)):
        if evidence.since <= instant and (evidence.until is None or instant < evidence.until):
            if latest is None or evidence.since >= latest:
                return LegalStatus.IRREGULAR, evidence.source
            break
    return LegalStatus.NOT_KNOWN, None


def _regular(journey: Journey, stay: Stay, reference: ReferenceData) -> Iterable[_Evidence]:
    begins = stay.begins_at
    for contract in journey.contracts:
        if contract.country != stay.country:
            continue
        for force in contract.in_force:
            first = morning_of(force.first)
            grace = timedelta(days=reference.corridor(stay.country, force.first).grace_days)
            if begins < first <= later(begins, grace) and force.approved.placed <= begins:
                first = begins  # left with an approved contract shortly before its first day
            yield _Evidence(first, morning_after(force.last), basis("J7", force.approved, force.terms))
    if stay.exit is not None:
        for shown in stay.exit.shown or ():
            kind = reference.regularising(shown.kind, stay.country, day_of(begins))
            if kind is None or (shown.expires_on is not None and morning_after(shown.expires_on) <= begins):
                continue
            ends = [morning_after(shown.expires_on)] if shown.expires_on is not None else []
            if kind.days is not None:
                ends.append(later(begins, timedelta(days=kind.days)))
            yield _Evidence(begins, min(ends, default=None), basis("J7", stay.exit))
    for seen in stay.seen:
        if seen.kind is Kind.PERMIT_RECORDED and seen.country == stay.country and seen.starts_on is not None:
            ends_at = None if seen.ends_on is None else morning_after(seen.ends_on)
            lapsed = next((each for each in journey.events if _lapses(each, seen)), None)
            if lapsed is not None and lapsed.starts_on is not None:
                lapse = morning_of(lapsed.starts_on)
                ends_at = lapse if ends_at is None else min(ends_at, lapse)
            yield _Evidence(morning_of(seen.starts_on), ends_at, basis("J7", seen, lapsed))


def _lapses(event: TimelineEvent, permit: TimelineEvent) -> bool:
    return event.kind is Kind.PERMIT_LAPSED and event.stream == permit.stream


def _irregular(journey: Journey, stay: Stay) -> Iterable[_Evidence]:
    exit = stay.exit
    if exit is not None and exit.shown == ():
        yield _Evidence(exit.placed, None, basis("J7", exit))
    for case in stay.cases:
        if case.stated == "irregular":
            yield _Evidence(case.placed, None, basis("J7", case))
    permits = {seen.stream for seen in stay.seen if seen.kind is Kind.PERMIT_RECORDED}
    for event in journey.events if permits else ():
        if event.kind is Kind.PERMIT_LAPSED and event.stream in permits and event.starts_on is not None:
            yield _Evidence(morning_of(event.starts_on), None, basis("J7", event))


def _shown_at_entry(stay: Stay, reference: ReferenceData) -> tuple[LegalStatus, Basis] | None:
    """Return what an office saw when the worker came back; it says nothing of the time before."""
    entry = stay.entry
    assert entry is not None
    day = day_of(entry.placed)
    for shown in entry.shown or ():
        if (
            reference.regularising(shown.kind, stay.country, day) is not None
            and (shown.expires_on is None or day <= shown.expires_on)
            and shown.kind != "border_pass"
        ):
            return LegalStatus.REGULAR, basis("J7", entry)
    if entry.kind is Kind.DEPORTATION and entry.stated in _IRREGULAR_GROUNDS:
        return LegalStatus.IRREGULAR, basis("J7", entry)
    return None
