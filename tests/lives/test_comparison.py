"""The comparison language of lives: what is as expected is met, and a false expectation is reported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from contracts.times import PHNOM_PENH
from tests.lives.comparison import matches
from tests.lives.notation import NotUnderstood, parse_line, reverse_order, shown_documents
from tests.lives.played import StatusByDay
from tests.lives.reading import compare_reading

MARCH = datetime(2013, 3, 1, 0, 30, tzinfo=PHNOM_PENH)
APRIL = date(2013, 4, 2)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (date(2013, 3, 1), MARCH),
        ("2013-03-01", MARCH),
        ("2013-03-01 00:30", MARCH),
        ("2013-02-01..2013-03-01", MARCH),
        ("..2013-03-01", MARCH),
        ("2013-03-01..", MARCH),
        ([APRIL, date(2013, 3, 1)], MARCH),
        ("not regular", None),
        ("not regular", "not_known"),
        ("not null", "regular"),
        (["regular", "not_known"], "not_known"),
        ("«overdue_return»", "overdue_return"),
        ("<=1", 0),
        (">=2", 2),
        (1, 1),
        (None, None),
        (False, False),
        ({"place": "home"}, {"place": "home", "leave": True}),
        (["c1", "c2"], ["c2", "c1"]),
        ([], []),
        ([["c1"], ["c2"]], [["c2"], ["c1"]]),
    ],
)
def test_what_is_as_expected_matches(expected: Any, found: Any) -> None:
    assert matches(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (date(2013, 2, 28), MARCH),
        ("2013-02-28", MARCH),
        ("2013-03-01 00:31", MARCH),
        ("2013-03-02..2013-04-01", MARCH),
        ("2013-03-02..", None),
        ([APRIL, date(2013, 4, 3)], MARCH),
        (APRIL, None),
        ("not regular", "regular"),
        ("not null", None),
        (["regular", "not_known"], "irregular"),
        ("«overdue_return»", "contract_over"),
        ("<=1", 2),
        ("<=1", None),
        (1, True),
        (1, 2),
        (None, "regular"),
        (False, None),
        (True, 1),
        ({"place": "home", "leave": True}, {"place": "home"}),
        ({"place": "home"}, None),
        (["c1"], ["c1", "c2"]),
        (["c1", "c1"], ["c1", "c2"]),
        ("c1", ["c1"]),
    ],
)
def test_what_is_not_as_expected_does_not_match(expected: Any, found: Any) -> None:
    assert not matches(expected, found)


def words(**other: Any) -> dict[str, Any]:
    """Return what is read of a worker abroad with one journey, one alarm and one note."""
    spans = [{"status": "regular", "since": MARCH, "until": datetime(2013, 4, 1, tzinfo=PHNOM_PENH)}]
    journey = {
        "country": "THA",
        "work": True,
        "departed": MARCH,
        "contracts": ["c1"],
        "status_on": StatusByDay(spans),
    }
    flags = [
        {"name": "overdue_return", "since": MARCH, "class": "alarm"},
        {"name": "contract_over", "since": MARCH, "class": "watch"},
    ]
    usual = {
        "J": [journey],
        "W": {"place": "abroad", "country": "THA", "since": MARCH},
        "S": "not_known",
        "flags": flags,
        "N": [{"lines": ["line 1", "line 3"], "of": [date(2013, 3, 1), date(2013, 5, 1)]}],
        "follow_ups_ever": 2,
    }
    return usual | other


MET: list[dict[str, Any]] = [
    {"J": [{"country": "THA", "status_on": {date(2013, 3, 31): "regular", APRIL: "not_known"}}]},
    {"J+": [{"country": "THA", "contracts": ["c1"]}]},
    {"J-": [{"country": "THA", "work": False}]},
    {"W": [{"place": "home"}, {"country": "THA"}]},
    {"W-": {"place": "home"}},
    {"S": "not regular"},
    {
        "F+": [
            "«overdue_return»",
            {"contract_ended_while_abroad": {"since": date(2013, 3, 1), "class": "watch"}},
        ]
    },
    {"F+": {"overdue_return": {"class": "alarm"}, "contract_over": None}},
    {"F-": ["two_places_at_once"]},
    {"N": 1},
    {"N": {"count": "<=1", "of": date(2013, 5, 1), "with": ["line 1", "line 3"]}},
    {"follow_ups_ever": 2},
]
FALSE: list[dict[str, Any]] = [
    {"J": []},
    {"J": [{"country": "MYS"}]},
    {"J": [{"no_such_field": 1}]},
    {"J": [{"status_on": {APRIL: "regular"}}]},
    {"J+": [{"country": "THA", "contracts": []}]},
    {"J-": [{"country": "THA"}]},
    {"W": {"place": "abroad", "country": "MYS"}},
    {"W-": {"place": "abroad"}},
    {"S": None},
    {"F+": ["«repeated_deportation»"]},
    {"F+": [{"contract_over": {"class": "alarm"}}]},
    {"F+": [{"contract_over": {"since": APRIL}}]},
    {"F+": {"overdue_return": {"class": "alarm"}, "contract_over": {"class": "alarm"}}},
    {"F-": "all"},
    {"F-": ["contract_over"]},
    {"N": 0},
    {"N": {"of": date(2013, 6, 1)}},
    {"N": {"with": ["line 2"]}},
    {"no_alarm": True},
    {"follow_ups_ever": 0},
]


@pytest.mark.parametrize("expected", MET, ids=str)
def test_a_met_expectation_is_not_reported(expected: dict[str, Any]) -> None:
    assert list(compare_reading(expected, words())) == []


@pytest.mark.parametrize("expected", FALSE, ids=str)
def test_a_false_expectation_is_reported(expected: dict[str, Any]) -> None:
    assert [welcome for _, welcome in compare_reading(expected, words())] == [False]


def test_a_welcome_flag_is_reported_as_welcome() -> None:
    assert [welcome for _, welcome in compare_reading({"F+?": ["recorded_twice"]}, words())] == [True]


def test_an_unknown_part_of_an_expectation_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="F\\*"):
        list(compare_reading({"F*": ["contract_over"]}, words()))


def test_no_flag_and_no_alarm_are_met_without_flags() -> None:
    assert list(compare_reading({"F-": "all", "no_alarm": True}, words(flags=[]))) == []


def test_a_line_is_parsed_with_its_time_and_its_arguments() -> None:
    line = parse_line(3, "2014-01-06 06:30 out A KH-POI THA day_work docs=border_pass rec=2014-01-09")
    assert line.at == datetime(2014, 1, 6, 6, 30, tzinfo=PHNOM_PENH)
    assert (line.verb, line.person, line.words["purpose"], line.opens) == ("out", "A", "day_work", True)
    assert line.words["rec"] == "2014-01-09"


@pytest.mark.parametrize(
    "text",
    [
        "2014-01-06 leap A KH-POI THA",
        "yesterday depart A KH-POI THA",
        "2014-01-06 depart A KH-POI",
        "2014-01-06 depart A KH-POI THA somewhere",
    ],
)
def test_a_line_that_is_not_in_the_notation_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="line 1"):
        parse_line(1, text)


def test_documents_name_their_owner_and_their_details() -> None:
    own, borrowed, card = shown_documents("passport,national_id@B,pink_card(issued_by=,number=00-1)")
    assert (own.owner, borrowed.owner, borrowed.kind) == (None, "B", "national_id")
    assert dict(card.details) == {"issued_by": "", "number": "00-1"}
    assert shown_documents("none") == []


def test_follow_ups_stay_behind_their_opening_in_reverse_order() -> None:
    texts = (
        "2013-03-01 contract c1 A THA 2013-04-01..2015-03-31",
        "2013-03-05 approve c1",
        "2013-04-02 depart A KH-POI THA",
        "2013-10-02 case k1 A mission=BKK category=wages",
        "2013-10-03 terminate c1 ended=2013-10-01",
        "2013-10-04 close k1 resolved",
        "2013-10-05 void 3",
    )
    lines = [parse_line(nth, text) for nth, text in enumerate(texts, 1)]
    assert [line.number for line in reverse_order(lines)] == [3, 4, 1, 6, 7, 2, 5]
