"""Which records of a block are about one person: contradictions stop a link, and the set of the evidence decides alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes.assistance import Urgency
from contracts.envelope import Event, Fact
from contracts.person import Age, Document, ErasedPerson
from services.registry.identity.groups import Reason
from services.registry.identity.names import name_key
from services.registry.identity.parting import MOST_PERSONS, Share, one_person, part
from services.registry.identity.traits import Traits, read_traits
from tests.registry.events import Record, after, birth, node, passport
from tests.registry.evidence import evidence

MINE, YOURS, OTHERS = passport("N0000001"), passport("N0000002"), passport("N0000003")


def left(
    record: Record, *documents: Document, born: str | None = None, precision: str = "day", **how: Any
) -> Event[Fact]:
    """A departure of a person with a birth date."""
    return record.departure(*documents, born=None if born is None else birth(born, precision), **how)


def shares(record: Record) -> list[Share]:
    return part(evidence(record.made))


def divided(record: Record) -> list[set[int]]:
    """Return the workers as the positions of the records that were made."""
    streams = list(dict.fromkeys(event.stream for event in record.made))
    return [{streams.index(stream) for stream in share.streams} for share in shares(record)]


def reasons(record: Record) -> list[Reason]:
    return [asked.reason for share in shares(record) for asked in share.questions]


def consistent(record: Record) -> bool:
    return one_person({each.traits for each in evidence(record.made)}, len(record.made))


def test_the_stored_text_of_a_reason_never_changes() -> None:
    assert list(Reason) == ["other_sex", "other_birth_year", "many_persons", "sex_in_doubt"]


def test_records_with_one_document_are_one_worker() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    left(record, MINE, born="1990-04-03", days=1)
    left(record, MINE, name=None, days=2)
    assert divided(record) == [{0, 1, 2}]
    assert consistent(record) and reasons(record) == []


def test_another_sex_stops_the_link() -> None:
    record = Record()
    left(record, MINE, sex=2)
    left(record, MINE, sex=1, days=1)
    assert divided(record) == [{0}, {1}]
    assert not consistent(record) and reasons(record) == [Reason.OTHER_SEX]


@pytest.mark.parametrize("known", [1, 2])
def test_a_sex_that_is_not_known_contradicts_nothing(known: int) -> None:
    record = Record()
    for sex in (known, 0, 9):
        left(record, MINE, sex=sex, days=sex)
    assert consistent(record) and divided(record) == [{0, 1, 2}]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (("1990-04-03", "day"), ("1996-02-01", "day"), False),
        (("1990-04-03", "day"), ("1990-12-31", "day"), True),
        (("1990-04-03", "day"), ("1991-04-03", "day"), True),
        (("1990-04-03", "day"), ("1992-04-03", "day"), False),
        (("1990-04-03", "day"), ("1992-01-01", "day"), True),  # 1 January stands for an unknown day
        (("1990-04-03", "day"), ("1993-01-01", "day"), False),
        (("1990-01-01", "year"), ("1993-01-01", "year"), True),
        (("1990-01-01", "year"), ("1994-01-01", "year"), False),
        (("1990-04-01", "month"), ("1991-04-03", "day"), True),
        (("1990-01-01", "decade"), ("1999-04-03", "day"), True),
        (("1990-01-01", "decade"), ("1987-04-03", "day"), False),
        (("1990-01-01", "unknown"), ("2010-04-03", "day"), True),
        (("2533-04-03", "day"), ("1990-04-03", "day"), True),  # 2533 of the Buddhist era is 1990
        (("2533-01-01", "year"), ("1996-04-03", "day"), False),
        (("2536-02-29", "day"), ("1993-02-28", "day"), True),  # 1993 has no 29 February
    ],
)
def test_years_of_birth_stop_a_link_according_to_their_precision(
    one: tuple[str, str], other: tuple[str, str], joined: bool
) -> None:
    record = Record()
    for nth, (born, precision) in enumerate((one, other)):
        left(record, MINE, born=born, precision=precision, days=nth)
    assert divided(record) == ([{0, 1}] if joined else [{0}, {1}])
    assert consistent(record) == joined
    assert reasons(record) == ([] if joined else [Reason.OTHER_BIRTH_YEAR])


def test_three_records_are_not_joined_over_the_years_between_them() -> None:
    record = Record()
    for nth, year in enumerate((1990, 1991, 1992)):
        left(record, MINE, born=f"{year}-04-03", days=nth)
    assert [len(found) for found in divided(record)] == [2, 1]


def test_the_same_name_and_full_birth_date_outweigh_another_sex_which_is_questioned() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", sex=2)
    left(record, MINE, born="1990-04-03", name="Chanthy SOK", sex=1, days=1)
    assert divided(record) == [{0, 1}]
    assert reasons(record) == [Reason.SEX_IN_DOUBT]
    record = Record()
    left(record, MINE, born="1990-01-01", sex=2)  # a filler is no full birth date
    left(record, MINE, born="1990-01-01", sex=1, days=1)
    assert divided(record) == [{0}, {1}]


def test_a_document_is_that_of_the_worker_with_further_documents() -> None:
    record = Record()
    left(record, YOURS, born="1996-02-01", name="KEO Sophea", days=0)
    left(record, MINE, YOURS, born="1990-04-03", days=10)
    left(record, MINE, born="1990-04-03", days=20)
    borrower, owner = shares(record)
    assert node(YOURS) in owner.nodes and node(YOURS) not in borrower.nodes
    assert borrower.nodes == {UUID(record.made[0].stream[-36:])}
    (asked,) = borrower.questions
    assert (asked.node, asked.since) == (node(YOURS), after(10))


def test_without_further_documents_it_is_that_of_the_earlier_record() -> None:
    record = Record()
    left(record, MINE, born="1996-02-01", days=20, stored=5)
    left(record, MINE, born="1990-04-03", days=10, stored=7)
    first, _ = shares(record)
    assert first.streams == {record.made[0].stream} and node(MINE) in first.nodes


def test_the_earliest_record_of_a_document_decides_and_not_the_last() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", days=5)
    left(record, MINE, born="1996-02-01", days=20)
    left(record, MINE, born="1990-04-03", days=30)
    first, second = shares(record)
    assert node(MINE) in first.nodes
    (asked,) = second.questions
    assert (asked.node, asked.since) == (node(MINE), after(20))


def test_a_question_begins_when_both_workers_had_shown_the_document() -> None:
    record = Record()
    left(record, MINE, born="1996-02-01", days=5)
    left(record, MINE, YOURS, born="1990-04-03", days=20)
    borrower, _ = shares(record)
    assert [asked.since for asked in borrower.questions] == [after(20)]


def test_a_record_leads_to_its_own_worker_also_if_another_has_further_documents() -> None:
    record = Record()
    crossing = left(record, born="1990-04-03")
    record.case(MINE, about=crossing.stream, born=birth("1996-02-01"), days=1)
    mine, yours = shares(record)
    own = UUID(crossing.stream[-36:])
    assert own in mine.nodes and own not in yours.nodes
    assert mine.questions == []
    assert [(asked.node, asked.reason) for asked in yours.questions] == [(own, Reason.OTHER_BIRTH_YEAR)]


def test_a_doubt_about_the_sex_is_asked_about_the_document_since_the_first_record() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", sex=2, days=3)
    left(record, MINE, YOURS, born="1990-04-03", sex=1, days=7)
    (share,) = shares(record)
    (asked,) = share.questions
    assert asked == (min(node(MINE), node(YOURS)), Reason.SEX_IN_DOUBT, after(3))


def test_a_doubt_about_the_sex_is_asked_about_a_record_if_no_document_was_shown() -> None:
    record = Record()
    crossing = left(record, born="1990-04-03", sex=2)
    case = record.case(about=crossing.stream, born=birth("1990-04-03"), sex=1, days=1)
    (share,) = shares(record)
    (asked,) = share.questions
    assert asked.node == min(UUID(event.stream[-36:]) for event in (crossing, case))


def test_a_record_that_says_little_is_joined_with_whom_it_fits_best() -> None:
    record = Record()
    left(record, MINE, born=None, sex=0, name="KEO Sophea", days=0)
    left(record, MINE, born="1990-04-03", name="SOK Chanthy", days=1)
    left(record, MINE, born="1996-02-01", name="KEO Sophea", days=2)
    left(record, MINE, born=None, sex=0, name=None, days=3)
    assert divided(record) == [{0, 2}, {1, 3}] or divided(record) == [{0, 2, 3}, {1}]


def test_documents_in_common_count_more_than_the_name() -> None:
    record = Record()
    left(record, MINE, YOURS, born="1990-04-03", name="SOK Chanthy")
    left(record, MINE, born="1996-02-01", name="KEO Sophea", days=1)
    left(record, MINE, YOURS, name="KEO Sophea", sex=0, days=2)
    assert divided(record) == [{0, 2}, {1}]


def test_the_documents_of_all_records_of_a_worker_count() -> None:
    record = Record()
    left(record, MINE, born="1996-02-01", name="KEO Sophea")
    left(record, MINE, OTHERS, born="1990-04-03", name="SOK Chanthy", days=1)
    left(record, YOURS, OTHERS, born="1990-04-03", name="SOK Chanthy", days=2)
    left(record, MINE, YOURS, name="KEO Sophea", sex=0, days=3)
    assert divided(record) == [{0}, {1, 2, 3}]


@pytest.mark.parametrize("name", ["SOK Chanthy", "CHAN Sokha"])
def test_every_spelling_of_a_worker_counts(name: str) -> None:
    record = Record()
    left(record, MINE, born="1996-02-01", name="KEO Sophea")
    left(record, MINE, born="1990-04-03", name="SOK Chanthy", days=1)
    left(record, MINE, born="1990-04-03", name="CHAN Sokha", days=2)
    left(record, MINE, name=name, sex=0, days=3)
    assert divided(record) == [{0}, {1, 2, 3}]


@pytest.mark.parametrize("born", ["1990-04-03", "1990-05-04"])
def test_every_full_birth_date_of_a_worker_counts(born: str) -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", sex=2)
    left(record, MINE, born="1990-05-04", sex=2, days=1)
    left(record, MINE, born=born, sex=1, days=2)
    assert divided(record) == [{0, 1, 2}]
    assert reasons(record) == [Reason.SEX_IN_DOUBT]


def test_a_record_without_a_name_is_joined_with_the_earliest_of_the_workers_that_it_fits() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", name="SOK Chanthy")
    left(record, MINE, born="1996-02-01", name=None, days=1)
    left(record, MINE, name=None, sex=0, days=2)
    assert divided(record) == [{0, 2}, {1}]


def test_records_with_a_sex_and_a_birth_date_are_joined_before_those_without_one_of_them() -> None:
    record = Record()
    left(record, MINE, sex=2, name="KEO Sophea")
    left(record, MINE, sex=2, born="1990-04-03", days=1)
    left(record, MINE, sex=2, born="1996-02-01", name="KEO Sophea", days=2)
    assert divided(record) == [{0, 2}, {1}]
    record = Record()
    left(record, MINE, sex=0, born="1990-04-03", name="KEO Sophea")
    left(record, MINE, sex=2, born="1990-04-03", days=1)
    left(record, MINE, sex=1, born="1990-04-03", name="KEO Sophea", days=2)
    assert divided(record) == [{0, 2}, {1}]


def test_groups_are_joined_when_a_later_record_explains_the_contradiction() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", sex=2)
    left(record, MINE, YOURS, born="1990-04-01", precision="month", name=None, sex=1, days=1)
    left(record, YOURS, born="1990-04-03", sex=1, days=2)
    assert divided(record) == [{0, 1, 2}]
    assert reasons(record) == [Reason.SEX_IN_DOUBT]


def test_groups_are_joined_as_often_as_a_later_record_explains_a_contradiction() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03", sex=2)
    left(record, OTHERS, born="1990-04-03", sex=2, days=1)
    left(record, MINE, YOURS, OTHERS, born="1990-04-01", precision="month", name=None, sex=1, days=2)
    left(record, YOURS, born="1990-04-03", sex=1, days=3)
    assert divided(record) == [{0, 1, 2, 3}]


@pytest.mark.parametrize("first", [0, 4])
def test_a_group_that_fits_two_workers_later_is_joined_with_the_earlier_one(first: int) -> None:
    """Any number of other workers in between changes nothing."""
    for others in product(range(4), repeat=3):
        record = Record()
        left(record, MINE, born="1990-04-03", sex=2, days=2)
        alone = left(record, MINE, born="1992-04-03", sex=2, days=3)
        left(record, MINE, YOURS, born="1991-05-05", sex=1, days=first)
        left(record, YOURS, born="1991-05-05", sex=2, days=first + 1)
        for day, several in enumerate(others, 1):
            for nth in range(several):
                left(record, passport(f"S{day}{nth}"), days=day + 0.5)
        workers = [share.streams for share in shares(record)]
        assert len(workers) == 2 + sum(others) and {alone.stream} in workers


def test_a_voided_record_stays_with_the_worker_to_whom_its_document_leads() -> None:
    record = Record()
    left(record, MINE, YOURS, born="1990-04-03")
    left(record, MINE, OTHERS, born="1996-02-01", days=1)
    for nth, document in enumerate((YOURS, OTHERS)):
        record.void(left(record, document, days=2 + nth), days=5)
    (first, second) = divided(record)
    assert (first, second) == ({0, 2}, {1, 3})


def test_a_case_made_from_a_crossing_stays_with_it_and_contradictions_stop_that_too() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    yours = left(record, MINE, born="1996-02-01", days=1)
    record.case(name=None, about=yours.stream, days=2)
    assert divided(record) == [{0}, {1, 2}]
    record.case(name=None, about=yours.stream, sex=1, days=3)
    assert divided(record) == [{0}, {1, 2}, {3}]


def test_the_person_of_a_correction_that_keeps_it_is_that_of_the_version_before() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    yours = left(record, MINE, born="1996-02-01", days=1)
    record.correct(yours, days=2)
    assert divided(record) == [{0}, {1}]
    record.correct(yours, person=record.person([MINE], "SOK Chanthy", birth=birth("1990-04-03")))
    assert divided(record) == [{0, 1}]


def test_a_voided_record_contradicts_nobody_and_is_kept_with_the_owner_of_its_document() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    wrong = left(record, MINE, born="1996-02-01", sex=1, days=1)
    record.void(wrong, days=2)
    assert divided(record) == [{0, 1}]
    assert reasons(record) == []


def test_the_events_of_a_contract_are_one_record() -> None:
    record = Record()
    contract = record.contract(MINE, born=birth("1990-04-03"))
    record.approved(contract.stream, days=1)
    record.terminated(contract.stream, days=2)
    left(record, MINE, born="1990-04-03", days=3)
    assert divided(record) == [{0, 1}]
    assert consistent(record) and reasons(record) == []


def test_of_several_events_of_a_record_the_latest_that_states_a_trait_decides() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    case = record.case(MINE, born=birth("1996-02-01"), days=1)
    for nth, born in enumerate(("1970-04-03", "1980-04-03", "1996-02-01", "1990-04-03")):
        record.identified(case.stream, MINE, born=birth(born), days=2 + nth)
    record.acted(case.stream, days=9)
    found = evidence(record.made)
    for seed in range(10):
        assert len(part(Random(seed).sample(found, len(found)))) == 1
    record.identified(case.stream, MINE, born=birth("1996-02-01"), days=10)
    assert divided(record) == [{0}, {1}]


def test_a_corrected_event_keeps_its_position_among_the_events_of_a_record() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    case = record.case(MINE, days=1, born=birth("1996-02-01"))
    record.identified(case.stream, MINE, days=2, born=birth("1990-04-03"))
    assert divided(record) == [{0, 1}]
    record.correct(case, urgency=Urgency.LIFE_IN_DANGER)
    assert divided(record) == [{0, 1}], "what was corrected is not what was learnt last"


def test_a_correction_of_the_age_alone_is_compared() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    yours = left(record, MINE, days=1)
    assert divided(record) == [{0, 1}]
    record.correct(yours, age=Age(at_least=18, at_most=18))
    assert divided(record) == [{0}, {1}]


def test_a_voided_record_stays_with_the_worker_of_the_document_that_it_showed_last() -> None:
    record = Record()
    left(record, MINE, OTHERS, born="1990-04-03")
    left(record, YOURS, OTHERS, born="1996-02-01", days=1)
    wrong = left(record, MINE, days=2)
    record.correct(wrong, person=record.person([YOURS]))
    record.void(wrong, days=4)
    expected = [{record.made[0].stream}, {record.made[1].stream, wrong.stream}]
    found = evidence(record.made)
    for seed in range(20):
        assert [share.streams for share in part(Random(seed).sample(found, len(found)))] == expected


def test_a_voided_record_whose_document_nobody_has_stays_with_the_first_worker() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    left(record, MINE, born="1996-02-01", days=1)
    record.void(left(record, YOURS, days=2), days=5)
    assert divided(record) == [{0, 2}, {1}]


def test_an_erased_person_is_compared_by_sex_and_age() -> None:
    record = Record()
    left(record, MINE, born="1990-04-03")
    erased = record.departure(MINE, days=400, age=Age(at_least=18, at_most=18))
    person = ErasedPerson(evidence_id=record.uuid("erased"))  # type: ignore[call-arg]
    record.made[-1] = replace(erased, person=person)
    assert divided(record) == [{0}, {1}]


def one_of_many(nth: int) -> str:
    """Return one of a hundred names that sound different."""
    consonants = "bdgjklmnpv"
    return f"SOK {consonants[nth // 10]}a{consonants[nth % 10]}o"


def test_a_document_of_many_persons_joins_nobody() -> None:
    record = Record()
    for nth in range(MOST_PERSONS + 1):
        left(
            record,
            MINE,
            born="1990-04-03",
            name=one_of_many(nth),
            days=nth,
        )
    again = left(record, MINE, born="1990-04-03", name=one_of_many(0), days=900)
    assert not consistent(record)
    found = divided(record)
    assert len(found) == MOST_PERSONS + 1
    assert {0, record.made.index(again)} in found, "the same name and birth date are one person still"
    assert set(reasons(record)) == {Reason.MANY_PERSONS}


def test_a_document_of_many_persons_asks_one_question_also_of_those_that_contradict_each_other() -> None:
    record = Record()
    for nth in range(MOST_PERSONS + 1):
        left(record, MINE, born=f"{1950 + nth % 40}-04-03", name=one_of_many(nth), days=nth)
    assert set(reasons(record)) == {Reason.MANY_PERSONS}


@pytest.mark.parametrize("others", ["MINE", "YOURS"])
def test_a_document_of_many_persons_joins_no_records_that_do_not_show_it(others: str) -> None:
    """Records with the same name and birth date are joined over such a document, but only if both show it."""
    record = Record()
    left(record, MINE, born="1990-04-03", name=one_of_many(0))
    left(record, MINE, YOURS, born="1996-02-01", name=one_of_many(1), days=1)
    for nth in range(2, MOST_PERSONS + 1):
        left(record, MINE, born="1990-04-03", name=one_of_many(nth), days=nth)
    last = MINE if others == "MINE" else YOURS
    left(record, last, born="1990-04-03", name=one_of_many(0), days=90)
    assert ({0, MOST_PERSONS + 1} in divided(record)) == (others == "MINE")


@pytest.mark.parametrize(
    ("persons", "records", "joined"),
    [
        (50, 51, True),
        (51, 52, False),
        (51, 509, False),
        (51, 510, True),
    ],
)
def test_a_document_of_more_than_50_persons_and_a_tenth_of_its_records_joins_nobody(
    persons: int, records: int, joined: bool
) -> None:
    """The names are without birth dates, and one record without any trait describes no further person."""
    record = Record()
    for nth in range(records - 1):
        left(record, MINE, name=one_of_many(nth % persons), days=nth / 10)
    left(record, MINE, name=None, sex=0, days=99)
    assert consistent(record) == joined
    assert (len(shares(record)) == 1) == joined


def test_persons_without_a_name_are_counted_by_their_years_of_birth() -> None:
    record = Record()
    for nth in range(MOST_PERSONS + 1):
        left(record, MINE, born=f"{1940 + nth}-04-03", name=None, days=nth)
    assert set(reasons(record)) == {Reason.MANY_PERSONS}


def test_a_commuter_with_many_spellings_stays_one_worker() -> None:
    record = Record()
    for nth in range(20 * MOST_PERSONS):
        spelt = one_of_many(nth) if nth < MOST_PERSONS + 5 else "SOK Dara"
        left(record, MINE, born="1990-04-03", name=spelt, days=nth / 2)
    assert consistent(record) and len(shares(record)) == 1


def test_names_are_compared_in_any_order_and_romanisation() -> None:
    assert (
        name_key(None, "CHHOEUN Vuthy") == name_key(None, "vuthi choeun") != name_key(None, "CHHOEUN Vanna")
    )
    assert name_key("សុខ ចន្ធី", None) == name_key("ចន្ធី សុខ", None)
    assert name_key(None, None) is None is name_key("", "Mr")


@st.composite
def blocks(draw: st.DrawFn) -> Record:
    """Return records with three documents and few traits, so that many contradict each other."""
    record = Record()
    for nth in range(draw(st.integers(2, 9))):
        documents = draw(st.lists(st.sampled_from([MINE, YOURS, OTHERS]), max_size=3, unique_by=id))
        about = draw(st.sampled_from([None, *(event.stream for event in record.made)]))
        how: dict[str, Any] = {
            "sex": draw(st.sampled_from([0, 1, 2])),
            "days": nth,
            "stored": draw(st.integers(0, 3)),
        }
        name = draw(st.sampled_from(["SOK Chanthy", "KEO Dara", None]))
        born = draw(st.sampled_from(["1990-04-03", "1991-05-05", "1992-01-01", "1996-02-01", None]))
        if about is None or documents:
            left(record, *documents, born=born, name=name, **how)
        else:
            record.case(name=name, about=about, **how)
    return record


def contradict(one: Traits, other: Traits) -> bool:
    sexes = {one.sex, other.sex} - {0}
    agree = one.exact is not None and one.exact == other.exact
    if len(sexes) > 1 and not agree:
        return True
    if one.first_year is None or other.first_year is None:
        return False
    assert one.last_year is not None and other.last_year is not None
    return max(one.first_year, other.first_year) - min(one.last_year, other.last_year) > 1


@given(blocks(), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_evidence_does_not_matter_and_no_worker_contradicts_themselves(
    record: Record, seed: int
) -> None:
    found = evidence(record.made)
    expected = part(found)
    shuffled = Random(seed).sample(found, len(found))
    assert part(shuffled) == expected
    nodes = [at for share in expected for at in share.nodes]
    assert len(nodes) == len(set(nodes)) and {at for each in found for at in [each.node]} <= set(nodes)
    assert sorted(stream for share in expected for stream in share.streams) == sorted(
        {each.stream for each in found}
    )
    for share in expected:
        stated = [read_traits(each.traits) for each in found if each.stream in share.streams]
        years = [each for each in stated if each.first_year is not None]
        assert not any(
            contradict(one, other)
            for one in years
            for other in years
            if 0 in (one.sex, other.sex) or one.sex == other.sex
        )
        if len({each.sex for each in stated} - {0}) > 1:
            assert Reason.SEX_IN_DOUBT in {asked.reason for asked in share.questions}
    if one_person({each.traits for each in found}, len(found)):
        assert not any(share.questions for share in expected)
