"""Queries of the private questions: the person to ask, who was not asked yet, one's own screening, and referrals received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.execution import check_reach
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.decider import record_of
from chassis.store.persons import AnyPerson
from chassis.store.referral_receipts import Receipt, receipts_of
from contracts.border import CrossingFact, ScreeningRecorded, WorkerDeported, WorkerReturned
from contracts.codes.assistance import ReferralOffice
from contracts.envelope import Event, Fact
from contracts.rulings import effective
from services.border.deciders import at_post, crossings, screenings
from services.border.domain.screening import NotAReturn, RecordScreening, ScreenReturnee
from services.border.projections.referrals import ReferralState, find_referral, find_referrals
from services.border.projections.screenings import Returnees, find_not_asked

_NO_CROSSING = "there is no crossing of this id within your reach"
_NO_SCREENING = "there is no screening of this id that you recorded"


@dataclass(frozen=True, slots=True)
class OwnScreening:
    """A screening as the person who recorded it sees it. ``receipts`` are the acknowledgements by the offices.

    ``crossing_id`` and ``person`` are None if the record that it names is no crossing of its post.
    """

    screening_id: UUID
    crossing_id: UUID | None
    event: Event[ScreeningRecorded]
    person: AnyPerson | None
    receipts: Mapping[ReferralOffice, Receipt]


async def find_returnee(
    runtime: Runtime, caller: Caller, crossing_id: UUID
) -> Event[WorkerReturned | WorkerDeported]:
    """Return the return of a person within reach. Raises RecordNotFound, OutOfReach or NotAReturn."""
    standing: list[Event[Any]] = effective(await runtime.store.load(crossings.stream(crossing_id)))
    if not standing:
        raise RecordNotFound(_NO_CROSSING)
    crossing = standing[0]
    check_reach(caller, at_post(crossing.facts.checkpoint), _NO_CROSSING)
    if not isinstance(crossing.facts, WorkerReturned | WorkerDeported):
        raise NotAReturn("this crossing is no return", remedy="choose the return or deported return")
    return crossing


async def look_at_returnee(
    runtime: Runtime, caller: Caller, crossing_id: UUID
) -> Event[WorkerReturned | WorkerDeported]:
    """Return the return of a person who is to be asked, once the audit names it."""
    crossing = await find_returnee(runtime, caller, crossing_id)
    await runtime.log_read(caller, "read_returnee", crossing_id, [crossing])
    return crossing


async def of_returnee(runtime: Runtime, caller: Caller, asked: RecordScreening) -> ScreenReturnee:
    """Return the command with the facts of its crossing. Raises RecordNotFound, OutOfReach or NotAReturn."""
    facts = (await find_returnee(runtime, caller, asked.crossing_id)).facts
    return ScreenReturnee.of(asked, facts.checkpoint, facts)


async def look_at_not_asked(
    runtime: Runtime, caller: Caller, of: Returnees, limit: int, cursor: str | None
) -> tuple[Page[dict[str, Any]], dict[UUID, AnyPerson]]:
    """Return a page of the returns of a period or a handover whose persons were not asked yet, and the persons.

    The posts of ``of`` are within the caller's reach.
    """
    after = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    rows = await find_not_asked(runtime.pool, runtime.schemas, of, after, limit + 1)
    ids = [row["crossing_id"] for row in rows[:limit]]
    persons = await _persons(runtime, ids)
    evidence = [persons[each].evidence_id if each in persons else each for each in ids]
    await runtime.audit.look(caller, "list_not_screened", evidence=evidence, correlation=correlation())
    return page_of(rows, limit, dict, lambda row: (row["occurred_at"], row["crossing_id"])), persons


async def look_at_own_screening(runtime: Runtime, caller: Caller, screening_id: UUID) -> OwnScreening:
    """Return a screening that the caller recorded. Raises RecordNotFound for all others, as for an id that none has."""
    standing: list[Event[Any]] = effective(await runtime.store.load(screenings.stream(screening_id)))
    if not standing:
        raise RecordNotFound(_NO_SCREENING)
    event: Event[ScreeningRecorded] = standing[0]
    check_reach(caller, screenings.scope(screenings.fold(standing)), _NO_SCREENING)
    crossing = await _crossing_of_post(runtime, event.facts)
    crossing_id, person = (None, None) if crossing is None else (record_of(crossing.stream), crossing.person)
    evidence = [record_of(event.facts.about) if person is None else person.evidence_id]
    await runtime.audit.look(caller, "read_screening", evidence=evidence, correlation=correlation())
    receipts = await receipts_of(runtime.pool, [event.id])
    return OwnScreening(
        screening_id,
        crossing_id,
        event,
        person,
        {office: receipt for (_, office), receipt in receipts.items()},
    )


async def _crossing_of_post(runtime: Runtime, facts: ScreeningRecorded) -> Event[Fact] | None:
    """Return the crossing that a screening names, if it was recorded or is valid at the post of the screening."""
    if not facts.about.startswith(f"{crossings.noun}-"):
        return None
    history = await runtime.store.load(facts.about)
    valid = effective(history) or history
    posts = {
        each.facts.checkpoint for each in (*history[:1], *valid[:1]) if isinstance(each.facts, CrossingFact)
    }
    return valid[0] if facts.checkpoint in posts else None


async def look_at_referrals(
    runtime: Runtime,
    caller: Caller,
    office: ReferralOffice,
    state: ReferralState,
    limit: int,
    cursor: str | None,
) -> tuple[Page[dict[str, Any]], dict[UUID, AnyPerson]]:
    """Return a page of the referrals to the caller's office, the latest first, and their persons by crossing."""
    after = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    rows = await find_referrals(runtime.pool, runtime.schemas, caller, office, state, after, limit + 1)
    ids = [row["crossing_id"] for row in rows[:limit]]
    persons = await _persons(runtime, ids)
    evidence = [persons[each].evidence_id if each in persons else each for each in ids]
    await runtime.audit.look(caller, "list_border_referrals", evidence=evidence, correlation=correlation())
    return page_of(rows, limit, dict, lambda row: (row["referred_at"], row["event_id"])), persons


