"""Every version of every event has a sample, which all later versions can read."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest
from pydantic import TypeAdapter

from chassis.store.persons import Handles
from contracts.catalogue import catalogue, owner
from contracts.envelope import Correction, Ruling
from contracts.person import Document
from domnaer.publishing import paths
from domnaer.publishing.envelope_schema import ATTRIBUTES, HEADERS, OPTIONAL
from domnaer.publishing.samples import SampleMissing, headers_of, sample, sample_names
from domnaer.publishing.schemas import ENTRIES
from tests.contracts.samples import TYPES, data_of

KEY_OF_THE_SAMPLES = b"the key of the samples, which is no secret"


def validator(name: str) -> jsonschema.Draft202012Validator:
    """The committed schema, formats checked too."""
    schema = json.loads((paths.SCHEMAS / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def test_every_event_has_a_sample_and_every_sample_an_event() -> None:
    assert set(sample_names()) == {fact.wire for fact in catalogue()} | ENTRIES.keys()


def test_an_event_without_sample_is_named() -> None:
    with pytest.raises(
        SampleMissing, match=r"contracts/samples/domnaer\.border\.nothing\.v1\.json is missing"
    ):
        sample("domnaer.border.nothing.v1")


@pytest.mark.parametrize("wire", TYPES)
def test_a_sample_is_read_by_the_catalogue_and_comes_back_equal(wire: str) -> None:
    given = json.dumps(data_of(wire), ensure_ascii=False)
    read = catalogue().data(wire).validate_json(given)
    written = read.model_dump_json(exclude_none=True)
    assert catalogue().data(wire).validate_json(written) == read
    assert contains(json.loads(written), data_of(wire)) == []
    assert catalogue().decode(wire, written) == catalogue().decode(wire, given)


def contains(written: Any, given: Any, path: str = "") -> list[str]:
    """Return the parts of the given JSON that are missing or changed in the written JSON, which may have more fields."""
    if isinstance(given, dict) and isinstance(written, dict):
        return [
            words
            for key, value in given.items()
            for words in (
                contains(written[key], value, f"{path}.{key}")
                if key in written
                else [f"{path}.{key} is lost"]
            )
        ]
    if isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        return [
            words for n, value in enumerate(given) for words in contains(written[n], value, f"{path}[{n}]")
        ]
    return [] if written == given else [f"{path}: {given!r} came back as {written!r}"]


@pytest.mark.parametrize("wire", TYPES)
def test_a_sample_is_of_its_schema(wire: str) -> None:
    assert [error.message for error in validator(wire).iter_errors(data_of(wire))] == []


@pytest.mark.parametrize("topic", ENTRIES)
def test_the_sample_of_a_read_model_is_of_its_schema(topic: str) -> None:
    found = sample(topic)
    assert [error.message for error in validator(topic).iter_errors(found["data"])] == []
    entry = TypeAdapter[Any](ENTRIES[topic]).validate_python(found["data"])
    assert found["key"] == entry.node


@pytest.mark.parametrize("wire", TYPES)
def test_the_attributes_of_a_sample_are_those_of_an_event(wire: str) -> None:
    attributes = sample(wire)["attributes"]
    assert attributes["type"] == wire
    assert attributes["source"] == f"/{owner(wire)}"
    assert attributes["subject"] == attributes["partitionkey"]
    assert attributes["datacontenttype"] == "application/json"
    assert UUID(attributes["id"]).version in (5, 7)
    assert datetime.fromisoformat(attributes["time"]) <= datetime.fromisoformat(attributes["recordedtime"])
    assert attributes.keys() - {"datacontenttype"} <= ATTRIBUTES.keys()
    assert ATTRIBUTES.keys() - attributes.keys() <= set(OPTIONAL)
    jsonschema.validate(headers_of(attributes), HEADERS, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("wire", TYPES)
def test_a_sample_that_lacks_its_facts_is_of_no_schema(wire: str) -> None:
    data = data_of(wire)
    del data["facts"]["recorded"]
    assert not validator(wire).is_valid(data)


@pytest.mark.parametrize("form", ["clear", "sealed", "erased"])
@pytest.mark.parametrize("wire", TYPES)
def test_every_schema_takes_each_form_of_a_person(wire: str, form: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "clear": {"name": {"khmer": "ចាន់ ស្រីមុំ"}},
        "sealed": {"key": "k1", "ciphertext": "AAAA"},
        "erased": {"erased_on": "2031-02-01"},
    }
    block = {"form": form, "evidence_id": "0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10", **bodies[form]}
    valid = validator(wire).is_valid
    assert valid({**data_of(wire), "person": block})
    assert not valid({**data_of(wire), "person": {**block, "form": "shredded"}})
    del block["form"]
    assert not valid({**data_of(wire), "person": block})


def test_the_samples_show_persons_in_all_three_forms_in_both_scripts() -> None:
    persons = [person for wire in TYPES if (person := data_of(wire).get("person")) is not None]
    assert set(Counter(person["form"] for person in persons)) == {"clear", "sealed", "erased"}
    names = [person["name"] for person in persons if "name" in person]
    assert any(re.search(r"[\u1780-\u17ff]", name.get("khmer", "")) for name in names)
    assert any(name.get("latin", "").isascii() for name in names)


@pytest.mark.parametrize("wire", TYPES)
def test_the_handles_of_a_sample_are_those_of_its_documents(wire: str) -> None:
    data = data_of(wire)
    documents = [Document.model_validate(each) for each in (data.get("person") or {}).get("documents", ())]
    if documents:
        assert tuple(data["handles"]) == Handles(KEY_OF_THE_SAMPLES).of_all(documents)


@pytest.mark.parametrize("wire", [wire for wire in TYPES if issubclass(catalogue().fact(wire), Ruling)])
def test_a_ruling_names_an_event_of_its_own_service(wire: str) -> None:
    facts = catalogue().decode(wire, json.dumps(data_of(wire))).facts
    assert isinstance(facts, Ruling)
    assert owner(facts.named_type) == owner(wire)
    if isinstance(facts, Correction):
        assert facts.restated.type == facts.named_type == facts.restated.facts.wire
        assert facts.keeps_person == (data_of(wire).get("person") is None)


def test_the_samples_are_one_journey_in_order() -> None:
    ids = {sample(wire)["attributes"]["id"]: wire for wire in TYPES}
    assert len(ids) == len(TYPES)
    versions = Counter(
        (sample(wire)["attributes"]["subject"], sample(wire)["attributes"]["streamversion"]) for wire in TYPES
    )
    assert set(versions.values()) == {1}
    for wire in TYPES:
        cause = sample(wire)["attributes"].get("causationid")
        if cause is not None:
            assert (
                sample(ids[cause])["attributes"]["correlationid"]
                == sample(wire)["attributes"]["correlationid"]
            )
