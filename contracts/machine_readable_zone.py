"""The machine-readable zone of a travel document (ICAO 9303, parts 4 to 6): TD1, TD2 and TD3, each check digit verified."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.codes.people import Sex
from contracts.codes.recording import BirthPrecision
from contracts.machine_readable import check_digit

_ZONE = re.compile(r"[A-Z0-9<]+")
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "<": Sex.NOT_KNOWN}
_YEARS_AHEAD = 50
"""Years after today up to which a year of two digits is read as a date of expiry."""


class ZoneField(StrEnum):
    """A field of a zone that has a check digit; ``whole`` is the check digit over several fields."""

    NUMBER = "number"
    BIRTH = "birth"
    EXPIRY = "expiry"
    PERSONAL_NUMBER = "personal_number"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class ZoneBirth:
    """The date of birth in a zone; the month or the day may be unknown."""

    on: date
    precision: BirthPrecision


@dataclass(frozen=True, slots=True)
class Zone:
    """The content of a zone. A field whose check digit is wrong is None or empty, and named in ``wrong``.

    ``code`` is the kind of document, such as P or ID; ``name_is_cut`` if the name has no end in its line.
    """

    layout: str
    code: str
    issuer: str
    number: str
    name: str
    name_is_cut: bool
    birth: ZoneBirth | None
    sex: Sex
    expires_on: date | None
    wrong: tuple[ZoneField, ...]

    @property
    def is_visa(self) -> bool:
        """True if it is the zone of a visa, which is no travel document."""
        return self.code.startswith("V")


@dataclass(frozen=True, slots=True)
class _Fields:
    """The characters of the fields of a zone, and the fields that each check digit covers."""

    code: str
    issuer: str
    number: str
    number_check: str
    optional: str
    birth: str
    sex: str
    expiry: str
    name: str
    personal: tuple[str, str] | None
    whole: tuple[str, str] | None


def is_complete(text: str) -> bool:
    """Return whether a text has as many characters as a zone has."""
    return len(_characters(text)) in (72, 88, 90)


def read_zone(text: str, today: date) -> Zone | None:
    """Return what a zone says; None if the text is no complete zone.

    The lines may be divided by spaces or line breaks, or follow each other without any.
    """
    characters = _characters(text)
    if not is_complete(text) or _ZONE.fullmatch(characters) is None:
        return None
    layout = {72: "TD2", 88: "TD3", 90: "TD1"}[len(characters)]
    if layout == "TD1":
        fields = _of_card(characters[:30], characters[30:60], characters[60:])
    else:
        half = len(characters) // 2
        fields = _of_two_lines(characters[:half], characters[half:])
    wrong: list[ZoneField] = []
    number, right = _number(fields)
    if not right:
        wrong.append(ZoneField.NUMBER)
    birth = _birth(fields.birth[:6], today) if _is_right(fields.birth[:6], fields.birth[6]) else None
    if birth is None and not _is_unknown(fields.birth):
        wrong.append(ZoneField.BIRTH)
    expires_on = _expiry(fields.expiry[:6], today) if _is_right(fields.expiry[:6], fields.expiry[6]) else None
    if expires_on is None and not _is_unknown(fields.expiry):
        wrong.append(ZoneField.EXPIRY)
    if fields.personal is not None and not _is_right(*fields.personal):
        wrong.append(ZoneField.PERSONAL_NUMBER)
    if not wrong and fields.whole is not None and not _is_right(*fields.whole):
        wrong.append(ZoneField.WHOLE)  # with another wrong field it is wrong too, and says nothing more
    return Zone(
        layout=layout,
        code=fields.code.replace("<", ""),
        issuer=fields.issuer.replace("<", ""),
        number=number if right else "",
        name=" ".join(fields.name.replace("<", " ").split()),
        name_is_cut=not fields.name.endswith("<"),
        birth=birth,
        sex=_SEXES.get(fields.sex, Sex.NOT_KNOWN),
        expires_on=expires_on,
        wrong=tuple(wrong),
    )


def _characters(text: str) -> str:
    return "".join(text.split()).upper()


def _of_two_lines(first: str, second: str) -> _Fields:
    """Return the fields of a passport (TD3, 44 characters a line) or of a TD2 card (36); a visa has no last check digit."""
    is_passport, is_visa = len(first) == 44, first.startswith("V")
    covered = second[:10] + second[13:20] + second[21 : 43 if is_passport else 35]
    return _Fields(
        code=first[:2],
        issuer=first[2:5],
        number=second[:9],
        number_check=second[9],
        optional="" if is_passport or is_visa else second[28:35],
        birth=second[13:20],
        sex=second[20],
        expiry=second[21:28],
        name=first[5:],
        personal=(second[28:42], second[42]) if is_passport and not is_visa else None,
        whole=None if is_visa else (covered, second[-1]),
    )


def _of_card(first: str, second: str, third: str) -> _Fields:
    """Return the fields of a TD1 card: three lines of 30 characters."""
    return _Fields(
        code=first[:2],
        issuer=first[2:5],
        number=first[5:14],
        number_check=first[14],
        optional=first[15:],
        birth=second[:7],
        sex=second[7],
        expiry=second[8:15],
        name=third,
        personal=None,
        whole=(first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
    )


def _number(fields: _Fields) -> tuple[str, bool]:
    """Return the document number, and whether its check digit matches.

    A number of a card with more than nine characters goes on in the optional data, with its check digit as the last one.
    """
    number, check = fields.number, fields.number_check
    rest = fields.optional.partition("<")[0]
    if check == "<" and len(rest) > 1:
        number, check = number + rest[:-1], rest[-1]
    return number.rstrip("<"), not _is_unknown(number) and _is_right(number, check)


def _is_right(field: str, check: str) -> bool:
    digit = check_digit(field)
    return check == str(digit) or (check == "<" and _is_unknown(field))


def _is_unknown(field: str) -> bool:
    return not field.strip("<0")


def _birth(digits: str, today: date) -> ZoneBirth | None:
    """Return the date of birth: the latest year with these digits in which it is not after today."""
    parts = [digits[start : start + 2] for start in (0, 2, 4)]
    known = [each for each in parts if each != "<<"]
    if not known or parts[: len(known)] != known or not all(map(str.isdecimal, known)):
        return None
    precision = (BirthPrecision.YEAR, BirthPrecision.MONTH, BirthPrecision.DAY)[len(known) - 1]
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        found = _day(century + int(known[0]), known[1:])
        if found is not None and found <= today:
            return ZoneBirth(found, precision)
    return None


def _expiry(digits: str, today: date) -> date | None:
    """Return the date of expiry: in the century that brings it within fifty years of today."""
    if not digits.isdecimal():
        return None
    year = today.year // 100 * 100 + int(digits[:2])
    if year > today.year + _YEARS_AHEAD:
        year -= 100
    elif year < today.year - _YEARS_AHEAD:
        year += 100
    return _day(year, (digits[2:4], digits[4:]))


def _day(year: int, parts: Sequence[str]) -> date | None:
    try:
        return date(year, *(*map(int, parts), 1, 1)[:2])
    except ValueError:
        return None
