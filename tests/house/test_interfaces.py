"""Each service's OpenAPI document, held against what the service does: generated calls, right ones and wrong ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests import Session
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup, Failure
from schemathesis.core.result import Ok
from schemathesis.checks import load_all_checks, CHECKS

from domnaer.house import find_services
from tests.house.at_work import House

EXAMPLES = int(os.environ.get("EX", "15"))
load_all_checks()

@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", [s.name for s in find_services()])
def test_x(service: str, house: House) -> None:
    import time
    schema = schemathesis.openapi.from_url(f"{house.url}/{service}/openapi.json")
    session = Session()
    found: dict[str, str] = {}
    names = "not_a_server_error status_code_conformance content_type_conformance response_headers_conformance response_schema_conformance".split()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.path.startswith("/health"): continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            t = time.time()
            codes: dict[int, int] = {}
            checks = CHECKS.get_by_names(names + (["negative_data_rejection"] if mode is GenerationMode.NEGATIVE else []))

            @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def call(case: Any) -> None:
                h = {"Authorization": house.headers()["Authorization"]}
                answer = case.call(session=session, headers=h)
                codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
                case.validate_response(answer, checks=checks, headers=h)
            try:
                call()
            except FailureGroup as error:
                found[f"{operation.label} {mode}"] = "\n".join(str(e) for e in error.exceptions)[:2500]
            except Exception as error:
                found[f"{operation.label} {mode}"] = f"{type(error).__name__}: {error}"[:1500]
            print(operation.label, mode.name, round(time.time() - t, 1), codes)
    for k, v in found.items():
        print("=====", k, v, sep="\n")
    assert not found
