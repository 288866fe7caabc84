"""The commands of a worker's journey, as agency clerks, officers, attachés, counsellors and assessors send them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from chassis.access.sessions import SESSION_COOKIE
from domnaer.demo.accounts import demo_people
from domnaer.demo.employers import agencies_to
from tests.system.running_system import EVERYTHING, RunningSystem, one, until

AGENCY = str(next(each for each in agencies_to("THA") if each.kind == "private").id)


@dataclass
class Traveller:
    """A worker with unique data of every kind that can identify a person."""

    latin: str
    khmer: str
    passport: str = field(default_factory=lambda: f"N{uuid4().int % 10**9:09}")
    phone: str = field(default_factory=lambda: f"0977{uuid4().int % 10**6:06}")
    born: str = "1987-05-23"
    mother: str = "KONG SREYLEAK"
    remark: str = "walks with a stick"

    def given(self, **other: Any) -> dict[str, Any]:
        """Return the person as the officer records them."""
        usual: dict[str, Any] = {
            "sex": 2,
            "name": {"latin": self.latin, "khmer": self.khmer},
            "documents": [{"kind": "passport", "number": self.passport}],
            "birth": {"on": self.born},
            "phone": self.phone,
            "home_province": "02",
            "relatives": [{"relation": "mother", "name": {"latin": self.mother}}],
        }
        return usual | other

    @property
    def traits(self) -> tuple[str, ...]:
        """Return the data that must be in no log and in no address."""
        return (self.latin, self.khmer, self.passport, self.phone, self.born, self.mother, self.remark)


def crossing(kind: str, who: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return the command that records a crossing at Poipet."""
    usual: dict[str, Any] = {
        "kind": kind,
        "occurred_at": "2014-06-12T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "person": who,
    }
    usual |= {"departure": {"destination": "THA"}}.get(kind, {"returned_from": "THA"})
    return usual | other


