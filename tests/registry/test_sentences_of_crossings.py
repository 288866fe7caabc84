"""The sentences of crossings tell who came, with whom, on whose papers, and why, as far as it is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES
from services.registry.wording.crossings import CROSSINGS
from services.registry.wording.events import SENTENCES
from services.registry.wording.sentences import Sentence
from tests.contracts.samples import TYPES, data_of

FACTS: dict[str, dict[str, Any]] = {
    "worker_departed": {"checkpoint": "KH-POI", "destination": "THA"},
    "worker_returned": {"checkpoint": "KH-POI", "returned_from": "THA"},
    "worker_deported": {"checkpoint": "KH-POI", "returned_from": "THA"},
    "border_crossed": {"checkpoint": "KH-POI", "country": "THA", "direction": "out"},
}


PROVINCE_NAMES = {english for english, _ in PROVINCES.values()}
NAMES = {each.name for each in CHECKPOINTS.values()} | set(COUNTRIES.values()) | PROVINCE_NAMES


@pytest.mark.parametrize("wire", [wire for wire in TYPES if wire.split(".")[2] in SENTENCES])
def test_a_name_of_a_place_is_in_the_language_of_the_page(wire: str) -> None:
    sentence = SENTENCES[wire.split(".")[2]](data_of(wire)["facts"])
    assert not NAMES & set(sentence.plain.values())
    codes = {text for text in sentence.codes.values() if isinstance(text, str)}
    assert not PROVINCE_NAMES & codes  # they are pairs of names and no messages


def told(sentence: Sentence) -> str:
    codes = {
        name: text if isinstance(text, str) else ", ".join(text) for name, text in sentence.codes.items()
    }
    days = {name: day.isoformat() for name, day in sentence.days.items()}
    return "; ".join([sentence.text % (sentence.plain | codes | days), *map(told, sentence.notes)])


def test_a_worker_alone_has_no_notes() -> None:
    assert told(CROSSINGS["worker_departed"](FACTS["worker_departed"])) == (
        "Departed to Thailand through Poipet, with no documents"
    )


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize(
    ("facts", "notes"),
    [
        ({"role": "worker"}, ""),
        ({"role": "dependant"}, "; Dependant of a worker"),
        ({"role": "child", "accompanied_by": "mother"}, "; Child; with: Mother"),
        ({"role": "child", "accompanied_by": "nobody"}, "; Child; without a responsible adult"),
        ({"unaccompanied_minor": True}, "; without a responsible adult"),
        ({"unaccompanied_minor": True, "accompanied_by": "guardian"}, "; with: Guardian"),
        ({"channel": "eps"}, "; channel: Employment Permit System (Republic of Korea)"),
        ({"ground": "overstay"}, "; ground: Overstayed a visa or pass"),
        ({"ground": "not_stated"}, ""),
        (
            {"documents_shown": [{"kind": "passport", "holder": "mother", "expires_on": "2014-03-01"}]},
            "; Passport issued to: Mother; Passport valid to 2014-03-01",
        ),
        ({"documents_shown": ["passport", {"kind": "worker_card", "holder": "own"}]}, ""),
    ],
)
def test_what_else_is_known_follows_the_main_sentence(name: str, facts: dict[str, Any], notes: str) -> None:
    sentence = CROSSINGS[name](FACTS[name] | facts)
    main, *others = told(sentence).split("; ")
    assert "".join(f"; {each}" for each in others) == notes
    assert "Thailand" in main and "Poipet" in main
