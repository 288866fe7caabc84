"""The person block of a correction: what the command names, and everything else as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from chassis.commands.restating import Correct, PersonNotReadable, person_corrected, person_of
from chassis.http.validation_errors import Unreadable
from chassis.store.persons import AnyPerson
from contracts.codes.documents import DocumentKind
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.command import PersonGiven
from contracts.envelope import Event, Fact, Recorded
from contracts.person import Birth, ClearPerson, Document, ErasedPerson, Name, SealedPerson
from contracts.recruitment import EmploymentContractApproved

AT = datetime(2014, 3, 5, 2, tzinfo=UTC)
FIRST, RULING = UUID(int=1), UUID(int=2)
PERSON = ClearPerson(
    evidence_id=FIRST,
    documents=(Document(kind=DocumentKind.PASSPORT, number="N0712345"),),
    name=Name(latin="CHAN SOPHEAP"),
    birth=Birth(on=date(1990, 4, 3)),
    words={"note": "by phone", "address": "Street 5"},
)


def recorded(person: AnyPerson | None) -> Event[Fact]:
    facts = EmploymentContractApproved(recorded=Recorded(by="someone", office="MOLVT", how=HowRecorded.LIVE))
    return Event(FIRST, f"employment-contract-{FIRST}", 1, AT, AT, facts, person, (), UUID(int=0))


def correct(**fields: object) -> Correct:
    return Correct.model_validate({"reason": CorrectionReason.MISTYPED, "facts": {}, **fields})


def _person(
    command: Correct, standing: Event[Fact], ruling_id: UUID, abroad: str | None
) -> ClearPerson | None:
    return person_of(command, person_corrected(command, standing), standing, ruling_id, abroad)


def test_a_correction_that_names_neither_person_nor_remarks_keeps_the_block() -> None:
    assert _person(correct(), recorded(PERSON), RULING, None) is None


def test_remarks_alone_keep_the_person_and_the_other_remarks() -> None:
    found = _person(correct(words={"address": "Street 6"}), recorded(PERSON), RULING, None)
    words = {"note": "by phone", "address": "Street 6"}
    assert found == PERSON.model_copy(update={"evidence_id": RULING, "words": words})


def test_an_empty_text_removes_a_remark() -> None:
    found = _person(correct(words={"address": ""}), recorded(PERSON), RULING, None)
    assert found is not None and found.words == {"note": "by phone"}


def test_of_a_person_only_what_is_named_changes() -> None:
    changed = correct(person={"name": {"khmer": "ចាន់ សុភា"}, "phone": "012555010"})
    found = _person(changed, recorded(PERSON), RULING, None)
    assert found is not None
    assert found.name == Name(latin="CHAN SOPHEAP", khmer="ចាន់ សុភា")
    assert (found.documents, found.birth, found.words) == (PERSON.documents, PERSON.birth, PERSON.words)
    removed = _person(correct(person={"birth": None}), recorded(PERSON), RULING, None)
    assert removed is not None and (removed.birth, removed.name) == (None, PERSON.name)


def test_of_a_wrong_person_nothing_stays_but_the_remarks() -> None:
    found = _person(
        correct(reason="wrong_person", person=PersonGiven(name=Name(latin="CHAN SOPHEA"))),
        recorded(PERSON),
        RULING,
        None,
    )
    assert found is not None and found.name == Name(latin="CHAN SOPHEA")
    assert (found.documents, found.birth, found.words) == ((), None, PERSON.words)


@pytest.mark.parametrize(
    "person",
    [SealedPerson(evidence_id=FIRST, key="key-1", ciphertext="AAAA"), ErasedPerson(evidence_id=FIRST)],
)
def test_remarks_alone_do_not_replace_a_person_that_cannot_be_read(person: AnyPerson) -> None:
    with pytest.raises(PersonNotReadable):
        _person(correct(words={"note": "text"}), recorded(person), RULING, None)
    both = correct(words={"note": "text"}, person=PersonGiven(phone="012 555 010"))
    found = _person(both, recorded(person), RULING, None)
    assert found is not None and (found.phone, found.words) == ("012 555 010", {"note": "text"})


def test_remarks_are_added_to_an_event_without_a_person() -> None:
    found = _person(correct(words={"note": "text"}), recorded(None), RULING, None)
    assert found == ClearPerson(evidence_id=RULING, words={"note": "text"})


def test_too_many_remarks_are_refused_by_the_name_of_the_field() -> None:
    with pytest.raises(Unreadable) as refused:
        _person(correct(words={f"note_{nth}": "text" for nth in range(19)}), recorded(PERSON), RULING, None)
    assert [error.field for error in refused.value.errors] == ["words"]
