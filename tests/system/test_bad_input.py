"""Invalid input from people and programs: the answer names the field, the mistake and a remedy, and nothing is stored."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from domnaer.local.issuer import LocalIssuer
from tests.system.journey import Traveller, case, contract, crossing, step, vacancy
from tests.system.running_system import EVERYTHING, RunningSystem, everything

CROSSINGS, BULK = "/border/crossings", "/border/crossings/bulk"
PROBLEMS = "https://domnaer.gov.kh/problems/"
DARA = Traveller("SOK DARA", "សុខ ដារ៉ា")
DAY, TIME = (
    "send a date as YYYY-MM-DD, e.g. 2017-01-12",
    "send an ISO 8601 time with offset, e.g. 2017-01-12T08:30:00+07:00",
)


def departure(**other: Any) -> dict[str, Any]:
    """A departure of Dara."""
    return crossing("departure", DARA.given()) | other


def refused(
    system: RunningSystem, answer: httpx2.Response, before: dict[str, int], status: int, kind: str
) -> dict[str, Any]:
    """The problem that an answer is, with nothing stored since."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), (
        answer.text
    )
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == PROBLEMS + kind
    assert problem["status"] == status and problem["title"] and problem["correlation_id"]
    assert system.stored() == before
    assert system.failures() == []
    return problem


FIELDS: list[tuple[str, dict[str, Any], str, Any, str, str]] = [
    (
        "an impossible date",
        departure(person=DARA.given(birth={"on": "2014-02-30"})),
        "person.birth.on",
        "2014-02-30",
        "day value is outside expected range",
        DAY,
    ),
    (
        "an impossible time",
        departure(occurred_at="2014-06-31T09:00:00+07:00"),
        "occurred_at",
        "2014-06-31T09:00:00+07:00",
        "day value is outside expected range",
        TIME,
    ),
    (
        "a time without offset",
        departure(occurred_at="2014-06-12T09:00:00"),
        "occurred_at",
        "2014-06-12T09:00:00",
        "should have timezone info",
        TIME,
    ),
    (
        "an unknown country code",
        departure(destination="XKX"),
        "destination",
        "XKX",
        "is not on the list",
        "give an ISO 3166-1 alpha-3 code such as THA",
    ),
    (
        "a passport number in the name field",
        departure(person=DARA.given(name={"latin": "N0123456"})),
        "person.name.latin",
        "N0123456",
        "a name has no digits",
        "put a document number into the documents",
    ),
    (
        "a departure before birth",
        departure(person=DARA.given(birth={"on": "2014-07-01"})),
        "person",
        None,
        "the date of birth (2014-07-01) is after the date of the event (2014-06-12)",
        "correct the date that is wrong",
    ),
    (
        "a NUL in a name",
        departure(person=DARA.given(name={"latin": "SOK\x00DARA"})),
        "person.name.latin",
        "SOK\\u0000DARA",
        "holds the control character U+0000",
        "leave it out",
    ),
    (
        "a NUL in a document",
        departure(person=DARA.given(documents=[{"kind": "passport", "number": "N\x001"}])),
        "person.documents[0].number",
        "N\\u00001",
        "holds the control character U+0000",
        "leave it out",
    ),
    (
        "a NUL in a remark",
        departure(words={"remark": "a\x00b"}),
        "words.remark",
        "a\\u0000b",
        "holds the control character U+0000",
        "leave it out",
    ),
    (
        "a NUL in the name of a remark",
        departure(words={"rem\x00ark": "ab"}),
        "words.rem\\u0000ark",
        "rem\\u0000ark",
        "is not a field name",
        "use Latin letters, digits, dots, hyphens and _, at most 64",
    ),
    (
        "an unknown field",
        departure(destinaton="THA"),
        "destinaton",
        "THA",
        "Extra inputs are not permitted",
        "leave it out, or correct its spelling",
    ),
    (
        "an unknown field deep inside",
        departure(person=DARA.given(name={"latin": "SOK DARA", "kmher": "សុខ"})),
        "person.name.kmher",
        "សុខ",
        "Extra inputs are not permitted",
        "leave it out, or correct its spelling",
    ),
    (
        "a number where a date belongs",
        departure(person=DARA.given(birth={"on": 19900403})),
        "person.birth.on",
        19900403,
        "valid date",
        DAY,
    ),
    (
        "a number where a time belongs",
        departure(occurred_at=1402538400),
        "occurred_at",
        1402538400,
        "valid datetime",
        TIME,
    ),
    (
        "a date of digits alone, which is no number of seconds",
        departure(occurred_at="20140612"),
        "occurred_at",
        "20140612",
        "valid datetime",
        TIME,
    ),
    (
        "a day of digits alone",
        departure(person=DARA.given(birth={"on": "0"})),
        "person.birth.on",
        "0",
        "valid date",
        DAY,
    ),
    (
        "a huge integer",
        departure(person=DARA.given(sex=10**40)),
        "person.sex",
        None,
        "exceeded maximum size",
        "send a smaller number",
    ),
    (
        "a kind of crossing that there is not",
        departure(kind="depart"),
        "kind",
        "depart",
        "does not match any of the expected tags",
        "give one of 'departure', 'return', 'deported_return', 'other'",
    ),
    (
        "an id that is no UUIDv7",
        departure(id="6f6d2f0e-7b1c-4c5e-9d8e-2a4b7a3f1d10"),
        "id",
        "6f6d2f0e-7b1c-4c5e-9d8e-2a4b7a3f1d10",
        "is not a UUIDv7",
        "send a UUIDv7, or leave it out",
    ),
]


