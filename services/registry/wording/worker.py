"""A worker's journeys, events and documents as the page of the worker shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.pages.translation import N_
from chassis.store.decider import Scope
from chassis.store.persons import masked
from contracts.codes.crossings import Channel
from contracts.codes.documents import KINDS, DocumentHolder, DocumentKind
from contracts.codes.work import OCCUPATIONS
from contracts.document_number import is_placeholder
from contracts.journeys.journey import Journey
from services.registry.projections.reading import Entry, Reading
from services.registry.schemas.records import RECORD_PAGES, record
from services.registry.wording.events import RECORDS, recorded_by, sentence_of


def work(journey: Journey) -> str:
    """Return the work of a journey, as a message id."""
    contract = journey.contract
    occupation = None if contract is None or contract.terms is None else contract.terms.occupation
    if occupation is not None:
        return OCCUPATIONS.get(occupation, occupation)
    if journey.trips > 1:
        return N_("commuting")
    if not journey.work:
        return N_("visit")
    return N_("no registered contract") if journey.channel is Channel.UNKNOWN else journey.channel.title_en


def journeys_shown(reading: Reading, caller: Caller) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the journeys that have events on this page, the latest first, each with these events; and the other events."""
    entries: dict[UUID, Entry] = {}
    rulings: dict[UUID, list[Entry]] = {}
    for entry in reading.entries:
        # The first is the original, or its first correction if the original belongs to another worker.
        entries.setdefault(entry.names, entry)
        if entry.names != entry.event_id:
            rulings.setdefault(entry.names, []).append(entry)
    journeys: list[dict[str, Any]] = []
    on_journeys: set[UUID] = set()
    for journey in reversed(reading.worker.state.life.journeys):
        own = {event.event_id for event in journey.events if event.event_id in entries}
        on_journeys.update(own)
        if own:
            shown = [event_shown(entry, rulings) for names, entry in entries.items() if names in own]
            journeys.append(journey_shown(journey, reading, caller) | {"entries": shown})
    others = [event_shown(entry, rulings) for names, entry in entries.items() if names not in on_journeys]
    return journeys, others


def journey_shown(journey: Journey, reading: Reading, caller: Caller) -> dict[str, Any]:
    """Return a journey as the template shows it, with the records that the caller may open."""
    home, at = reading.worker.home_province, reading.view.at
    return {
        "country": journey.country,
        "countries": list(dict.fromkeys(stay.country for stay in journey.stays)) or [journey.country],
        "work": work(journey),
        "phase": journey.phase(at),
        "begun": journey.prepared_at or journey.begins_at,
        "ended": journey.ended_at if journey.ended(at) else None,
        "ended_by": journey.ended_by,
        "leave": journey.on_leave(at),
        "trips": journey.trips,
        "channel": journey.channel.title_en if journey.work else "",
        "contract_ends_on": journey.contract_ends_on,
        "records": [_record(stream, caller, scope) for stream, scope in _streams(journey, home)],
    }


def _record(stream: str, caller: Caller, scope: Scope) -> dict[str, str | None]:
    """Return a record with its title, and its page if the caller may open it."""
    noun = stream[:-37]
    page, needed = RECORD_PAGES.get(noun, ("", ""))
    opens = caller.may(needed) and caller.reach.covers(scope)
    return record(stream) | {
        "title": RECORDS.get(noun, noun.replace("-", " ")),
        "page": page.format(id=stream[-36:]) if opens else None,
    }


def _streams(journey: Journey, home: str | None) -> Iterator[tuple[str, Scope]]:
    """Yield the records of a journey, each with its scope as far as the timeline knows it."""
    abroad = frozenset([journey.country] if journey.country else ())
    for contract in journey.contracts:
        yield (
            contract.stream,
            Scope(
                countries=frozenset([contract.country] if contract.country else ()),
                agencies=frozenset([contract.agency] if contract.agency else ()),
            ),
        )
    for case in journey.cases:
        yield case.stream, Scope(countries=abroad)
    for event in [*journey.follow_ups, *journey.recognitions]:
        yield event.stream, Scope(provinces=frozenset([home] if home else ()))


def event_shown(entry: Entry, rulings: dict[UUID, list[Entry]]) -> dict[str, Any]:
    """Return an event as the template shows it, with its corrections and voids."""
    ruled = sorted(rulings.get(entry.names, []), key=lambda ruling: ruling.version)
    return {
        "id": entry.names,
        "entry": entry,
        "sentence": sentence_of(ruled[-1] if ruled and not ruled[-1].void else entry, restated=True),
        "void": bool(ruled) and ruled[-1].void,
        "recorded": recorded_by(entry),
        "late": (entry.recorded_at - entry.occurred_at).total_seconds() > 86_400,
        "rulings": [{"entry": r, "sentence": sentence_of(r), "recorded": recorded_by(r)} for r in ruled],
    }


def born_shown(reading: Reading) -> dict[str, Any] | None:
    """Return the birth date recorded last, or None."""
    for person in reversed(reading.worker.people):
        if person.born is not None:
            return {"on": date.fromisoformat(person.born), "precision": person.birth_precision}
    return None


def documents_shown(reading: Reading, whole: bool) -> list[dict[str, str]]:
    """Return the documents that were shown, each once; their numbers are masked unless ``whole``."""
    found = {}
    for document in reading.worker.documents:
        if is_placeholder(document["number"]):
            continue
        number = document["number"] if whole else masked(document["number"])
        holder = DocumentHolder(document.get("holder", DocumentHolder.OWN))
        found[(document["kind"], document["number"], holder)] = {
            "kind": KINDS[DocumentKind(document["kind"])].title_en,
            "number": number,
            "holder": "" if holder is DocumentHolder.OWN else holder.title_en,
        }
    return list(found.values())
