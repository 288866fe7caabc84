"""The circumstances of a record: the times of occurrence and recording, the recorder, and the way of recording.

Rule 8 of the design: a decision uses the rules that were valid at the time of the occurrence, and a day is a day in
Asia/Phnom_Penh.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from chassis.access.permissions import Caller
from contracts.codes.recording import HowRecorded, TimePrecision
from contracts.command import Circumstances, Command
from contracts.envelope import Recorded
from contracts.refusal import Refusal
from contracts.times import PHNOM_PENH

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


def circumstances_of(
    command: Command, record_id: UUID, caller: Caller, now: datetime, *, load_permission: str
) -> Circumstances:
    """Return the circumstances of a command; the times of an offline device are corrected by the error of its clock.

    Raises OccurrenceInTheFuture for a live record in the future, HistoryLoadNotAllowed for a migrated record of a
    caller without ``load_permission``, BeyondTheCalendar for a time that UTC cannot express. Other
    implausible times are recorded, and flagged by the registry.
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
        gap = now - command.device_clock
        if abs(gap) > CLOCK_TOLERANCE:
            difference = round(gap.total_seconds())
            error = timedelta(seconds=difference)
            occurred = in_utc(occurred, "device_clock", error)
            if command.recorded_at is not None:
                recorded = in_utc(recorded, "device_clock", error)
    if command.how is HowRecorded.LIVE and occurred > now + CLOCK_TOLERANCE:
        raise OccurrenceInTheFuture(
            f"occurred_at is after now, {now.isoformat(timespec='seconds')}",
            remedy="give the time when it occurred; for a device with a wrong clock, send how = offline and device_clock",
            field="occurred_at",
        )
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
        today=_day(now),
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


@lru_cache(maxsize=8)
def _day(moment: datetime) -> date:
    return moment.astimezone(PHNOM_PENH).date()