@pytest.mark.parametrize(
    ("body", "field", "value", "reason", "remedy"), [f[1:] for f in FIELDS], ids=[f[0] for f in FIELDS]
)
def test_a_field_that_is_wrong_is_named_with_its_value_and_a_remedy(
    body: dict[str, Any], field: str, value: Any, reason: str, remedy: str, system: RunningSystem
) -> None:
    before = system.stored()
    problem = refused(system, system.post(CROSSINGS, body), before, 422, "unreadable")
    (error,) = problem["errors"]
    assert error["field"] == field
    assert error.get("value") == value
    assert reason in error["reason"]
    assert error["remedy"] == remedy


@pytest.mark.parametrize(
    ("content", "status", "kind", "remedy"),
    [
        pytest.param(b"", 422, "unreadable", "send a JSON object", id="no body"),
        pytest.param(b"null", 422, "unreadable", "send a JSON object", id="null"),
        pytest.param(b"[]", 422, "unreadable", "send a JSON object", id="a list"),
        pytest.param(b'{"kind": "departure", ', 400, "not-json", "send JSON in UTF-8", id="half a body"),
        pytest.param(
            b'{"kind": "departure", "x": "\\ud800"}',
            400,
            "not-json",
            "send JSON in UTF-8",
            id="a lone surrogate",
        ),
        pytest.param(
            b'{"x": "\xed\xa0\x80"}', 400, "not-json", "send JSON in UTF-8", id="a surrogate's bytes"
        ),
        pytest.param(b'{"x": "\xff"}', 400, "not-json", "send JSON in UTF-8", id="not UTF-8"),
        pytest.param(b"\x00" * 20, 400, "not-json", "send JSON in UTF-8", id="NUL bytes"),
        pytest.param(
            b'{"x": ' + b"9" * 5_000 + b"}", 400, "not-json", "send JSON in UTF-8", id="5,000 digits"
        ),
        pytest.param(b'{"a":' * 100_000, 400, "not-json", "send JSON in UTF-8", id="objects 100,000 deep"),
        pytest.param(b"[" * 100_000, 400, "not-json", "send JSON in UTF-8", id="lists 100,000 deep"),
        pytest.param('{"x": 1}'.encode("utf-16"), 400, "not-json", "send JSON in UTF-8", id="UTF-16"),
    ],
)
def test_a_body_that_is_no_command_is_refused_with_a_remedy(
    content: bytes, status: int, kind: str, remedy: str, system: RunningSystem
) -> None:
    before = system.stored()
    headers = system.headers(**{"Content-Type": "application/json"})
    problem = refused(
        system, system.http.post(CROSSINGS, content=content, headers=headers), before, status, kind
    )
    assert {error.get("remedy") for error in problem["errors"]} == {remedy}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "text/csv"]
)
def test_a_command_in_another_format_is_refused(kind: str, system: RunningSystem) -> None:
    before = system.stored()
    content = json.dumps(departure()).encode()
    answer = system.http.post(CROSSINGS, content=content, headers=system.headers(**{"Content-Type": kind}))
    problem = refused(system, answer, before, 415, "not-sent-as-json")
    assert problem["errors"][0]["field"] == "Content-Type"
    assert problem["remedy"] == "send Content-Type: application/json, in UTF-8"


