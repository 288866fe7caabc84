"""What every line of an upload has: when it occurred and was written down, and the person as an office saw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from contracts.codes.places import PROVINCES
from domnaer.demo import wording
from domnaer.demo.people import DemoWorker, Document
from domnaer.demo.rows import Row

Line = dict[str, Any]


class Stage(IntEnum):
    """What has to be heard before lines can be taken."""

    RECORD = 1
    """Nothing."""
    CASES = 2
    """The returns, by which reintegration cases open."""
    REFERRALS = 3
    """Everything so far: an application opens with the experience that is known by then."""
    APPLICATIONS = 4
    """The referrals, by which applications for recognition open."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Lines for one bulk interface; ``counted`` are the rows of history that its lines stand for, one for one."""

    path: str
    lines: Sequence[Line]
    counted: Sequence[Row] = ()
    stage: Stage = Stage.RECORD


def act(row: Row, *, keeps_id: bool = True) -> Line:
    """When and how; with the row's id where others name it by that."""
    line: Line = {"occurred_at": row.occurred_at, "recorded_at": row.recorded_at, "how": "migrated"}
    if keeps_id:
        line["id"] = row.id
    return line


def later(row: Row, at: datetime) -> Line:
    """Something further about a row: written down when it occurred, and never before the row itself."""
    return {"occurred_at": at, "recorded_at": max(at, row.recorded_at), "how": "migrated"}


def person_line(person: DemoWorker) -> Line:
    """The person as an office saw them; ``who`` it was is known here and told to nobody."""
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
    """What a paper said in other words."""
    return {} if person.birth.note is None else {"birth": person.birth.note}


def _document(document: Document) -> Line:
    line: Line = {"kind": document.kind, "number": document.number}
    if document.kind in wording.THAI_PAPERS:
        line["issued_by"] = "THA"
    if document.issued_by is not None:
        line["place"] = PROVINCES[document.issued_by][0]
    return line
