"""The response model of a question to the registrar, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from contracts.codes.documents import DocumentKind
from services.registry.identity.groups import MOST_YEARS_APART, Reason
from services.registry.identity.number import shown
from services.registry.identity.parting import MOST_PERSONS

WORDS: Mapping[str, str] = {
    Reason.OTHER_SEX: "The records of the two workers state another sex, so they were not joined."
    " Correct the record that is wrong, or the document if it was mistyped.",
    Reason.OTHER_BIRTH_YEAR: f"The years of birth are more than {MOST_YEARS_APART} apart (an estimated year may be wrong by one more),"
    " so the records were not joined. Correct the record that is wrong; a borrowed document needs no correction.",
    Reason.MANY_PERSONS: f"Records with this document describe more than {MOST_PERSONS} persons, so it joins nobody."
    " Correct the documents of these records, or void them if they are no documents.",
    Reason.SEX_IN_DOUBT: "Records with the same name and the same birth date state another sex. They were joined;"
    " correct the sex that is wrong.",
}
"""Each reason in a sentence, with what the registrar can do."""


class QuestionShown(BaseModel):
    """Records that show one document and contradict each other, for the registrar to answer."""

    worker: str = Field(
        description="The number of the worker whose records are in question.", examples=["4K7M2-9QFXT-08DH"]
    )
    other: str | None = Field(
        description="The number of the worker to whom the document leads; null if one worker alone is in question."
    )
    documents: list[DocumentKind] = Field(
        description="The kinds of the documents that both showed; empty if a record was made from another, or the persons are sealed."
    )
    reason: Reason = Field(description="Why the records were not joined, or are questioned.")
    words: str = Field(description="The reason in a sentence, with what the registrar can do.")
    since: datetime = Field(description="When the later of the records was stored.")


def question_of(row: Mapping[str, Any]) -> QuestionShown:
    """Return a row as it is answered."""
    return QuestionShown(
        worker=shown(row["number"]),
        other=None if row["holder"] is None else shown(row["holder"]),
        documents=row["documents"],
        reason=row["reason"],
        words=WORDS[row["reason"]],
        since=row["since"],
    )