def test_an_upload_in_another_format_is_refused(system: RunningSystem) -> None:
    before = system.stored()
    answer = system.post(BULK, departure())
    problem = refused(system, answer, before, 415, "unknown-format")
    assert problem["errors"][0]["field"] == "Content-Type"
    assert "application/x-ndjson" in problem["remedy"] and "text/csv" in problem["remedy"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/border/crossings", departure()),
        ("/recruitment/employment-contracts", contract(DARA.given())),
        ("/consular/cases", case(DARA.given())),
        ("/reintegration/vacancies", vacancy()),
        ("/skills/applications", step(occupation="7112", person=DARA.given())),
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_refused_by_every_service(
    path: str, body: dict[str, Any], system: RunningSystem
) -> None:
    before = system.stored()
    answer = system.post(path, {**body, "occurred_at": "9999-12-31T23:59:59-12:00"})
    problem = refused(system, answer, before, 422, "beyond-the-calendar")
    assert problem["errors"][0]["field"] == "occurred_at"
    assert problem["remedy"] == "correct the year"


def test_the_same_id_with_other_content_is_refused_and_the_first_stands(system: RunningSystem) -> None:
    body = departure(id=str(uuid7()))
    first = system.recorded(CROSSINGS, body)
    before = system.stored()
    answer = system.post(CROSSINGS, {**body, "destination": "MYS"})
    problem = refused(system, answer, before, 409, "other-content-under-this-id")
    assert problem["errors"][0]["field"] == "id"
    assert system.recorded(CROSSINGS, body)["events"] == first["events"]


def test_the_same_key_with_other_content_is_refused(system: RunningSystem) -> None:
    key = str(uuid4())
    assert system.post(CROSSINGS, departure(), key=key).status_code == 201
    before = system.stored()
    problem = refused(
        system,
        system.post(CROSSINGS, departure(destination="MYS"), key=key),
        before,
        422,
        "idempotency-key-reused",
    )
    assert problem["remedy"] == "make a new key for a new command"


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "two words"}, {"Idempotency-Key": "k" * 121}])
def test_a_command_without_a_key_or_with_a_wrong_one_is_refused(
    system: RunningSystem, key: dict[str, str]
) -> None:
    before = system.stored()
    answer = system.http.post(
        CROSSINGS, json=departure(), headers={"Authorization": f"Bearer {system.token()}", **key}
    )
    problem = refused(system, answer, before, 400, "idempotency-key-missing")
    assert problem["errors"][0]["field"] == "Idempotency-Key"


def test_a_token_of_another_audience_is_refused(system: RunningSystem) -> None:
    assert system.settings.jwks is not None
    other = system.settings.model_copy(update={"audience": "customs"})
    token = LocalIssuer(system.settings.jwks.parent, (everything(),), other).token(EVERYTHING)
    before = system.stored()
    answer = system.http.post(
        CROSSINGS, json=departure(), headers={**system.headers(), "Authorization": f"Bearer {token}"}
    )
    refused(system, answer, before, 401, "token-of-another-audience")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_an_expired_token_is_refused(system: RunningSystem) -> None:
    token = system.people.token(EVERYTHING, timedelta(minutes=-5))
    before = system.stored()
    answer = system.http.post(
        CROSSINGS, json=departure(), headers={**system.headers(), "Authorization": f"Bearer {token}"}
    )
    problem = refused(system, answer, before, 401, "token-expired")
    assert problem["remedy"]


def test_a_token_changed_after_signing_is_refused(system: RunningSystem) -> None:
    head, _, signature = system.token("reviewer").split(".")
    claims = system.token(EVERYTHING).split(".")[1]
    before = system.stored()
    headers = {**system.headers(), "Authorization": f"Bearer {head}.{claims}.{signature}"}
    refused(
        system, system.http.post(CROSSINGS, json=departure(), headers=headers), before, 401, "token-forged"
    )


# --- corrections


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"destination": "XKX"}, "facts.destination", "is not on the list"),
        ({"destinaton": "MYS"}, "facts.destinaton", "Extra inputs are not permitted"),
        ({"destination": 10**300}, "facts.destination", "valid string"),
        ({"checkpoint": None}, "facts.checkpoint", "valid string"),
    ],
)
def test_a_correction_that_cannot_be_names_the_field_as_it_was_sent(
    facts: dict[str, Any], field: str, reason: str, system: RunningSystem
) -> None:
    (event,) = system.recorded(CROSSINGS, departure())["events"]
    right = {"checkpoint": "KH-POI", "destination": "THA", "sex": 2, "age_band": "25-29"}
    before = system.stored()
    answer = system.post(f"/border/events/{event}/correction", {"reason": "mistyped", "facts": right | facts})
    problem = refused(system, answer, before, 422, "unreadable")
    assert [(error["field"], reason in error["reason"]) for error in problem["errors"]] == [(field, True)]


