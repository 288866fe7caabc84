"""``domnaer up`` on a data folder that an older version wrote: it starts, keeps every row and goes on from there.

The folders are fixtures beside this module; each says in its README what it holds. The test uses the command line,
HTTP and SQL only, so that it stays as it is when modules move.
"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.catalogue import catalogue
from contracts.registry import WHO_TOPIC
from domnaer.topics.declarations import declared_readers
from tests.domnaer.commands import Command, domnaer
from tests.domnaer.upgrade.client import DemoClient, at, until
from tests.domnaer.upgrade.older_server import Login, columns_of, digest_of, query, restore, rows_of, server

pytestmark = pytest.mark.timeout(300)
HERE = Path(__file__).parent
KEPT_BY_ALL = ("audit", "events", "migrations")
KEPT = {
    "registry": ("minted", "who", "who_entries"),
    "reintegration": ("heard", "who"),
    "skills": ("heard", "who"),
}
"""Tables whose rows an upgrade leaves as they are."""

_AFTER_THE_OLD_SERVER = """\
DO $$ BEGIN
    WHILE pg_snapshot_xmax(pg_current_snapshot())::text::bigint < {next} LOOP
        PERFORM pg_current_xact_id();
        COMMIT;
    END LOOP;
END $$;
"""
"""Rows hold transaction ids of the server that wrote them. Relays and readers compare these with the ids of now."""


@dataclass
class Restored:
    """A data folder that was restored from a fixture, and what it held before the first start."""

    folder: Path
    expected: dict[str, Any]
    digests: dict[str, dict[str, Any]]
    incarnations: dict[str, int]
    readers: dict[str, set[tuple[str, str]]]
    columns: dict[tuple[str, str], list[str]]
    rows: dict[tuple[str, str], set[str]]

    @property
    def services(self) -> list[str]:
        """The services that have a database in the fixture."""
        return list(self.expected["events"])

    def rows_now(self, login: Login, *tables: str) -> dict[tuple[str, str], set[str]]:
        """Return the rows of the kept tables as they are now, in the columns that the fixture has."""
        return {
            (service, table): rows_of(login, service, table, columns)
            for (service, table), columns in self.columns.items()
            if not tables or table in tables
        }

    def lost(self, login: Login) -> dict[tuple[str, str], set[str]]:
        """Return the rows of the fixture that are gone or changed, by service and table."""
        now = self.rows_now(login)
        return {of: gone for of, rows in self.rows.items() if (gone := rows - now[of])}


def restored(fixture: Path, folder: Path) -> Restored:
    """Restore a fixture into a new data folder."""
    expected = json.loads((fixture / "expected.json").read_text(encoding="utf-8"))
    shutil.copytree(fixture / "folder", folder)
    for closed in ("keys.json", "issuer/issuer.key.json"):
        (folder / closed).chmod(0o600)
    services = list(expected["events"])
    with server(folder) as login:
        restore(login, fixture / "roles.sql")
        for service in services:
            restore(login, fixture / f"{service}.sql")
            # Outcomes are kept for 90 days, and the fixture grows older than that.
            query(login, service, "UPDATE public.idempotency SET created_at = clock_timestamp()")
        query(login, "postgres", _AFTER_THE_OLD_SERVER.format(next=expected["next_transaction"]))
        found = Restored(folder, expected, {}, {}, {}, {}, {})
        for service in services:
            for table in (*KEPT_BY_ALL, *KEPT.get(service, ())):
                found.columns[service, table] = columns_of(login, service, table)
                assert found.columns[service, table], f"the fixture has no table {table} of {service}"
            events = found.columns[service, "events"]
            found.incarnations[service] = relay_of(login, service)["incarnation"]
            found.readers[service] = {of[:2] for of in offsets_of(login, service)}
            found.digests[service] = digest_of(login, service, "events", events)
        found.rows = found.rows_now(login)
    return found


def relay_of(login: Login, service: str) -> dict[str, Any]:
    """Return what a service's relay has published: the topic's incarnation and the last record of each partition."""
    sql = "SELECT json_build_object('topic', topic, 'incarnation', incarnation, 'published', published, 'last', last::json) FROM relays"
    found: dict[str, Any] = json.loads(query(login, service, sql))
    return found


def offsets_of(login: Login, service: str) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Return the incarnation and the next offset of a service's readers, by reader, topic and partition."""
    sql = "SELECT reader, topic, partition, incarnation, next_offset FROM offsets"
    rows = [line.split("|") for line in query(login, service, sql).splitlines()]
    return {
        (reader, topic, int(partition)): (int(incarnation), int(offset))
        for reader, topic, partition, incarnation, offset in rows
    }


