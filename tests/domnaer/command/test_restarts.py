"""``domnaer up`` starts PostgreSQL and Kafka again after a kill, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from domnaer.configuration import ServiceFolder, folder_settings
from tests.domnaer.commands import Command, domnaer

pytestmark = pytest.mark.timeout(300)
URL = r"^(http://127\.0\.0\.1:\d+)$"


class Officer:
    """An officer who records crossings one after the other, and repeats each under its key until it is acknowledged."""

    def __init__(self, url: str, token: str) -> None:
        self.acknowledged: list[str] = []
        self._http = httpx2.Client(base_url=url, timeout=60)
        self._token = token
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._record, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> None:
        """Wait until so many more crossings are acknowledged."""
        wanted, until = len(self.acknowledged) + count, time.monotonic() + 90
        while len(self.acknowledged) < wanted:
            assert self._thread.is_alive() and time.monotonic() < until
            time.sleep(0.05)

    def stop(self) -> None:
        self._done.set()
        self._thread.join(90)

    def _record(self) -> None:
        while not self._done.is_set():
            number = len(self.acknowledged)
            body = {
                "kind": "other",
                "direction": "in",
                "country": "THA",
                "checkpoint": "KH-POI",
                "occurred_at": "2026-01-05T08:00:00+07:00",
                "person": {"documents": [{"kind": "passport", "number": f"N{number:07d}"}]},
            }
            self.acknowledged.append(self._repeat(body, str(uuid4())))

    def _repeat(self, body: object, key: str) -> str:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        while True:
            try:
                answer = self._http.post("/border/crossings", json=body, headers=headers)
            except httpx2.TransportError:
                continue
            if answer.status_code < 500:
                assert answer.status_code in (200, 201), answer.text
                (event,) = answer.json()["events"]
                return str(event)
            time.sleep(0.1)


def test_a_killed_server_is_started_again_and_every_acknowledged_crossing_is_published(
    tmp_path: Path,
) -> None:
    folder = ServiceFolder(tmp_path / "data")
    with Command("up", "--folder", folder.path, "--port", "0") as up:
        url = up.says(URL)[1]
        token = domnaer("token", "officer", "--folder", folder.path).stdout.strip()
        officer = Officer(url, token)
        for server, name in (("postgres", "PostgreSQL"), ("kafka", "Kafka")):
            officer.wait_for(20)
            os.kill(int(folder.pid_file(server).read_text()), signal.SIGKILL)
            up.says(rf"^{name} has ended unexpectedly; .*{server}\.log ends with:")
            up.says(rf"^{name} runs again, restart 1 since the start")
            officer.wait_for(20)
        officer.stop()
        until = time.monotonic() + 60
        while (shown := domnaer("status", "--folder", folder.path)).returncode:
            assert time.monotonic() < until, shown.stdout
        for name in ("PostgreSQL", "Kafka"):
            row = next(line for line in shown.stdout.splitlines() if line.strip().startswith(name))
            assert row.split()[1:3] == ["runs", "1"]

        assert asyncio.run(stored(folder)) == sorted(officer.acknowledged)
        while (on_timelines := asyncio.run(received(folder))) != sorted(officer.acknowledged):
            assert time.monotonic() < until, set(officer.acknowledged) ^ set(on_timelines)
            time.sleep(0.5)


async def stored(folder: ServiceFolder) -> list[str]:
    """Return the ids of the events that the border service has stored."""
    return await ids(folder, "border", "SELECT event_id::text FROM events")


async def received(folder: ServiceFolder) -> list[str]:
    """Return the ids of the events that the registry has received."""
    return await ids(folder, "registry", "SELECT event_id::text FROM timeline_1.facts")


async def ids(folder: ServiceFolder, service: str, query: str) -> list[str]:
    addresses = folder.find_addresses()
    assert addresses is not None
    settings = folder_settings(folder, addresses, folder.find_keys())
    connection = await asyncpg.connect(settings.database(service))
    try:
        return sorted(row[0] for row in await connection.fetch(query))
    finally:
        await connection.close()
