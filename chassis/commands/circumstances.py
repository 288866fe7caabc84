"""The circumstances of a record: the times of occurrence and recording, the recorder, and the way of recording.

All days and times of a command must be plausible, in single commands, uploads, forms and corrections alike. Stored ones
may be of any year: what reads them must not fail (:func:`contracts.times.later`). Rule 8 of the design: a decision uses the rules that were valid at the time of the occurrence, and a day is a day in
Asia/Phnom_Penh.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel

from chassis.access.permissions import Caller
from chassis.access.places import place_of
from contracts.codes.recording import HowRecorded, TimePrecision
from contracts.codes.time_ranges import BUDDHIST_ERA, TimeKind, time_range
from contracts.command import Circumstances, Command
from contracts.envelope import Fact, Recorded
from contracts.person import Birth
from contracts.refusal import Refusal
from contracts.times import day_of

CLOCK_TOLERANCE = timedelta(seconds=60)


class OccurrenceInTheFuture(Refusal):
    """A live record cannot be in the future"""

    code = "occurrence-in-the-future"
    status = 422


class BeyondTheCalendar(Refusal):
    """This time is outside of the calendar"""

    code = "beyond-the-calendar"
    status = 422


class HistoryLoadNotAllowed(Refusal):
    """Only a history load may state when a migrated record was first written down"""

    code = "history-load-not-allowed"
    status = 403


class TimeImplausible(Refusal):
    """This date cannot be right"""

    code = "time-implausible"
    status = 422


def circumstances_of(
    command: Command,
    record_id: UUID,
    caller: Caller,
    now: datetime,
    *,
    load_permission: str,
    received_at: datetime | None = None,
) -> Circumstances:
    """Return the circumstances of a command; the times of an offline device are corrected by the error of its clock.

    The error is the difference from ``received_at``, or from ``now`` if that is None: the rows of an upload that takes
    minutes have one difference.

    Raises OccurrenceInTheFuture for a live record in the future, HistoryLoadNotAllowed for a migrated record of a
    caller without ``load_permission``, BeyondTheCalendar for a time that UTC cannot express, TimeImplausible for a day or
    time outside of its plausible range. What is implausible within its range is recorded, and flagged by the registry.
    """
    difference = None
    occurred = in_utc(command.occurred_at, "occurred_at")
    recorded = now if command.recorded_at is None else in_utc(command.recorded_at, "recorded_at")
    if command.how is HowRecorded.MIGRATED and load_permission not in caller.permissions:
        raise HistoryLoadNotAllowed(
            "how = migrated is for history loads",
            remedy="record it as live, offline or paper",
            field="how",
        )
    if command.device_clock is not None:
        gap = (received_at or now) - command.device_clock
        if abs(gap) > CLOCK_TOLERANCE:
            difference = round(gap.total_seconds())
            error = timedelta(seconds=difference)
            occurred = in_utc(occurred, "device_clock", error)
            if command.recorded_at is not None:
                recorded = in_utc(recorded, "device_clock", error)
    today = day_of(now)
    in_future = occurred > now + CLOCK_TOLERANCE
    if (
        command.how is HowRecorded.LIVE
        and in_future
        and not _year_meant(day_of(occurred), "occurrence", today)
    ):
        raise OccurrenceInTheFuture(
            f"occurred_at is after now, {now.astimezone(place_of(caller).zone).isoformat(timespec='seconds')}",
            remedy="give the time when it occurred; for a device with a wrong clock, send how = offline and device_clock",
            field="occurred_at",
        )
    check_time(occurred, "occurrence", "occurred_at", today)
    check_time(recorded, "occurrence", "recorded_at", today)
    check_times(command, today)
    return Circumstances(
        record_id=record_id,
        recorded=_recorded(
            caller.id,
            caller.office,
            command.device,
            command.how,
            command.device_clock,
            difference,
            command.precision,
        ),
        occurred_at=occurred,
        recorded_at=recorded,
        today=today,
        caller=caller.id,
    )


def in_utc(moment: datetime, field: str, correction: timedelta = timedelta()) -> datetime:
    """Return a time in UTC, moved by ``correction``. Raises BeyondTheCalendar before the year 1 or after 9999."""
    try:
        return moment.astimezone(UTC) + correction if correction else moment.astimezone(UTC)
    except OverflowError:
        raise BeyondTheCalendar(
            f"{field} is before the year 1 or after the year 9999 in UTC",
            remedy="correct the year",
            field=field,
        ) from None


@lru_cache(maxsize=1024)
def _recorded(
    by: str,
    office: str,
    device: str | None,
    how: HowRecorded,
    device_clock: datetime | None,
    difference: int | None,
    precision: TimePrecision,
) -> Recorded:
    return Recorded.model_construct(
        by=by,
        office=office,
        device=device,
        how=how,
        device_clock=device_clock,
        clock_difference_s=difference,
        precision=precision,
    )


def check_times(model: BaseModel, today: date, path: str = "") -> None:
    """Check all days and times in a command, a person or facts, apart from those of the recording itself.

    Raises TimeImplausible, which names the field below ``path``.
    """
    kind: TimeKind = "birth" if type(model) is Birth else "other"
    for name in _fields(type(model)):
        if (value := getattr(model, name)) is not None:
            _check_value(value, kind, f"{path}{name}", today)


def _check_value(value: Any, kind: TimeKind, field: str, today: date) -> None:
    if isinstance(value, date):
        check_time(value, kind, field, today)
    elif isinstance(value, tuple | list):
        for nth, each in enumerate(value):
            _check_value(each, kind, f"{field}[{nth}]", today)
    elif isinstance(value, BaseModel):  # last: a check of an abstract base class takes long
        check_times(value, today, f"{field}.")


def check_time(value: date, kind: TimeKind, field: str, today: date) -> None:
    """Check one day or time. Raises TimeImplausible."""
    day = day_of(value) if isinstance(value, datetime) else value
    earliest, latest = _bounds(kind, today)
    if earliest <= day <= latest:
        return
    year = _year_meant(day, kind, today)
    raise TimeImplausible(
        f"{day} is not between {earliest} and {latest}",
        remedy=f"did you mean {year}? {day.year} is a year of the Buddhist era" if year else "check the year",
        field=field,
    )


@lru_cache(maxsize=64)
def _bounds(kind: TimeKind, today: date) -> tuple[date, date]:
    """Return the first and the last plausible day of a kind."""
    allowed = time_range(kind, today)
    return allowed.earliest, allowed.latest(today)


def check_era(value: datetime, field: str, today: date) -> None:
    """Check that a time has no year of the Buddhist era; any other one is taken. Raises TimeImplausible."""
    if year := _year_meant(day_of(value), "occurrence", today):
        raise TimeImplausible(
            f"{value.year} is a year of the Buddhist era", remedy=f"did you mean {year}?", field=field
        )


def _year_meant(day: date, kind: TimeKind, today: date) -> int | None:
    """Return the year of the common era if the day has a plausible year of the Buddhist era."""
    year, allowed = day.year - BUDDHIST_ERA, time_range(kind, today)
    return year if allowed.earliest.year <= year <= allowed.latest(today).year else None


@cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that hold a day or time, or a model that holds one; those of the recording are checked by its rules."""
    base = next((each for each in (Command, Fact) if issubclass(model, each)), None)
    own = set() if base is None else set(base.model_fields)
    return tuple(
        name
        for name, field in model.model_fields.items()
        if name not in own and _may_hold_time(field.annotation)
    )


def _may_hold_time(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, date):
        return True
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return bool(_fields(hint))
    return any(_may_hold_time(each) for each in get_args(hint))
