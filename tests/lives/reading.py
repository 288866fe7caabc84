"""Comparison of a timeline, in the words of the notation, with what ``read`` expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.lives.comparison import as_list, in_words, matches
from tests.lives.mapping import flag_name
from tests.lives.notation import NotUnderstood

_OF_READING = {
    "read",
    "at",
    "J",
    "J+",
    "J-",
    "W",
    "W-",
    "S",
    "F+",
    "F+?",
    "F-",
    "N",
    "no_alarm",
    "follow_ups_ever",
    "note",
}
_JOURNEY_SHOWN = ("country", "phase", "prepared", "departed", "returned", "trips", "contracts")
_FLAG_SHOWN = ("name", "since", "class")

Words = Mapping[str, Any]
Found = Iterator[tuple[str, bool]]


def compare_reading(expected: Words, words: Words) -> Found:
    """Yield what is not as expected, and whether it is only welcome. Raises NotUnderstood for an unknown part."""
    if unknown := sorted(set(expected) - _OF_READING):
        raise NotUnderstood(f"a reading has no {', '.join(unknown)}")
    compared: Sequence[tuple[str, Callable[[Any, Words], Iterator[str]]]] = (
        ("J", _journeys),
        ("J+", _journeys_among),
        ("J-", _journeys_not),
        ("W", _whereabouts),
        ("W-", _whereabouts_not),
        ("S", _status),
        ("F+", _flags),
        ("F-", _flags_not),
        ("N", _open_cases),
        ("no_alarm", _no_alarm),
        ("follow_ups_ever", _follow_ups_ever),
    )
    for name, compare in compared:
        if name in expected:
            yield from ((f"{name}: {text}", False) for text in compare(expected[name], words))
    if "F+?" in expected:
        yield from ((f"F+?: {text}", True) for text in _flags(expected["F+?"], words))


def _journeys(expected: Any, words: Words) -> Iterator[str]:
    wanted, found = as_list(expected), words["J"]
    if len(wanted) != len(found):
        yield f"expected {len(wanted)} journeys, found {len(found)}: {_shown(found)}"
        return
    for nth, (one, journey) in enumerate(zip(wanted, found, strict=True), 1):
        for name, value in one.items():
            if name not in journey:
                yield f"journey {nth} has no {name}"
            elif not matches(value, journey[name]):
                yield f"journey {nth}: {name}: expected {in_words(value)}, found {in_words(journey[name])}"


def _journeys_among(expected: Any, words: Words) -> Iterator[str]:
    for one in as_list(expected):
        if not any(matches(one, journey) for journey in words["J"]):
            yield f"expected one like {in_words(one)}, found {_shown(words['J'], one)}"


def _journeys_not(expected: Any, words: Words) -> Iterator[str]:
    for one in as_list(expected):
        if any(matches(one, journey) for journey in words["J"]):
            yield f"expected none like {in_words(one)}, found {_shown(words['J'], one)}"


def _whereabouts(expected: Any, words: Words) -> Iterator[str]:
    if not any(matches(one, words["W"]) for one in as_list(expected)):
        yield f"expected {in_words(expected)}, found {in_words(words['W'])}"


def _whereabouts_not(expected: Any, words: Words) -> Iterator[str]:
    for one in as_list(expected):
        if matches(one, words["W"]):
            yield f"expected never {in_words(one)}, found {in_words(words['W'])}"


def _status(expected: Any, words: Words) -> Iterator[str]:
    if not matches(expected, words["S"]):
        yield f"expected {in_words(expected)}, found {in_words(words['S'])}"


def _flags(expected: Any, words: Words) -> Iterator[str]:
    for name, wanted in _named_flags(expected):
        like = {**wanted, "name": flag_name(name)}
        if not any(matches(like, flag) for flag in words["flags"]):
            yield f"expected {in_words(like)}, found {_shown_flags(words)}"


def _named_flags(expected: Any) -> Iterator[tuple[str, Words]]:
    """Yield the names of flags, each with what is expected of it: ``[contract_over, {overdue_return: {class: alarm}}]``."""
    for each in as_list(expected):
        for name, wanted in each.items() if isinstance(each, Mapping) else [(each, None)]:
            yield str(name), wanted or {}


def _flags_not(expected: Any, words: Words) -> Iterator[str]:
    if expected == "all":
        if words["flags"]:
            yield f"expected none, found {_shown_flags(words)}"
        return
    for name, _ in _named_flags(expected):
        if any(flag["name"] == flag_name(name) for flag in words["flags"]):
            yield f"expected no {flag_name(name)}, found {_shown_flags(words)}"


def _no_alarm(expected: Any, words: Words) -> Iterator[str]:
    alarms = [flag["name"] for flag in words["flags"] if flag["class"] == "alarm"]
    if expected and alarms:
        yield f"expected none, found {', '.join(alarms)}"


def _open_cases(expected: Any, words: Words) -> Iterator[str]:
    found = words["N"]
    wanted = expected if isinstance(expected, Mapping) else {"count": expected}
    if unknown := sorted(set(wanted) - {"count", "of", "with"}):
        raise NotUnderstood(f"N has no {', '.join(unknown)}")
    if "count" in wanted and not matches(wanted["count"], len(found)):
        yield f"expected {in_words(wanted['count'])} open cases, found {len(found)}: {_shown_cases(found)}"
    if "of" in wanted and not any(matches(wanted["of"], day) for case in found for day in case["of"]):
        yield f"expected the return of {in_words(wanted['of'])}, found {_shown_cases(found)}"
    lines = {str(line) for line in as_list(wanted.get("with", []))}
    if lines and not any(lines <= {str(line) for line in case["lines"]} for case in found):
        yield f"expected {', '.join(sorted(lines))} on one case, found {_shown_cases(found)}"


def _follow_ups_ever(expected: Any, words: Words) -> Iterator[str]:
    if not matches(expected, words["follow_ups_ever"]):
        yield f"expected {in_words(expected)}, found {words['follow_ups_ever']}"


def _shown(journeys: Sequence[Words], like: Words | None = None) -> str:
    names = dict.fromkeys((*_JOURNEY_SHOWN, *(like or {})))
    return in_words([{name: each[name] for name in names if name in each} for each in journeys])


def _shown_flags(words: Words) -> str:
    return in_words([{name: each.get(name) for name in _FLAG_SHOWN} for each in words["flags"]])


def _shown_cases(cases: Sequence[Words]) -> str:
    return in_words([{"lines": case["lines"], "of": case["of"]} for case in cases])
