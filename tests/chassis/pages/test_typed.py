"""Days, times and numbers as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from chassis.pages.typed import (
    Unclear,
    as_typed,
    day_typed,
    hour_typed,
    moment_typed,
    number_typed,
    period_typed,
)
from chassis.pages.typed_fields import TypedFields
from contracts.times import Day, Moment

APRIL = date(1990, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/1990", "3/4/1990", "3.4.1990", "3-4-1990", "3 4 1990", "03041990", "1990-04-03", "1990/4/3", "19900403",
        "3 April 1990", "3 apr. 1990", "3rd of April, 1990", "April 3, 1990", "1990 April 3",
        "០៣/០៤/១៩៩០", "៣ មេសា ១៩៩០", "ថ្ងៃទី៣ ខែមេសា ឆ្នាំ១៩៩០", "ថ្ងៃទី ៣ មេសា​ ១៩៩០", "๓/๔/1990",
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_type_it(text: str) -> None:
    assert day_typed(text) == APRIL


def test_every_month_is_known_by_its_names_in_both_languages() -> None:
    khmer = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ")
    english = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
    for month, names in enumerate(zip(khmer, english, strict=True), 1):
        assert {day_typed(f"9 {name} 2014") for name in names} == {date(2014, month, 9)}, names
    assert day_typed("9 កុម្ភះ 2014") == date(2014, 2, 9)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("3/4/90", None), ("04/13/1990", date(1990, 4, 13)), ("3 April 90", None)],
)
def test_a_day_that_may_mean_another_is_asked_back(text: str, meant: date | None) -> None:
    with pytest.raises(Unclear) as asked:
        day_typed(text)
    assert asked.value.day == meant


@pytest.mark.parametrize(
    "text", ["", "x", "0", "-1", "99999", "31/02/2014", "2014-13-45", "3/4", "3/4/199", "3 April 1990 x", "3 x 1990", "1/2/3/1990"]
)  # fmt: skip
def test_a_text_that_is_no_day_stays_one(text: str) -> None:
    assert day_typed(text) is None


def test_a_day_is_shown_in_a_form_as_it_is_typed() -> None:
    assert as_typed(APRIL) == "03/04/1990" and day_typed(as_typed(APRIL)) == APRIL
    for moment in (datetime(1990, 4, 3, 8, 5), datetime(1990, 4, 3, 8, 5, 9)):
        assert moment_typed(as_typed(moment)) == moment


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("១៩៩០", "1990-01-01", "year"),
        ("04/1990", "1990-04-01", "month"),
        ("1990-04", "1990-04-01", "month"),
        ("មេសា ១៩៩០", "1990-04-01", "month"),
        ("3/4/1990", "1990-04-03", "day"),
    ],
)
def test_a_year_or_a_month_alone_is_a_day_of_that_precision(text: str, day: str, precision: str) -> None:
    assert period_typed(text) == (date.fromisoformat(day), precision)


def test_a_time_is_read_with_its_day() -> None:
    for text in ("03/04/1990 8:30", "៣ មេសា ១៩៩០ ម៉ោង ៨:៣០", "1990-04-03T08:30", "3 April 1990, 8.30"):
        assert moment_typed(text) == datetime(1990, 4, 3, 8, 30), text
    assert moment_typed("1990-04-03T08:30:00+00:00") == datetime(1990, 4, 3, 8, 30, tzinfo=UTC)
    assert (moment_typed("3/4/1990"), moment_typed("3/4/1990 25:00"), moment_typed("noon")) == (None,) * 3


def test_a_time_of_day_is_read_as_people_type_it() -> None:
    for text in ("8:30", "08:30", "8.30", "8h30", "ម៉ោង ៨:៣០", "08:30:00"):
        assert hour_typed(text) == time(8, 30), text
    assert hour_typed("6") == time(6)
    assert [hour_typed(text) for text in ("", "24:00", "8:60", "noon", "8:3")] == [None] * 5


def test_a_number_has_the_digits_of_any_script_and_separators_of_thousands() -> None:
    assert [number_typed(text) for text in ("១២", "1,500,000", "១,៥០០.៥០", "1 500", "១ ៥០០ ០០០.៥", "ten")] == [
        "12", "1500000", "1500.50", "1500", "1500000.5", "ten",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["187,50", "1,5", "1.500,00", "1,500 000", "12 34", "1 50"])
def test_a_number_that_may_be_another_one_is_left_as_it_was_typed(text: str) -> None:
    assert number_typed(text) == text


@pytest.mark.parametrize("text", ["9" * 5_000, "2014 " + "9" * 5_000, f"2014/{'9' * 5_000}/1", "1" * 9])
def test_a_number_that_is_no_part_of_a_date_is_no_day(text: str) -> None:
    assert day_typed(text) is None and period_typed(text) is None


class Birth(BaseModel):
    on: Day


class Filled(BaseModel):
    name: str
    born: Birth | None
    due_on: Day | None
    days: list[Day]
    at: Moment
    places: int | None
    wage: Decimal


def test_the_fields_of_a_command_are_read_by_their_types() -> None:
    body = {
        "name": "៣/៤/១៩៩០",
        "born": {"on": "៣/៤/១៩៩០"},
        "due_on": "3/4/90",
        "days": ["3/4/1990", "x"],
        "at": "3/4/1990 8:30",
        "places": "៤០",
        "wage": "១,៥០០",
        "other": "1",
    }
    read = TypedFields(ZoneInfo("Asia/Seoul"))
    assert read.read(Filled, body) == {
        "name": "៣/៤/១៩៩០",
        "born": {"on": APRIL},
        "due_on": "3/4/90",
        "days": [APRIL, "x"],
        "at": datetime(1990, 4, 3, 8, 30, tzinfo=ZoneInfo("Asia/Seoul")),
        "places": 40,
        "wage": "1500",
        "other": "1",
    }
    assert set(read.unclear) == {"due_on"}
