"""Metrics as Prometheus reads them: from a running service, by the library's own parser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from chassis.access.permissions import open_because
from chassis.base.settings import Settings
from chassis.http.metrics import metrics_routes
from chassis.service import RunningService
from domnaer.all_services import all_services_app
from tests.border.post import departure, headers, recorded, running_border

Labels = dict[str, str]
Border = tuple[RunningService, httpx2.AsyncClient]


async def scrape(running: RunningService) -> list[tuple[str, Labels, float]]:
    """All series of a process, as (name, labels, value)."""
    transport = httpx2.ASGITransport(all_services_app([running], running.settings))
    async with httpx2.AsyncClient(transport=transport, base_url="http://process") as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    ]


async def value(running: RunningService, name: str, **labels: str) -> float:
    """The sum of the series that have these labels."""
    wanted = {"service": running.service.name, **labels}.items()
    return sum(
        number for found, has, number in await scrape(running) if found == name and wanted <= has.items()
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def border(settings: Settings) -> AsyncIterator[Border]:
    async with running_border(settings) as found:
        yield found


async def test_a_command_is_counted_by_route_template_method_and_status(border: Border) -> None:
    running, http = border
    labels = {"route": "/crossings", "method": "POST", "status": "201"}
    timed = {"route": "/crossings", "method": "POST"}
    before = await value(running, "domnaer_http_requests_total", **labels)
    seconds = await value(running, "domnaer_http_request_duration_seconds_count", **timed)
    appends = await value(running, "domnaer_append_duration_seconds_count")

    await recorded(http, departure())

    assert await value(running, "domnaer_http_requests_total", **labels) == before + 1
    assert await value(running, "domnaer_http_request_duration_seconds_count", **timed) == seconds + 1
    assert await value(running, "domnaer_append_duration_seconds_count") == appends + 1


async def test_no_label_holds_a_path_that_was_asked_for(border: Border) -> None:
    running, http = border
    secret = str(uuid4())
    await http.get(f"/{secret}")
    await http.get(f"/handovers/{secret}", headers=headers("poipet"))
    await http.request(secret.upper().replace("-", ""), "/crossings")

    series = await scrape(running)

    assert not [
        has for _, has, _ in series if secret in str(has) or secret.upper().replace("-", "") in str(has)
    ]
    assert await value(running, "domnaer_http_requests_total", route="unmatched", status="404")
    assert await value(running, "domnaer_http_requests_total", route="/handovers/{handover_id}")
    assert await value(running, "domnaer_http_requests_total", method="other")


async def test_every_series_names_its_service_and_every_name_its_project(border: Border) -> None:
    running, _ = border
    series = await scrape(running)
    assert series
    for name, labels, _ in series:
        assert name.startswith("domnaer_")
        assert labels["service"], name


async def test_the_rows_of_an_upload_are_counted_by_result(border: Border) -> None:
    running, http = border
    row = httpx2.Response(200, json=departure()).text
    before = await value(running, "domnaer_upload_rows_total", result="taken")
    refused = await value(running, "domnaer_upload_rows_total", result="refused")
    uploads = await value(running, "domnaer_uploads_total")

    answer = await http.post(
        "/crossings/bulk",
        content=f"{row}\n{{}}\n",
        headers={**headers("poipet"), "content-type": "application/x-ndjson"},
    )

    assert answer.status_code == 200, answer.text
    assert await value(running, "domnaer_upload_rows_total", result="taken") == before + 1
    assert await value(running, "domnaer_upload_rows_total", result="refused") == refused + 1
    assert await value(running, "domnaer_uploads_total") == uploads + 1


async def test_connections_of_the_pool_are_counted_by_state(border: Border) -> None:
    running, _ = border
    async with running.runtime.pool.acquire():
        in_use = await value(running, "domnaer_db_pool_connections", state="in_use")
    assert in_use >= 1
    total = await value(running, "domnaer_db_pool_connections")
    assert total == sum(pool.get_max_size() for pool in running.runtime.store.pools)


def test_the_route_says_why_it_is_open() -> None:
    assert all(open_because(route) for route in metrics_routes(()).routes)
