"""Whoever recorded something is shown by name; a program is shown in words, in both languages."""

from __future__ import annotations

import pytest

from chassis.access.places import CAPITAL
from chassis.exports.columns import Column, Reader, cells_of
from chassis.pages.catalogues import translations
from chassis.pages.officers import HISTORY_LOADER, officer_name

NAMES = {"vuthy": "Chan Vuthy"}


@pytest.mark.parametrize(
    ("code", "english", "khmer"),
    [
        ("vuthy", "Chan Vuthy", "Chan Vuthy"),
        ("never-here", "never-here", "never-here"),
        (HISTORY_LOADER, "Load of earlier records", "ការផ្ទុក"),
        ("reintegration", "Domnaer itself", "ស្វ័យប្រវត្តិ"),
    ],
)
def test_a_recorder_is_named_in_both_languages(code: str, english: str, khmer: str) -> None:
    assert officer_name(code, NAMES, lambda text: text) == english
    assert khmer in officer_name(code, NAMES, translations("km").gettext)


def test_a_file_names_a_program_in_words_and_keeps_its_code_beside_it() -> None:
    reader = Reader("en", lambda text: text, CAPITAL, NAMES)
    column = Column("Recorded by", "by", officers=True)
    assert cells_of([column], {"by": HISTORY_LOADER}, reader) == ["Load of earlier records", HISTORY_LOADER]
