"""The code lists: whole, true to their standards, and clear about what would be right."""

from __future__ import annotations

import copy
import pickle
import re
from collections import Counter
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from contracts.codes.assistance import AssistanceCategory
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.missions import MISSIONS, MissionCode
from contracts.codes.money import CURRENCIES, MINOR_UNITS, Currency, Money
from contracts.codes.people import AgeBand, Sex
from contracts.codes.places import (
    CHECKPOINTS,
    COUNTRIES,
    PROVINCES,
    Checkpoint,
    Country,
    Province,
    checkpoint_named,
    province_named,
)
from contracts.codes.recording import HowRecorded
from contracts.codes.work import (
    OCCUPATIONS,
    SECTORS,
    Occupation,
    QualificationLevel,
    Sector,
    sector_section,
)
from domnaer.publishing.code_lists import code_enums

CODE_TYPES = [
    pytest.param(Country, "THA", "Thailand", "ISO 3166-1", "THA", id="Country"),
    pytest.param(Province, "02", "26", "Cambodian", "02", id="Province"),
    pytest.param(Checkpoint, "KH-POI", "Poipet", "checkpoints", "KH-POI", id="Checkpoint"),
    pytest.param(Currency, "KHR", "riel", "ISO 4217", "THB", id="Currency"),
    pytest.param(Occupation, "9111", "9999", "ISCO-08", "9313", id="Occupation"),
    pytest.param(Sector, "A", "V", "ISIC Rev. 4", "4100", id="Sector"),
    pytest.param(MissionCode, "BKK", "PAR", "missions", "BKK", id="MissionCode"),
]


ENUMS = [enum for enum in code_enums() if enum.__module__.startswith("contracts.codes.")]


@pytest.mark.parametrize(("code_type", "right", "wrong", "code_list", "remedy"), CODE_TYPES)
def test_a_code_is_accepted_and_the_refusal_of_others_names_the_list(
    code_type: Any, right: str, wrong: str, code_list: str, remedy: str
) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(code_type)
    assert adapter.validate_python(right) == right
    for given in (wrong, "", right + " ", right + "\n", "ក" * 5000):
        with pytest.raises(ValidationError) as refused:
            adapter.validate_python(given)
        assert remedy in str(refused.value.errors()[0]["msg"])


@pytest.mark.parametrize(("code_type", "right", "wrong", "code_list", "remedy"), CODE_TYPES)
def test_the_schema_of_a_code_names_its_list(
    code_type: Any, right: str, wrong: str, code_list: str, remedy: str
) -> None:
    schema = TypeAdapter(code_type).json_schema()
    assert code_list in schema["description"]
    assert re.search(schema["pattern"], right)
    assert schema["examples"]


def test_a_field_may_say_more_of_a_code_than_its_list_does() -> None:
    class DeadLetter(BaseModel):
        issued_by: Country = Field("KHM", description="Who issued it.")
        seen_in: tuple[Country, ...] = ()
        back_in: Country | None = None

    fields = DeadLetter.model_json_schema()["properties"]
    assert fields["issued_by"]["description"] == "Who issued it."
    assert fields["issued_by"]["pattern"] == "^[A-Z]{3}$"
    assert fields["seen_in"]["items"]["description"] == "Country, ISO 3166-1 alpha-3."
    assert fields["back_in"]["anyOf"][0]["pattern"] == "^[A-Z]{3}$"


@pytest.mark.parametrize(
    ("codes", "pattern"),
    [
        (COUNTRIES, r"[A-Z]{3}"),
        (PROVINCES, r"[0-9]{2}"),
        (CHECKPOINTS, r"KH-[A-Z]{3}"),
        (CURRENCIES, r"[A-Z]{3}"),
        (OCCUPATIONS, r"[0-9]{1,4}"),
        (SECTORS, r"[A-U]|[0-9]{2,4}"),
        (MISSIONS, r"[A-Z]{3}"),
    ],
)
def test_every_code_of_a_list_has_the_shape_that_its_schema_gives(
    codes: dict[str, object], pattern: str
) -> None:
    assert [code for code in codes if not re.fullmatch(pattern, code)] == []


# Places


def test_there_are_249_countries_with_names_of_their_own() -> None:
    assert len(COUNTRIES) == len(set(COUNTRIES.values())) == 249
    assert COUNTRIES["KHM"] == "Cambodia"
    assert COUNTRIES["KOR"] == "Republic of Korea"
    assert "Viet" in COUNTRIES["VNM"]


