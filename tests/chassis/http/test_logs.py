"""Logs: what joins a line to the rest is in it, and nothing of any person."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from structlog.contextvars import bound_contextvars

from chassis.base.failures import describe_exception
from chassis.base.logs import MASK, correlation, get_log
from contracts.person import ClearPerson, Name
from domnaer.local.issuer import DemoPerson
from tests.chassis.http.example import OFFICER, PLANTED, Logged, Traveller

pytestmark = pytest.mark.asyncio
Bearer = Callable[[DemoPerson], dict[str, str]]


def nothing_planted(text: str) -> bool:
    return not any(word in text for word in PLANTED)


async def test_nothing_planted_in_requests_is_found_in_anything_logged(
    app: FastAPI, http: httpx2.AsyncClient, bearer: Bearer, logged: Logged
) -> None:
    name, khmer, number, phone, born = PLANTED
    bodies = [
        {"name": name, "born": born, "age": number},
        {"name": khmer, khmer: phone},
        {"name": [name, number], "age": phone},
        {name: {number: phone}},
    ]
    for body in bodies:
        assert (await http.post("/crossings", json=body, headers=bearer(OFFICER))).status_code == 422
        await http.post(f"/crossings?name={name}", json=body)
    await http.post("/crossings", content=f'{{"name": "{name}'.encode(), headers=bearer(OFFICER))
    await http.get(f"/workers/{name}/{number}?phone={phone}")
    await http.get("/broken", headers={"x-correlation-id": name, "traceparent": number})
    await http.post("/sign-in", data={"username": name, "password": number})
    http.cookies.set("domnaer_session", name)
    await http.get("/totals", headers={"Accept": "text/html"})

    assert logged.lines
    assert nothing_planted(logged.text)


async def test_a_logged_failure_has_type_and_place_and_no_message(
    http: httpx2.AsyncClient, logged: Logged
) -> None:
    await http.get("/broken")

    line = next(line for line in logged.lines if line["event"] == "request_failed")
    assert line["exception"].startswith("LookupError\n")
    assert "example.py" in line["exception"]
    assert "in broken" in line["exception"]
    assert line["service"] == "border"
    assert nothing_planted(logged.text)


async def test_personal_data_under_any_name_it_usually_has_is_masked(logged: Logged) -> None:
    person = ClearPerson(evidence_id=uuid4(), name=Name(latin=PLANTED[0]))

    @dataclass
    class Row:
        name: str

    log = get_log(service="border")
    for key in (
        "person",
        "name",
        "documents",
        "phone",
        "body",
        "input",
        "words",
        "handles",
        "query",
        "Name",
        "born",
    ):
        log.info("seen", **{key: PLANTED[0]})
    log.info("seen", thing=person, other=Row(PLANTED[0]), list=[person], deep={"a": {"name": PLANTED[0]}})
    log.info(f"seen {PLANTED[1]}", note=f"of {PLANTED[1]}")
    log.info("counted", rows=5, documents=2, position=7, worker="4K7M2-9QFXT-08DH")

    assert nothing_planted(logged.text)
    assert logged.lines[0]["person"] == MASK
    assert logged.lines[11]["thing"] == "<ClearPerson>"
    assert (logged.lines[-1]["rows"], logged.lines[-1]["documents"], logged.lines[-1]["position"]) == (
        5,
        2,
        7,
    )
    assert logged.lines[-1]["worker"] == "4K7M2-9QFXT-08DH"


async def test_exceptions_of_pydantic_and_of_the_database_are_logged_without_values(logged: Logged) -> None:
    errors: list[BaseException] = []
    try:
        Traveller.model_validate({"name": "x" * 41 + PLANTED[0], "age": PLANTED[2], PLANTED[0]: 1})
    except Exception as error:
        errors.append(error)
    taken = asyncpg.UniqueViolationError('duplicate key value violates unique constraint "workers_number"')
    taken.detail = f"Key (number)=({PLANTED[2]}) already exists."
    taken.constraint_name = "workers_number"
    errors += [
        taken,
        asyncpg.exceptions.DataError(f"invalid input for query argument $3: '{PLANTED[0]}' (expected int)"),
    ]
    wrong = asyncpg.InvalidTextRepresentationError(f'invalid input syntax for type integer: "{PLANTED[0]}"')
    errors += [wrong, KeyError(PLANTED[0]), ValueError(f"bad name {PLANTED[0]}"), LookupError(PLANTED[2])]
    log = get_log()
    for cause in errors:
        try:
            raise RuntimeError("while projecting") from cause
        except RuntimeError as outer:
            log.error("it failed", exc_info=outer, cause=cause)
    try:
        raise ExceptionGroup(PLANTED[0], [ValueError(PLANTED[0]), KeyError(PLANTED[2])])
    except ExceptionGroup as group:
        log.error("they failed", exc_info=True, error=group)

    assert nothing_planted(logged.text)
    told_lines = [line["exception"] for line in logged.lines]
    assert "of Traveller: 1 extra_forbidden, 1 int_parsing, 1 string_too_long" in told_lines[0]
    assert "sqlstate 23505, constraint workers_number" in told_lines[1]
    assert "invalid input for query argument $3" in told_lines[2]
    assert all("RuntimeError: while projecting" in line for line in told_lines[:-1])


async def test_logs_of_libraries_have_no_personal_data_either(logged: Logged) -> None:
    loop = asyncio.get_running_loop()
    failed = RuntimeError("stand-in")
    failed.__cause__ = ValueError(PLANTED[0])
    loop.call_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": KeyError(PLANTED[0]),
            "future": PLANTED[2],
        }
    )
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "10.0.0.7:4711", "GET", f"/workers?name={PLANTED[0]}", "1.1", 200
    )
    logging.getLogger("some.library").warning(
        "cannot take %s after %s of %r", f"{PLANTED[0]} x", 7, {"a": PLANTED[2]}
    )
    logging.getLogger("some.library").error(f"cannot take '{PLANTED[0]}'", exc_info=failed)
    logging.getLogger("httpx").info("HTTP Request: GET http://x/?name=%s", PLANTED[0])
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd\n{PLANTED[0]}", stacklevel=1)

    assert nothing_planted(logged.text)
    events = {line["event"]: line for line in logged.lines}
    assert "Task exception was never retrieved" in events
    assert "10.0.0.7" not in logged.text and "request" not in events
    assert f"cannot take {MASK} after 7 of '{MASK}'" in events


async def test_a_request_is_logged_with_its_route_and_never_with_its_path(
    http: httpx2.AsyncClient, bearer: Bearer, logged: Logged
) -> None:
    name, _, number, phone, _ = PLANTED
    plain = name.replace(" ", "-")
    asked = {**bearer(OFFICER), "Idempotency-Key": plain, "x-note": number, "User-Agent": plain}
    for path in (f"/workers/{number}", f"/{plain}", f"/crossings/{plain}/{number}", f"/totals/{phone}"):
        answer = await http.get(f"{path}?name={plain}", headers=asked)
        assert not any(each in answer.text for each in (plain, number, phone)), answer.text
    await http.request(plain.upper(), "/crossings", headers=asked)
    await http.post("/crossings", json={"name": number}, headers=asked)
    await http.get("/totals", headers=asked)

    assert nothing_planted(logged.text) and plain not in logged.text and plain.upper() not in logged.text
    lines = [line for line in logged.lines if line["event"] == "request"]
    found = [(line["method"], line["route"], line["status"]) for line in lines]
    assert len(found) == 7
    assert found[1] == ("GET", "unmatched", 404)
    assert found[-3][0] == "other"
    assert found[-1] == ("GET", "/totals", 303)
    assert {line["service"] for line in lines} == {"border"}


async def test_a_log_line_cannot_be_forged(logged: Logged) -> None:
    get_log().info('seen\n{"event": "forged"}', device="booth\r\n4\x1b[31m\u2028")

    (line,) = logged.lines
    assert line["event"] == 'seen\\u000a{"event": "forged"}'
    assert line["device"] == "booth\\u000d\\u000a4\\u001b[31m\\u2028"


async def test_what_follows_from_a_request_or_an_event_carries_its_ids(logged: Logged) -> None:
    joined, cause = uuid4(), uuid4()
    with bound_contextvars(correlation_id=joined, causation_id=cause, service="registry"):
        get_log().info("folded")
        assert correlation() == joined
    get_log().info("later")

    assert logged.lines[0]["correlation_id"] == str(joined)
    assert logged.lines[0]["causation_id"] == str(cause)
    assert logged.lines[0]["service"] == "registry"
    assert "correlation_id" not in logged.lines[1]
    assert correlation().version == 7


async def test_an_exception_that_names_itself_as_its_cause_ends(logged: Logged) -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first

    assert describe_exception(first, places=False) == "ValueError\nafter\nValueError"


async def test_a_refusal_by_the_caller_of_the_log_breaks_nothing(logged: Logged) -> None:
    class Odd:
        def __str__(self) -> str:
            raise ValueError

    get_log().info("odd", thing=Odd(), ids={UUID(int=1)}, nothing=None, half="\ud800")
    assert logged.lines[0]["thing"] == "<Odd>"
    assert logged.lines[0]["half"] == "\\ud800"
