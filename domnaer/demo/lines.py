"""Lines of uploads: the fields that all lines have, and the person as an office recorded them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from contracts.codes.places import PROVINCES
from domnaer.demo.people import DemoWorker, Document
from domnaer.demo.rows import Row

Line = dict[str, Any]


class Stage(IntEnum):
    """The events that must be processed before lines can be uploaded."""

    RECORD = 1
    """No events."""
    CASES = 2
    """The returns, which open reintegration cases."""
    REFERRALS = 3
    """All events: an application opens with the experience that is known then."""
    APPLICATIONS = 4
    """The referrals, which open applications for recognition."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Lines for one bulk route; ``counted`` are the rows of history for its lines, in the same order."""

    path: str
    lines: Sequence[Line]
    counted: Sequence[Row] = ()
    stage: Stage = Stage.RECORD


def act(row: Row, *, keeps_id: bool = True) -> Line:
    """Return the fields about time and source, with the id of the row if other rows refer to it."""
    line: Line = {"occurred_at": row.occurred_at, "recorded_at": row.recorded_at, "how": "migrated"}
    if keeps_id:
        line["id"] = row.id
    return line


def later(row: Row, at: datetime) -> Line:
    """Return the fields about time of a later action on a row, recorded when it occurred and not before the row."""
    return {"occurred_at": at, "recorded_at": max(at, row.recorded_at), "how": "migrated"}


def person_line(person: DemoWorker) -> Line:
    """Return the person as an office recorded them, without the serial number ``who``."""
    line: Line = {
        "sex": person.sex,
        "documents": [_document(document) for document in person.documents],
        "name": {"khmer": person.name.khmer, "latin": person.name.latin},
        "birth": {"on": person.birth.on, "precision": person.birth.precision},
        "home_province": person.home_province,
        "relatives": [
            {"relation": each.relation, "name": {"khmer": each.name.khmer, "latin": each.name.latin}}
            for each in person.relatives
        ],
    }
    if person.phone is not None:
        line["phone"] = person.phone
    return line


def words_about(person: DemoWorker) -> Line:
    """Return the words of the document about the birth date, if any."""
    return {} if person.birth.note is None else {"birth": person.birth.note}


def _document(document: Document) -> Line:
    line: Line = {"kind": document.kind, "number": document.number}
    if document.issued_by is not None:
        line["place"] = PROVINCES[document.issued_by][0]
    if document.expires_on is not None:
        line["expires_on"] = document.expires_on
    return line
