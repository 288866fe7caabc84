"""The filters of the templates, in English and in Khmer."""

from __future__ import annotations

import pytest
from babel import Locale

from chassis.pages.filters import filters, full_stop
from contracts.khmer import COENG


def of(language: str, name: str):  # type: ignore[no-untyped-def]
    return filters(Locale.parse(language), str)[name]


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "the post is closed", "The post is closed."),
        ("en", "Is it closed?", "Is it closed?"),
        ("km", "ច្រកទ្វារបានបិទ", "ច្រកទ្វារបានបិទ។"),
        ("km", "ច្រកទ្វារបានបិទ។", "ច្រកទ្វារបានបិទ។"),
    ],
)
def test_a_sentence_ends_with_the_mark_of_its_language(language: str, text: str, shown: str) -> None:
    assert of(language, "sentence")(text) == shown
    assert full_stop(language) == {"en": ".", "km": "។"}[language]


def test_a_shortened_text_is_not_longer_and_ends_after_a_whole_syllable() -> None:
    shortened = of("km", "shortened")
    assert shortened("Bricklayers", 24) == "Bricklayers"
    assert shortened("Bricklayers and related workers", 24) == "Bricklayers and related…"
    khmer = "ជាងឥដ្ឋនិងអ្នកធ្វើការពាក់ព័ន្ធ"
    for longest in range(3, len(khmer)):
        shown = shortened(khmer, longest)
        assert len(shown) <= longest
        assert shown.endswith("…")
        kept = shown[:-1]
        assert khmer.startswith(kept)
        following = khmer[len(kept)]
        assert following not in "\u17b6\u17b7\u17b8\u17c1\u17c5\u17c6\u17c9\u17cd" + COENG, (longest, shown)
        assert not kept.endswith(COENG)


def test_an_age_band_that_is_not_known_is_said_in_words() -> None:
    assert (of("km", "age")("25-29"), of("km", "age")("unknown")) == ("25-29", "not known")
