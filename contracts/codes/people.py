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


class PersonRole(TitledCode):
    """The role of the person on a record: who works abroad, and who goes along."""

    WORKER = "worker", "Worker"
    DEPENDANT = "dependant", "Dependant of a worker"
    CHILD = "child", "Child"


class Companion(TitledCode):
    """The adult who answers for a child on a crossing."""

    NOBODY = "nobody", "Nobody"
    MOTHER = "mother", "Mother"
    FATHER = "father", "Father"
    GRANDPARENT = "grandparent", "Grandparent"
    SIBLING = "sibling", "Adult brother or sister"
    OTHER_RELATIVE = "other_relative", "Other relative"
    GUARDIAN = "guardian", "Guardian"
    OFFICIAL = "official", "Official or social worker"
    OTHER_ADULT = "other_adult", "Other adult"


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
OLDEST = 120
"""Completed years above which an age is a mistake in the birth date."""


def completed_years(born: date, on: date) -> int:
    """Return the completed years of a person's age on a day; negative if the person was born later."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_band(at_least: int, at_most: int) -> AgeBand:
    """Return the age band of a person aged between ``at_least`` and ``at_most`` years; UNKNOWN if these are in two bands."""
    band = _BANDS[min(at_least // 5, len(_BANDS) - 1)]
    return band if at_most < at_least // 5 * 5 + 5 or band is _BANDS[-1] else AgeBand.UNKNOWN
