"""The long code lists of forms: found by words in both languages, read back as codes, and chosen by letter."""

from __future__ import annotations

import pytest

from chassis.pages.choices import CODE_LISTS
from chassis.pages.choosing import ListWanted, read_choices
from chassis.pages.rendering import choices
from contracts.organisation import LETTERS, OTHER_LETTER, Organisation, letter_key, letter_keys, words_of


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("occupations", "brick", "7112"),
        ("occupations", "labourers building", "9313"),
        ("occupations", "93", "9311"),
        ("countries", "thai", "THA"),
        ("countries", "ថៃ", "THA"),
        ("countries", "korea rep", "KOR"),
        ("provinces", "បាត់ដំបង", "02"),
        ("checkpoints", "poi", "KH-POI"),
    ],
)
def test_a_code_is_found_by_a_part_of_its_title_in_either_language(name: str, typed: str, code: str) -> None:
    for language in ("en", "km"):
        assert code in [each.code for each in choices().search(name, typed, language)]


def test_what_begins_with_the_text_comes_first_and_a_search_is_short() -> None:
    found = choices().search("countries", "i", "en")
    assert len(found) <= 20 and found[0].english.startswith("I")
    assert choices().search("countries", "no such place", "en") == []
    assert len(choices().search("occupations", "", "en")) == 20


def test_a_field_shows_title_and_code_and_its_text_is_read_as_the_code() -> None:
    for name in CODE_LISTS:
        for code in CODE_LISTS[name].titles:
            for language in ("en", "km"):
                assert choices().code_of(name, choices().text(name, code, language)) == code
    assert choices().code_of("countries", " thailand ") == "THA" == choices().code_of("countries", "tha")
    assert choices().code_of("provinces", "Sihanoukville") == "18"
    assert choices().code_of("countries", "Siam") is None
    assert choices().text("countries", "Siam", "en") == "Siam", "what was typed stays"


def test_every_choice_stands_under_the_first_letter_of_its_title() -> None:
    for language in ("en", "km"):
        groups = choices().by_letter("occupations", language)
        assert sum(map(len, groups.values())) == len(CODE_LISTS["occupations"].titles)
        assert all(len(letter) == 1 for letter in groups)
    assert [each.code for each in choices().by_letter("countries", "en")["Q"]] == ["QAT"]


def test_a_form_is_read_with_codes_or_leads_to_the_list_and_back() -> None:
    form = {
        "placed_as": "Bricklayers and related workers (7112)",
        "list_of_placed_as": "occupations",
        "note": "x",
    }
    assert read_choices(form)["placed_as"] == "7112"
    assert read_choices(form | {"placed_as": "mason?"})["placed_as"] == "mason?", (
        "it is refused as it was typed"
    )
    with pytest.raises(ListWanted) as wanted:
        read_choices(form | {"choose": "placed_as"})
    assert wanted.value.fields["note"] == "x"
    back = read_choices(form | {"choose": "placed_as", "chosen": "placed_as=9313"})
    assert (back["placed_as"], back["chosen_field"], back["note"]) == ("9313", "placed_as", "x")
    assert "chosen" not in back and "choose" not in back
    assert read_choices({"choose": "other", "chosen": "other=1"}) == {}, (
        "a field without a list has no choices"
    )


def test_every_name_has_a_letter_under_which_a_list_of_records_shows_it() -> None:
    for name, letter in (
        ("Élan Garment", "E"),
        ("អង្ករ", "អ"),
        ("24 Hours Mart", "H"),
        ("พัฒนา", OTHER_LETTER),
        ("7/11", OTHER_LETTER),
    ):
        (key,) = letter_keys(Organisation(name_latin=name))
        assert key == letter_key(letter) and letter in LETTERS, name
    assert len({letter_key(letter) for letter in LETTERS}) == len(LETTERS)
    assert all(words_of(letter_key(letter)) != [letter_key(letter)] for letter in LETTERS), (
        "no word that is searched for has the key of a letter"
    )
