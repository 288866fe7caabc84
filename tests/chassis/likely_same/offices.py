"""Offices that record the same act twice, one by one, in bulk and by forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from starlette.applications import Starlette
from uuid_utils.compat import uuid7

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from tests.conftest import Tokens
from tests.wrong_input import errors_shown

AT = datetime.fromisoformat("2014-06-12T09:00:00+07:00")
AGENCY, OTHER_AGENCY = str(uuid4()), str(uuid4())
CASE_DESK = ("case.open", "case.work", "case.read", "permit.record", "permit.read", "event.correct")


@dataclass(frozen=True)
class Desk:
    """A person who records: the service, the permissions and the reach."""

    permissions: tuple[str, ...]
    reach: Reach


def desk(service: str, *permissions: str, **reach: frozenset[str]) -> Desk:
    return Desk(tuple(f"{service}.{each}" for each in permissions), Reach(**reach))


BORDER = ("crossing.record", "event.correct")
DESKS = {
    "poipet": desk("border", *BORDER, posts=frozenset({"KH-POI"})),
    "poipet-too": desk("border", *BORDER, posts=frozenset({"KH-POI"})),
    "bavet": desk("border", *BORDER, posts=frozenset({"KH-BVT"})),
    "loader": desk("border", *BORDER, "history.load", posts=frozenset({"KH-POI"})),
    "attache": desk("consular", *CASE_DESK, countries=frozenset({"THA"})),
    "colleague": desk("consular", *CASE_DESK, countries=frozenset({"THA"})),
    "kuala-lumpur": desk("consular", *CASE_DESK, countries=frozenset({"MYS"})),
    "agency": desk(
        "recruitment", "employment_contract.register", "event.correct", agencies=frozenset({AGENCY})
    ),
    "agency-too": desk(
        "recruitment", "employment_contract.register", "event.correct", agencies=frozenset({AGENCY})
    ),
    "other-agency": desk(
        "recruitment", "employment_contract.register", "event.correct", agencies=frozenset({OTHER_AGENCY})
    ),
}


def person(**other: Any) -> dict[str, Any]:
    """A person whom no other test records."""
    usual = {"sex": 2, "documents": [{"kind": "passport", "number": f"N{uuid4().int % 10**9:09}"}]}
    return usual | other


def namesake() -> dict[str, Any]:
    """A person without documents, whom no other test records."""
    letters = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
    return {
        "sex": 2,
        "name": {"latin": f"CHAN {uuid4().hex.translate(letters)}"},
        "birth": {"on": "1990-04-03"},
    }


@dataclass(frozen=True)
class Noun:
    """A noun that is recorded twice: where, by whom, and with which fields beside the person and the time."""

    path: str
    first: str
    second: str
    fields: Mapping[str, Any]
    kind: str
    place: str
    form: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    def body(self, shown: Mapping[str, Any], after: timedelta = timedelta(), **other: Any) -> dict[str, Any]:
        """Return the command, some time after the usual one."""
        return {"occurred_at": (AT + after).isoformat(), "person": shown, **self.fields, **other}


TERMS = {
    "destination": "THA",
    "sector": "F",
    "occupation": "9313",
    "wage": {"amount": "300.00", "currency": "THB"},
    "wage_period": "day",
    "starts_on": "2014-07-01",
    "ends_on": "2016-06-30",
    "clauses": ["wage"],
}
NOUNS = {
    "crossing": Noun(
        "/border/crossings",
        "poipet",
        "poipet-too",
        {"kind": "return", "checkpoint": "KH-POI", "returned_from": "THA"},
        "return",
        "KH-POI",
    ),
    "case": Noun(
        "/consular/cases",
        "attache",
        "colleague",
        {"mission": "BKK", "category": "wages"},
        "assistance_case",
        "BKK",
        "/consular/pages/cases",
        {"mission": "BKK", "category": "wages", "happened_at": "2014-06-12T09:00"},
    ),
    "permit": Noun(
        "/consular/permits",
        "attache",
        "colleague",
        {"mission": "BKK", "kind": "pink_card", "valid_from": "2014-06-12"},
        "pink_card",
        "BKK",
        "/consular/pages/permits",
        {"mission": "BKK", "kind": "pink_card", "valid_from": "2014-06-12"},
    ),
    "contract": Noun(
        "/recruitment/employment-contracts",
        "agency",
        "agency-too",
        {"agency_id": AGENCY, "employer_id": str(uuid4()), "terms": TERMS},
        "employment_contract",
        AGENCY,
    ),
}


class Offices:
    """The people at the desks, who send commands to the services."""

    def __init__(self, site: Starlette, token_of: Tokens) -> None:
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(site), base_url="http://offices.example", timeout=60
        )
        self._tokens = {
            name: token_of(*each.permissions, person=name, office="OFFICE", reach=each.reach)
            for name, each in DESKS.items()
        }

    async def post(self, who: str, path: str, body: Any, key: str | None = None) -> httpx2.Response:
        """Send one command."""
        return await self.http.post(path, json=body, headers=self._headers(who, key))

    async def single(self, who: str, noun: Noun, shown: Mapping[str, Any], **how: Any) -> dict[str, Any]:
        """Record one by one; returns the answer."""
        answer = await self.post(who, noun.path, noun.body(shown, **how))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def bulk(
        self,
        who: str,
        path: str,
        rows: list[dict[str, Any]],
        *,
        key: str | None = None,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Record in bulk; returns the answer."""
        headers = self._headers(who, key) | {"Content-Type": "application/x-ndjson"}
        content = "\n".join(json.dumps(row) for row in rows)
        answer = await self.http.post(
            f"{path}/bulk" + "?dry_run=true" * dry_run, content=content, headers=headers
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def page(self, who: str, url: str) -> str:
        """Return a page as a browser shows it."""
        answer = await self.http.get(url, headers=self._cookie(who))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def form(self, who: str, noun: Noun, shown: Mapping[str, Any]) -> str:
        """Fill in and send the form that begins a record; returns the page that follows."""
        assert noun.form is not None
        page = await self.page(who, f"{noun.form}/new")
        sent = next(
            one for one in re.findall(r'<form method="post".*?</form>', page, re.DOTALL) if "opening" in one
        )
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', sent))
        (document,) = shown["documents"]
        typed = {
            **hidden,
            **noun.typed,
            "person_sex": str(shown["sex"]),
            "document_kind": document["kind"],
            "document_number": document["number"],
            "document_issued_by": "KHM",
        }
        answer = await self.http.post(f"{noun.form}/new/opening", data=typed, headers=self._cookie(who))
        assert answer.status_code == 303, errors_shown(answer.text)
        return await self.page(who, answer.headers["location"])

    async def told(self, way: str, who: str, noun: Noun, shown: Mapping[str, Any]) -> list[str]:
        """Record in one of the ways; returns the ids of the records that are probably the same."""
        match way:
            case "single":
                return [each["id"] for each in (await self.single(who, noun, shown))["likely_same"]]
            case "bulk":
                row = noun.body(shown, id=str(uuid7()))
                outcome = await self.bulk(who, noun.path, [row])
                assert (outcome["taken"], outcome["refused"]) == (1, 0)
                assert all((each["row"], each["id"]) == (1, row["id"]) for each in outcome["likely_same"])
                return [same["id"] for each in outcome["likely_same"] for same in each["likely_same"]]
            case "correction":
                mistyped = await self.single(who, noun, person())
                change = {"reason": "mistyped", "person": {"documents": shown["documents"]}}
                service = noun.path.split("/")[1]
                answer = await self.post(who, f"/{service}/events/{mistyped['events'][0]}/correction", change)
                assert answer.status_code == 201, answer.text
                return [each["id"] for each in answer.json()["likely_same"]]
            case _:
                hint = r'Perhaps the same:</strong>.*?<a href="[^"]*/([0-9a-f-]{36})">Open it'
                return re.findall(hint, await self.form(who, noun, shown), re.DOTALL)

    def _headers(self, who: str, key: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[who]}", "Idempotency-Key": key or str(uuid4())}

    def _cookie(self, who: str) -> dict[str, str]:
        return {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={self._tokens[who]}"}
