"""Each service behaves as its OpenAPI document says, for generated valid and invalid calls."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from requests import Session
from requests.adapters import HTTPAdapter
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from urllib3.util import Retry

from chassis.uploads.lines import XLSX
from domnaer.all_services import find_services
from tests.system.journey import Records, Traveller, record_journey
from tests.system.running_system import RunningSystem

NAMES = [service.name for service in find_services()]
SIGNED_BY_A_DEVICE = "/offline/records"
"""Its caller is a device without a session; tests/border/test_offline_upload.py has what it refuses."""
EXAMPLES, OF_BULK = 8, 3
"""Calls per operation and kind; the uploads and their refusals are the same code for every command."""
CONFORMS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)

load_all_checks()
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:Do not use the `random` module"
    ),  # schemathesis does, and a seed is set
    pytest.mark.timeout(400),
]


def _id(number: int) -> str:
    """A UUIDv7, as clients make them."""
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | (7 << 76) | (2 << 62)))


# So that some of the right calls are right in fact: ids sort by time, and nothing is recorded before it occurs.
schemathesis.openapi.format("uuid", st.one_of(st.integers(0, (1 << 128) - 1).map(_id), st.uuids().map(str)))
schemathesis.openapi.format(
    "date-time",
    st.one_of(
        st.datetimes(datetime(2005, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
        st.datetimes(timezones=st.just(UTC)),
    ).map(lambda at: at.isoformat()),
)


@pytest.fixture(scope="module")
def records(system: RunningSystem) -> Records:
    """Records that requests can name."""
    return record_journey(system, Traveller("NHEM SOVANNARA", "ញ៉ែម សុវណ្ណារ៉ា"))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session that sends a request again when the server is busy, as the answer 503 asks for."""
    again = Retry(10, status_forcelist=(503,), allowed_methods=None, raise_on_status=False)
    with Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=again))
        yield session


def operations(system: RunningSystem, service: str) -> list[Any]:
    """Return the operations of a service, except for its probes."""
    config = SchemathesisConfig()
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_url(f"{system.url}/{service}/openapi.json", config=config)
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        found.append(result.ok())
    return [operation for operation in found if not operation.path.startswith("/health/")]


def told(failure: Failure) -> str:
    """A failure of a check in a few lines."""
    return f"{failure.title}: {failure.message}"[:1000]


def tried(
    operation: Any, mode: GenerationMode, system: RunningSystem, session: Session, known: dict[str, str]
) -> Counter[int]:
    """Call an operation some times and hold each answer against the document. Raises FailureGroup."""
    negative = mode is GenerationMode.NEGATIVE
    checks = CHECKS.get_by_names([*CONFORMS, *(["negative_data_rejection"] if negative else [])])
    headers = {"Authorization": f"Bearer {system.token()}"}
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=OF_BULK if "/bulk" in operation.path else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
    def call(case: Any, exists: bool) -> None:
        if not negative and exists:
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        answer = case.call(session=session, headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=checks, headers=headers)

    try:
        call()
    except Unsatisfiable:
        assert negative and not takes_anything(operation), f"{operation.label} was never called"
    return statuses


def takes_anything(operation: Any) -> bool:
    """Return whether a call can be wrong."""
    return any(
        (operation.body, operation.path_parameters, operation.query, operation.headers, operation.cookies)
    )


@pytest.mark.parametrize("service", NAMES)
def test_a_service_does_what_its_document_says(
    service: str, system: RunningSystem, records: Records, session: Session
) -> None:
    known = records.by_service.get(service, {})  # a service without routes that read a record needs none
    wrong: dict[str, str] = {}
    answered: dict[str, Counter[int]] = {}
    for operation in operations(system, service):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            label = f"{operation.label} ({mode.value})"
            try:
                answered[label] = tried(operation, mode, system, session, known)
            except FailureGroup as group:
                wrong[label] = "\n".join(told(failure) for failure in group.exceptions)
    assert wrong == {}, "\n".join(system.failures())
    closed = [label for label, of in answered.items() if "(positive)" in label and not served(label, of)]
    assert closed == [], "no right call was served: the document promises what the service refuses"


def served(label: str, statuses: Counter[int]) -> bool:
    """Return whether some call was served, where a call made by chance can be: a whole row of an upload or a step cannot."""
    return "GET" not in label or "/bulk/" in label or any(status < 300 for status in statuses)


@pytest.mark.parametrize("service", NAMES)
def test_every_example_in_a_document_is_understood(service: str, system: RunningSystem) -> None:
    """An example is recorded or refused by a rule, but never refused for its form."""
    document = system.http.get(f"/{service}/openapi.json").json()
    wrong = {}
    for path, kind, example in _examples(document):
        content = example.encode() if isinstance(example, str) else json.dumps(example).encode()
        headers = system.headers(**{"Content-Type": kind})
        answer = system.http.post(f"/{service}{_filled(path)}", content=content, headers=headers)
        assert answer.status_code < 500
        problem = answer.json()
        if answer.status_code in (400, 415) or problem.get("type", "").endswith(
            ("/unreadable", "/header-unreadable")
        ):
            wrong[f"{path} {kind}"] = problem["errors"] or problem["detail"]
        if unread := [each for each in problem.get("refusals", ()) if _UNREAD.search(each["reason"])]:
            wrong[f"{path} {kind}"] = unread
    assert wrong == {}


_UNREAD = re.compile(r"should|required|not permitted|valid|is not on the list")


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The bodies shown in a document, each command's and each upload's."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                if "x-permission" in operation and kind != XLSX:  # a workbook is no text
                    yield path, kind, media["example"]


def _filled(path: str) -> str:
    return "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("service", NAMES)
def test_nothing_is_answered_without_a_token(service: str, system: RunningSystem) -> None:
    document = system.http.get(f"/{service}/openapi.json").json()
    asked = 0
    for path, operations in document["paths"].items():
        if path.startswith("/health/"):
            continue
        if path == SIGNED_BY_A_DEVICE:
            continue
        for method, operation in operations.items():
            assert operation["security"] == [{"bearer": []}], f"{method} {path} says nothing of its token"
            answer = system.http.request(method, f"/{service}{_filled(path)}")
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
            assert answer.json()["type"].endswith("/sign-in-needed")
            assert answer.headers["www-authenticate"] == 'Bearer realm="domnaer"'
            asked += 1
    assert asked


@pytest.mark.parametrize("service", NAMES)
def test_an_undocumented_method_is_refused(service: str, system: RunningSystem) -> None:
    document = system.http.get(f"/{service}/openapi.json").json()
    for path, operations in document["paths"].items():
        method = "DELETE" if "delete" not in operations else "PUT"
        answer = system.http.request(method, f"/{service}{_filled(path)}", headers=system.headers())
        assert answer.status_code == 405, f"{method} {path}"
        assert answer.json()["type"].endswith("/method-not-allowed")
        assert {each.strip().lower() for each in answer.headers["allow"].split(",")} <= {*operations, "head"}


def test_an_idle_connection_stays_open(system: RunningSystem) -> None:
    """Clients and gateways keep connections for five seconds or more; the server must not close them first."""
    host = system.url.removeprefix("http://")
    with contextlib.closing(HTTPConnection(host)) as connection:
        for rest in (6, 0):
            connection.request("GET", "/border/health/live")
            answer = connection.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)
            time.sleep(rest)
