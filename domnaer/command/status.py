"""``domnaer status``: the health of each service, and the numbers that its metrics show."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import httpx2
import typer
from prometheus_client.parser import text_string_to_metric_families
from rich.table import Table
from rich.text import Text

from chassis.base.settings import Settings
from chassis.projections.build_list import BuildStatus, list_builds
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, said
from domnaer.embedded.folder import ServerRestarts
from domnaer.service_names import service_names

_PATIENCE = 5.0
_PROBES = {
    "api": "ready",
    "read models": "read-models",
    "relay": "relay",
    "projector": "projector",
    "background": "background",
}
_UNKNOWN = "?"

Series = list[tuple[Mapping[str, str], float]]
Metrics = Mapping[str, Series]
"""The series of one service, as (labels, value), by the name of their metric."""


@dataclass(slots=True)
class ServiceStatus:
    """The probes and the builds of one service, and the error if it could not be asked."""

    service: str
    probes: dict[str, dict[str, Any]] = field(default_factory=dict)
    letters: int | None = None
    builds: list[BuildStatus] = field(default_factory=list)
    trouble: str | None = None

    @property
    def healthy(self) -> bool:
        """Return whether every probe succeeded."""
        return self.trouble is None and all(each.get("status") == "ok" for each in self.probes.values())


def status(folder: Folder = FOLDER) -> None:
    """Show each service's health, its builds, and the numbers of its metrics; exit code 1 if one is not healthy."""
    around = surroundings(folder)
    found, metrics = asyncio.run(_ask(around.settings, around.url))
    console.print(_health(found))
    if around.folder is not None and (restarts := around.folder.find_restarts()):
        console.print(_servers(restarts))
    console.print(_builds(found))
    if around.url is None:
        said("DOMNAER_URL names no address: neither health nor metrics were asked for")
    else:
        said(f"the services answer at {around.url}")
        if metrics:
            console.print(_numbers([each.service for each in found], metrics))
        else:
            said(
                f"{around.url}/metrics does not answer: a gateway keeps it closed, ask a process inside the network"
            )
    if not all(each.healthy for each in found):
        raise typer.Exit(1)


async def _ask(settings: Settings, url: str | None) -> tuple[list[ServiceStatus], Mapping[str, Metrics]]:
    async with httpx2.AsyncClient(base_url=url or "http://127.0.0.1", timeout=_PATIENCE) as http:
        asked = http if url else None
        found = await asyncio.gather(*(_ask_service(settings, asked, name) for name in service_names()))
        return list(found), {} if asked is None else await _read_metrics(asked)


async def _ask_service(settings: Settings, http: httpx2.AsyncClient | None, service: str) -> ServiceStatus:
    found = ServiceStatus(service)
    try:
        if http is not None:
            for role, probe in _PROBES.items():
                answer = await http.get(f"/{service}/health/{probe}")
                found.probes[role] = answer.json()
        async with asyncio.timeout(_PATIENCE):
            await _read_database(settings, found)
    except (httpx2.HTTPError, ValueError, OSError, asyncpg.PostgresError) as error:
        found.trouble = type(error).__name__
    return found


async def _read_database(settings: Settings, found: ServiceStatus) -> None:
    connection = await asyncpg.connect(settings.database(found.service))
    try:
        found.letters = await connection.fetchval("SELECT count(*) FROM dead_letters")
        found.builds = await list_builds(connection)
    finally:
        await connection.close()


async def _read_metrics(http: httpx2.AsyncClient) -> dict[str, Metrics]:
    """The metrics by service; empty if the address does not serve them."""
    try:
        answer = await http.get("/metrics")
    except httpx2.HTTPError:
        return {}
    if answer.status_code != 200:
        return {}
    found: dict[str, dict[str, Series]] = defaultdict(lambda: defaultdict(list))
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.labels["service"]][sample.name].append((sample.labels, sample.value))
    return dict(found)


def _health(found: list[ServiceStatus]) -> Table:
    table = Table("service", *_PROBES, "dead letters", "trouble", box=None)
    for each in found:
        cells = [
            each.service,
            _word(each.probes.get("api")),
            _word(each.probes.get("read models")),
            *(_behind(each.probes.get(role), role) for role in ("relay", "projector", "background")),
            _UNKNOWN if each.letters is None else f"{each.letters:,}",
            each.trouble or "",
        ]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _servers(restarts: Mapping[str, ServerRestarts]) -> Table:
    table = Table("server", "state", "restarts", "last restart", box=None)
    for server, each in restarts.items():
        state = f"ended, start {each.failed_starts}" if each.failed_starts else "runs"
        table.add_row(server, state, f"{each.restarts:,}", each.last_at or "-")
    return table


def _builds(found: list[ServiceStatus]) -> Table:
    table = Table("service", "build", "state", "size", "age", box=None)
    for each in found:
        for build in each.builds:
            cells = (
                each.service,
                build.name,
                build.described,
                f"{build.bytes / 1e6:,.1f} MB",
                _age(build.age),
            )
            table.add_row(*(Text(cell) for cell in cells))
    return table


