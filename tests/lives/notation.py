"""The notation of lives: lines such as ``2013-04-02 depart A KH-POI THA docs=passport``, and the order to record them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from contracts.times import PHNOM_PENH

_POSITIONS: Mapping[str, tuple[str, ...]] = {
    "contract": ("name", "person", "country", "term"),
    "approve": ("name",),
    "sendback": ("name",),
    "amend": ("name",),
    "terminate": ("name",),
    "depart": ("person", "post", "country"),
    "return": ("person", "post", "country"),
    "deported": ("person", "post", "country"),
    "out": ("person", "post", "country", "purpose"),
    "in": ("person", "post", "country", "purpose"),
    "case": ("name", "person"),
    "act": ("name", "action"),
    "move": ("name",),
    "close": ("name", "outcome"),
    "died": ("name",),
    "permit": ("name", "person", "kind", "term"),
    "lapse": ("name",),
    "apply": ("name", "person"),
    "book": ("name",),
    "decide": ("name", "result"),
    "recognise": ("name",),
    "void": ("line",),
}
"""The arguments of each verb that stand without their name, in their order."""
OPENINGS = frozenset({"contract", "case", "apply", "permit"})
"""The verbs that open a record with a name."""
USUAL_TIME = time(9)
_NOON = time(12)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_DOCUMENT = re.compile(r"(?P<kind>\w+)(?:\((?P<details>[^()]*)\))?(?:@(?P<owner>\w+))?")


class NotUnderstood(Exception):
    """A line or an expectation is not in the notation."""


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document of a line: ``passport``, ``pink_card(issued_by=THA)``, or ``passport@A`` for A's passport."""

    kind: str
    owner: str | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a life: one command."""

    number: int
    text: str
    at: datetime
    verb: str
    words: Mapping[str, str]
    """The arguments by name, those that stand without their name included."""

    @property
    def person(self) -> str | None:
        """The letter of the person, for lines that name one."""
        return self.words.get("person")

    @property
    def opens(self) -> bool:
        """True if the line begins a record."""
        return self.verb in OPENINGS or "post" in self.words


def local(day: str, at: time = USUAL_TIME) -> datetime:
    """Return a time of a day in Asia/Phnom_Penh. Raises ValueError."""
    return datetime.combine(datetime.fromisoformat(day).date(), at, PHNOM_PENH)


def parse_line(number: int, text: str) -> Line:
    """Return a line. Raises NotUnderstood."""
    words = text.split()
    if len(words) < 3 or not _DATE.fullmatch(words[0]):
        raise NotUnderstood(f"line {number}: {text!r} does not begin with a date and a verb")
    at = USUAL_TIME
    if _TIME.fullmatch(words[1]):
        at = time.fromisoformat(words.pop(1).zfill(5))
    verb, given = words[1], words[2:]
    if verb not in _POSITIONS:
        raise NotUnderstood(f"line {number}: the verb {verb!r} is unknown; known are {', '.join(_POSITIONS)}")
    positions, found = list(_POSITIONS[verb]), dict[str, str]()
    for word in given:
        name, equals, value = word.partition("=")
        if equals and "(" not in name:
            found[name] = value
        elif positions:
            found[positions.pop(0)] = word
        else:
            raise NotUnderstood(f"line {number}: {word!r} has no name in {text!r}")
    if missing := [name for name in positions if name not in found and name != "purpose"]:
        raise NotUnderstood(f"line {number}: {', '.join(missing)} is missing in {text!r}")
    return Line(number, text, local(words[0], at), verb, found)


def shown_documents(text: str) -> list[ShownDocument]:
    """Return the documents of ``docs=...``; ``none`` shows nothing. Raises NotUnderstood."""
    if text in ("", "none"):
        return []
    found = []
    for each in re.split(r",(?![^()]*\))", text):
        match = _DOCUMENT.fullmatch(each)
        if match is None:
            raise NotUnderstood(f"the document {each!r} is not understood")
        details = dict(item.split("=", 1) for item in (match["details"] or "").split(",") if "=" in item)
        found.append(ShownDocument(match["kind"], match["owner"], details))
    return found


def term_of(text: str) -> tuple[str, str | None]:
    """Return the first and the last day of ``2013-04-01..2015-03-31``; an open end is None. Raises NotUnderstood."""
    first, dots, last = text.partition("..")
    if not dots or not _DATE.fullmatch(first) or (last and not _DATE.fullmatch(last)):
        raise NotUnderstood(f"the term {text!r} is not two days with .. between them")
    return first, last or None


def records_of(lines: Sequence[Line]) -> dict[int, str]:
    """Return the name of the record of each line by its number: its own name, or ``line N`` of a crossing.

    Raises NotUnderstood if a line names a record that no line opens.
    """
    found: dict[int, str] = {}
    for line in lines:
        if "name" in line.words:
            found[line.number] = line.words["name"]
        elif line.verb != "void":
            found[line.number] = f"line {line.number}"
    for line in lines:
        if line.verb == "void":
            named = line.words["line"]
            if not named.isdecimal() or int(named) not in found:
                raise NotUnderstood(f"line {line.number}: there is no line {named} that can be voided")
            found[line.number] = found[int(named)]
    opened = {found[line.number] for line in lines if line.opens}
    if missing := sorted({name for name in found.values() if name not in opened}):
        raise NotUnderstood(f"no line opens {', '.join(missing)}")
    return found


def reverse_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines in reverse order, but those of one record among themselves in the order given.

    A record's own follow-ups stay behind its opening: an approval cannot be recorded before its contract.
    """
    records = records_of(lines)
    waiting: dict[str, list[Line]] = {}
    for line in lines:
        waiting.setdefault(records[line.number], []).append(line)
    return [waiting[records[line.number]].pop(0) for line in reversed(lines)]


def moment(given: Any) -> datetime:
    """Return the instant at which something is read: noon if only a day is given. Raises NotUnderstood."""
    if isinstance(given, datetime):
        return given.replace(tzinfo=given.tzinfo or PHNOM_PENH)
    day, _, at = str(given).replace("T", " ").partition(" ")
    try:
        return local(day, time.fromisoformat(at.zfill(5)) if at else _NOON)
    except ValueError:
        raise NotUnderstood(f"{given!r} is not a day or a time") from None


def as_of(expected: Mapping[str, Any]) -> dict[str, str]:
    """Return the query for what was recorded by a time; none for the present."""
    at = expected.get("at", "now")
    return {} if at == "now" else {"as_of": moment(at).isoformat()}
