"""A type in two versions, and the three forms of a person, as every reader of the catalogue meets them."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import Field, ValidationError

from contracts.catalogue import Catalogue, UnknownEventType, catalogue, owner
from contracts.codes.places import Checkpoint
from contracts.envelope import Correction, Fact, PersonFact, Recorded, Restated
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from domnaer.publishing.schemas import event_schema, is_superseded
from tests.contracts.samples import TYPES, data_of

EVIDENCE = "0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10"
RECORDED = {"by": "u-border-22", "office": "KH-POI", "how": "live"}
CLEAR = {
    "form": "clear",
    "evidence_id": EVIDENCE,
    "documents": [{"kind": "passport", "number": "N0123456"}],
    "name": {"khmer": "សុខ ដារ៉ា", "latin": "Sok Dara"},
    "birth": {"on": "1990-04-03"},
    "words": {"remarks": "ឈឺ"},
}
SEALED = {"form": "sealed", "evidence_id": EVIDENCE, "key": "kms-2027-03", "ciphertext": "AAECAw=="}
ERASED = {"form": "erased", "evidence_id": EVIDENCE, "erased_on": "2031-02-01"}


class WorkerScreenedV1(PersonFact):
    """A worker was screened; the temperature was a choice of three."""

    wire: ClassVar[str] = "domnaer.test.worker_screened.v1"
    checkpoint: Checkpoint
    fever: Literal["none", "some", "high"] = Field(description="Fever as felt by hand.")

    def latest(self) -> WorkerScreened:
        """Return the latest version, with a temperature for the choice."""
        felt = {"none": 36, "some": 38, "high": 40}
        shared = {name: getattr(self, name) for name in PersonFact.model_fields}
        return WorkerScreened(**shared, checkpoint=self.checkpoint, temperature_c=felt[self.fever])


class WorkerScreened(PersonFact):
    """A worker was screened."""

    wire: ClassVar[str] = "domnaer.test.worker_screened.v2"
    checkpoint: Checkpoint
    temperature_c: int = Field(ge=30, le=45, description="Temperature in degrees Celsius.")


class ScreeningCorrected(Correction):
    """A screening happened otherwise than recorded."""

    wire: ClassVar[str] = "domnaer.test.screening_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.test.worker_screened.v1"], WorkerScreenedV1]
        | Restated[Literal["domnaer.test.worker_screened.v2"], WorkerScreened],
        Field(discriminator="type", description="The whole facts as they should read."),
    ]


CATALOGUE = catalogue() | (WorkerScreenedV1, WorkerScreened, ScreeningCorrected)
OLD = {"recorded": RECORDED, "sex": 2, "age_band": "25-29", "checkpoint": "KH-POI", "fever": "some"}
NEW = {"recorded": RECORDED, "sex": 2, "age_band": "25-29", "checkpoint": "KH-POI", "temperature_c": 38}


def decode(wire: str, facts: dict[str, Any], person: dict[str, Any] | None = None) -> Any:
    return CATALOGUE.decode(wire, json.dumps({"facts": facts, "person": person, "handles": []}))


def test_a_fact_of_an_old_version_is_read_as_its_latest() -> None:
    assert decode(WorkerScreenedV1.wire, OLD).facts == decode(WorkerScreened.wire, NEW).facts
    assert isinstance(decode(WorkerScreenedV1.wire, OLD).facts, WorkerScreened)


@pytest.mark.parametrize("person", [CLEAR, SEALED, ERASED, None])
def test_an_old_version_keeps_its_person_and_handles(person: dict[str, Any] | None) -> None:
    handle = "0f" * 16
    read = CATALOGUE.decode(
        WorkerScreenedV1.wire, json.dumps({"facts": OLD, "person": person, "handles": [handle]})
    )
    same = CATALOGUE.decode(
        WorkerScreened.wire, json.dumps({"facts": NEW, "person": person, "handles": [handle]})
    )
    assert read.person == same.person
    assert read.handles == (handle,)


def test_a_correction_that_restates_an_old_version_is_read_as_restating_the_latest() -> None:
    def correction(wire: str, facts: dict[str, Any]) -> dict[str, Any]:
        return {
            "recorded": RECORDED,
            "names": EVIDENCE,
            "named_type": WorkerScreenedV1.wire,
            "first_recorded_at": "2014-06-14T12:00:00Z",
            "reason": "mistyped",
            "restated": {"type": wire, "facts": facts},
        }

    old = decode(ScreeningCorrected.wire, correction(WorkerScreenedV1.wire, OLD)).facts
    new = decode(ScreeningCorrected.wire, correction(WorkerScreened.wire, NEW)).facts
    assert old == new
    assert isinstance(old.restated.facts, WorkerScreened)
    assert old.named_type == WorkerScreenedV1.wire, "what it names keeps the type under which it was recorded"
    again = json.loads(old.model_dump_json(exclude_none=True))
    assert decode(ScreeningCorrected.wire, again).facts == old


def test_both_versions_have_schemas_and_the_old_one_is_marked_superseded() -> None:
    old, new = event_schema(WorkerScreenedV1), event_schema(WorkerScreened)
    assert old["$id"] == "https://domnaer.gov.kh/schemas/domnaer.test.worker_screened.v1.json"
    assert "fever" in old["$defs"]["WorkerScreenedV1"]["properties"]
    assert "temperature_c" in new["$defs"]["WorkerScreened"]["properties"]
    assert [is_superseded(fact) for fact in (WorkerScreenedV1, WorkerScreened, ScreeningCorrected)] == [
        True,
        False,
        False,
    ]


def test_two_classes_cannot_claim_one_type() -> None:
    class Claimant(Fact):
        """A second claimant."""

        wire: ClassVar[str] = WorkerScreened.wire

    with pytest.raises(ValueError, match="is claimed by"):
        Catalogue([WorkerScreened, Claimant])


def test_an_unknown_type_is_distinguished_from_invalid_data() -> None:
    with pytest.raises(UnknownEventType):
        CATALOGUE.decode("domnaer.border.worker_vanished.v1", "{}")
    with pytest.raises(ValidationError):
        decode(WorkerScreened.wire, {**NEW, "temperature_c": 99})


def test_fields_of_a_later_version_are_ignored() -> None:
    read = decode(WorkerScreened.wire, {**NEW, "pulse_per_minute": 80}, {**CLEAR, "iris": "blue"})
    assert read.facts == decode(WorkerScreened.wire, NEW).facts


@pytest.mark.parametrize(
    ("block", "form"),
    [(CLEAR, ClearPerson), (SEALED, SealedPerson), (ERASED, ErasedPerson)],
    ids=lambda each: str(each)[:20],
)
@pytest.mark.parametrize("wire", TYPES)
def test_every_event_carries_a_person_clear_sealed_or_erased(
    wire: str, block: dict[str, Any], form: type[ClearPerson | SealedPerson | ErasedPerson]
) -> None:
    data = {**data_of(wire), "person": block}
    read = catalogue().decode(wire, json.dumps(data, ensure_ascii=False))
    assert isinstance(read.person, form)
    assert read.person.evidence_id == UUID(EVIDENCE)
    assert read.facts == catalogue().decode(wire, json.dumps(data_of(wire))).facts, (
        "the facts stand without the person"
    )
    assert catalogue().decode(wire, read.model_dump_json(exclude_none=True)) == read


@pytest.mark.parametrize("wire", TYPES)
def test_every_event_is_valid_without_a_person(wire: str) -> None:
    data = data_of(wire)
    data.pop("person", None)
    assert catalogue().decode(wire, json.dumps(data)).person is None


@pytest.mark.parametrize(
    "block",
    [
        {**CLEAR, "form": "lent"},
        {key: value for key, value in CLEAR.items() if key != "form"},
        {**SEALED, "ciphertext": "not base 64!"},
        {"form": "sealed", "evidence_id": EVIDENCE},
        {"form": "erased"},
        {**CLEAR, "name": {"latin": "N0123456"}},
    ],
)
def test_a_person_of_no_form_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        decode(WorkerScreened.wire, NEW, block)


@pytest.mark.parametrize("wire", TYPES)
def test_facts_without_nulls_are_read_as_they_were(wire: str) -> None:
    """Nulls are neither stored nor published."""
    facts = catalogue().decode(wire, json.dumps(data_of(wire))).facts
    assert type(facts).model_validate_json(facts.model_dump_json(exclude_none=True)) == facts
    assert owner(facts.wire) == owner(wire)


def test_recorder_and_source_are_required() -> None:
    with pytest.raises(ValidationError):
        decode(WorkerScreened.wire, {key: value for key, value in NEW.items() if key != "recorded"})
    assert Recorded.model_validate(RECORDED).precision == "second"
