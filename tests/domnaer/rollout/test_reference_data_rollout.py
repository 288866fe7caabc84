"""Changed reference data on a running installation: loaded, read at the next start, accepted, and followed by timelines."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.reference.current import read_reference_data
from tests.domnaer.commands import Command, domnaer
from tests.domnaer.upgrade.client import DemoClient, at, until

pytestmark = pytest.mark.timeout(600)
PASSPORT = "N4440001"


@contextmanager
def running(folder: Path, prefix: str) -> Iterator[DemoClient]:
    """Run ``domnaer up`` and yield a client of it."""
    with Command("up", "--folder", folder, "--port", "0") as up:
        url = up.says(r"^(http://127\.0\.0\.1:\d+)$", within=120)[1]
        with httpx2.Client(base_url=url, timeout=60) as http:
            yield DemoClient(http, folder, prefix)
        assert up.stop(signal.SIGINT) == 0


def crossing(kind: str, day: str, **fields: Any) -> dict[str, Any]:
    """Return a crossing of the worker at Poipet."""
    person = {"documents": [{"kind": "passport", "number": PASSPORT}]}
    return at(day, kind=kind, checkpoint="KH-POI", person=person, **fields)


def shown(client: DemoClient, events: list[str]) -> tuple[int, int]:
    """Return the number of journeys on the worker's timeline, and of returnees in the figures."""
    number = client.number(PASSPORT, events)
    journeys = client.get("registrar", f"/registry/workers/{number}/timeline").json()["journeys"]
    figures = client.get("registrar", "/registry/figures/returns").json()
    return len(journeys), sum(each["workers"] for each in figures)


def ready(client: DemoClient) -> bool:
    """Return whether the registry answers on timelines of its own shape."""
    return client.http.get("/registry/health/ready").status_code == 200


def test_a_longer_home_leave_makes_one_journey_of_two_after_the_rebuild_is_accepted(tmp_path: Path) -> None:
    folder, events = tmp_path / "data", list[str]()
    with running(folder, "before") as client:
        for body in (
            crossing("departure", "2013-01-10", destination="THA", purpose="work"),
            crossing("return", "2013-06-01", returned_from="THA", reason="visit_home"),
            # 80 days at home: longer than the 60 of the release, shorter than the 90 that are loaded below.
            crossing("departure", "2013-08-20", destination="THA", purpose="work"),
        ):
            events += client.send("officer", "/border/crossings", body)["events"]
        until(lambda: shown(client, events) == (2, 1))

        new = tmp_path / "new"
        new.mkdir()
        printed = domnaer("reference", "show", "corridors", "--folder", folder).stdout
        (new / "corridors.csv").write_text(printed.replace("\nTHA,1990-01-01,,60", "\nTHA,1990-01-01,,90"))
        loaded = domnaer("reference", "load", new, "--folder", folder)
        assert loaded.returncode == 0, loaded.stderr
        assert "leave_days is 90, was 60" in loaded.stdout
        assert shown(client, events) == (2, 1), "a process keeps the tables that it read at its start"

    with running(folder, "after") as client:
        waits = "it differs from the build in use and waits to be accepted"
        until(lambda: waits in client.http.get("/registry/health/ready").text)
        compared = domnaer("rebuild", "registry", "--folder", folder)
        assert compared.returncode == 1 and "waits for your decision" in compared.stderr
        accepted = domnaer("rebuild", "registry", "--accept", "--by", "operator-1", "--folder", folder)
        assert accepted.returncode == 0, accepted.stdout + accepted.stderr
        until(lambda: ready(client))
        assert shown(client, events) == (1, 0)

    log = (folder / "logs" / "services.log").read_text(encoding="utf-8")
    digests = [read_reference_data().digest, read_reference_data(folder / "reference").digest]
    assert all(f'"digest": "{digest}"' in log or f'"digest":"{digest}"' in log for digest in digests)
