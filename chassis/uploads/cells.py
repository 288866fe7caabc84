"""A cell of a sheet as the value of its field.

A cell is text, or in an .xlsx also a number, a truth value, a date or a time. What a spreadsheet changed is restored where only
one value is possible (2.0 to 2, province 2 to 02); otherwise the row is refused, because a wrong document number
would link the records of two people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any

from chassis.http.validation_errors import field_path
from contracts.times import PHNOM_PENH

Cell = str | float | bool | date | time | timedelta
"""A cell. The cells of CSV are all text."""

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_WHOLE_AS_DECIMAL = re.compile(r"(-?[0-9]{1,18})\.0+")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}")
_SERIAL = re.compile(r"[0-9]{4,5}(?:[.,][0-9]+)?")
_WITHOUT_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_TITLED = re.compile(r"\S.* \[([A-Za-z0-9_.-]{1,40})\]", re.DOTALL)
"""A choice of a template's list: the title, and the code in brackets."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY_ZERO = date(1899, 12, 30)
_FREE_TEXT = 1_000
"""Text fields that may be longer than this are remarks and addresses, in which any text is right."""
_LONGEST_CODE = 6
_AS_TEXT = "format the column as Text and type the value again, with its leading zeros"


class CellRefused(ValueError):
    """A cell that a spreadsheet changed so that its value is not certain: the reason and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class Column:
    """A column: a field of the command."""

    def __init__(self, name: str, leaves: Sequence[dict[str, Any]], zone: tzinfo = PHNOM_PENH) -> None:
        self.name, self._zone = name, zone
        self.path = tuple(name.split("."))
        self._leaves = leaves
        self._kinds = set().union(*map(_kinds_of, leaves))

    @cached_property
    def field(self) -> str:
        """The field as refusals name it, such as ``person.documents[0].number``."""
        return field_path([int(part) if part.isdecimal() else part for part in self.path])

    def value(self, cell: Cell) -> Any:
        """Return the JSON value of a cell that is not empty. Raises ``CellRefused``."""
        if isinstance(cell, str):
            return self._of_text(cell)
        if isinstance(cell, bool):
            return cell if "boolean" in self._kinds else str(cell).upper()
        if isinstance(cell, float):
            return self._of_number(cell)
        return self._of_time(cell)

    def _of_text(self, text: str) -> Any:
        text = self._untitled(text)
        if "string" in self._kinds:
            return self._of_code(text)
        if "boolean" in self._kinds:
            return {"true": True, "false": False}.get(text.lower(), text)
        if self._is_time:
            if _SERIAL.fullmatch(text):
                raise self._serial(text)
            if "date-time" in self._kinds and _WITHOUT_OFFSET.fullmatch(text):
                return self._with_offset(text)
            # As text a number would be read as seconds since 1970; as a number it is refused.
            return int(text) if _WHOLE.fullmatch(text) else text
        if whole := _WHOLE_AS_DECIMAL.fullmatch(text):
            text = whole[1]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else text

    def _untitled(self, text: str) -> str:
        """Return the code of a choice such as ``Thailand [THA]``; another text as it is."""
        chosen = _TITLED.fullmatch(text)
        if chosen is None or self._allows(text):
            return text
        code = chosen[1]
        return code if self._allows(code) or (self._is_id and _UUID.fullmatch(code)) else text

    def _of_code(self, text: str) -> str:
        if self._is_free_text or not text[0].isdecimal() or self._allows(text):
            return text
        whole = _WHOLE_AS_DECIMAL.fullmatch(text)
        digits = whole[1] if whole else text if text.isdecimal() and text.isascii() else None
        if digits is not None and self._codes(digits):
            return self._code(digits)
        if not self._is_coded and (whole or _SCIENTIFIC.fullmatch(text)):
            raise CellRefused(f"a spreadsheet changed {text} from text to a number", _AS_TEXT)
        return text

    def _of_number(self, number: float) -> Any:
        text = f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)
        if "string" in self._kinds:
            if self._is_free_text:
                return text
            return self._code(text)
        if self._is_time:
            raise self._serial(text)
        return int(text) if _WHOLE.fullmatch(text) else number

    def _of_time(self, cell: date | time | timedelta) -> str:
        if isinstance(cell, datetime):
            moment = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
            text = moment.replace(tzinfo=self._zone).isoformat()
        else:
            text = str(cell)
        if not self._is_time and not self._is_free_text:
            raise CellRefused(f"a spreadsheet changed the text to the date or time {text}", _AS_TEXT)
        return text

    def _with_offset(self, text: str) -> str:
        """Return a time of the upload's place with its offset; a time that does not exist is left to the command."""
        day, hour, rest = text[:10], *text[11:].split(":", 1)
        try:
            return datetime.fromisoformat(f"{day}T{hour:0>2}:{rest}").replace(tzinfo=self._zone).isoformat()
        except ValueError:
            return text

    def _code(self, digits: str) -> str:
        """Return the only code that a number can mean, with leading zeros if the field needs them."""
        found = self._codes(digits)
        if len(found) == 1:
            return found[0]
        raise CellRefused(f"the number {digits} may have lost leading zeros", _AS_TEXT)

    def _codes(self, digits: str) -> list[str]:
        if not self._is_coded:
            return []
        widths = range(len(digits), max(len(digits), _LONGEST_CODE) + 1)
        return [text for width in widths if self._allows(text := digits.zfill(width))]

    def _allows(self, text: str) -> bool:
        return any(
            text in map(str, leaf["enum"]) if "enum" in leaf else re.search(leaf["pattern"], text) is not None
            for leaf in self._leaves
            if "enum" in leaf or "pattern" in leaf
        )

    def _serial(self, number: str) -> CellRefused:
        days = float(number.replace(",", "."))
        meant = f", perhaps {_DAY_ZERO + timedelta(days=int(days))}" if 1 <= days < 100_000 else ""
        kind = "a date, such as 2014-06-12" if "date" in self._kinds else "a time, such as 2014-06-12 09:00"
        return CellRefused(f"{number} is a date as a spreadsheet's number{meant}", f"write {kind}")

    @cached_property
    def _is_time(self) -> bool:
        return bool(self._kinds & {"date", "date-time"})

    @cached_property
    def _is_coded(self) -> bool:
        return any("enum" in leaf or "pattern" in leaf for leaf in self._leaves)

    @cached_property
    def _is_id(self) -> bool:
        return any(leaf.get("format") == "uuid" for leaf in self._leaves)

    @cached_property
    def _is_free_text(self) -> bool:
        return any(leaf.get("maxLength", 0) >= _FREE_TEXT for leaf in self._leaves)


def _kinds_of(leaf: dict[str, Any]) -> set[str]:
    if leaf.get("format") in ("date", "date-time"):
        return {leaf["format"]}
    if "type" in leaf:
        return {leaf["type"]}
    return {"string"} if isinstance(leaf.get("const", leaf.get("enum", [""])[0]), str) else {"integer"}
