"""Errors on pages speak to officers: no field names and no formats, whatever was wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
import pytest
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from chassis.commands.circumstances import OccurrenceInTheFuture
from chassis.http.problems import BASE, Problem
from chassis.http.validation_errors import Unreadable, parse
from chassis.pages.error_texts import PageError, for_officers, page_errors, page_problem
from contracts.codes.places import Country
from contracts.refusal import Refusal
from contracts.text import PersonName, PhoneNumber, Words
from contracts.times import Day, Moment
from tests.wrong_input import FOR_PROGRAMS


class Colour(StrEnum):
    RED = "red"


class Everything(BaseModel):
    """A command with a field of every kind that forms have."""

    born_on: Day
    seen_at: Moment
    plain_date: date
    plain_time: datetime
    aware_time: AwareDatetime
    colour_code: Colour
    one_of: Literal["a_b", "c_d"]
    country_code: Country
    record_id: UUID
    how_many: Annotated[int, Field(ge=1, le=600)]
    more_than: Annotated[int, Field(gt=1, lt=600)]
    amount_usd: Decimal
    share_of: float
    full_name: PersonName
    phone_number: PhoneNumber
    note_text: Words
    code_text: Annotated[str, Field(pattern=r"^[a-z]+$", max_length=9)]
    some_codes: Annotated[list[Colour], Field(min_length=1, max_length=1)]


WRONG: tuple[Any, ...] = (
    "",
    "x_y",
    "9999-99-99",
    "12345",
    -1,
    10**6,
    1.5,
    None,
    True,
    [],
    ["red", "red"],
    {},
    "x" * 5000,
)


def shown(error: PageError) -> str:
    """Return an error as the template writes it."""
    return f"{error.reason}: {error.remedy or ''}" % error.values


def unreadable(body: dict[str, Any]) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        parse(TypeAdapter(Everything), orjson.dumps(body))
    return refused.value


@pytest.mark.parametrize("name", list(Everything.model_fields))
def test_no_wrong_value_of_any_kind_of_field_shows_a_field_name_or_a_format(name: str) -> None:
    for value in WRONG:
        refusal = unreadable({name: value})  # the other fields are missing
        for error in page_errors(refusal):
            assert not FOR_PROGRAMS.search(shown(error)), (value, shown(error))
            assert not error.reason.startswith("String should"), shown(error)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "born_on",
            "x",
            "this is not a date: enter day, month and year, such as 23/04/1990 or 23 April 1990",
        ),
        (
            "seen_at",
            "x",
            "this is not a time: enter the date and the time, such as 23/04/1990 8:30, or leave it empty for the present time",
        ),
        ("colour_code", "x", "this is not one of the choices: choose one from the list"),
        ("country_code", "XXX", "this is not one of the choices: choose one from the list"),
        ("record_id", "x", "this is not one of the choices: choose one from the list"),
        ("how_many", "x", "this is not a whole number: enter digits only, such as 45"),
        ("how_many", 0, "this number is too small: enter 1 or more"),
        ("how_many", 601, "this number is too large: enter 600 or less"),
        ("code_text", "x" * 10, "this text is too long: shorten it to at most 9 characters"),
        ("code_text", "X", "this is not valid: check what you entered"),
        ("full_name", "Sok 3", "a name has no digits: put a document number into the documents"),
    ],
)
def test_a_wrong_value_is_explained(name: str, value: Any, text: str) -> None:
    assert text in [shown(error) for error in page_errors(unreadable({name: value})) if error.field == name]


def test_a_missing_field_is_reported_as_empty() -> None:
    assert {shown(error) for error in page_errors(unreadable({}))} == {
        "nothing is given here: fill it in, or choose"
    }


def test_the_response_to_a_program_names_the_field_and_the_format() -> None:
    (error,) = (each for each in unreadable({"born_on": "x"}).errors if each.field == "born_on")
    assert error.remedy is not None and "YYYY-MM-DD" in error.remedy
    assert set(error.model_dump()) == {"field", "value", "reason", "remedy"}, "kind and limits stay inside"


class Planted(Refusal):
    """A rule is broken"""

    code = "planted"


def test_a_refusal_shows_its_title_and_what_is_not_for_programs() -> None:
    (error,) = page_errors(Planted("occurred_at is wrong", remedy="send how = offline", field="when"))
    assert (error.field, shown(error)) == ("when", "A rule is broken: ")
    (error,) = page_errors(Planted("100% of <it> is wrong", remedy="check it"))
    assert shown(error) == "A rule is broken: 100% of <it> is wrong: check it"


def test_a_time_in_the_future_has_a_text_of_its_own() -> None:
    (error,) = page_errors(OccurrenceInTheFuture("occurred_at is after now", field="occurred_at"))
    assert error.reason == "This time is in the future. Check the date and time."


def test_a_problem_page_follows_the_same_rule() -> None:
    page = page_problem(
        Problem(
            type=BASE + "unreadable",
            title="Some of what was sent cannot be read",
            status=422,
            detail="one field is wrong",
            remedy="send JSON",
            errors=unreadable({"colour_code": "x"}).errors,
        )
    )
    assert (page.detail, page.remedy) == ("one field is wrong", None)
    assert page.errors and not any(FOR_PROGRAMS.search(shown(error)) for error in page.errors)


@pytest.mark.parametrize(
    "text",
    ["send occurred_at", "give person.documents[0]", "how = live", "as YYYY-MM-DD", "send JSON", "a UUIDv7"],
)
def test_a_text_for_programs_is_recognised(text: str) -> None:
    assert for_officers(text) is None


def test_a_text_for_officers_is_kept() -> None:
    assert for_officers("2014-06-12 is before 2014-06-15; give a later day, e.g. today") is not None
