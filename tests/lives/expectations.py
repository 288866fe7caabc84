"""The expectations of a played life: each kind asks the services and says what it found if that is not as expected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.lives import mapping
from tests.lives.comparison import as_list, in_words, matches
from tests.lives.installation import Installation
from tests.lives.lives import Life
from tests.lives.notation import NotUnderstood, as_of
from tests.lives.played import Played
from tests.lives.reading import compare_reading
from tests.lives.visibility import Visibility

_LINE = re.compile(r"(?:line\s*)?(\d+)")
Expected = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation that is not met; a ``welcome`` one is reported and fails nothing."""

    text: str
    welcome: bool = False


def looks_after(expect: Sequence[Expected], number: int) -> Iterator[Expected]:
    """Yield the looks that are asked after a line of the order given."""
    return (each for each in expect if "look" in each and line_number(each["after"]) == number)


def line_number(given: Any) -> int:
    """Return the number of a line given as 4 or ``line 4``. Raises NotUnderstood."""
    match = _LINE.fullmatch(str(given))
    if match is None:
        raise NotUnderstood(f"{given!r} is not a line")
    return int(match[1])


class Expectations:
    """Checks the expectations of one play."""

    def __init__(self, installation: Installation, life: Life, played: Played) -> None:
        self._installation, self._life, self._played = installation, life, played
        self._visibility = Visibility(installation, life, played)
        self._figures: Counter[str] = Counter()
        self._numbers: dict[int, str] = {}
        """The number of the worker of each line."""

    async def note_figures(self) -> None:
        """Note the figures before the life is played."""
        self._figures = await self._read_figures()

    async def find_workers(self) -> None:
        """Find the workers of all lines: by the documents that were shown, else by phone numbers, else by names.

        Who shows somebody else's document is not found by it.
        """
        played = self._played
        asked: list[dict[str, Any]] = [
            {"document": mapping.document_asked(document)} for document in played.documents
        ]
        asked += [{"phone": phone} for phone in played.phones]
        asked += [{"name": person.name} for person in played.persons]
        known: set[str] = set()
        for search in asked:
            if "name" in search and all(line in self._numbers for line in played.events):
                return
            for number in set(await self._installation.numbers(**search)) - known:
                known.add(number)
                found = await self._installation.timeline(number)
                received = set() if found is None else {entry["event_id"] for entry in found[1]}
                for line, events in played.events.items():
                    if received & set(events):
                        self._numbers[line] = number

    def refusals(self) -> list[Finding]:
        """Return a finding for each line that was refused though no expectation allows it."""
        allowed = {number for each in self._life.expect for number in self._may_be_refused(each)}
        refused = [(line, why) for line, why in self._played.refused.items() if line not in allowed]
        lost = [
            line for line in self._played.events if line not in self._numbers and line in self._played.people
        ]
        return [
            *(Finding(f"line {line} was refused: {why}") for line, why in refused),
            *(Finding(f"line {line} is on no timeline") for line in lost),
        ]

    async def check(self, expected: Expected) -> list[Finding]:
        """Return what is not as expected. Raises NotUnderstood for an unknown kind of expectation."""
        for name, kind in self._KINDS.items():
            if name in expected:
                return [
                    Finding(text) if isinstance(text, str) else text async for text in kind(self, expected)
                ]
        raise NotUnderstood(
            f"the expectation {in_words(expected)} is of no known kind: {', '.join(self._KINDS)}"
        )

    # --- kinds of expectations ------------------------------------------------------------------------------------

    async def _read(self, expected: Expected) -> AsyncIterator[Finding | str]:
        who = str(expected["read"])
        number = self._number_of(who)
        found = None if number is None else await self._installation.timeline(number, **as_of(expected))
        head = f"read {who} at {in_words(expected['at'])}"
        if found is None:
            yield f"{head}: no worker was found"
            return
        words = mapping.timeline_words(*found, self._played)
        for text, welcome in compare_reading(expected, words):
            yield Finding(f"{head}: {text}", welcome)

    async def _figures_added(self, expected: Expected) -> AsyncIterator[Finding | str]:
        now = await self._read_figures()
        added = {key: now[key] - self._figures[key] for key in {*now, *self._figures}}
        for key, count in expected["figures"].items():
            if not matches(count, added.get(str(key), 0)):
                yield f"figures: {key}: expected {in_words(count)}, found {added.get(str(key), 0)}"

    async def _together(self, expected: Expected) -> AsyncIterator[Finding | str]:
        if len(numbers := self._numbers_of(expected["together"])) != 1:
            yield f"lines {expected['together']} are of one worker: expected, found {len(numbers)} workers"

    async def _apart(self, expected: Expected) -> AsyncIterator[Finding | str]:
        if len(numbers := self._numbers_of(expected["apart"])) != len(expected["apart"]):
            yield f"lines {expected['apart']} are of different workers: expected, found {len(numbers)} workers"

    async def _proposed(self, expected: Expected) -> AsyncIterator[Finding | str]:
        wanted = self._numbers_of(expected["proposed"])
        named = [
            mapping.question_numbers(each) async for each in self._installation.listed("/registry/questions")
        ]
        if len(wanted) < 2 or not any(wanted <= numbers for numbers in named):
            yield f"a question whether lines {expected['proposed']} are of one worker: expected, found none"

    async def _one_of(self, expected: Expected) -> AsyncIterator[Finding | str]:
        alternatives = [
            [finding for each in as_list(one) for finding in await self.check(each) if not finding.welcome]
            for one in expected["one_of"]
        ]
        if all(alternatives):
            yield "one of: " + "; or ".join(each.text for one in alternatives for each in one)

    async def _refused_or_flagged(self, expected: Expected) -> AsyncIterator[Finding | str]:
        wanted = {mapping.flag_name(name) for name in as_list(expected.get("flags", expected.get("F+", [])))}
        for number in self._lines_named(expected["refused_or_flagged"]):
            if number in self._played.refused:
                continue
            found = await self._installation.timeline(self._numbers.get(number, "?"))
            flags = [] if found is None else found[0]["flags"]
            own = {
                mapping.flag_name(each["name"])
                for each in flags
                if each.get("event_id") in self._played.events[number]
            }
            every = {mapping.flag_name(each["name"]) for each in flags}
            if not (own if not wanted else wanted & every):
                yield f"line {number} is refused or flagged: expected, found the flags {sorted(every)}"

    async def _reads(self, expected: Expected) -> AsyncIterator[Finding | str]:
        number = self._number_of(str(expected.get("of", "A")))
        async for text in self._visibility.reads(expected, number):
            yield text

    async def _sees(self, expected: Expected) -> AsyncIterator[Finding | str]:
        async for text in self._visibility.sees(expected, list(dict.fromkeys(self._numbers.values()))):
            yield text

    async def _look(self, expected: Expected) -> AsyncIterator[Finding | str]:
        async for text in self._visibility.look(expected):
            yield text

    async def _application(self, expected: Expected) -> AsyncIterator[Finding | str]:
        application = self._played.id_of(str(expected["application"]))
        answer = await self._installation.get(f"/skills/applications/{application}")
        for text in _compare_worked(expected, answer.json(), f"application {expected['application']}"):
            yield text

    async def _counselled(self, expected: Expected) -> AsyncIterator[Finding | str]:
        number = line_number(expected["counselled"])
        found = await self._installation.timeline(self._numbers.get(number, "?"))
        cases = [] if found is None else mapping.timeline_words(*found, self._played)["cases"]
        case = next((each["id"] for each in cases if f"line {number}" in each["lines"]), None)
        if case is None:
            yield f"counselled: no reintegration case of line {number} was found"
            return
        answer = await self._installation.get(f"/reintegration/cases/{case}")
        for text in _compare_worked(expected, answer.json(), f"the case of line {number}"):
            yield text

    async def _terms(self, expected: Expected) -> AsyncIterator[Finding | str]:
        contract = str(expected["terms"])
        answer = await self._installation.get(
            f"/recruitment/employment-contracts/{self._played.id_of(contract)}"
        )
        found = mapping.contract_terms(answer.json())
        for name, wanted in expected.items():
            if name not in ("terms", "note") and not matches(wanted, found.get(mapping.term_name(name))):
                yield f"terms {contract}: {name}: expected {in_words(wanted)}, found {in_words(found.get(mapping.term_name(name)))}"

    _KINDS: ClassVar[Mapping[str, Callable[[Expectations, Expected], AsyncIterator[Finding | str]]]] = {
        "read": _read,
        "figures": _figures_added,
        "together": _together,
        "apart": _apart,
        "proposed": _proposed,
        "one_of": _one_of,
        "refused_or_flagged": _refused_or_flagged,
        "reads": _reads,
        "sees": _sees,
        "look": _look,
        "application": _application,
        "counselled": _counselled,
        "terms": _terms,
    }

    # --- what they ask --------------------------------------------------------------------------------------------

    async def _read_figures(self) -> Counter[str]:
        answer = await self._installation.get("/registry/figures/departures")
        answer.raise_for_status()
        return mapping.figures_of(answer.json())

    def _number_of(self, letter: str) -> str | None:
        """The number of the worker who has most lines of a person, of equals the one of the first line."""
        own = [
            number
            for line, number in sorted(self._numbers.items())
            if self._played.people.get(line) == letter
        ]
        counted = Counter(own)
        return max(counted, key=lambda number: (counted[number], -own.index(number)), default=None)

    def _numbers_of(self, lines: Sequence[Any]) -> set[str]:
        return {self._numbers.get(line_number(line), f"no worker for line {line}") for line in lines}

    def _lines_named(self, given: Any) -> list[int]:
        """The lines named by their numbers, or by the name of the record that they open."""
        found = []
        for each in as_list(given):
            opening = next((n for n, record in self._played.records.items() if record == str(each)), None)
            found.append(opening if opening is not None else line_number(each))
        return found

    def _may_be_refused(self, expected: Any) -> Iterator[int]:
        if isinstance(expected, Mapping):
            if "refused_or_flagged" in expected:
                named = self._lines_named(expected["refused_or_flagged"])
                yield from named
                records = {self._played.records[number] for number in named if number in self._played.records}
                yield from (n for n, record in self._played.records.items() if record in records)
            for each in expected.values():
                yield from self._may_be_refused(each)
        elif isinstance(expected, list):
            for each in expected:
                yield from self._may_be_refused(each)


def _compare_worked(expected: Expected, view: Mapping[str, Any], what: str) -> Iterator[str]:
    for bar in ("worked", "verified", "supported", "stated"):
        if bar not in expected:
            continue
        found = mapping.worked(view, bar)
        wanted = [tuple(each) for each in expected[bar]]
        if len(found) != len(wanted) or not all(
            matches(day, other)
            for one, two in zip(wanted, found, strict=True)
            for day, other in zip(one, two, strict=True)
        ):
            yield f"{what}: {bar}: expected {in_words(wanted)}, found {in_words(found)}"