def test_the_destinations_of_cambodian_workers_are_countries() -> None:
    assert {
        "THA",
        "MYS",
        "KOR",
        "JPN",
        "SGP",
        "LAO",
        "VNM",
        "HKG",
        "TWN",
        "SAU",
        "KWT",
        "BRN",
    } <= COUNTRIES.keys()


def test_there_are_25_provinces_named_in_both_scripts() -> None:
    assert list(PROVINCES) == [f"{number:02}" for number in range(1, 26)]
    assert len({english for english, _ in PROVINCES.values()}) == 25
    assert len({khmer for _, khmer in PROVINCES.values()}) == 25
    assert all(re.fullmatch(r"[\u1780-\u17ff]+", khmer) for _, khmer in PROVINCES.values())
    assert PROVINCES["12"] == ("Phnom Penh", "ភ្នំពេញ")


def test_a_checkpoint_lies_in_a_province_and_faces_a_country_unless_it_is_an_airport() -> None:
    assert len(CHECKPOINTS) == 14
    for post in CHECKPOINTS.values():
        assert post.province in PROVINCES
        assert post.opposite_country is None or post.opposite_country in COUNTRIES
    assert [post.name for post in CHECKPOINTS.values() if post.opposite_country is None] == [
        "Phnom Penh airport",
        "Siem Reap airport",
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Poipet", "KH-POI"),
        ("POI PET", "KH-POI"),
        (" poi-pet ", "KH-POI"),
        ("Poi\u2013Pet", "KH-POI"),
        ("kh-poi", "KH-POI"),
        ("Daung", "KH-DNG"),
        ("doung", "KH-DNG"),
        ("Duong", "KH-DNG"),
        ("Laem  Duong", "KH-DNG"),
        ("O'Smach", "KH-OSM"),
        ("O\u2019Smach", "KH-OSM"),
        ("osmach", "KH-OSM"),
        ("O Smarch", "KH-OSM"),
        ("ប៉ោយប៉ែត", "KH-POI"),
        ("Bangkok", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_checkpoint_is_found_by_any_of_its_spellings(typed: str, code: str | None) -> None:
    assert checkpoint_named(typed) == code


def test_no_two_checkpoints_share_a_spelling() -> None:
    for post in CHECKPOINTS.values():
        for spelling in (post.code, post.name, *post.aliases):
            assert checkpoint_named(spelling) == post.code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(("01", "01"), ("1", "01"), ("០១", "01"), ("25", "25"), ("00", None), ("26", None), ("", None)),
        *(("Banteay Meanchey", "01"), ("BANTEAY MEAN CHEY", "01"), ("Banteay Meanchey province", "01")),
        *(("បន្ទាយមានជ័យ", "01"), ("ខេត្ត បន្ទាយ\u200bមានជ័យ", "01"), ("រាជធានីភ្នំពេញ", "12")),
        *(("Siem Reap", "17"), ("Oddor Meanchey", "22"), ("Kompong Cham", "03"), ("Sihanoukville", "18")),
        *(("កណ្តាល", "08"), ("កណ្ដាល", "08"), ("Tbong Khmum", "25"), ("Koh Kong", "09")),
        *(("Poipet", "01"), ("ប៉ោយប៉ែត", "01"), ("O'Smach", "22"), ("Bangkok", None), ("ក", None)),
    ],
)
def test_a_province_is_found_by_code_and_name_and_by_its_checkpoints(typed: str, code: str | None) -> None:
    assert province_named(typed) == code


def test_every_name_of_a_province_finds_it() -> None:
    for code, names in PROVINCES.items():
        assert [province_named(name) for name in (code, *names)] == [code] * 3


# People


def test_sexes_are_those_of_iso_5218() -> None:
    assert {sex.name: sex.value for sex in Sex} == {
        "NOT_KNOWN": 0,
        "MALE": 1,
        "FEMALE": 2,
        "NOT_APPLICABLE": 9,
    }
    assert TypeAdapter(Sex).validate_json("2") is Sex.FEMALE
    assert TypeAdapter(Sex).dump_json(Sex.FEMALE) == b"2"


def test_age_bands_are_of_five_years_up_to_65() -> None:
    assert [band.value for band in AgeBand] == [f"{low}-{low + 4}" for low in range(0, 65, 5)] + [
        "65+",
        "unknown",
    ]


# Documents


def test_every_kind_of_document_is_described_in_both_languages() -> None:
    assert set(KINDS) == set(DocumentKind)
    for kind, known in KINDS.items():
        assert known.title_en == kind.title_en
        assert re.search(r"[\u1780-\u17ff]", known.title_km)
        assert known.note.endswith(".")


