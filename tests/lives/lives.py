"""Lives as a file states them: persons, lines and expectations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.lives.notation import Line, NotUnderstood, parse_line, records_of


@dataclass(frozen=True, slots=True)
class Life:
    """A life to be played: the records in the order given, and what must then be read."""

    id: str
    title: str
    lines: tuple[Line, ...]
    expect: tuple[Mapping[str, Any], ...]
    persons: Mapping[str, Mapping[str, Any]]
    papers: Any
    """The documents that contracts, cases and applications show, if they are not the usual ones: one text or list for all,
    or one for each verb."""
    problem: str | None = None
    """Why its lines cannot be played."""


def read_lives(path: Path) -> list[Life]:
    """Return the lives of a file, each of several plays as a life of its own. Raises NotUnderstood if it has no list of them."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise NotUnderstood(f"{path} is not YAML: {error}") from None
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list):
        raise NotUnderstood(f"{path} has no list named cases")
    return [life for case in cases for life in _plays(case)]


def _plays(case: Mapping[str, Any]) -> Iterator[Life]:
    for play in case.get("plays") or [case]:
        whole = {**case, **play}
        problem, lines = None, tuple[Line, ...]()
        try:
            lines = tuple(parse_line(nth, str(text)) for nth, text in enumerate(whole["lines"], 1))
            records_of(lines)
        except (NotUnderstood, ValueError) as error:
            problem = str(error)
        yield Life(
            id=str(whole["id"]),
            title=str(whole.get("title", "")),
            lines=lines,
            expect=tuple(whole.get("expect") or ()),
            persons=whole.get("persons") or {},
            papers=whole.get("papers"),
            problem=problem,
        )
