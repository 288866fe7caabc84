"""Problems: every error names the mistake, the field and a remedy; values are shown to the caller only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException

from chassis.access.refusals import PermissionMissing
from chassis.http.problems import BASE, title_of, validation_errors
from chassis.http.validation_errors import Unreadable, field_path, parse, printable
from contracts.person import Document
from contracts.refusal import Refusal
from domnaer.local.issuer import DemoPerson
from tests.chassis.http.example import OFFICER, OrientationCertificateMissing, Traveller

pytestmark = pytest.mark.asyncio
Bearer = Callable[[DemoPerson], dict[str, str]]


async def test_a_broken_rule_is_named_with_its_source_and_what_would_be_right(
    http: httpx2.AsyncClient, bearer: Bearer
) -> None:
    answer = await http.post("/departures?phone=012345678", headers=bearer(OFFICER))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    UUID(problem.pop("correlation_id"))
    assert problem == {
        "type": BASE + "orientation-certificate-missing",
        "title": "No departure without the orientation certificate",
        "status": 409,
        "detail": "the certificate is missing",
        "instance": "/departures",
        "remedy": "attend the course",
        "source": "Prakas 46",
        "errors": [
            {"field": "course", "reason": "the certificate is missing", "remedy": "attend the course"}
        ],
    }


async def test_all_wrong_fields_of_a_body_are_named(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    sent = {"age": 130, "nmae": "Sok"}
    answer = await http.post("/crossings", json=sent, headers=bearer(OFFICER))

    assert answer.status_code == 422
    told = {error["field"]: error for error in answer.json()["errors"]}
    assert told["age"]["value"] == 130
    assert told["age"]["remedy"] == "give 120 or less"
    assert told["name"] == {"field": "name", "reason": "Field required", "remedy": "give this field"}
    assert told["nmae"]["remedy"] == "leave it out, or correct its spelling"


async def test_a_wrong_query_parameter_is_named(
    http: httpx2.AsyncClient, bearer: Bearer, issuer: Any
) -> None:
    headers = {"Authorization": "Bearer " + issuer.token("attache-keo")}
    answer = await http.get("/crossings?limit=all", headers=headers)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"
    assert answer.json()["errors"][0]["value"] == "all"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"name": "\\ud800"}', b"nul", b"[1, 2"])
async def test_a_body_that_is_no_json_is_refused_as_such(
    http: httpx2.AsyncClient, bearer: Bearer, body: bytes
) -> None:
    answer = await http.post("/crossings", content=body, headers=bearer(OFFICER))

    assert answer.status_code in (400, 422)
    assert answer.json()["errors"][0]["field"] == ""
    assert "value" not in answer.json()["errors"][0]


async def test_control_characters_are_escaped_in_the_answer(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    body = b'{"name": "Sok", "age": "a\\u0000b\\u0007\\u2028", "\\u0000odd": 1}'
    answer = await http.post("/crossings", content=body, headers=bearer(OFFICER))

    told = {error["field"]: error.get("value") for error in answer.json()["errors"]}
    assert told["age"] == "a\\u0000b\\u0007\\u2028"
    assert told["\\u0000odd"] == 1
    assert printable("half \ud83d") == "half \\ud83d"


async def test_a_long_value_and_a_whole_object_are_not_echoed(
    http: httpx2.AsyncClient, bearer: Bearer
) -> None:
    for name in ("x" * 81, {"first": "Sok"}, ["Sok"], 10**400):
        answer = await http.post("/crossings", content=json.dumps({"name": name}), headers=bearer(OFFICER))

        assert answer.status_code == 422
        assert "value" not in answer.json()["errors"][0]


async def test_an_unknown_path_and_a_method_not_allowed_are_answered_with_problems(
    http: httpx2.AsyncClient, bearer: Bearer
) -> None:
    nowhere = await http.get("/nowhere?name=Sok")
    assert (nowhere.status_code, nowhere.json().get("instance")) == (404, None)
    assert nowhere.json()["type"] == BASE + "not-found"

    deleted = await http.delete("/departures")
    assert deleted.status_code == 405
    assert deleted.headers["allow"] == "POST"
    assert deleted.headers["content-type"] == "application/problem+json"


async def test_an_unexpected_error_is_answered_with_an_id_only(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/broken")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]
    assert "Chanthy" not in answer.text
    assert "LookupError" not in answer.text
    assert "no such worker" not in answer.text


async def test_a_refusal_may_answer_with_any_status_that_http_knows(
    app: FastAPI, http: httpx2.AsyncClient
) -> None:
    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(415, "send text/csv", {"Accept": "text/csv"})

    answer = await http.get("/teapot")
    assert (answer.status_code, answer.headers["accept"]) == (415, "text/csv")
    assert answer.json()["detail"] == "send text/csv"


async def test_an_unreadable_stored_record_is_an_error_of_the_server(
    app: FastAPI, http: httpx2.AsyncClient
) -> None:
    from chassis.store.persons import PersonCodec

    @app.get("/stored")
    async def stored() -> None:
        PersonCodec().load('{"form": "clear", "name": {"latin": 7}}')

    answer = await http.get("/stored")
    assert answer.status_code == 500
    assert "latin" not in answer.text


async def test_a_validation_error_raised_elsewhere_echoes_no_values(
    app: FastAPI, http: httpx2.AsyncClient
) -> None:
    @app.get("/elsewhere")
    async def elsewhere() -> None:
        Traveller.model_validate({"name": "Sok", "age": "N1234412"})

    answer = await http.get("/elsewhere")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "age"
    assert "N1234412" not in answer.text


async def test_a_field_in_a_problem_has_a_readable_name() -> None:
    class Person(BaseModel):
        documents: tuple[Document, ...]

    with pytest.raises(Unreadable) as refused:
        parse(
            TypeAdapter(Person),
            '{"documents": [{"kind": "passport", "number": "N1", "issued_by": "Cambodia"}]}',
        )
    error = refused.value.errors[0]
    assert error.field == "documents[0].issued_by"
    assert error.reason == "is not on the list"
    assert error.remedy == "give an ISO 3166-1 alpha-3 code such as THA, or a code of ICAO 9303 such as UNO"
    assert field_path(["body", "rows", 3, "function-after[x()]", "name"]) == "rows[3].name"


async def test_a_password_is_never_echoed() -> None:
    class SignIn(BaseModel):
        password: int

    with pytest.raises(ValidationError) as refused:
        SignIn.model_validate({"password": "cross the line"})
    assert validation_errors(refused.value)[0].value is None


async def test_the_number_of_listed_mistakes_is_limited() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(list[int]).validate_python(["x"] * 1_000)
    assert len(validation_errors(refused.value)) == 50


async def test_a_refusal_has_its_own_title_or_that_of_its_base_class() -> None:
    class Unsaid(OrientationCertificateMissing):
        code = "unsaid"

    assert title_of(Unsaid) == "No departure without the orientation certificate"
    assert PermissionMissing.reason() == "PermissionMissing"
    assert isinstance(PermissionMissing("border.crossing.read"), Refusal)


async def test_the_openapi_document_knows_the_problem(app: FastAPI) -> None:
    assert "Problem" in app.openapi()["components"]["schemas"]