async def get_referral(
    runtime: Runtime, caller: Caller, office: ReferralOffice, event_id: UUID
) -> dict[str, Any]:
    """Return a referral to the caller's office within reach. Raises RecordNotFound."""
    found = await find_referral(runtime.pool, runtime.schemas, caller, office, event_id)
    if found is None:
        raise RecordNotFound("there is no referral of this id to your office within your reach")
    return found


async def look_at_referral(
    runtime: Runtime, caller: Caller, office: ReferralOffice, event_id: UUID, *, whole: bool
) -> tuple[dict[str, Any], AnyPerson | None]:
    """Return a referral to the caller's office and its person. Raises RecordNotFound."""
    row = await get_referral(runtime, caller, office, event_id)
    person = (await _persons(runtime, [row["crossing_id"]])).get(row["crossing_id"])
    action = "read_border_referral_documents" if whole else "read_border_referral"
    evidence = [row["crossing_id"] if person is None else person.evidence_id]
    await runtime.audit.look(caller, action, evidence=evidence, correlation=correlation())
    return row, person


async def _persons(runtime: Runtime, crossing_ids: Sequence[UUID]) -> dict[UUID, AnyPerson]:
    """Return the persons of crossings. Of a voided crossing, to which a referral may still belong, it is the person first recorded."""
    streams = {crossings.stream(each): each for each in crossing_ids}
    found: dict[UUID, AnyPerson] = {}
    for stream, history in (await runtime.store.load_many(streams)).items() if streams else ():
        events: Sequence[Event[Fact]] = effective(history) or history
        if events and events[0].person is not None:
            found[streams[stream]] = events[0].person
    return found
