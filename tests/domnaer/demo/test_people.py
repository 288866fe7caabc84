"""Invented people: names in two scripts, documents of all kinds, and other spellings at other offices."""

import re
from datetime import date
from random import Random

import pytest

from domnaer.demo import names, people
from domnaer.demo.published import FEMALE, MALE

KHMER = re.compile(r"[\u1780-\u17ff]+")
LATIN = re.compile(r"[A-Z]+")


def test_there_are_enough_names_and_each_has_both_scripts() -> None:
    given = {*names.MALE_GIVEN, *names.FEMALE_GIVEN, *names.EITHER_GIVEN}
    assert len(set(names.FAMILY)) == len(names.FAMILY) >= 60
    assert len(given) >= 120
    for khmer, latin in [*names.FAMILY, *given]:
        assert KHMER.fullmatch(khmer), khmer
        assert LATIN.fullmatch(latin), latin


def test_another_romanisation_is_never_the_same_spelling() -> None:
    rng = Random(1)
    for _, latin in [*names.FAMILY, *names.MALE_GIVEN, *names.FEMALE_GIVEN, *names.EITHER_GIVEN]:
        for _ in range(5):
            assert names.respell(latin, rng) != latin


def test_frequently_confused_spellings_are_among_the_variants() -> None:
    rng = Random(1)
    for one, other in [("CHHOEUN", "CHOEUN"), ("KEO", "KEV"), ("NGUON", "NGUN"), ("VUTHY", "VUTHI")]:
        assert other in {names.respell(one, rng) for _ in range(50)}


@pytest.mark.parametrize("who", [1, 171_689, 1_000_001, 1_250_000, 2_054_618])
def test_a_document_looks_like_its_kind(who: int) -> None:
    papers = [
        people.passport(who),
        people.next_passport(who),
        people.border_pass(who),
        people.worker_card(who),
        people.pink_card(who),
        people.travel_document(who),
        people.certificate_of_identity(who),
        people.national_id(who),
    ]
    assert {p.kind for p in papers} == set(people.DOCUMENT_PATTERNS)
    for paper in papers:
        assert re.fullmatch(people.DOCUMENT_PATTERNS[paper.kind], paper.number), paper


def test_a_border_pass_number_names_one_person_only_together_with_its_province() -> None:
    passes = [people.border_pass(who) for who in range(1_000_000, 1_010_000)]
    assert len({(p.issued_by, p.number) for p in passes}) == len(passes)
    assert len({p.number for p in passes}) < len(passes)


def test_the_holder_of_a_border_pass_lives_where_it_was_issued() -> None:
    somebody = people.person(Random(1), 1_000_003, MALE, 1980, (people.border_pass(1_000_003),))
    assert somebody.home_province == somebody.documents[0].issued_by


def test_phone_numbers_are_cambodian_and_unique() -> None:
    phones = [people.phone(who) for who in [*range(1, 20_000), *range(1_000_000, 1_020_000)]]
    assert all(re.fullmatch(r"\+855\d{8}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_a_birth_date_says_how_exactly_it_is_known() -> None:
    rng = Random(2)
    births = [people.birth(rng, 1988) for _ in range(2_000)]
    assert {b.precision for b in births} == {"day", "month", "year"}
    assert all(b.on == date(1988, 1, 1) for b in births if b.precision == "year")
    assert {b.note for b in births} == {None, "B.E. 2531"}
    fillers = [b for b in births if b.precision == "day" and (b.on.month, b.on.day) == (1, 1)]
    assert len(fillers) > 100


def test_a_child_has_a_name_of_its_father() -> None:
    rng = Random(3)
    father = people.name(rng, MALE)
    families = {people.name(rng, FEMALE, father).family_latin for _ in range(100)}
    assert families == {father.family_latin, father.given_latin}


def test_another_office_may_spell_the_name_differently_for_the_same_person() -> None:
    rng = Random(4)
    known = people.person(rng, 7, MALE, 1985, (people.passport(7),))
    seen = [people.seen_again(known, rng, known.documents) for _ in range(2_000)]
    spelt_otherwise = [p for p in seen if p.name != known.name]
    assert 80 < len(spelt_otherwise) < 280
    assert {p.name.khmer for p in seen} == {known.name.khmer}
    assert {(p.who, p.birth, p.documents) for p in seen} == {(7, known.birth, known.documents)}
    assert any(p.name.family_latin.startswith("Lok ") for p in seen)
    assert any(p.name.given_latin == known.name.family_latin for p in seen)
