"""Which vacancies fit a returnee: the reasons, the order, and that it is the same for the same facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes.money import Money
from contracts.codes.recording import HowRecorded
from contracts.codes.reintegration import MatchReason
from contracts.codes.work import OCCUPATIONS, SECTORS
from contracts.command import Circumstances
from contracts.envelope import Recorded
from contracts.reintegration import VacancyRegistered
from services.reintegration.domain import refusals, vacancy
from services.reintegration.domain.matching import Profile, distance, rank
from services.reintegration.domain.vacancy import Offer, RegisterVacancy, must_be_on_offer

NOW = datetime(2014, 7, 1, 18, tzinfo=UTC)  # the second of July in Cambodia


def offer(nth: int = 1, **fields: Any) -> Offer:
    usual: dict[str, Any] = {
        "vacancy_id": UUID(int=nth),
        "occupation": "7112",
        "sector": "F",
        "province": "12",
    }
    return Offer(**usual | fields)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("7112", "7112", 0),
        ("7112", "7113", 1),
        ("7112", "711", 1),
        ("7112", "7121", 2),
        ("71", "72", 3),
        ("7", "9", 4),
    ],
)
def test_occupations_are_as_far_apart_as_their_codes(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart


@pytest.mark.parametrize(
    ("profile", "reasons"),
    [
        (Profile(occupations=frozenset(["7112"])), [MatchReason.SAME_OCCUPATION]),
        (Profile(occupations=frozenset(["7115"])), [MatchReason.RELATED_OCCUPATION]),
        (Profile(occupation_wanted="7112"), [MatchReason.SAME_OCCUPATION]),
        (
            Profile(recognised=frozenset(["7112"])),
            [MatchReason.SAME_OCCUPATION, MatchReason.RECOGNISED_SKILL],
        ),
        (Profile(sectors=frozenset(["4100"])), [MatchReason.SAME_SECTOR]),
        (Profile(home_province="12"), [MatchReason.HOME_PROVINCE]),
    ],
)
def test_each_reason_is_named(profile: Profile, reasons: list[MatchReason]) -> None:
    (ranked,) = rank([offer()], profile)
    assert list(ranked.reasons) == reasons


def test_a_vacancy_without_a_reason_is_not_proposed() -> None:
    assert rank([offer()], Profile(occupations=frozenset(["9211"]), home_province="02")) == []


def test_the_nearer_occupation_then_the_province_decides() -> None:
    same, related, far = offer(3), offer(2, occupation="7115"), offer(1, occupation="9211", province="02")
    profile = Profile(occupations=frozenset(["7112"]), home_province="02")
    assert [each.vacancy_id for each in rank([far, related, same], profile)] == [
        same.vacancy_id,
        related.vacancy_id,
        far.vacancy_id,
    ]


OFFERS = st.lists(
    st.builds(
        Offer,
        vacancy_id=st.uuids(),
        occupation=st.sampled_from(sorted(OCCUPATIONS)),
        sector=st.sampled_from(sorted(SECTORS)),
        province=st.sampled_from(["01", "02", "12"]),
    ),
    unique_by=lambda each: each.vacancy_id,
    max_size=12,
)
CODES = st.frozensets(st.sampled_from(sorted(OCCUPATIONS)), max_size=3)
PROFILES = st.builds(
    Profile,
    occupations=CODES,
    recognised=CODES,
    sectors=st.frozensets(st.sampled_from(sorted(SECTORS)), max_size=2),
    occupation_wanted=st.none() | st.sampled_from(sorted(OCCUPATIONS)),
    home_province=st.none() | st.sampled_from(["01", "02"]),
    province_wanted=st.none() | st.sampled_from(["01", "02"]),
)


@given(offers=OFFERS, profile=PROFILES, data=st.data())
def test_the_same_facts_give_the_same_order(
    offers: list[Offer], profile: Profile, data: st.DataObject
) -> None:
    ranked = rank(offers, profile)
    assert rank(data.draw(st.permutations(offers)), profile) == ranked
    assert all(each.reasons for each in ranked)
    assert [each.points for each in ranked] == sorted((each.points for each in ranked), reverse=True)


def test_what_is_not_on_offer_is_refused() -> None:
    on = date(2014, 7, 2)
    must_be_on_offer(offer(open_until=on), on)
    with pytest.raises(refusals.NoSuchVacancy):
        must_be_on_offer(None, on)
    with pytest.raises(refusals.VacancyNoLongerOpen):
        must_be_on_offer(offer(open_until=date(2014, 7, 1)), on)
    with pytest.raises(refusals.VacancyFilled):
        must_be_on_offer(replace(offer(), places=2, taken=2), on)


def _registration(**fields: Any) -> RegisterVacancy:
    usual: dict[str, Any] = {
        "occurred_at": NOW,
        "employer_id": uuid4(),
        "occupation": "7112",
        "sector": "F",
        "province": "12",
        "wage": Money(amount="180.00", currency="USD"),
        "places": 3,
    }
    return RegisterVacancy(**usual | fields)


AT = Circumstances(uuid4(), Recorded(by="c", office="NEA", how=HowRecorded.LIVE), NOW, NOW, NOW.date(), "c")


def test_a_vacancy_is_registered() -> None:
    (fact,) = vacancy.decide(_registration(open_until=date(2014, 7, 2)), vacancy.Vacancy(), AT)
    assert isinstance(fact, VacancyRegistered)
    assert (fact.places, fact.open_until) == (3, date(2014, 7, 2))


def test_a_vacancy_that_would_close_before_it_opens_is_refused() -> None:
    with pytest.raises(refusals.ClosesBeforeItOpens):
        vacancy.decide(_registration(open_until=date(2014, 7, 1)), vacancy.Vacancy(), AT)
