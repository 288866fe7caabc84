"""Answers to commands, corrections and uploads name the record, or what is wrong, and the records that are probably the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domnaer.all_services import find_services
from tests.architecture.frozen_interfaces import documents

LOOKS = {
    ("border", "/check"),
    ("recruitment", "/employers/search"),
    ("registry", "/workers/search"),
    ("reintegration", "/employers/search"),
    ("registry", "/timelines/preview"),
    *(
        (service.name, f"/events/{{event_id}}/{ruling}/preview")
        for service in find_services()
        if service.publishes is not None
        for ruling in ("correction", "void")
    ),
}
"""Requests that are sent as POST to keep what is asked out of URLs; they have permissions and audit entries of their own.

The preview of a correction is answered only to those who may make it: the record is within their reach.
"""
RETURNED = "/{upload_id}/sheet"
"""The file that was sent, with ids: a file and no JSON."""
SHOWN = {
    "Outcome": {"id", "stream", "version", "events", "likely_same"},
    "CaseOutcome": {"id", "stream", "version", "events", "likely_same", "accredited"},
    "LikelySame": {"seen", "words", "id", "kind", "place", "occurred_at"},
    "LikelyRow": {"row", "id", "likely_same"},
    "UploadOutcome": {
        "upload_id",
        "dry_run",
        "rows",
        "taken",
        "changed",
        "loaded_before",
        "already_known",
        "refused",
        "likely_same",
        "refusals",
        "refusals_url",
        "rows_url",
        "sheet_url",
        "utc_offset",
    },
    "OfflineOutcome": {"records", "clock_error_seconds"},
    "RecordOutcome": {"id", "outcome", "crossing_id", "events", "likely_same", "problem"},
    "RecordProblem": {"code", "title", "detail", "remedy", "field"},
    "RefusedRow": {"row", "field", "value", "reason"},
}
"""The shapes of answers to commands. ``accredited`` follows from the command and from reference data.

``likely_same`` is the only one that tells of other records: tests/chassis/likely_same holds what it says beyond reach.
"""


def posted(service: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the shape of each answer of success to a POST."""
    for path, methods in documents()[service]["paths"].items():
        for status, answer in methods.get("post", {}).get("responses", {}).items():
            if status.startswith("2") and not path.endswith(RETURNED):
                yield path, answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


@pytest.mark.parametrize("service", sorted(service.name for service in find_services()))
def test_answers_to_commands_and_uploads_name_the_record_and_show_nothing_of_it(service: str) -> None:
    answers = [(path, shape) for path, shape in posted(service) if (service, path) not in LOOKS]
    assert {shape for _, shape in answers} <= set(SHOWN), answers
    schemas = documents()[service]["components"]["schemas"]
    for shape, fields in SHOWN.items():
        if shape in schemas:
            assert set(schemas[shape]["properties"]) == fields


@pytest.mark.parametrize("service", sorted(service.name for service in find_services()))
def test_what_corrects_or_voids_has_a_preview_of_the_same_body(service: str) -> None:
    paths = documents()[service]["paths"]
    for path in [each for each in paths if each.endswith(("/correction", "/void"))]:
        command, preview = paths[path]["post"], paths[f"{path}/preview"]["post"]
        assert preview["requestBody"] == command["requestBody"]
        assert preview["x-permission"] == command["x-permission"]
        assert [each["name"] for each in preview["parameters"]] == ["event_id"], "it needs no key"


def test_requests_that_look_are_still_served() -> None:
    assert all(path in dict(posted(service)) for service, path in LOOKS)