def _age(age: timedelta) -> str:
    hours, seconds = divmod(int(age.total_seconds()), 3600)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {seconds // 60} min" if hours else f"{seconds // 60} min"


def _numbers(services: list[str], metrics: Mapping[str, Metrics]) -> Table:
    table = Table("metric", *services, box=None)
    for title, read in _ROWS.items():
        table.add_row(title, *(Text(read(metrics.get(service, {}))) for service in services))
    return table


def _word(probe: dict[str, Any] | None) -> str:
    return "not asked" if probe is None else "ready" if probe.get("status") == "ok" else "not ready"


def _behind(probe: dict[str, Any] | None, name: str) -> str:
    codes = (probe or {}).get("checks", {}).get(name)
    if codes is None:
        return "not asked"
    if codes.get("relays", codes.get("readers", codes.get("tasks"))) == 0:
        return "-"
    stopped = codes.get("waiting") or codes.get("stopped")
    trouble = codes.get("error") or (f"{stopped} stopped" if stopped else None)
    behind = codes.get("behind")
    return _UNKNOWN if behind is None else f"{behind:,} behind" + (f" ({trouble})" if trouble else "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _all(name: str, **labels: str) -> Callable[[Metrics], str]:
    """Show the sum of the series that have these labels; ``-`` if the service has none."""

    def read(metrics: Metrics) -> str:
        found = [value for has, value in metrics.get(name, ()) if labels.items() <= has.items()]
        return _number(sum(found)) if found else "-"

    return read


def _largest(name: str) -> Callable[[Metrics], str]:
    """Show the largest of the series; ``-`` if the service has none."""

    def read(metrics: Metrics) -> str:
        found = [value for _, value in metrics.get(name, ())]
        return _number(max(found)) if found else "-"

    return read


def _by(name: str, label: str) -> Callable[[Metrics], str]:
    """Show the sum of the series for each value of a label, the largest first, without those that are zero."""

    def read(metrics: Metrics) -> str:
        sums: dict[str, float] = defaultdict(float)
        for has, value in metrics.get(name, ()):
            sums[has[label]] += value
        shown = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        lines = [f"{_number(value)} {code}" for code, value in shown if value]
        return "\n".join(lines) if lines else "0" if sums else "-"

    return read


def _errors(metrics: Metrics) -> str:
    failed = [
        value for has, value in metrics.get("domnaer_http_requests_total", ()) if has["status"] >= "500"
    ]
    return _number(sum(failed))


def _mean_ms(name: str) -> Callable[[Metrics], str]:
    """Show the mean of a histogram of seconds, in milliseconds."""

    def read(metrics: Metrics) -> str:
        count = sum(value for _, value in metrics.get(f"{name}_count", ()))
        total = sum(value for _, value in metrics.get(f"{name}_sum", ()))
        return f"{total / count * 1000:,.1f} ms" if count and math.isfinite(total) else "-"

    return read


_ROWS: Mapping[str, Callable[[Metrics], str]] = {
    "requests": _all("domnaer_http_requests_total"),
    "requests answered 5xx": _errors,
    "connections closed by limit": _by("domnaer_http_connections_closed_total", "reason"),
    "requests shed by reason": _by("domnaer_http_requests_shed_total", "reason"),
    "request, mean": _mean_ms("domnaer_http_request_duration_seconds"),
    "append, mean": _mean_ms("domnaer_append_duration_seconds"),
    "gate lag, s": _largest("domnaer_gate_lag_seconds"),
    "read model lag, s": _largest("domnaer_read_model_lag_seconds"),
    "streams set aside": _all("domnaer_read_model_streams_set_aside"),
    "relay backlog, events": _all("domnaer_relay_backlog_events"),
    "relay backlog, oldest, s": _largest("domnaer_relay_backlog_age_seconds"),
    "reader lag by topic": _by("domnaer_reader_lag_records", "topic"),
    "dead letters by reason": _by("domnaer_dead_letters", "reason"),
    "workers unsettled": _all("domnaer_workers_unsettled"),
    "workers unsettled, oldest, s": _largest("domnaer_workers_unsettled_age_seconds"),
    "workers set aside": _all("domnaer_workers_set_aside"),
    "stopped work": _by("domnaer_work_stopped", "work"),
    "builds unattended, s": _largest("domnaer_builds_unattended_seconds"),
    "retention overdue, s": _largest("domnaer_retention_overdue_seconds"),
    "builds by state": _by("domnaer_builds", "state"),
    "uploads": _all("domnaer_uploads_total"),
    "upload rows by result": _by("domnaer_upload_rows_total", "result"),
    "upload processes": _all("domnaer_upload_processes"),
    "offline records by outcome": _by("domnaer_offline_records_total", "outcome"),
    "offline uploads refused": _by("domnaer_offline_uploads_refused_total", "reason"),
    "SSE clients": _all("domnaer_sse_clients"),
    "pool connections": _by("domnaer_db_pool_connections", "state"),
}
"""The rows of the table of numbers: every metric that a service exposes (tests/domnaer/command/test_status.py)."""