def test_documents_for_several_people_link_no_workers() -> None:
    assert {kind.value for kind, known in KINDS.items() if not known.names_one_person} == {
        "group_letter",
        "deportation_list",
        "family_book",
        "other",
    }


# Money


def test_currencies_are_the_active_list_of_iso_4217_without_metals_and_units_of_account() -> None:
    assert len(CURRENCIES) == 165
    assert {"KHR", "THB", "MYR", "KRW", "JPY", "SGD", "VND", "LAK", "USD", "XCG", "ZWG"} <= CURRENCIES.keys()
    assert not {"BGN", "HRK", "ZWL", "SLL", "ANG", "CUC"} & CURRENCIES.keys()
    assert not {"XXX", "XTS", "XAU", "XAG", "XPT", "XDR", "XSU", "XUA"} & CURRENCIES.keys()


@pytest.mark.parametrize(
    ("currency", "units"),
    [("KHR", 2), ("THB", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("BHD", 3)],
)
def test_an_amount_has_no_more_decimals_than_its_currency(currency: str, units: int) -> None:
    assert MINOR_UNITS[currency] == units
    enough = f"1500.{'5' * units}" if units else "1500"
    for amount in (enough, enough + ("0" if units in (1, 2) else ""), "1500.0"):
        assert Money.model_validate({"amount": amount, "currency": currency}).amount == Decimal(amount)
    if units < 3:
        amount = enough + ("5" if units else ".5")
        with pytest.raises(ValidationError, match=f"more decimals than {currency} has; give") as refused:
            Money.model_validate({"amount": amount, "currency": currency})
        assert [each["loc"] for each in refused.value.errors()] == [("amount",)]


@pytest.mark.parametrize("amount", ["0", "0.00", "0.000", Decimal(0)])
def test_zero_is_no_money(amount: Any) -> None:
    with pytest.raises(ValidationError, match="is no money; give an amount of more than 0"):
        Money.model_validate({"amount": amount, "currency": "THB"})


@pytest.mark.parametrize("amount", ["0.5", "350.00", "1234567890123.123", "9999999999999"])
def test_an_amount_is_the_same_text_on_the_wire_again(amount: str) -> None:
    json = f'{{"currency":"KWD","amount":"{amount}"}}'
    assert Money.model_validate_json(json).model_dump_json() == json


def test_a_decimal_is_written_plainly_however_it_was_made() -> None:
    assert Money(amount=Decimal("1E+3"), currency="KHR").model_dump(mode="json")["amount"] == "1000"
    assert Money(amount=Decimal("1E+3"), currency="KHR").amount == 1000


@pytest.mark.parametrize(
    "amount",
    [
        *("-1", "-0", "1e3", "NaN", "Infinity", "1,000", "1.", ".5", "007", "1.2345", "12345678901234"),
        *("", " 1", "1\n", "\u17e1\u17e2", 1, 1.5, True, None),
        *(Decimal(-1), Decimal("NaN"), Decimal("0.0001")),
    ],
)
def test_the_refusal_of_an_amount_shows_a_right_one(amount: Any) -> None:
    with pytest.raises(ValidationError, match=r"such as \"350\.00\""):
        Money.model_validate({"amount": amount, "currency": "THB"})


def test_money_never_changes() -> None:
    money_paid = Money(amount=Decimal(350), currency="THB")
    with pytest.raises(ValidationError):
        money_paid.currency = "USD"
    assert {money_paid} == {Money(amount=Decimal("350.00"), currency="THB")}


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_of_money_has_the_amount_as_text(mode: Any) -> None:
    amount = Money.model_json_schema(mode=mode)["properties"]["amount"]
    assert amount["type"] == "string"
    assert "description" in amount
    assert re.search(amount["pattern"], "350.00")


# Work


def test_occupations_are_the_whole_of_isco_08() -> None:
    assert Counter(map(len, OCCUPATIONS)) == {1: 10, 2: 43, 3: 130, 4: 436}


def test_sectors_are_the_whole_of_isic_revision_4() -> None:
    sections = [code for code in SECTORS if code.isalpha()]
    assert "".join(sections) == "ABCDEFGHIJKLMNOPQRSTU"
    assert Counter(len(code) for code in SECTORS if code.isdigit()) == {2: 88, 3: 238, 4: 419}


@pytest.mark.parametrize("titles", [OCCUPATIONS, SECTORS])
def test_every_group_lies_in_a_wider_one_has_a_title_and_is_split_down_to_the_last_level(
    titles: dict[str, str],
) -> None:
    shortest = min(len(code) for code in titles if code.isdigit())
    for code, title in titles.items():
        assert title == title.strip() != ""
        if code.isdigit():
            assert len(code) == shortest or code[:-1] in titles
            assert len(code) == 4 or any(len(c) == len(code) + 1 and c.startswith(code) for c in titles)


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("9111", "Domestic cleaners and helpers"),
        ("5311", "Child care"),
        ("5322", "Home-based personal care"),
        ("9312", "Civil engineering labourers"),
        ("9313", "Building construction labourers"),
        ("7112", "Bricklayers"),
        ("7212", "Welders"),
        ("9211", "Crop farm labourers"),
        ("9216", "Fishery"),
        ("6222", "Inland and coastal waters fishery"),
        ("6223", "Deep-sea fishery"),
        ("8153", "Sewing machine operators"),
        ("8160", "Food and related products machine operators"),
        ("9321", "Hand packers"),
        ("9329", "Manufacturing labourers"),
        ("9412", "Kitchen helpers"),
        ("5131", "Waiters"),
        ("5223", "Shop sales assistants"),
        ("8322", "Car, taxi and van drivers"),
        ("8332", "Heavy truck and lorry drivers"),
    ],
)
def test_the_occupations_of_migrant_workers_have_their_titles(code: str, begins: str) -> None:
    assert OCCUPATIONS[code].startswith(begins)