@pytest.fixture(scope="module", params=["written_by_1cbf36a"])
def older(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Restored:
    """A data folder as an older version left it."""
    return restored(HERE / request.param, tmp_path_factory.mktemp("upgrade") / "data")


@pytest.fixture(scope="module")
def up(older: Restored) -> Iterator[Command]:
    """This version, started on that folder."""
    with Command("up", "--folder", older.folder, "--port", "0") as command:
        command.says(r"^(http://127\.0\.0\.1:\d+)$")
        yield command


@pytest.fixture(scope="module")
def client(up: Command, older: Restored) -> Iterator[DemoClient]:
    """A client of this version."""
    url = up.says(r"^(http://127\.0\.0\.1:\d+)$")[1]
    with httpx2.Client(base_url=url, timeout=60) as http:
        yield DemoClient(http, older.folder, "after-the-upgrade")


@pytest.fixture(scope="module")
def login(up: Command, older: Restored) -> Login:
    """The login of the superuser at the running server."""
    addresses = json.loads((older.folder / "addresses.json").read_text())
    return Login(addresses["postgres_port"], addresses["postgres_password"])


def published_again(login: Login, older: Restored) -> bool:
    """Return whether every topic has a later incarnation than in the fixture and holds all events of its service."""
    return all(
        relay["incarnation"] > older.incarnations[service]
        and relay["published"] >= len(older.rows[service, "events"])
        for service, relay in ((service, relay_of(login, service)) for service in older.services)
    )


def processed(login: Login, older: Restored) -> bool:
    """Return whether the readers of the fixture have processed all that is published now, of the topics that they still read."""
    declared = {(each.group, topic) for each in declared_readers(catalogue()) for topic in each.topics}
    last = {relay["topic"]: relay for relay in (relay_of(login, service) for service in older.services)}
    return all(
        offsets.get((reader, topic, int(partition)), (0, 0)) >= (last[topic]["incarnation"], at_offset + 1)
        for service, readers in older.readers.items()
        for offsets in [offsets_of(login, service)]
        for reader, topic in readers
        if (reader, topic) in declared or topic == WHO_TOPIC
        for partition, (at_offset, _) in last[topic]["last"].items()
    )


def test_the_fixture_holds_the_events_that_the_older_version_stored(older: Restored) -> None:
    assert older.digests == older.expected["events"]
    assert sum(each["rows"] for each in older.digests.values()) > 50


def test_it_starts_and_every_service_becomes_ready_once_the_changed_timelines_are_accepted(
    up: Command, client: DemoClient, older: Restored
) -> None:
    def registry() -> httpx2.Response:
        return client.http.get("/registry/health/ready")

    until(lambda: "waits to be accepted" in registry().text, 120)
    accepted = domnaer("rebuild", "registry", "--accept", "--by", "operator-1", "--folder", older.folder)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    until(lambda: registry().status_code == 200)
    assert client.http.get("/health").json()["status"] == "ok"
    for service in older.services:
        assert client.http.get(f"/{service}/health/ready").status_code == 200, service
    until(lambda: domnaer("status", "--folder", older.folder).returncode == 0)


def test_the_timelines_are_filled_anew_beside_the_older_build(login: Login, up: Command) -> None:
    sql = "SELECT build, shape <> '0', state FROM public.builds WHERE projection = 'timeline' ORDER BY build"
    assert query(login, "registry", sql).splitlines() == ["1|f|live", "2|t|live"]


def test_no_applied_migration_is_changed_or_applied_again(login: Login, older: Restored) -> None:
    for (service, _), rows in older.rows_now(login, "migrations").items():
        assert older.rows[service, "migrations"] <= rows


def test_topics_are_published_again_and_change_nothing_of_what_is_kept(login: Login, older: Restored) -> None:
    until(lambda: published_again(login, older))
    until(lambda: processed(login, older))
    tables = (
        "events",
        "heard",
        "minted",
    )  # numbers of records change with the cases that the rules of today open
    now = older.rows_now(login, *tables)
    for of, rows in older.rows.items():
        if of[1] in tables:  # readers that keep more than before, and the cases that follow it, add rows
            assert [row for row in rows if row not in now[of]] == [], of


def test_timelines_hold_the_events_that_they_held(client: DemoClient, older: Restored) -> None:
    """The rules that read the events as journeys are those of this version, and so are the cases that follow returns."""
    assert len(older.expected["timelines"]) == 4
    for number, expected in older.expected["timelines"].items():
        path = f"/registry/workers/{number}/timeline"
        for asked in ({}, {"as_of": older.expected["as_of"]}):
            shown = client.get("registrar", path, **asked).json()
            assert shown["number"] == expected["number"]
            assert held(shown["entries"]) == held(expected["entries"])


def held(entries: list[dict[str, Any]]) -> dict[str, tuple[str, bool]]:
    """Return the type of each event on a timeline, and whether it stands."""
    return {
        each["event_id"]: (each["type"], each["stands"])
        for each in entries
        if not each["type"].startswith("domnaer.reintegration.")
    }


def test_records_answer_as_the_older_version_answered(client: DemoClient, older: Restored) -> None:
    assert len(older.expected["records"]) == 6
    for path, expected in older.expected["records"].items():
        by_other_rules = {"work", "known_now", "contracts"}  # work abroad is read from journeys since then
        kept = {name: value for name, value in expected.items() if name not in by_other_rules}
        assert missing(client.get("registrar", path).json(), kept) == [], path


def missing(now: Any, before: Any, path: str = "") -> list[str]:
    """Return where an answer lacks a value that it had before; it may have further fields."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [each for name in before for each in missing(now.get(name), before[name], f"{path}.{name}")]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [
            each for nth, value in enumerate(before) for each in missing(now[nth], value, f"{path}[{nth}]")
        ]
    return [] if now == before else [f"{path}: {now!r} was {before!r}"]


def test_a_joined_number_still_redirects(client: DemoClient, older: Restored) -> None:
    joined = older.expected["joined"]
    answer = client.get("registrar", f"/registry/workers/{joined['from']}/timeline")
    assert answer.status_code == 307
    assert answer.headers["location"].endswith(f"/registry/workers/{joined['to']}/timeline")


def test_a_command_that_was_sent_to_the_older_version_is_not_recorded_twice(
    client: DemoClient, older: Restored
) -> None:
    sent = older.expected["repeated"]
    key = {"Idempotency-Key": sent["key"]}
    answer = client.send(sent["by"], sent["path"], sent["body"].encode(), **key)
    assert answer == {"likely_same": [], **sent["answer"]}
    reused = json.loads(sent["body"]) | {"count_announced": 8}
    with pytest.raises(AssertionError, match="idempotency-key-reused"):
        client.send(sent["by"], sent["path"], reused, **key)


def test_a_file_that_was_uploaded_to_the_older_version_is_known(client: DemoClient, older: Restored) -> None:
    sent = older.expected["upload"]
    kind = {"Content-Type": "application/x-ndjson"}
    counts = client.send(sent["by"], sent["path"], sent["lines"].encode(), **kind)
    assert (counts["taken"], counts["already_known"]) == (0, sent["taken"])
    assert counts["refused"] == sent["refused"]


def test_every_service_goes_on_with_records_of_the_older_version(client: DemoClient, older: Restored) -> None:
    worker = older.expected["worker"]
    contract = f"/recruitment/employment-contracts/{worker['employment_contract']}"
    crossing = at(
        "2014-09-01",
        kind="departure",
        checkpoint="KH-POI",
        destination="THA",
        person={"documents": [{"kind": "passport", "number": worker["passport"]}]},
    )
    sent = [
        client.send("officer", "/border/crossings", crossing),
        client.send(
            "clerk", f"{contract}/termination", at("2014-08-01", ended_on="2014-06-12", reason="deported")
        ),
        client.send(
            "attache-bangkok",
            f"/consular/cases/{worker['assistance_case']}/actions",
            at("2014-08-01", action="letter"),
        ),
        client.send(
            "counsellor-battambang",
            f"/reintegration/cases/{worker['reintegration_case']}/sessions",
            at("2014-08-01", minutes=30),
        ),
        client.send(
            "qualifications",
            f"/skills/applications/{worker['application']}/revocation",
            at("2014-08-01", reason="other"),
        ),
        client.send("supervisor", f"/border/events/{worker['departure']}/void", {"reason": "never_happened"}),
    ]
    events = [event for outcome in sent for event in outcome["events"]]
    assert len(events) == len(sent)
    shown = client.timeline("registrar", worker["number"], events)
    before = older.expected["timelines"][worker["number"]]["entries"]
    assert {entry["event_id"] for entry in before} < {entry["event_id"] for entry in shown["entries"]}
    voided = next(entry for entry in shown["entries"] if entry["event_id"] == worker["departure"])
    assert not voided["stands"]


def test_a_void_of_an_older_return_takes_back_the_case_that_the_older_version_opened(
    client: DemoClient, older: Restored
) -> None:
    opened = older.expected["opened"]
    path = f"/reintegration/cases/{opened['reintegration_case']}"
    assert client.get("registrar", path).json()["outcome"] is None
    client.send("supervisor", f"/border/events/{opened['return']}/void", {"reason": "never_happened"})
    until(lambda: client.get("registrar", path).status_code == 404)


def test_a_return_after_the_upgrade_opens_a_case_that_shows_older_work(
    client: DemoClient, older: Restored
) -> None:
    worker = older.expected["worker"]
    crossing = at(
        "2014-10-01",
        kind="return",
        checkpoint="KH-POI",
        returned_from="THA",
        person={"documents": [{"kind": "passport", "number": worker["passport"]}], "home_province": "02"},
    )
    back = client.send("officer", "/border/crossings", crossing)

    def opened() -> str | None:
        rows = client.get("counsellor-battambang", "/reintegration/cases", limit=200).json()["items"]
        about = f"crossing-{back['id']}"
        return next((row["case_id"] for row in rows if row["about"] == about), None)

    path = f"/reintegration/cases/{until(opened)}"
    case = until(lambda: known(client.get("counsellor-battambang", path).json()))
    assert case["number"].replace("-", "") == worker["number"].replace("-", "")
    assert [work["occupation"] for work in case["work"]] == ["7112"]


def known(case: dict[str, Any]) -> dict[str, Any] | None:
    """Return a case if the number of its worker is known."""
    return case if case["number"] else None


def test_no_row_of_the_older_version_is_lost(login: Login, older: Restored) -> None:
    """Numbers of streams are looked up again: the cases that the rules of today would not open were voided."""
    assert {of: rows for of, rows in older.lost(login).items() if of[1] not in ("who", "who_entries")} == {}


def test_there_are_no_dead_letters(up: Command, older: Restored) -> None:
    listed = domnaer("dead-letters", "list", "--folder", older.folder)
    assert listed.stdout.strip() == "0 dead letters", listed.stdout + listed.stderr


def test_it_does_not_start_where_an_applied_migration_differs(up: Command, older: Restored) -> None:
    assert up.stop(signal.SIGINT) == 0
    with server(older.folder) as login:
        sql = "UPDATE public.migrations SET digest = 'of another text' WHERE name = :'name'"
        query(login, "skills", sql, name="services.skills.migrations/0001_heard.sql")
    again = domnaer("up", "--folder", older.folder, "--port", "0")
    assert again.returncode not in (0, None)
    assert "services.skills.migrations/0001_heard.sql" in again.stdout + again.stderr