# --- uploads


def line(**other: Any) -> bytes:
    """Return a line of an upload about a new person."""
    traveller = replace(DARA, passport=f"N{uuid4().int % 10**9:09}")
    return json.dumps(crossing("departure", traveller.given(), **other), ensure_ascii=False).encode() + b"\n"


def uploaded(system: RunningSystem, content: Any, **more: str) -> httpx2.Response:
    return system.http.post(
        BULK, content=content, headers=system.headers(**{"Content-Type": "application/x-ndjson", **more})
    )


def test_a_truncated_line_is_refused_and_the_rows_before_it_stand(system: RunningSystem) -> None:
    before = system.events_of("border")
    answer = uploaded(system, line() + line()[:-40])
    outcome = answer.json()
    assert (answer.status_code, outcome["rows"], outcome["taken"], outcome["refused"]) == (200, 2, 1, 1)
    (refusal,) = outcome["refusals"]
    assert (refusal["row"], refusal["field"]) == (2, "")
    assert "Invalid JSON" in refusal["reason"] and "send JSON in UTF-8" in refusal["reason"]
    assert system.events_of("border") == before + 1
    assert system.get(outcome["refusals_url"]).json()["items"] == outcome["refusals"]


def resident() -> int:
    """Return the bytes of memory of this process, which runs the system."""
    with open("/proc/self/statm") as file:  # noqa: PTH123  no path of ours
        return int(file.read().split()[1]) * 4096


def test_a_line_of_50_megabytes_is_refused_in_constant_memory(system: RunningSystem) -> None:
    def body() -> Iterator[bytes]:
        yield line()
        yield b'{"words": {"remark": "'
        for _ in range(800):
            yield b"x" * 65_536
        yield b'"}}\n'
        yield line()

    uploaded(system, line())
    before, held = system.events_of("border"), resident()
    answer = uploaded(system, body())
    outcome = answer.json()
    assert (answer.status_code, outcome["rows"], outcome["taken"], outcome["refused"]) == (200, 3, 2, 1)
    assert outcome["refusals"][0]["row"] == 2
    assert outcome["refusals"][0]["reason"].startswith("the line is longer than 64 KiB")
    assert system.events_of("border") == before + 2
    assert resident() - held < 40_000_000


@pytest.mark.parametrize(
    ("path", "kind"), [(BULK, "application/x-ndjson"), (BULK, "text/csv"), (CROSSINGS, "application/json")]
)
def test_an_upload_of_300_megabytes_is_refused_before_it_is_read(
    path: str, kind: str, system: RunningSystem
) -> None:
    """The declared length is enough: the client receives the refusal after it has sent one megabyte."""
    before, visit = system.stored(), str(uuid4())
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(16):
            sent += 65_536
            yield b"\n" * 65_536

    headers = system.headers(**{"Content-Type": kind, "Content-Length": str(300_000_000), "X-Visit": visit})
    answer = answered_early(system, path, headers, body())
    problem = refused(system, answer, before, 413, "upload-too-large" if path == BULK else "body-too-large")
    assert "256 MiB" in problem["detail"] or "1,000,000 bytes" in problem["detail"]
    assert problem["remedy"]
    assert sent <= 1_100_000
    assert system.requests_seen.read.get(visit, 0) <= sent


def answered_early(
    system: RunningSystem, path: str, headers: dict[str, str], body: Iterator[bytes]
) -> httpx2.Response:
    """The answer to a request of which only a part is sent."""
    host, _, port = system.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line_:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n" + "".join(
            f"{n}: {v}\r\n" for n, v in headers.items()
        )
        line_.sendall(head.encode() + b"\r\n")
        try:
            for piece in body:
                line_.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # who is told early may also be cut off early
        received = b""
        while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < _length(received):
            piece = line_.recv(65_536)
            assert piece, f"the line was cut after {received!r}"
            received += piece
    head_, _, content = received.partition(b"\r\n\r\n")
    status, *lines = head_.decode().split("\r\n")
    return httpx2.Response(
        int(status.split()[1]), headers=[tuple(each.split(": ", 1)) for each in lines], content=content
    )


def _length(received: bytes) -> int:
    head = received.partition(b"\r\n\r\n")[0].lower()
    return int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])


