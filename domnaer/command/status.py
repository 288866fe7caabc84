"""``domnaer status``: how the services fare, how far behind they are, and what waits for somebody to look at it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx2
import typer
from rich.table import Table
from rich.text import Text

from chassis.base.settings import Settings
from domnaer.all_services import find_services
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, said

_PATIENCE = 5.0
_PROBES = {"api": "ready", "relay": "relay", "projector": "projector"}


@dataclass(slots=True)
class Found:
    """What was found of one service."""

    service: str
    probes: dict[str, dict[str, Any]] = field(default_factory=dict)
    letters: int | None = None
    builds: list[str] = field(default_factory=list)
    trouble: str | None = None

    @property
    def well(self) -> bool:
        """Whether all that was asked answered that it is."""
        return self.trouble is None and all(each.get("status") == "ok" for each in self.probes.values())


def status(folder: Folder = FOLDER) -> None:
    """Show each service's health, lag, dead letters and builds; exit code 1 where one is not well."""
    around = surroundings(folder)
    found = asyncio.run(_ask(around.settings, around.url))
    table = Table(
        "service", "api", "relay behind", "readers behind", "dead letters", "builds", "trouble", box=None
    )
    for each in found:
        cells = [
            each.service,
            _word(each.probes.get("api")),
            _behind(each.probes.get("relay"), "relay"),
            _behind(each.probes.get("projector"), "projector"),
            "?" if each.letters is None else f"{each.letters:,}",
            ", ".join(each.builds) or "-",
            each.trouble or "",
        ]
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    said(f"answers at {around.url}" if around.url else "DOMNAER_URL names no address: health was not asked")
    if not all(each.well for each in found):
        raise typer.Exit(1)


async def _ask(settings: Settings, url: str | None) -> list[Found]:
    async with httpx2.AsyncClient(base_url=url or "http://127.0.0.1", timeout=_PATIENCE) as client:
        return list(
            await asyncio.gather(
                *(_look(settings, client if url else None, each.name) for each in find_services())
            )
        )


async def _look(settings: Settings, client: httpx2.AsyncClient | None, service: str) -> Found:
    found = Found(service)
    try:
        if client is not None:
            for role, probe in _PROBES.items():
                answer = await client.get(f"/{service}/health/{probe}")
                found.probes[role] = answer.json()
        async with asyncio.timeout(_PATIENCE):
            await _look_into_database(settings, found)
    except (httpx2.HTTPError, ValueError, OSError, asyncpg.PostgresError) as error:
        found.trouble = type(error).__name__
    return found


async def _look_into_database(settings: Settings, found: Found) -> None:
    connection = await asyncpg.connect(settings.database(found.service))
    try:
        found.letters = await connection.fetchval("SELECT count(*) FROM dead_letters")
        rows = await connection.fetch(
            "SELECT projection, build, state FROM builds WHERE state <> 'retired' ORDER BY projection, build"
        )
        found.builds = [f"{row['projection']}_{row['build']} {row['state']}" for row in rows]
    finally:
        await connection.close()


def _word(probe: dict[str, Any] | None) -> str:
    return "not asked" if probe is None else "ready" if probe.get("status") == "ok" else "not ready"


def _behind(probe: dict[str, Any] | None, name: str) -> str:
    codes = (probe or {}).get("checks", {}).get(name)
    if codes is None:
        return "not asked"
    if codes.get("relays", codes.get("readers")) == 0:
        return "-"
    stuck = codes.get("waiting") or codes.get("stopped")
    trouble = codes.get("error") or (f"{stuck} not going on" if stuck else None)
    behind = codes.get("behind")
    return "?" if behind is None else f"{behind:,}" + (f" ({trouble})" if trouble else "")
