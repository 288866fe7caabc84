"""The machine-readable zone of a travel document: the specimens of ICAO 9303, and a wrong digit named by its field."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.codes.recording import BirthPrecision
from contracts.machine_readable import check_digit
from contracts.machine_readable_zone import ZoneField, read_zone

TODAY = date(2014, 6, 12)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG_NUMBER = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
VISA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"


@pytest.mark.parametrize(("text", "layout", "number"), [(TD3, "TD3", "L898902C3"), (TD2, "TD2", "D23145890"), (TD1, "TD1", "D23145890")])  # fmt: skip
def test_each_layout_is_read(text: str, layout: str, number: str) -> None:
    zone = read_zone(text.replace("\n", " ").lower(), TODAY)
    assert zone is not None and zone == read_zone(text.replace("\n", ""), TODAY)
    assert (zone.layout, zone.number, zone.issuer, zone.name) == (
        layout, number, "UTO", "ERIKSSON ANNA MARIA",
    )  # fmt: skip
    assert zone.birth is not None
    assert (zone.birth.on, zone.expires_on, int(zone.sex)) == (date(1974, 8, 12), date(2012, 4, 15), 2)
    assert not zone.wrong and not zone.name_is_cut and not zone.is_visa


@pytest.mark.parametrize(
    ("text", "right", "wrong", "field"),
    [
        (TD3, "L898902C3", "L898902C8", ZoneField.NUMBER),
        (TD3, "7408122F", "7409122F", ZoneField.BIRTH),
        (TD3, "1204159", "1204149", ZoneField.EXPIRY),
        (TD3, "ZE184226B", "ZE184227B", ZoneField.PERSONAL_NUMBER),
        (TD3, "<<<<<10", "<<<<<11", ZoneField.WHOLE),
        (TD2, "D231458907", "D231458906", ZoneField.NUMBER),
        (TD2, "<<6", "<<7", ZoneField.WHOLE),
        (TD1, "7408122F", "7408123F", ZoneField.BIRTH),
        (TD1, "1204159", "12O4159", ZoneField.EXPIRY),
        (LONG_NUMBER, "<7349", "<7348", ZoneField.NUMBER),
    ],
)
def test_a_wrong_character_is_named_by_its_field(text: str, right: str, wrong: str, field: ZoneField) -> None:
    assert right in text
    zone = read_zone(text.replace(right, wrong, 1), TODAY)
    assert zone is not None and zone.wrong == (field,)
    assert (not zone.number, zone.birth is None, zone.expires_on is None) == tuple(
        field is each for each in (ZoneField.NUMBER, ZoneField.BIRTH, ZoneField.EXPIRY)
    )


def test_a_number_longer_than_nine_characters_goes_on_in_the_optional_data() -> None:
    zone = read_zone(LONG_NUMBER, TODAY)
    assert zone is not None and (zone.number, zone.wrong) == ("D23145890734", ())


def test_a_birth_date_with_an_unknown_day_is_known_to_the_month() -> None:
    digits = "7408<<"
    second = f"D231458907UTO{digits}{check_digit(digits)}F1204159<<<<<<<"
    second += str(check_digit(second[:10] + second[13:20] + second[21:35]))
    zone = read_zone(TD2.partition("\n")[0] + second, TODAY)
    assert zone is not None and zone.birth is not None and not zone.wrong
    assert (zone.birth.on, zone.birth.precision) == (date(1974, 8, 1), BirthPrecision.MONTH)


def test_a_visa_is_told_apart_and_another_text_is_no_zone() -> None:
    visa = read_zone(VISA, TODAY)
    assert visa is not None and visa.is_visa and visa.wrong == ()
    assert read_zone(TD3[:-1], TODAY) is None
    assert read_zone(TD3.replace("<<<<<10", "<<<<é10"), TODAY) is None
