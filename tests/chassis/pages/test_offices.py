"""Offices are shown by name, not by code."""

from __future__ import annotations

import pytest

from chassis.pages.catalogues import translations
from chassis.pages.offices import office_name


@pytest.mark.parametrize(
    ("code", "english", "khmer"),
    [
        ("BKK", "Embassy in Bangkok", "ស្ថានទូត"),
        ("KH-POI", "Poipet", "ប៉ោយប៉ែត"),
        ("NEA-02", "National Employment Agency, Battambang", "បាត់ដំបង"),
        ("MOLVT", "Ministry of Labour", "ការងារ"),
        ("AGENCY-1", "Recruitment agency 1", "1"),
        ("DESK", "DESK", "DESK"),
    ],
)
def test_an_office_has_its_name_in_both_languages(code: str, english: str, khmer: str) -> None:
    assert office_name(code, "en", lambda text: text) == english
    assert khmer in office_name(code, "km", translations("km").gettext)
