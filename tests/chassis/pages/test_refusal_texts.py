"""Refusals speak the language of the reader: title, detail with its values, and remedy."""

from __future__ import annotations

import re

from chassis.http.problems import title_of
from chassis.pages.catalogues import refusal_texts
from chassis.pages.refusal_texts import PLACEHOLDER, RefusalTexts
from domnaer.publishing.refusal_texts import refusal_texts as texts_in_sources
from services.consular.domain.refusals import CaseClosed, ConsentMissing
from tests.signed_in import SERVICES

WORDS = re.compile(r"[a-z]{4,}")
TEXTS = sorted({text for _, text in texts_in_sources()})
KHMER = refusal_texts("km")


def test_the_titles_of_all_services_and_the_texts_with_values_are_found_in_the_sources() -> None:
    folders = {file.split("/")[1] for file, _ in texts_in_sources() if file.startswith("services/")}
    with_refusals = {path.parts[-3] for path in SERVICES.glob("*/domain/refusals.py")}
    assert with_refusals <= folders
    assert title_of(CaseClosed) in TEXTS
    assert {
        "it was closed on %(closed_at)s",
        "its last day, %(ends_on)s, is before its first day, %(starts_on)s",
    } <= {*TEXTS}


def test_a_text_is_translated_as_itself_whatever_values_it_has() -> None:
    """A text with values must not be taken for another one that has fewer fixed words."""
    marked = RefusalTexts(((each, f"<{each}>") for each in TEXTS), lambda message: message, str)
    for text in TEXTS:
        values = {name: f"v{nth}" for nth, name in enumerate(PLACEHOLDER.findall(text))}
        stated = text % values if values else text
        assert marked.text(stated) == f"<{stated}>"


def test_no_text_stays_english_in_khmer() -> None:
    for text in TEXTS:
        values = dict.fromkeys(PLACEHOLDER.findall(text), "7")
        stated = text % values if values else text
        shown = KHMER.text(stated)
        assert shown != stated
        assert re.search("[\u1780-\u17ff]", shown), shown


def test_days_names_and_joined_texts_are_shown_in_khmer() -> None:
    assert KHMER.text("it was closed on 2014-08-02") == "វាត្រូវបានបិទនៅ 2 សីហា 2014"
    thailand = KHMER.text("the person has not consented that Ministry of Interior learns of the matter")
    assert not WORDS.search(thailand), thailand
    joined = KHMER.text(f"{title_of(CaseClosed)}: it was closed on 2014-08-02; open a new case")
    assert not WORDS.search(joined), joined
    assert KHMER.text("") == ""
    assert (
        KHMER.text("100% of <it> is what nobody wrote before") == "100% of <it> is what nobody wrote before"
    )


def test_english_pages_show_the_text_as_it_is() -> None:
    english = refusal_texts("en")
    for refusal in (CaseClosed("it was closed on 2014-08-02"), ConsentMissing("100% of it; and: more")):
        assert english.text(refusal.detail) == refusal.detail
