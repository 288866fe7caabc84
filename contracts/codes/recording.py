"""Times and ways of recording, their precision, and the reasons for a correction."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


class HowRecorded(TitledCode):
    """The way in which a record came into the system."""

    LIVE = "live", "Live"
    OFFLINE = "offline", "Offline, sent later"
    PAPER = "paper", "Taken in from paper"
    MIGRATED = "migrated", "Taken over from another system"


class TimePrecision(TitledCode):
    """The precision to which the time of an occurrence is known."""

    SECOND = "second", "To the second"
    MINUTE = "minute", "To the minute"
    HOUR = "hour", "To the hour"
    DAY = "day", "To the day"
    MONTH = "month", "To the month"
    YEAR = "year", "To the year"


class BirthPrecision(TitledCode):
    """The precision to which a birth date is known."""

    DAY = "day", "The day"
    MONTH = "month", "The month"
    YEAR = "year", "The year"
    DECADE = "decade", "The decade"
    UNKNOWN = "unknown", "Not known"


class CorrectionReason(TitledCode):
    """Why an earlier record is corrected or voided."""

    MISTYPED = "mistyped", "Mistyped"
    WRONG_PERSON = "wrong_person", "Wrong person"
    WRONG_DOCUMENT = "wrong_document", "Wrong document"
    WRONG_TIME = "wrong_time", "Wrong time"
    WRONG_PLACE = "wrong_place", "Wrong place"
    DUPLICATE = "duplicate", "Recorded twice"
    NEVER_HAPPENED = "never_happened", "Never happened"
    OTHER = "other", "Other reason"