def contract(who: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return the command that registers an employment contract for two years in Thailand."""
    usual: dict[str, Any] = {
        "occurred_at": "2013-03-01T09:00:00+07:00",
        "agency_id": AGENCY,
        "employer_id": str(uuid4()),
        "terms": {
            "destination": "THA",
            "sector": "F",
            "occupation": "9313",
            "wage": {"amount": "300.00", "currency": "THB"},
            "wage_period": "day",
            "starts_on": "2013-04-01",
            "ends_on": "2015-03-31",
        },
        "person": who,
    }
    return usual | other


def employer_abroad() -> dict[str, Any]:
    """Return the command that registers an employer in Thailand for the agency."""
    return {
        "occurred_at": "2013-02-01T09:00:00+07:00",
        "agency_id": AGENCY,
        "name": {"latin": "Siam Concrete 2"},
        "kind": "company",
        "country": "THA",
        "address": "12 Moo 4, Bang Phli",
    }


def workplace_of(employer_id: str) -> dict[str, Any]:
    """Return the command that registers a workplace of an employer in Thailand."""
    return {
        "occurred_at": "2013-02-01T09:00:00+07:00",
        "agency_id": AGENCY,
        "employer_id": employer_id,
        "country": "THA",
        "region": "Samut Prakan",
    }


def employer_at_home() -> dict[str, Any]:
    """Return the command that registers an employer in Battambang."""
    return {
        "occurred_at": "2014-06-01T09:00:00+07:00",
        "name": {"latin": "Battambang Rice Mill"},
        "kind": "company",
        "province": "02",
    }


def vacancy(**other: Any) -> dict[str, Any]:
    """Return the command that registers a vacancy for bricklayers in Battambang."""
    usual: dict[str, Any] = {
        "occurred_at": "2014-06-02T09:00:00+07:00",
        "employer_id": str(uuid4()),
        "occupation": "7112",
        "sector": "F",
        "province": "02",
        "wage": {"amount": "250.00", "currency": "USD"},
        "places": 40,
    }
    return usual | other


def case(who: dict[str, Any] | None, **other: Any) -> dict[str, Any]:
    """Return the command that opens a case at the embassy in Bangkok."""
    usual: dict[str, Any] = {
        "occurred_at": "2014-02-03T09:00:00+07:00",
        "mission": "BKK",
        "category": "wages",
        "urgency": "soon",
    }
    return usual | ({} if who is None else {"person": who}) | other


@dataclass
class Records:
    """Ids of the records of a worker's journey, by the names that routes use."""

    by_service: dict[str, dict[str, str]]
    number: str


def step(**fields: Any) -> dict[str, Any]:
    """Return the fields of a later command, in August 2014."""
    return {"occurred_at": "2014-08-01T09:00:00+07:00", **fields}


def record_journey(system: RunningSystem, traveller: Traveller, *, by_desk: bool = False) -> Records:
    """Record a whole journey: contract, departure, a case abroad, deportation, counselling, recognition.

    With ``by_desk`` each command is sent by the person of the demo who does this work, otherwise by the caller with all
    permissions.
    """

    def who(routes: str) -> str:
        return routes if by_desk else EVERYTHING

    known = {each.id for each in demo_people()}
    assert {"clerk", "reviewer", "officer", "attache-bangkok", "counsellor-battambang", "assessor"} <= known
    given, words = traveller.given(), {"remark": traveller.remark}
    employer = system.recorded("/recruitment/employers", employer_abroad(), who("clerk"))
    workplace = system.recorded("/recruitment/workplaces", workplace_of(employer["id"]), who("clerk"))
    paper = system.recorded(
        "/recruitment/employment-contracts",
        contract(given, words=words, employer_id=employer["id"]),
        who("clerk"),
    )
    system.recorded(
        f"/recruitment/employment-contracts/{paper['id']}/approval",
        {"occurred_at": "2013-03-05T09:00:00+07:00"},
        who("reviewer"),
    )
    left = system.recorded(
        "/border/crossings",
        crossing("departure", given, occurred_at="2013-04-02T07:00:00+07:00"),
        who("officer"),
    )
    help_asked = system.recorded("/consular/cases", case(given, words=words), who("attache-bangkok"))
    system.recorded(
        f"/consular/cases/{help_asked['id']}/actions",
        {"occurred_at": "2014-02-04T09:00:00+07:00", "action": "call", "words": words},
        who("attache-bangkok"),
    )
    permit = system.recorded(
        "/consular/permits",
        {
            "occurred_at": "2014-03-01T09:00:00+07:00",
            "mission": "BKK",
            "kind": "work_permit",
            "valid_from": "2014-03-01",
            "person": {"name": {"latin": "KONG VANNA"}},
        },
        who("attache-bangkok"),
    )
    group = system.recorded(
        "/border/handovers",
        {
            "occurred_at": "2014-06-12T08:00:00+07:00",
            "checkpoint": "KH-POI",
            "authority": "immigration",
            "count_announced": 40,
        },
        who("officer"),
    )
    back = system.recorded(
        "/border/crossings",
        crossing("deported_return", given, authority="immigration", handover_id=group["id"], words=words),
        who("officer"),
    )
    routes = who("counsellor-battambang")
    returnee = until(
        lambda: next(
            (
                row["case_id"]
                for row in system.get("/reintegration/cases", routes, limit=200).json()["items"]
                if row["about"] == f"crossing-{back['id']}"
            ),
            None,
        )
    )
    mill = system.recorded("/reintegration/employers", employer_at_home(), routes)
    job = system.recorded("/reintegration/vacancies", vacancy(employer_id=mill["id"]), routes)
    system.recorded(
        f"/reintegration/cases/{returnee}/needs",
        step(needs=["finding_a_job"], occupation_wanted="7112", words=words),
        routes,
    )
    system.recorded(
        f"/reintegration/cases/{returnee}/matches",
        step(vacancy_id=job["id"], reasons=["same_occupation"]),
        routes,
    )
    applied = system.recorded("/skills/applications", step(occupation="7112", person=given), routes)
    number = number_of(system, traveller, [paper, left, help_asked, back, applied])
    return Records(
        {
            "border": {"handover_id": group["id"], "event_id": left["events"][0]},
            "consular": {
                "case_id": help_asked["id"],
                "permit_id": permit["id"],
                "event_id": help_asked["events"][0],
            },
            "recruitment": {
                "contract_id": paper["id"],
                "employer_id": employer["id"],
                "workplace_id": workplace["id"],
                "event_id": paper["events"][0],
            },
            "registry": {"number": number},
            "reintegration": {
                "case_id": returnee,
                "vacancy_id": job["id"],
                "employer_id": mill["id"],
                "event_id": job["events"][0],
            },
            "skills": {"application_id": applied["id"], "event_id": applied["events"][0]},
        },
        number,
    )


def number_of(system: RunningSystem, traveller: Traveller, records: Sequence[dict[str, Any]]) -> str:
    """Return the number of a traveller as soon as the registry has all records; before that it may be another number."""
    wanted = {event for each in records for event in each["events"]}

    def settled() -> str | None:
        worker = one(system.search(document={"number": traveller.passport}))
        if worker is None:
            return None
        number: str = worker["number"]
        answer = system.get(f"/registry/workers/{number}/timeline")
        heard = answer.status_code == 200 and {entry["event_id"] for entry in answer.json()["entries"]}
        return number if heard and heard >= wanted else None

    return until(settled)


class PageUser:
    """A user of the pages, who sends forms and follows redirects like a browser."""

    def __init__(self, system: RunningSystem, who: str) -> None:
        self.http = httpx2.Client(
            base_url=system.url,
            cookies={SESSION_COOKIE: system.token(who)},
            headers={"Accept": "text/html"},
            follow_redirects=True,
            timeout=30,
        )

    def sends(self, page: str, form: str, **fields: str) -> httpx2.Response:
        """Fill in a form of a page and send it."""
        shown = self.http.get(page)
        assert shown.status_code == 200, shown.text
        found = re.search(rf'<form method="post" action="([^"]*{form})".*?</form>', shown.text, re.DOTALL)
        assert found is not None, shown.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))
        return self.http.post(found[1], data={**hidden, **fields})
