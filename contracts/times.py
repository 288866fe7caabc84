"""Days and times: as text that begins with a year and a hyphen, and arithmetic that ends at the ends of the calendar.

Pydantic would also accept digits in quotes as seconds since 1970: "20140612" would be an evening in August 1970.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Any, Final, Literal, overload
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticKnownError, SchemaValidator, core_schema
from pydantic_core.core_schema import CoreSchema

PHNOM_PENH: Final = ZoneInfo("Asia/Phnom_Penh")
"""The time zone in which the days of the domain begin and end, apart from those of a mission abroad."""
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""The ends of the calendar for :func:`later`: a day inside, so that they exist in every time zone."""
_BEGINS = re.compile(r"\s*\d{4}-")


class _Written:
    """Marks a day or time that must be written as a date, if it is text; ``otherwise`` is the kind of error if it is not."""

    def __init__(self, otherwise: Literal["date_type", "datetime_type"]) -> None:
        self._otherwise = otherwise

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler(source)
        reader, day = SchemaValidator(inner), self._otherwise == "date_type"

        def read(text: str) -> Any:
            # Text from JSON is already a Python value here, which a strict validator would not accept as a time.
            if day and len(text) == 10 and text[4] == text[7] == "-":  # a fast path for most days
                try:
                    return date.fromisoformat(text)
                except ValueError:
                    pass
            if not _BEGINS.match(text):
                raise PydanticKnownError(self._otherwise)
            try:
                return reader.validate_python(text, strict=False)
            except ValidationError as error:
                wrong = error.errors(include_url=False, include_input=False)[0]
                raise PydanticKnownError(wrong["type"], wrong.get("ctx")) from None  # type: ignore[arg-type]

        def written(value: Any) -> Any:
            return read(value) if isinstance(value, str) else value

        text = core_schema.custom_error_schema(core_schema.str_schema(), self._otherwise)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(read, text),
            python_schema=core_schema.no_info_before_validator_function(written, inner),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: value, return_schema=inner
            ),
        )

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "date" if self._otherwise == "date_type" else "date-time"}


Day = Annotated[date, _Written("date_type")]
"""A date as YYYY-MM-DD."""
Moment = Annotated[AwareDatetime, _Written("datetime_type")]
"""A time with its offset, ISO 8601."""


def day_of(moment: datetime, zone: tzinfo = PHNOM_PENH) -> date:
    """Return the day of an instant in a time zone; at the ends of the calendar, its day in its own time zone."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def period_of(day: date, precision: str) -> tuple[date, date]:
    """Return the first and the last day that a date may mean that is known to the month, the year or the decade.

    With any other precision it means the day itself.
    """
    match precision:
        case "month":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        case "year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
        case "decade":
            first = max(1, day.year // 10 * 10)
            return date(first, 1, 1), date(day.year // 10 * 10 + 9, 12, 31)
        case _:
            return day, day


@overload
def later(instant: datetime, by: timedelta) -> datetime: ...
@overload
def later(instant: date, by: timedelta) -> date: ...
def later(instant: date, by: timedelta) -> date:
    """Return the instant or day after a time span (before it, if the span is negative), within the calendar.

    A stored time may be of any year, and nothing that reads it may fail: use this instead of ``+``.
    """
    try:
        return instant + by
    except OverflowError:
        before = by < timedelta()
        if isinstance(instant, datetime):
            return min(instant, _FIRST) if before else max(instant, _LAST)
        return min(instant, _FIRST.date()) if before else max(instant, _LAST.date())