def test_the_armed_forces_keep_their_leading_zero() -> None:
    assert [code for code in OCCUPATIONS if code.startswith("0")] == [
        "0", "01", "011", "0110", "02", "021", "0210", "03", "031", "0310"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sector", "section"),
    [
        ("A", "A"),
        ("01", "A"),
        ("0312", "A"),
        ("14", "C"),
        ("4100", "F"),
        ("5610", "I"),
        ("9700", "T"),
        ("99", "U"),
    ],
)
def test_a_sector_lies_in_its_section(sector: str, section: str) -> None:
    assert sector_section(sector) == section


def test_qualification_levels_are_the_eight_of_the_framework() -> None:
    assert [level.value for level in QualificationLevel] == list(range(1, 9))
    assert QualificationLevel(4).title_en == "Technical and vocational certificate 3"


# Reasons, and what holds of every list


def test_a_mission_lies_in_a_country() -> None:
    assert {"BKK", "KUL", "SEL", "TYO", "SGP", "VTE", "HAN"} <= MISSIONS.keys()
    for code, mission in MISSIONS.items():
        assert mission.code == code
        assert mission.country in COUNTRIES


def test_there_are_18_categories_of_assistance() -> None:
    assert len(AssistanceCategory) == 18


@pytest.mark.parametrize("enum", ENUMS)
def test_every_list_says_what_it_is_in_one_line(enum: type[Enum]) -> None:
    assert enum.__doc__
    assert "\n" not in enum.__doc__
    assert TypeAdapter(enum).json_schema()["description"] == enum.__doc__


@pytest.mark.parametrize("enum", ENUMS)
def test_every_member_has_a_title_of_its_own(enum: type[Enum]) -> None:
    titles = [member.title_en for member in enum]  # type: ignore[attr-defined]
    assert len(set(titles)) == len(titles)
    assert all(title[0].isupper() or title[0].isdigit() for title in titles)


@pytest.mark.parametrize("enum", ENUMS)
def test_every_value_is_snake_case_and_its_member_is_named_so(enum: type[Enum]) -> None:
    for member in enum:
        if isinstance(member.value, str) and enum is not AgeBand:
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", member.value)
            assert member.name == member.value.upper()


@pytest.mark.parametrize("enum", ENUMS)
def test_a_member_comes_back_the_same_from_json_and_copies(enum: type[Enum]) -> None:
    adapter: TypeAdapter[Enum] = TypeAdapter(enum)
    for member in enum:
        assert adapter.validate_json(adapter.dump_json(member)) is member
        assert enum(member.value) is member
        assert pickle.loads(pickle.dumps(member)) is member
        assert copy.deepcopy(member) is member


def test_a_member_is_its_value_in_text() -> None:
    assert f"{HowRecorded.LIVE}" == str(HowRecorded.LIVE) == HowRecorded.LIVE.value == "live"
    assert HowRecorded.LIVE.title_en == "Live"


def test_the_refusal_of_an_unknown_code_names_all_codes() -> None:
    with pytest.raises(ValidationError, match="'live', 'offline', 'paper' or 'migrated'"):
        TypeAdapter(HowRecorded).validate_python("online")