@pytest.mark.timeout(120)
def test_an_upload_without_a_declared_size_is_refused_at_the_limit(system: RunningSystem) -> None:
    """300 MB in chunks: reading ends a piece after the limit of 256 MiB."""
    before, visit = system.stored(), str(uuid4())

    def body() -> Iterator[bytes]:
        for _ in range(300):
            yield (b" " * 999 + b"\n") * 1_000

    answer = uploaded(system, body(), **{"X-Visit": visit})
    problem = refused(system, answer, before, 413, "upload-too-large")
    assert "256 MiB" in problem["detail"]
    assert 268_000_000 < system.requests_seen.read[visit] < 271_000_000


def test_a_row_with_the_id_of_another_kind_of_record_is_refused(system: RunningSystem) -> None:
    body = departure(id=str(uuid7()))
    system.recorded(CROSSINGS, body)
    before = system.events_of("border")
    other = {**body, "kind": "return", "returned_from": body["destination"]}
    del other["destination"]
    outcome = uploaded(system, json.dumps(other).encode()).json()
    assert (outcome["taken"], outcome["refused"], outcome["refusals"][0]["field"]) == (0, 1, "id")
    assert system.events_of("border") == before


# --- Khmer


def test_khmer_is_accepted_and_shown_as_typed_in_every_field(system: RunningSystem) -> None:
    khmer = {
        "name": {"khmer": "ស៊ុយ រ៉ាវី", "latin": "រ៉ាវី ស៊ុយ"},
        "documents": [{"kind": "border_pass", "number": "៧៧៣៣០១២៤", "place": "ប៉ោយប៉ែត"}],
        "phone": "០១២ ៣៤៥ ៦៧៨",
        "relatives": [
            {"relation": "mother", "name": {"khmer": "ឡុង ស្រីអូន", "latin": "ស្រីអូន"}, "phone": "០៩៧ ១២៣ ៤៥៦"}
        ],
    }
    words = {"call": "នាងនិយាយថា ម្ចាស់នាវាមិនបើកប្រាក់ខែ ៣ខែហើយ ។"}
    opened = system.recorded("/consular/cases", case(DARA.given(**khmer), words=words))
    shown = system.get(f"/consular/cases/{opened['id']}").json()
    person = shown["steps"][-1]["person"]
    assert person["name"] == khmer["name"]
    assert person["documents"][0]["number"] == "៧៧៣៣០១២៤" and person["documents"][0]["place"] == "01"
    assert person["relatives"][0]["name"]["khmer"] == "ឡុង ស្រីអូន"
    assert person["words"] == words
    worker = system.worker_of(name="ស៊ុយ រ៉ាវី")
    assert (worker["khmer"], worker["latin"]) == ("ស៊ុយ រ៉ាវី", "រ៉ាវី ស៊ុយ")


@pytest.mark.parametrize(
    "field", ["checkpoint", "destination", "kind", "vehicle", "how", "device", "occurred_at", "id"]
)
def test_khmer_where_a_code_belongs_is_refused_with_its_field(field: str, system: RunningSystem) -> None:
    before = system.stored()
    problem = refused(
        system, system.post(CROSSINGS, departure(**{field: "ប៉ោយប៉ែត"})), before, 422, "unreadable"
    )
    assert {(error["field"], error["value"]) for error in problem["errors"]} == {(field, "ប៉ោយប៉ែត")}
    assert all(error["remedy"] for error in problem["errors"])


# --- all commands


def test_every_command_refuses_unknown_fields_at_any_depth(system: RunningSystem) -> None:
    open_parts = {}
    for service in system.services:
        document = system.http.get(f"/{service}/openapi.json").json()
        for path, operations in document["paths"].items():
            for operation in operations.values():
                for media in operation.get("requestBody", {}).get("content", {}).values():
                    for name, part in _parts(document, media["schema"], set()):
                        if "properties" in part and part.get("additionalProperties") is not False:
                            open_parts[f"{service}{path} {name}"] = sorted(part["properties"])
    assert open_parts == {}


def _parts(
    document: Any, schema: Any, seen: set[str], name: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        for each in schema:
            yield from _parts(document, each, seen, name)
    elif isinstance(schema, dict):
        if (of := schema.get("$ref")) is not None and of not in seen:
            seen.add(of)
            name = of.rpartition("/")[2]
            yield from _parts(document, document["components"]["schemas"][name], seen, name)
        yield name, schema
        for key, each in schema.items():
            if key not in ("example", "examples", "enum", "const", "default"):
                yield from _parts(document, each, seen, name)
