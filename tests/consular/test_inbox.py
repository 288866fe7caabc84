"""The inbox of a mission: urgency before due date, filters with counts, closed cases, names."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts.codes.assistance import AssistanceCategory
from services.consular.projections.category_groups import GROUPS
from services.consular.wording import GROUP_TITLES
from tests.consular.test_consular_pages import PERSON, TODAY, Browser, attache, colleague, elsewhere, site

__all__ = ["attache", "colleague", "elsewhere", "site"]
asynchronous = pytest.mark.asyncio(loop_scope="session")
EARLY: Any = {"occurred_at": "1998-01-05T09:00:00+07:00"}
"""Due before the cases of other tests, so that it is on the first page among those of its urgency."""


def rows(page: str) -> int:
    """Return the rows of the list on a page, with its head."""
    return page.partition("<main")[2].partition("</main>")[0].count("<tr>")


def test_each_category_is_in_one_group_and_each_group_has_a_title() -> None:
    assert sorted(each for group in GROUPS.values() for each in group) == sorted(AssistanceCategory)
    assert set(GROUP_TITLES) == set(GROUPS)


@asynchronous
async def test_danger_to_life_comes_first_and_looks_like_danger_whatever_is_due(attache: Browser) -> None:
    routine = await attache.opens(category="marital", **EARLY)
    danger = await attache.opens(category="marital", urgency="life_in_danger")
    page = await attache.page("?group=other")
    assert page.index(danger) < page.index(routine)
    row = next(part for part in page.split("<tr") if danger in part)
    assert row.startswith(' class="danger"') and "Life in danger" in row and "▲" in row
    assert re.search(r"\d+ (person's life is|people's lives are) in danger", page)


@asynchronous
async def test_a_danger_that_is_over_leaves_the_top_of_the_inbox(attache: Browser) -> None:
    case_id = await attache.opens(category="health", urgency="life_in_danger")
    day = str(TODAY)
    answer = await attache.sends(case_id, "due-date", due_on=day, urgency="dance")
    assert answer.status_code == 422 and 'id="why-urgency-1"' in answer.text
    assert (await attache.sends(case_id, "due-date", due_on=day, urgency="")).status_code == 303
    assert "Life in danger</span>" in await attache.page(f"/{case_id}"), "it stays as it is"
    assert (await attache.sends(case_id, "due-date", due_on=day, urgency="soon")).status_code == 303
    row = next(part for part in (await attache.page("?group=health")).split("<tr") if case_id in part)
    assert "Soon" in row and "Life in danger" not in row and not row.startswith(' class="danger"')
    page = await attache.page(f"/{case_id}")
    assert "Life in danger</span>" not in page and "; Soon" in page


@asynchronous
async def test_cases_are_filtered_by_group_by_person_in_charge_and_by_state(
    attache: Browser, colleague: Browser
) -> None:
    detained = await attache.opens(category="detained_or_imprisoned", attache="attache-1", **EARLY)
    missing = await attache.opens(category="whereabouts", attache="attache-2", **EARLY)
    assert detained in (page := await attache.page("?group=detention")) and missing not in page
    assert missing in (page := await attache.page("?attache=attache-2")) and detained not in page
    assert detained in (page := await attache.page("?whose=mine")) and missing not in page
    assert (await attache.sends(detained, "closing", outcome="released")).status_code == 303
    assert detained not in await attache.page("?group=detention")
    page = await attache.page("?state=closed&group=detention")
    assert detained in page and "Released from detention" in page
    assert detained not in await attache.page("?state=closed&group=missing")


@asynchronous
async def test_a_death_adds_a_case_of_any_subject_to_the_group_of_deaths(attache: Browser) -> None:
    case_id = await attache.opens(category="wages", **EARLY)
    assert case_id not in await attache.page("?group=death")
    assert (await attache.sends(case_id, "death", died_on="2014")).status_code == 303
    assert case_id in await attache.page("?group=death")


@asynchronous
async def test_counts_and_pages_follow_the_filters(elsewhere: Browser) -> None:
    for _ in range(52):
        await elsewhere.opens(mission="KUL", category="schooling_of_children")
    page = await elsewhere.page("?group=other")
    assert "Other matters</strong> (52)" in page and "52 cases" in page and rows(page) == 51
    further = re.search(r'href="([^"]*cursor[^"]*)" rel="next"', page)
    assert further is not None
    second = await elsewhere.page("?" + further[1].replace("&amp;", "&").partition("?")[2])
    assert rows(second) == 3 and "First page" in second and 'rel="next"' not in second


@asynchronous
async def test_the_inbox_names_people_within_reach_only_and_the_audit_names_whom_it_showed(
    attache: Browser, elsewhere: Browser, site: Any
) -> None:
    named = PERSON | {"name": {"latin": "INBOX CHANTHA"}}
    case_id = await attache.opens(category="health", urgency="life_in_danger", person=named, **EARLY)
    assert "INBOX CHANTHA" in await attache.page("?group=health")
    assert "INBOX CHANTHA" not in await elsewhere.page("?group=health")
    headers = {"Authorization": f"Bearer {attache.token}"}
    case = (await attache.http.get(f"/consular/cases/{case_id}", headers=headers)).json()
    kept = await site.routes[0].app.state.runtime.pool.fetchval(  # type: ignore[attr-defined]
        "SELECT count(*) FROM audit WHERE caller = 'attache-1' AND action = 'list_open_cases'"
        " AND $1::uuid = ANY(evidence)",
        case["steps"][0]["person"]["evidence_id"],
    )
    assert kept >= 1


@asynchronous
async def test_people_in_charge_are_shown_by_name(attache: Browser, colleague: Browser) -> None:
    await colleague.page()
    await attache.opens(category="marital", attache="attache-2", urgency="life_in_danger", **EARLY)
    page = await attache.page("?attache=attache-2")
    assert "Attache-2" in page
