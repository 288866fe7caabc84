"""The changes of a timeline in sentences, for the preview of a correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from contracts.codes.assistance import LegalStatus
from contracts.codes.crossings import Channel
from contracts.times import day_of
from services.registry.wording.flags import FLAGS
from services.registry.wording.sentences import country

Shown = Mapping[str, Any]

_OF_A_JOURNEY = (
    ("country", "country"),
    ("phase", "state"),
    ("channel", "channel"),
    ("prepared_at", "prepared"),
    ("departed_at", "departed"),
    ("returned_at", "returned"),
    ("ended_at", "ended"),
    ("ended_by", "ended by"),
    ("contract_ends_on", "end of the contract"),
    ("trips", "trips"),
)
"""The fields of a journey that sentences name, with their names."""


def sentences(changes: Shown) -> list[str]:
    """Return the changes of a preview in sentences, with days of Asia/Phnom_Penh."""
    number, number_after = changes["number"], changes["number_after"]
    found = []
    if number_after is None:
        found.append("No record of this worker is valid any more.")
    elif number is None:
        found.append(f"The worker gets the number {number_after}.")
    elif number_after != number:
        found.append(f"The worker's number becomes {number_after}.")
    if number is not None and number_after is not None:
        found += _view(changes["whereabouts"], changes["status"])
    for change in changes["flags"]:
        found.append(_flag(change["before"], change["after"]))
    for change in changes["journeys"]:
        found += _journey(change["before"], change["after"])
    return found


def _view(whereabouts: Shown | None, status: Shown | None) -> Iterator[str]:
    if whereabouts is not None:
        before, after = _place(whereabouts["before"]), _place(whereabouts["after"])
        if before != after:
            yield f"Whereabouts: {after} instead of {before}."
    if status is not None:
        yield f"Legal status: {_status(status['after'])} instead of {_status(status['before'])}."


def _flag(before: Shown | None, after: Shown | None) -> str:
    flag = after or before or {}
    name, since = FLAGS[flag["name"]][0], _day(flag["since"])
    if before is None:
        return f'The flag "{name}" begins on {since}.'
    if after is None:
        return f'The flag "{name}" of {since} no longer holds.'
    if before["until"] != after["until"]:
        return f'The flag "{name}" of {since} {_until(after)} instead of: {_until(before)}.'
    return f'The flag "{name}" of {since} rests on other records.'


def _until(flag: Shown) -> str:
    return "does not end" if flag["until"] is None else f"ends on {_day(flag['until'])}"


def _journey(before: Shown | None, after: Shown | None) -> Iterator[str]:
    if before is None or after is None:
        journey = after or before or {}
        begun = journey["prepared_at"] or journey["departed_at"] or journey["seen_abroad_at"]
        of = "" if begun is None else f" of {_day(begun)}"
        yield f"{_kind(journey)}{of} {'is no longer there' if after is None else 'is added'}."
        return
    named = [
        f"{name} {_said(field, after[field])} instead of {_said(field, before[field])}"
        for field, name in _OF_A_JOURNEY
        if before[field] != after[field]
    ]
    yield f"{_kind(after)}: {'; '.join(named) or 'its stays, records or legal status change'}."


def _kind(journey: Shown) -> str:
    return f"The {'journey' if journey['work'] else 'visit'} to {country(journey['country'])}"


def _place(where: Shown) -> str:
    since = "" if where["since"] is None else f" since {_day(where['since'])}"
    of = f" in {country(where['country'])}" if where["place"] == "abroad" else ""
    return f"{where['place']}{of}{since}"


def _status(status: str | None) -> str:
    return "none" if status is None else LegalStatus(status).title_en.lower()


def _said(field: str, value: Any) -> str:
    if field == "country":
        return country(value)
    if field == "channel":
        return f'"{Channel(value).title_en}"'
    return _value(value)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, date):
        return _day(value)
    return str(value).replace("_", " ")


def _day(value: date) -> str:
    day = day_of(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"
