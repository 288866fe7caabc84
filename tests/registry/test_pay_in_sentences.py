"""The sentence of an employment contract on a worker's page states the pay, also if it is no wage in money."""

from __future__ import annotations

from typing import Any

import pytest

from services.registry.wording.events import SENTENCES

TERMS = {"occupation": "6223", "destination": "THA", "starts_on": "2013-04-01", "ends_on": "2015-03-31"}


@pytest.mark.parametrize(
    ("pay", "plain", "period"),
    [
        ({"wage": {"amount": "9000", "currency": "THB"}, "wage_period": "month"}, "THB 9,000", "a month"),
        ({"catch_share": "12.5"}, "12.5%", "of the catch"),
        ({"wage_in_kind": {"amount": "1500", "currency": "THB"}}, "THB 1,500", "in kind"),
        ({}, "–", "no pay stated"),
    ],
)
@pytest.mark.parametrize("kind", ["employment_contract_registered", "employment_contract_amended"])
def test_the_pay_is_stated(kind: str, pay: dict[str, Any], plain: str, period: str) -> None:
    sentence = SENTENCES[kind]({"terms": TERMS | pay})
    assert (sentence.plain["wage"], sentence.codes["period"]) == (plain, period)
