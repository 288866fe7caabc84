"""The attributes of a person that statistics need: sex and age band."""

from __future__ import annotations

from datetime import date

from contracts.codes.titled import TitledCode, TitledNumber


class Sex(TitledNumber):
    """Sex, ISO 5218: 0 not known, 1 male, 2 female, 9 not applicable."""

    NOT_KNOWN = 0, "Not known"
    MALE = 1, "Male"
    FEMALE = 2, "Female"
    NOT_APPLICABLE = 9, "Not applicable"


class AgeBand(TitledCode):
    """Five-year band of a person's age in completed years, 65 and over together."""

    AGE_0_4 = "0-4", "0 to 4 years"
    AGE_5_9 = "5-9", "5 to 9 years"
    AGE_10_14 = "10-14", "10 to 14 years"
    AGE_15_19 = "15-19", "15 to 19 years"
    AGE_20_24 = "20-24", "20 to 24 years"
    AGE_25_29 = "25-29", "25 to 29 years"
    AGE_30_34 = "30-34", "30 to 34 years"
    AGE_35_39 = "35-39", "35 to 39 years"
    AGE_40_44 = "40-44", "40 to 44 years"
    AGE_45_49 = "45-49", "45 to 49 years"
    AGE_50_54 = "50-54", "50 to 54 years"
    AGE_55_59 = "55-59", "55 to 59 years"
    AGE_60_64 = "60-64", "60 to 64 years"
    AGE_65_AND_OVER = "65+", "65 years and over"
    UNKNOWN = "unknown", "Not known"


_BANDS = tuple(AgeBand)[:-1]
_OLDEST = 120


def age_band(born: date | int | None, on: date) -> AgeBand:
    """Return the band of a person's age on a day.

    If only the birth year is known, the middle of the year is used: the error of the age is at most a year, upwards as often
    as downwards. A birth after ``on`` (such as a year of the Buddhist era) or more than 120 years before gives no band.
    """
    if born is None:
        return AgeBand.UNKNOWN
    year, month, day = (born, 7, 1) if isinstance(born, int) else (born.year, born.month, born.day)
    if year == on.year and isinstance(born, int):
        return _BANDS[0]
    age = on.year - year - ((on.month, on.day) < (month, day))
    if not 0 <= age <= _OLDEST:
        return AgeBand.UNKNOWN
    return _BANDS[min(age // 5, len(_BANDS) - 1)]
