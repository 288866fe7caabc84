"""The columns of an exported list: what a record says in words, with the codes beside the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, EnumMeta
from typing import Any
from uuid import UUID

from chassis.access.places import Place
from chassis.pages.officers import officer_name
from chassis.pages.offices import office_name
from chassis.pages.translation import N_
from contracts.person import ClearPerson

Titles = Mapping[Any, Any] | EnumMeta
"""A code list: titles, names in English and Khmer, or records with ``title_en`` by code; or an enumeration of codes."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a list is written: language, translation of messages, and the place in whose time times are written."""

    language: str
    translate: Callable[[str], str]
    place: Place
    officers: Mapping[str, str] = field(default_factory=dict)
    """The names of officers by the pseudonyms in facts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and the value of a record, by the name of a field or by a function.

    With ``titles`` the value is a code or a list of codes; its title stands in the column, and the code in one beside it.
    With ``officers`` it is the pseudonym of an officer, or several, in the same way; with ``offices`` the code of an office. ``time`` is True for times, whose column names the place of the clock.
    """

    title: str
    value: str | Callable[[Any], Any]
    titles: Titles | None = None
    time: bool = False
    officers: bool = False
    offices: bool = False

    def heads(self, reader: Reader) -> Iterator[str]:
        """Yield the names of the column, and of the column of its codes."""
        title = reader.translate(self.title)
        if self.time:
            title = reader.translate(N_("%(title)s (time of %(city)s)")) % {
                "title": title,
                "city": reader.translate(reader.place.city),
            }
        yield title
        if self._coded:
            yield reader.translate(N_("%(title)s (code)")) % {"title": title}

    def cells(self, record: Any, reader: Reader) -> Iterator[Any]:
        """Yield the cells of a record: text, a number, a date, a time without zone, or None."""
        value = self._value(record)
        if not self._coded:
            yield _cell(value, reader)
            return
        codes = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
        yield "; ".join(self._title(code, reader) for code in codes) or None
        yield "; ".join(_code(code) for code in codes) or None

    def _title(self, code: Any, reader: Reader) -> str:
        if self.titles is not None:
            return _title(self.titles, code, reader)
        if self.offices:
            return office_name(code, reader.language, reader.translate)
        return officer_name(code, reader.officers, reader.translate)

    @property
    def _coded(self) -> bool:
        return self.titles is not None or self.officers or self.offices

    def _value(self, record: Any) -> Any:
        if callable(self.value):
            return self.value(record)
        return record[self.value] if isinstance(record, Mapping) else getattr(record, self.value)


def name_in(script: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Return the function that reads the name of the ``person`` of a record in a script, ``khmer`` or ``latin``."""

    def named(record: Mapping[str, Any]) -> str | None:
        person = record.get("person")
        if not isinstance(person, ClearPerson) or person.name is None:
            return None
        name: str | None = getattr(person.name, script)
        return name

    return named


def heads_of(columns: Sequence[Column], reader: Reader) -> list[str]:
    """Return the first row of a list."""
    return [head for column in columns for head in column.heads(reader)]


def cells_of(columns: Sequence[Column], record: Any, reader: Reader) -> list[Any]:
    """Return the row of a record."""
    return [cell for column in columns for cell in column.cells(record, reader)]


def _cell(value: Any, reader: Reader) -> Any:
    match value:
        case bool():
            return reader.translate(N_("yes") if value else N_("no"))
        case datetime():
            return value.astimezone(reader.place.zone).replace(tzinfo=None, second=0, microsecond=0)
        case list() | tuple():
            return "; ".join(str(each) for each in value)
        case None | int() | float() | Decimal() | date():
            return value
        case Enum():
            return _code(value)
        case str() | UUID():
            return str(value)
    raise TypeError(f"a cell of an exported list is no {type(value).__name__}")


def _code(code: Any) -> str:
    return str(code.value if isinstance(code, Enum) else code)


def _title(titles: Titles, code: Any, reader: Reader) -> str:
    found: Any = titles(code) if isinstance(titles, EnumMeta) else titles[code]
    if isinstance(found, tuple):
        return str(found[1 if reader.language == "km" else 0])
    return reader.translate(getattr(found, "title_en", found))
