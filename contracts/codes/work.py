"""Occupations (ISCO-08), sectors (ISIC Rev. 4) and levels of Cambodia's Qualifications Framework.

Both classifications are whole at every level: 10, 43, 130 and 436 groups of ISCO-08; 21 sections,
88 divisions, 238 groups and 419 classes of ISIC Rev. 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from contracts.codes.tables import described, listed, rows
from contracts.codes.titled import TitledNumber

OCCUPATIONS: Mapping[str, str] = MappingProxyType({row["code"]: row["title"] for row in rows("occupations")})
"""ISCO-08 code of one to four digits -> English title. Its groups are its beginnings: 711, 71, 7."""

SECTORS: Mapping[str, str] = MappingProxyType({row["code"]: row["title"] for row in rows("sectors")})
"""ISIC Rev. 4 code (a letter, or two to four digits) -> English title, each section before its divisions."""


def _sections() -> dict[str, str]:
    section_of, section = {}, ""
    for code in SECTORS:
        if code.isalpha():
            section = code
        section_of[code] = section
    return section_of


_SECTION_OF: Mapping[str, str] = MappingProxyType(_sections())


def sector_section(sector: str) -> str:
    """Return the section, A to U, of a sector; published figures are by section."""
    return _SECTION_OF[sector]


class QualificationLevel(TitledNumber):
    """Level of Cambodia's Qualifications Framework, 1 to 8."""

    LEVEL_1 = 1, "Vocational certificate"
    LEVEL_2 = 2, "Technical and vocational certificate 1"
    LEVEL_3 = 3, "Technical and vocational certificate 2"
    LEVEL_4 = 4, "Technical and vocational certificate 3"
    LEVEL_5 = 5, "Higher diploma"
    LEVEL_6 = 6, "Bachelor's degree"
    LEVEL_7 = 7, "Master's degree"
    LEVEL_8 = 8, "Doctoral degree"


Occupation = Annotated[
    str,
    described("Occupation, ISCO-08 code of one to four digits.", r"^[0-9]{1,4}$", "9313"),
    listed(
        OCCUPATIONS, "an ISCO-08 code of one to four digits such as 9313, building construction labourers"
    ),
]
_LEVELS = {1: "a major group", 2: "a sub-major group", 3: "a minor group"}


def _with_digits(digits: int, purpose: str) -> AfterValidator:
    """Return a validator of the length of an occupation's code; ``purpose`` is what needs it."""

    def check(code: str) -> str:
        if len(code) >= digits:
            return code
        group = f"{code} ({OCCUPATIONS[code]}) is {_LEVELS[len(code)]} and too wide {purpose}"
        inside = next(each for each in OCCUPATIONS if len(each) == digits and each.startswith(code))
        wanted = "four digits" if digits == 4 else f"{digits} to four digits"
        raise ValueError(f"{group}; give a code of {wanted}, such as {inside} ({OCCUPATIONS[inside]})")

    return AfterValidator(check)


UnitGroup = Annotated[
    str,
    described(
        "Occupation, ISCO-08 code of a unit group, four digits.", r"^(0[123]10|[1-9][0-9]{3})$", "9313"
    ),
    listed(OCCUPATIONS, "an ISCO-08 code of four digits such as 9313, building construction labourers"),
    _with_digits(4, "for an assessment, a recognition or a vacancy"),
]
"""An occupation where only one can be meant: what is assessed and recognised, and what an employer offers."""
OccupationWanted = Annotated[
    str,
    described("Occupation, ISCO-08 code of two to four digits.", r"^[0-9]{2,4}$", "9313"),
    listed(OCCUPATIONS, "an ISCO-08 code of two to four digits such as 71, building trades workers"),
    _with_digits(2, "to find vacancies by"),
]
"""An occupation by which vacancies are ranked: they are compared by at least two digits."""
Sector = Annotated[
    str,
    described("Sector, ISIC Rev. 4: a section's letter or two to four digits.", r"^([A-U]|[0-9]{2,4})$", "F"),
    listed(
        SECTORS, "an ISIC Rev. 4 code such as F for construction or 4100 for the construction of buildings"
    ),
]
