"""The age of a person is a range of completed years, as wide as the birth date and the day are imprecise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes.people import AgeBand, Sex, completed_years
from contracts.codes.recording import BirthPrecision, HowRecorded, TimePrecision
from contracts.command import Circumstances, PersonGiven
from contracts.envelope import Recorded
from contracts.person import Age, Birth


def person(on: str, precision: str = "day") -> PersonGiven:
    return PersonGiven(birth=Birth(on=date.fromisoformat(on), precision=BirthPrecision(precision)))


@pytest.mark.parametrize(
    ("born", "precision", "on", "age", "band"),
    [
        ("2000-06-15", "day", "2025-06-14", (24, 24), "20-24"),
        ("2000-06-15", "day", "2025-06-15", (25, 25), "25-29"),
        ("2004-02-29", "day", "2024-02-28", (19, 19), "15-19"),
        ("2004-02-29", "day", "2025-03-01", (21, 21), "20-24"),
        ("2025-06-15", "day", "2025-06-15", (0, 0), "0-4"),
        ("1960-01-01", "day", "2025-01-01", (65, 65), "65+"),
        ("1905-01-01", "day", "2025-01-01", (120, 120), "65+"),
        ("1904-01-01", "day", "2025-01-01", None, "unknown"),
        ("2025-06-16", "day", "2025-06-15", None, "unknown"),
        ("2000-06-01", "month", "2025-06-14", (24, 25), "unknown"),
        ("2000-06-01", "month", "2025-07-14", (25, 25), "25-29"),
        ("2000-01-01", "year", "2025-06-30", (24, 25), "unknown"),
        ("2000-01-01", "year", "2024-06-30", (23, 24), "20-24"),
        ("2000-07-01", "year", "2024-06-30", (23, 24), "20-24"),
        ("2025-01-01", "year", "2025-03-01", (0, 0), "0-4"),
        ("2026-01-01", "year", "2025-12-31", None, "unknown"),
        ("2557-01-01", "year", "2025-06-15", None, "unknown"),
        ("1990-01-01", "decade", "2014-06-13", (14, 24), "unknown"),
        ("1940-01-01", "decade", "2016-06-13", (66, 76), "65+"),
        ("9999-12-31", "decade", "2016-06-13", None, "unknown"),
        ("1990-01-01", "unknown", "2014-06-13", None, "unknown"),
    ],
)
def test_the_band_is_known_only_if_both_ends_of_the_age_are_in_it(
    born: str, precision: str, on: str, age: tuple[int, int] | None, band: str
) -> None:
    somebody, day = person(born, precision), date.fromisoformat(on)
    expected = None if age is None else Age(at_least=age[0], at_most=age[1])
    assert (somebody.age(day), somebody.age_band(day)) == (expected, AgeBand(band))


def test_nobody_without_a_birth_date_has_an_age() -> None:
    assert PersonGiven().age(date(2014, 6, 13)) is None
    assert PersonGiven().age_band(date(2014, 6, 13)) is AgeBand.UNKNOWN


@pytest.mark.parametrize(
    ("precision", "age", "band"),
    [
        (TimePrecision.SECOND, (24, 24), AgeBand.AGE_20_24),
        (TimePrecision.DAY, (24, 24), AgeBand.AGE_20_24),
        (TimePrecision.MONTH, (24, 25), AgeBand.UNKNOWN),
        (TimePrecision.YEAR, (24, 25), AgeBand.UNKNOWN),
    ],
)
def test_an_imprecise_time_of_the_event_makes_the_age_a_range(
    precision: TimePrecision, age: tuple[int, int], band: AgeBand
) -> None:
    recorded = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.PAPER, precision=precision)
    at = datetime(2014, 6, 1, 2, tzinfo=UTC)
    circumstances = Circumstances(UUID(int=1), recorded, at, at, at.date(), "officer-1")
    somebody = PersonGiven(sex=Sex.FEMALE, birth=Birth(on=date(1989, 6, 13)), home_province="02")
    assert somebody.attributes(circumstances) == {
        "sex": Sex.FEMALE,
        "age_band": band,
        "age": Age(at_least=age[0], at_most=age[1]),
        "home_province": "02",
    }


@given(
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.sampled_from([BirthPrecision.MONTH, BirthPrecision.YEAR, BirthPrecision.DECADE]),
    st.sampled_from([TimePrecision.DAY, TimePrecision.MONTH, TimePrecision.YEAR]),
)
def test_the_range_holds_the_true_age(
    born: date, on: date, known: BirthPrecision, precision: TimePrecision
) -> None:
    true = completed_years(born, on)
    age = Birth(on=born, precision=known).age(on, precision)
    if true >= 0 and age is not None:
        assert age.at_least <= true <= age.at_most
    if true >= 0:
        assert age is not None or true > 108
