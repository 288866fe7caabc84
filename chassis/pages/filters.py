"""The filters of the templates: dates, numbers, sentences and titles in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from unicodedata import category
from urllib.parse import parse_qsl, urlencode

from babel import Locale, dates, numbers
from jinja2 import pass_context
from jinja2.runtime import Context

from chassis.pages.officers import officer_name
from chassis.pages.offices import office_name
from chassis.pages.translation import N_
from chassis.pages.typed import as_typed
from chassis.store.persons import masked
from contracts.codes.money import MINOR_UNITS
from contracts.codes.people import AgeBand
from contracts.khmer import COENG
from contracts.times import day_of


def full_stop(language: str) -> str:
    """Return the mark that ends a sentence."""
    return "។" if language == "km" else "."


def filters(locale: Locale, translate: Callable[[str], str]) -> dict[str, Callable[..., Any]]:
    """Return the filters of a language by name. Times are shown in the time of ``place`` of the page's context."""

    @pass_context
    def day(context: Context, value: date | datetime) -> str:
        """Format a day as 12 Jan 2017."""
        if isinstance(value, datetime):
            value = day_of(value, context["place"].zone)
        return dates.format_date(value, "d MMM y", locale=locale)

    @pass_context
    def moment(context: Context, value: datetime) -> str:
        """Format a time as 12 Jan 2017, 08:30."""
        try:
            zone = context["place"].zone
            return dates.format_datetime(value, "d MMM y, HH:mm", tzinfo=zone, locale=locale)
        except OverflowError:  # at the ends of the calendar
            return dates.format_date(value, "d MMM y", locale=locale)

    @pass_context
    def officer(context: Context, code: str) -> str:
        """Return the name of a person by their pseudonym, or of a program that records by itself."""
        return officer_name(code, context["officers"], translate)

    def month(value: date) -> str:
        """Format a month as Jan 2017."""
        return dates.format_date(value, "MMM y", locale=locale)

    def count(value: int | float | Decimal) -> str:
        """Format a number as 1,234."""
        return numbers.format_decimal(value, locale=locale)

    def money(value: int | float | Decimal, currency: str) -> str:
        """Format an amount with its currency code and the decimals of that currency, as THB 310.00 or KRW 1,500,000."""
        decimals = MINOR_UNITS[currency]
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return f"{currency} {numbers.format_decimal(value, pattern, locale=locale)}"

    def sentence(text: str) -> str:
        """Return text as a sentence, with a capital letter and a full stop."""
        stop = "" if text.endswith((".", "!", "?", "។")) else full_stop(locale.language)
        return text[:1].upper() + text[1:] + stop

    def shortened(text: str, longest: int) -> str:
        """Return text of so many characters at most; a Khmer syllable is not divided."""
        if len(text) <= longest:
            return text
        end = longest - 1
        while end > 1 and (category(text[end]).startswith("M") or text[end - 1] == COENG):
            end -= 1
        return text[:end].rstrip() + "…"

    def titled(codes: Iterable[Any]) -> list[tuple[Any, str]]:
        """Return codes with their titles, as choices of a form: members of a code list, or rows with a code."""
        return [
            (each.value if isinstance(each, Enum) else each.code, translate(each.title_en)) for each in codes
        ]

    def named(titles: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return codes with their titles, from a mapping."""
        return [(code, translate(title)) for code, title in titles.items()]

    def with_query(address: str, **changed: str | None) -> str:
        """Return an address with these parameters in its query; those that are None are left out."""
        path, _, query = address.partition("?")
        given = [(name, value) for name, value in parse_qsl(query) if name not in changed]
        query = urlencode([*given, *((name, value) for name, value in changed.items() if value is not None)])
        return f"{path}?{query}" if query else path

    def places(names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
        """Return codes of places with their names in the page's language."""
        return [
            (code, khmer if locale.language == "km" else english) for code, (english, khmer) in names.items()
        ]

    def age(band: str) -> str:
        """Return an age band inside a sentence."""
        return translate(N_("not known")) if band == AgeBand.UNKNOWN else band

    def typed(value: object) -> str:
        """Return the value of a text field; a day as people type it."""
        return as_typed(value) if isinstance(value, date) else str(value)

    return {
        "age": age,
        "typed": typed,
        "sentence": sentence,
        "shortened": shortened,
        "day": day,
        "moment": moment,
        "month": month,
        "count_of": count,
        "money": money,
        "masked": masked,
        "titled": titled,
        "office": lambda code: office_name(code, locale.language, translate),
        "officer": officer,
        "named": named,
        "places": places,
        "with_query": with_query,
    }
