"""Every way in takes the same values of a field: one command, a row of a file, a sheet, a correction."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from chassis.commands.examples import csv_of
from tests.system.journey import Traveller, contract, crossing, step, vacancy
from tests.system.running_system import RunningSystem

Errors = list[dict[str, Any]]


class Noun(NamedTuple):
    """A record that is begun by one command, by the rows of an upload and in a sheet, and then corrected."""

    path: str
    bulk: str | None
    body: Callable[[], dict[str, Any]]
    facts: tuple[str, ...]
    """Fields of the command that a correction names below ``facts``."""


def traveller() -> dict[str, Any]:
    return Traveller("SOK DARA", "សុខ ដារ៉ា").given(relatives=[])


NOUNS = {
    "crossing": Noun(
        "/border/crossings",
        "/border/crossings/bulk",
        lambda: crossing("departure", traveller()),
        ("destination",),
    ),
    "contract": Noun(
        "/recruitment/employment-contracts",
        "/recruitment/employment-contracts/bulk",
        lambda: contract(traveller()),
        ("terms",),
    ),
    "vacancy": Noun(
        "/reintegration/vacancies",
        "/reintegration/vacancies/bulk",
        vacancy,
        ("wage", "occupation", "province", "places", "open_until"),
    ),
    "application": Noun(
        "/skills/applications", None, lambda: step(occupation="7112", person=traveller()), ("occupation",)
    ),
}

WRONG = [
    ("vacancy", "wage.amount", "0", "more than 0"),
    ("vacancy", "wage.amount", "0.00", "more than 0"),
    ("vacancy", "wage.amount", "-5", "more than 0"),
    ("vacancy", "wage.amount", "250.005", "more decimals than USD has"),
    ("contract", "terms.wage.amount", "300.125", "more decimals than THB has"),
    ("contract", "terms.wage.amount", "0", "more than 0"),
    ("contract", "terms.wage.currency", "XXX", "is not on the list"),
    ("vacancy", "wage.currency", "XAU", "is not on the list"),
    ("vacancy", "wage.currency", "usd", "did you mean USD?"),
    ("vacancy", "occupation", "7", "four digits"),
    ("vacancy", "occupation", "71", "four digits"),
    ("vacancy", "occupation", "711", "such as 7111 ("),
    ("vacancy", "province", "Battambang", "did you mean 02?"),
    ("vacancy", "open_until", "2557-08-01", "did you mean 2014?"),
    ("application", "occupation", "711", "four digits"),
    ("contract", "terms.starts_on", "2556-04-01", "did you mean 2013?"),
    ("crossing", "destination", "tha", "did you mean THA?"),
    ("crossing", "person.birth.on", "2530-05-23", "did you mean 1987?"),
    ("crossing", "person.name.khmer", "សុខ ដា្", "U+17D2"),
    ("crossing", "person.name.khmer", "ុសខ", "U+17BB"),
    ("crossing", "person.name.latin", "N0123456", "no digits"),
    ("crossing", "person.name.latin", "Sok \u202eDara", "direction of writing"),
    ("crossing", "person.name.latin", "Sok Dara \U0001f642", "emoji"),
    ("crossing", "person.name.latin", "C:\\scans\\Sok", "name of a file"),
    ("crossing", "person.name.latin", "Sok\ufffdDara", "U+FFFD"),
    ("crossing", "person.documents.0.number", "Sok Dara", "is words"),
    ("crossing", "person.documents.0.number", "PKHM N0123456", "machine-readable zone"),
    ("crossing", "person.phone", "+855 12 \u200f345 678", "direction of writing"),
    ("crossing", "words.remark", "lost\ufffd", "U+FFFD"),
]


def changed(body: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    """Return a body with a value at a dotted field."""
    found: Any = json.loads(json.dumps(body))
    place, (*above, last) = found, field.split(".")
    for name in above:
        place = place[int(name)] if name.isdecimal() else place.setdefault(name, {})
    place[last] = value
    return found  # type: ignore[no-any-return]


def by_command(system: RunningSystem, noun: Noun, field: str, value: str) -> Errors | None:
    answer = system.post(noun.path, changed(noun.body(), field, value))
    assert answer.status_code == 422, answer.text
    errors: Errors = answer.json()["errors"]
    return errors


def by_row(system: RunningSystem, noun: Noun, field: str, value: str) -> Errors | None:
    content = json.dumps(changed(noun.body(), field, value)).encode()
    return _refusals(system, noun, content, "application/x-ndjson")


def by_sheet(system: RunningSystem, noun: Noun, field: str, value: str) -> Errors | None:
    (row,) = csv.DictReader(io.StringIO(csv_of(noun.body())))
    written = io.StringIO()
    csv.writer(written).writerows([[*row, *({field} - {*row})], [*(row | {field: value}).values()]])
    return _refusals(system, noun, written.getvalue().encode(), "text/csv")


def _refusals(system: RunningSystem, noun: Noun, content: bytes, kind: str) -> Errors | None:
    if noun.bulk is None:
        return None
    answer = system.http.post(noun.bulk, content=content, headers=system.headers(**{"Content-Type": kind}))
    assert answer.status_code == 200, answer.text
    outcome = answer.json()
    assert (outcome["taken"], outcome["refused"]) == (0, 1), outcome
    errors: Errors = outcome["refusals"]
    return errors


def by_correction(system: RunningSystem, noun: Noun, field: str, value: str) -> Errors | None:
    (event, *_) = system.recorded(noun.path, noun.body())["events"]
    part = (
        changed({"person": {"documents": noun.body()["person"]["documents"]}}, field, value)
        if (field.startswith("person.documents"))
        else changed({}, field, value)
    )
    if field.split(".")[0] in noun.facts:
        part = {"facts": part}
    service = noun.path.split("/")[1]
    answer = system.post(f"/{service}/events/{event}/correction", {"reason": "mistyped", **part})
    assert answer.status_code == 422, answer.text
    errors: Errors = answer.json()["errors"]
    return [error | {"field": error["field"].removeprefix("facts.")} for error in errors]


@pytest.mark.parametrize("way_in", [by_command, by_row, by_sheet, by_correction])
@pytest.mark.parametrize(("noun", "field", "value", "words"), WRONG)
def test_a_value_that_cannot_be_right_is_refused_by_its_field_in_every_way_in(
    noun: str,
    field: str,
    value: str,
    words: str,
    way_in: Callable[[RunningSystem, Noun, str, str], Errors | None],
    system: RunningSystem,
) -> None:
    errors = way_in(system, NOUNS[noun], field, value)
    if errors is None:
        return  # the noun has no upload
    (error,) = errors
    assert error["field"] == field.replace(".0.", "[0].")
    assert words in f"{error['reason']}; {error.get('remedy')}"
    assert system.failures() == []
