"""The sentence of a death on a timeline states the day to the precision that is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.registry.wording.events import SENTENCES


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        ({}, "Died on %(day)s"),
        ({"precision": "day"}, "Died on %(day)s"),
        ({"precision": "month"}, "Died in the month 2014-05"),
        ({"precision": "year"}, "Died in the year 2014"),
        ({"precision": "decade"}, "Died on a day that is not known"),
        ({"precision": "unknown"}, "Died on a day that is not known"),
    ],
)
def test_a_death_is_told_to_the_precision_that_is_known(precision: dict[str, Any], text: str) -> None:
    sentence = SENTENCES["worker_death_recorded"]({"died_on": "2014-05-01"} | precision)
    assert (sentence.text % sentence.plain if sentence.plain else sentence.text) == text
    assert sentence.days == ({"day": date(2014, 5, 1)} if "%(day)s" in text else {})
