"""Which documents identify a person: whose they are, who issued them and where, and what is no document at all."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.border import DocumentShown, WorkerDeparted
from contracts.codes.documents import KINDS, DocumentHolder, DocumentKind
from contracts.codes.issuers import NO_ISSUER, OTHER_ISSUERS
from contracts.codes.places import COUNTRIES
from contracts.command import PersonGiven
from contracts.person import Document, issued_documents


def document(kind: str, number: str = "0012345678901", **more: Any) -> Document:
    return Document.model_validate({"kind": kind, "number": number, **more})


def test_an_issuer_that_a_kind_implies_is_a_country() -> None:
    for kind in KINDS.values():
        assert {kind.issuer, kind.usual_issuer} - {None} <= COUNTRIES.keys()
        assert kind.issuer is None or (kind.usual_issuer == kind.issuer and not kind.issued_abroad)


@pytest.mark.parametrize("stated", [{}, {"issued_by": None}, {"issued_by": "THA"}, {"issued_by": "KHM"}])
def test_a_pink_card_is_thai_whatever_was_typed(stated: dict[str, Any]) -> None:
    assert document("pink_card", **stated).issued_by == "THA"
    assert document("pink_card", **stated).key == "pink_card|THA||0012345678901"
    assert DocumentShown.model_validate({"kind": "pink_card", **stated}).issued_by == "THA"


@pytest.mark.parametrize("kind", ["passport", "seamans_book"])
def test_a_passport_without_an_issuer_is_cambodian(kind: str) -> None:
    assert document(kind).issued_by == "KHM"
    assert document(kind, issued_by="THA").issued_by == "THA"


@pytest.mark.parametrize("kind", ["work_permit", "re_entry_permit"])
def test_a_permit_is_of_the_country_of_the_record_and_else_identifies_nobody(kind: str) -> None:
    given = PersonGiven(documents=(document(kind, "TH100"), document(kind, "MY100", issued_by="MYS")))
    assert [each.issued_by for each in issued_documents(given.documents, "THA")] == ["THA", "MYS"]
    assert [each.issued_by for each in issued_documents(given.documents, None)] == [None, "MYS"]
    assert [each.key for each in given.documents] == [None, f"{kind}|MYS||MY100"]


def test_a_document_of_unknown_kind_gets_no_issuer_from_the_record() -> None:
    given = PersonGiven(documents=(document("other"),))
    assert issued_documents(given.documents, "THA") == given.documents


def test_documents_of_an_event_of_an_older_version_are_read_with_their_issuer() -> None:
    recorded = {"by": "officer-1", "office": "KH-POI", "how": "live"}
    fact = {
        "recorded": recorded,
        "checkpoint": "KH-POI",
        "destination": "THA",
        "documents_shown": ["passport"],
    }
    assert WorkerDeparted.model_validate(fact).documents_shown == (
        DocumentShown(kind=DocumentKind.PASSPORT, issued_by="KHM"),
    )


@pytest.mark.parametrize("holder", [each for each in DocumentHolder if each is not DocumentHolder.OWN])
def test_a_document_of_another_person_does_not_identify_who_shows_it(holder: DocumentHolder) -> None:
    assert document("passport", "N1234567", holder=holder).key is None
    assert document("passport", "N1234567", holder="own").key is not None


@pytest.mark.parametrize(
    "typed", ["Banteay Meanchey", "01", "1", "ខេត្តបន្ទាយមានជ័យ", "Poipet", "០១", "๐๑", "０１"]
)
def test_the_place_of_a_border_pass_is_a_province_however_it_was_typed(typed: str) -> None:
    one = document("border_pass", "0012", place=typed)
    assert (one.place, one.key) == ("01", "border_pass|KHM|01|0012")


def test_a_border_pass_without_its_province_identifies_nobody() -> None:
    assert document("border_pass", "0012").key is None
    assert document("border_pass", "0012", place="010201").key is None
    assert document("border_pass", "0012", place="BKK").key is None


def test_a_birth_certificate_identifies_a_person_only_with_the_commune() -> None:
    assert document("birth_certificate", "17").key is None
    assert document("birth_certificate", "17", place="Battambang").key is None
    assert document("birth_certificate", "17", place="02 01 05").key == "birth_certificate|KHM|020105|17"


def test_a_mission_may_issue_a_document() -> None:
    assert document("travel_document", "TD100", place="Bangkok").place == "BKK"
    assert document("travel_document", "TD100", place="BKK").key == "travel_document|KHM||TD100"


@pytest.mark.parametrize("typed", ["Rayong", "ក", "26", "990101", "", " ", "Banteay\x00Meanchey"])
def test_another_issuing_place_is_refused_with_what_would_be_right(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        document("border_pass", "0012", place=typed)
    (error,) = refused.value.errors()
    assert error["loc"] == ("place",)
    if len(typed) > 1 and typed.isprintable() and typed.strip():
        assert "Banteay Meanchey" in error["msg"] and "leave it out" in error["msg"]


@pytest.mark.parametrize("number", ["NONE", "N/A", "000000000", "123456789", "គ្មាន", "ไม่มี", "---"])
def test_a_placeholder_is_no_document_of_any_kind(number: str) -> None:
    for kind in DocumentKind:
        one = document(kind, number, place="010203")
        assert (one.number, one.is_placeholder, one.key) == (number, True, None)
    assert PersonGiven(documents=(one,)).documents_shown == ()


@pytest.mark.parametrize("number", ["7", "11", "N0", "NO1", "00000001", "1112", "NONE1", "គ1", "0012"])
def test_a_short_or_odd_number_is_no_placeholder(number: str) -> None:
    one = document("border_pass", number, place="01")
    assert not one.is_placeholder and one.key is not None


@pytest.mark.parametrize("issuer", sorted(OTHER_ISSUERS.keys() - NO_ISSUER))
def test_an_issuer_of_icao_9303_without_a_code_of_iso_is_an_issuer(issuer: str) -> None:
    assert document("passport", "AB123456", issued_by=issuer).key == f"passport|{issuer}||AB123456"
    assert DocumentShown.model_validate({"kind": "passport", "issued_by": issuer}).issued_by == issuer


@pytest.mark.parametrize("code", sorted(NO_ISSUER))
def test_a_code_for_the_holder_is_accepted_and_identifies_nobody(code: str) -> None:
    one = document("passport", "AB123456", issued_by=code)
    assert (one.issued_by, one.key) == (code, None)


def test_germany_has_one_code() -> None:
    one, other = (
        document("passport", "C01X0006H", issued_by="D"),
        document("passport", "C01X0006H", issued_by="DEU"),
    )
    assert one.key == other.key == "passport|DEU||C01X0006H"


@pytest.mark.parametrize("issuer", ["UTO", "ZZZ", "KH", "khm", "Cambodia", "", "DE", "កម្ពុជា"])
def test_another_issuer_is_refused_with_what_would_be_right(issuer: str) -> None:
    with pytest.raises(ValidationError) as refused:
        document("passport", "AB123456", issued_by=issuer)
    (error,) = refused.value.errors()
    assert error["loc"] == ("issued_by",) and "such as THA" in error["msg"] and "UNO" in error["msg"]


def test_no_code_of_icao_9303_is_a_country_of_iso() -> None:
    assert not OTHER_ISSUERS.keys() & COUNTRIES.keys()
    assert OTHER_ISSUERS.keys() > NO_ISSUER
