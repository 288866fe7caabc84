"""Lists refuse a parameter that cannot be right and name it; a cursor contains nothing that its page does not show."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from chassis.access.sessions import SESSION_COOKIE
from tests.system.journey import Records, Traveller, record_journey
from tests.system.running_system import EVERYTHING, RunningSystem
from tests.system.test_routes import system_routes

NO_CODES = ("no-such-code", "x_y", "0", "", "\x00", "\ufffd", "ប៉ោយប៉ែត", "x" * 3_000)
FORGED = (
    "x",
    "",
    "\x00",
    "💥",
    "A" * 501,
    base64.urlsafe_b64encode(b'["SOK DARA"]').decode(),
    base64.urlsafe_b64encode(json.dumps([str(uuid4())] * 4).encode()).decode().rstrip("="),
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA",
)


CHOSEN = {"/registry/pages/abroad": {"country": "THA"}}
"""What must be chosen first so that a page shows its list."""
READERS = {"/border/pages/referrals": "referrals"}
"""The person who reads a list, where the caller with all permissions is of no office that may read it."""


@pytest.fixture(scope="module")
def records(system: RunningSystem) -> Records:
    """Records that addresses can name."""
    return record_journey(system, Traveller("KEO SOPHAT", "កែវ សុផាត"))


def gets(system: RunningSystem) -> Iterator[tuple[str, Any]]:
    """Yield the routes of the services that are read by GET, with their paths."""
    for path, route in system_routes(system):
        of_service = path.split("/")[1] in system.services
        if of_service and hasattr(route, "dependant") and "GET" in getattr(route, "methods", ()):
            yield path, route


def parameters(route: Any) -> dict[str, dict[str, Any]]:
    """Return the query parameters of a route, each with the JSON Schema of its values."""
    found: dict[str, dict[str, Any]] = {}
    pending = [route.dependant]
    while pending:
        dependant = pending.pop()
        for each in dependant.query_params:
            schema = each._type_adapter.json_schema()
            found[each.alias] = next(
                (one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema
            ) | {"$defs": schema.get("$defs", {})}
        pending += dependant.dependencies
    return found


def is_coded(schema: dict[str, Any]) -> bool:
    """Return whether a parameter takes codes: an enumeration, a list of codes, or true and false."""
    if "$ref" in schema:
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return "enum" in schema or "pattern" in schema or schema.get("type") == "boolean"


def is_page(path: str) -> bool:
    """Return whether a route is a page, which a session opens."""
    return "/pages/" in f"{path}/"


def address(path: str, records: Records) -> str:
    """Return the address of a route, with ids of records in it."""
    known = records.by_service.get(path.split("/")[1], {})
    return "/".join(
        known.get(part.strip("{}"), str(uuid4())) if part.startswith("{") else part
        for part in path.split("/")
    )


def asked(system: RunningSystem, requests: Iterable[tuple[str, dict[str, str]]]) -> list[httpx2.Response]:
    """Return the answers to GET requests, by path and query."""

    def headers(path: str) -> dict[str, str]:
        token = system.token(READERS.get(path, EVERYTHING))
        if is_page(path):
            return {"Cookie": f"{SESSION_COOKIE}={token}", "Accept": "text/html"}
        return {"Authorization": f"Bearer {token}"}

    return system.at_once(
        ("GET", path, {"params": query, "headers": headers(path)}) for path, query in requests
    )


def test_a_code_that_does_not_exist_is_refused_by_every_list(system: RunningSystem, records: Records) -> None:
    sent = [
        (path, name, value)
        for path, route in gets(system)
        for name, schema in parameters(route).items()
        for value in NO_CODES
        if is_coded(schema)
        and name not in ("attache", "officer", "revoked")  # the name of a user or a device, which may be new
        and not (value == "0" and name == "open")  # false
        and not (value == "" and is_page(path))  # a field of a form that was left empty
    ]
    tried, wrong = {(path, name) for path, name, _ in sent}, []
    answers = asked(system, ((address(path, records), {name: value}) for path, name, value in sent))
    for (path, name, value), answer in zip(sent, answers, strict=True):
        named = is_page(path) or [
            bool(error.get("remedy")) for error in answer.json().get("errors", ()) if error["field"] == name
        ] == [True]
        if answer.status_code != 422 or not named:
            wrong.append((path, name, value[:20], answer.status_code, answer.text[:200]))
    assert wrong == []
    assert tried >= {
        ("/border/crossings", "checkpoint"),
        ("/consular/cases", "mission"),
        ("/consular/cases", "whose"),
        ("/consular/permits", "mission"),
        ("/recruitment/employment-contracts", "destination"),
        ("/recruitment/employment-contracts", "status"),
        ("/registry/flags", "name"),
        ("/registry/flags", "addressee"),
        ("/registry/flags", "severity"),
        ("/reintegration/cases", "province"),
        ("/reintegration/cases", "queue"),
        ("/reintegration/vacancies", "province"),
        ("/reintegration/vacancies", "open"),
        ("/skills/applications", "status"),
        ("/consular/pages/cases", "whose"),
        ("/reintegration/pages/cases", "queue"),
    }
    assert system.failures() == []


@pytest.mark.parametrize(
    ("path", "name", "value", "meant"),
    [
        ("/border/crossings", "checkpoint", "kh-poi", "KH-POI"),
        ("/border/crossings", "checkpoint", "Poipet", "KH-POI"),
        ("/consular/cases", "mission", "bkk", "BKK"),
        ("/recruitment/employment-contracts", "destination", "tha", "THA"),
        ("/reintegration/cases", "province", "2", "02"),
        ("/reintegration/vacancies", "province", "Battambang", "02"),
    ],
)
def test_the_refusal_of_a_code_names_the_one_that_was_perhaps_meant(
    path: str, name: str, value: str, meant: str, system: RunningSystem
) -> None:
    (error,) = system.get(path, **{name: value}).json()["errors"]
    assert error["reason"] == "is not on the list"
    assert error["remedy"].startswith(f"did you mean {meant}? Give ")


def test_no_parameter_of_an_address_fails_on_what_is_sent(system: RunningSystem, records: Records) -> None:
    sent = [
        (path, name, value, is_coded(schema) or "format" in schema or schema.get("type") == "integer")
        for path, route in gets(system)
        for name, schema in parameters(route).items()
        for value in (*NO_CODES, "2557-06-12", "infinity", "9" * 40, "-1")
    ]
    answers = asked(system, ((address(path, records), {name: value}) for path, name, value, _ in sent))
    wrong = [
        (path, name, value[:20], answer.status_code, answer.text[:200])
        for (path, name, value, typed), answer in zip(sent, answers, strict=True)
        if answer.status_code >= 500 or (typed and value in NO_CODES[4:] and answer.status_code != 422)
    ]
    assert wrong == []
    assert system.failures() == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/border/crossings", "day"),
        ("/border/crossings/totals", "day"),
        ("/border/checks/unfollowed", "day"),
        ("/registry/workers/{number}", "as_of"),
        ("/registry/workers/{number}/timeline", "as_of"),
    ],
)
def test_a_day_of_the_buddhist_era_in_an_address_is_refused(
    path: str, name: str, system: RunningSystem, records: Records
) -> None:
    value = "2557-06-12" if name == "day" else "2557-06-12T09:00:00+07:00"
    answer = system.get(address(path, records), **{name: value})
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == name and "did you mean 2014?" in error["remedy"]


def test_a_parameter_that_is_given_twice_is_refused(system: RunningSystem) -> None:
    headers = {"Authorization": f"Bearer {system.token()}"}
    answer = system.http.get("/border/crossings?checkpoint=KH-POI&checkpoint=KH-BVT", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("query-parameter-twice")
    assert [error["field"] for error in answer.json()["errors"]] == ["checkpoint"]


def test_every_list_refuses_a_forged_cursor(system: RunningSystem, records: Records) -> None:
    tried = [path for path, route in gets(system) if "cursor" in parameters(route)]
    sent = [(path, forged) for path in tried for forged in FORGED]
    answers = asked(
        system, ((address(path, records), CHOSEN.get(path, {}) | {"cursor": forged}) for path, forged in sent)
    )
    wrong = [
        (path, forged[:30], answer.status_code, answer.text[:200])
        for (path, forged), answer in zip(sent, answers, strict=True)
        if answer.status_code != 422
    ]
    assert wrong == []
    assert len(tried) > 12 and "/registry/flags" in tried
    assert system.failures() == []


def test_a_cursor_tells_nothing_that_its_page_does_not_show(system: RunningSystem, records: Records) -> None:
    record_journey(system, Traveller("KEO SOPHAN", "កែវ សុផាន"))  # so that lists have a second row
    read, wrong = set(), []
    for path, route in gets(system):
        if "cursor" not in parameters(route) or "/pages/" in path:
            continue
        query = {"limit": "1"} | ({"day": "2013-04-02"} if path == "/border/crossings" else {})
        answer = system.get(address(path, records), **query)
        if answer.status_code != 200 or (cursor := answer.json().get("next")) is None:
            continue
        read.add(path)
        rows = json.dumps(answer.json(), ensure_ascii=False)
        wrong += [
            (path, part) for part in readable_parts(cursor) if not (is_no_name(part) or str(part) in rows)
        ]
    assert wrong == []
    assert read >= {"/border/crossings", "/consular/cases", "/reintegration/cases", "/skills/applications"}


def readable_parts(cursor: str) -> list[Any]:
    """Return the decoded content of a cursor; nothing if it is encrypted."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        assert cursor.count(".") == 4, f"neither readable nor encrypted: {cursor}"
        return []
    return found if isinstance(found, list) else [found]


def is_no_name(part: Any) -> bool:
    """Return whether a part of a cursor is a number, a time or an id, which name nobody."""
    if not isinstance(part, str):
        return True
    for kind in (UUID, datetime.fromisoformat):
        try:
            kind(part)
        except ValueError:
            continue
        return True
    return False
