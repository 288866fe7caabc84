"""``domnaer up`` and the commands beside it, as processes: started twice, killed, stopped."""

from __future__ import annotations

import asyncio
import json
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from aiokafka import AIOKafkaProducer

from chassis.base.kafka import client_arguments
from chassis.outbox.cloudevents import INCARNATION
from contracts.border import TOPIC, WorkerReturned
from domnaer.all_services import find_services
from domnaer.configuration import ServiceFolder, find_surroundings, folder_settings
from domnaer.demo.accounts import demo_people
from tests.domnaer.commands import Command, domnaer, nothing_runs, processes_of

pytestmark = pytest.mark.timeout(180)
URL = r"^(http://127\.0\.0\.1:\d+)$"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[Command]:
    """Return a data folder whose processes were killed once before."""
    with Command("up", "--folder", folder, "--port", "0") as killed:
        killed.says(URL)
        killed.stop(signal.SIGKILL)
    with Command("up", "--folder", folder, "--port", "0") as command:
        command.says(URL)
        yield command


@pytest.fixture(scope="module")
def url(up: Command) -> str:
    return up.says(URL)[1]


def test_up_starts_within_fifteen_seconds_also_after_a_kill(up: Command) -> None:
    assert float(up.says(r"^Domnaer is ready after ([0-9.]+) s")[1]) < 15


def test_up_prints_the_accounts(up: Command) -> None:
    for person in demo_people():
        assert person.id in up.output
        assert person.name_en in up.output


def test_every_service_answers_under_its_prefix_on_one_port(up: Command, url: str) -> None:
    assert httpx2.get(f"{url}/health").json()["status"] == "ok"
    for service in find_services():
        assert httpx2.get(f"{url}/{service.name}/health/ready").status_code == 200
        assert (
            httpx2.get(f"{url}/{service.name}/openapi.json").json()["info"]["title"]
            == f"Domnaer: {service.title}"
        )


def test_api_documentation_works_without_the_internet(up: Command, url: str) -> None:
    for page in ("docs", "redoc"):
        html = httpx2.get(f"{url}/border/{page}").text
        sources = [part.split('"')[0] for mark in ('src="', 'href="') for part in html.split(mark)[1:]]
        assert sources
        for source in sources:
            assert source.startswith("/")
            assert httpx2.get(url + source).status_code == 200


def test_the_first_page_and_the_search_redirect_to_sign_in(up: Command, url: str) -> None:
    for path in ("/", "/registry/pages/search"):
        answer = httpx2.get(url + path)
        assert answer.headers["location"] == f"/sign-in?next={path}"
    sign_in = httpx2.get(url + answer.headers["location"])
    assert sign_in.status_code == 200
    assert "history-loader" not in sign_in.text


def test_a_second_start_on_the_folder_is_refused(up: Command, folder: Path) -> None:
    second = domnaer("up", "--folder", folder, "--port", "0")
    assert second.returncode == 1
    assert f"in use by process {up.process.pid}" in second.stderr


def test_a_taken_port_is_reported_before_anything_is_started(up: Command, url: str, tmp_path: Path) -> None:
    port = url.rpartition(":")[2]
    other = domnaer("up", "--folder", tmp_path / "other", "--port", port)
    assert other.returncode == 1
    assert f"port {port} is taken" in other.stderr
    assert processes_of(tmp_path / "other") == []


def test_the_status_shows_every_service(up: Command, folder: Path) -> None:
    until = time.monotonic() + 30
    while (shown := domnaer("status", "--folder", folder)).returncode and time.monotonic() < until:
        time.sleep(0.5)  # readers find topics that were created a moment ago
    assert shown.returncode == 0, shown.stdout
    for service in find_services():
        assert service.name in shown.stdout


def numbers(shown: str, title: str) -> list[str]:
    """The numbers of a row of the table of metrics."""
    line = next(line for line in shown.splitlines() if line.strip().startswith(title))
    return line.strip().removeprefix(title).split()


def test_the_status_shows_the_numbers_of_the_metrics(up: Command, url: str, folder: Path) -> None:
    assert httpx2.get(f"{url}/metrics").status_code == 200
    shown = domnaer("status", "--folder", folder).stdout
    services = len(find_services())
    for title in ("requests", "relay backlog, events", "dead letters by reason", "pool connections"):
        assert len(numbers(shown, f"{title} ")) >= services, shown
    assert all(int(count.replace(",", "")) > 0 for count in numbers(shown, "requests  ")), shown


def test_the_status_fails_while_the_settler_does(up: Command, folder: Path) -> None:
    running = ServiceFolder(folder)
    addresses = running.find_addresses()
    assert addresses is not None
    settings = folder_settings(running, addresses, running.find_keys())

    async def rename(old: str, new: str) -> None:
        connection = await asyncpg.connect(settings.database("registry", owner=False))
        try:
            build = await connection.fetchval("SELECT build FROM builds WHERE state = 'live'")
            await connection.execute(f"ALTER TABLE timeline_{build}.{old} RENAME TO {new}")
        finally:
            await connection.close()

    def shows(code: int) -> str:
        until = time.monotonic() + 30
        while (shown := domnaer("status", "--folder", folder)).returncode != code:
            assert time.monotonic() < until, shown.stdout
            time.sleep(0.5)
        return shown.stdout

    asyncio.run(rename("dirty", "away"))
    try:
        registry = next(line for line in shows(1).splitlines() if line.strip().startswith("registry"))
    finally:
        asyncio.run(rename("away", "dirty"))
    assert "?" in registry or "stopped" in registry
    shows(0)


def test_a_token_of_a_demo_person_is_accepted(up: Command, url: str, folder: Path) -> None:
    token = domnaer("token", "registrar", "--folder", folder).stdout.strip()
    call = {"Authorization": f"Bearer {token}"}
    assert httpx2.get(f"{url}/registry/figures/departures", headers=call).json() == []
    nobody = domnaer("token", "nobody", "--folder", folder)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "registrar" in nobody.stderr


def test_events_are_shown_without_persons_and_with_them_only_for_a_reason(
    up: Command, url: str, folder: Path
) -> None:
    token = domnaer("token", "officer", "--folder", folder).stdout.strip()
    crossing = {
        "kind": "other",
        "direction": "in",
        "country": "THA",
        "checkpoint": "KH-POI",
        "occurred_at": "2026-01-05T08:00:00+07:00",
        "person": {"name": {"latin": "Sok Unheard"}},
    }
    call = {"Authorization": f"Bearer {token}", "Idempotency-Key": "test-events-tail"}
    recorded = httpx2.post(f"{url}/border/crossings", json=crossing, headers=call)
    assert recorded.status_code == 201, recorded.text
    event = recorded.json()["events"][0]
    asked = ("events", "tail", "--service", "border", "--last", "1", "--count", "1", "--folder", folder)
    plain = domnaer(*asked)
    assert json.loads(plain.stdout)["id"] == event
    assert "Unheard" not in plain.stdout + plain.stderr
    assert domnaer(*asked, "--person").returncode == 1
    told = domnaer(*asked, "--person", "--by", "operator", "--reason", "case-1")
    assert "Unheard" in told.stdout, told.stderr


def test_the_secrets_of_a_folder_are_readable_by_its_owner_only(up: Command, folder: Path) -> None:
    for name in ("addresses.json", "keys.json", "issuer/issuer.key.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    addresses = ServiceFolder(folder).find_addresses()
    assert addresses is not None
    assert addresses.http_url == up.says(URL)[1]


def test_there_are_no_dead_letters_after_the_start(up: Command, folder: Path) -> None:
    listed = domnaer("dead-letters", "list", "--folder", folder)
    assert listed.stdout.strip() == "0 dead letters", listed.stdout + listed.stderr


def test_poison_is_listed_without_its_content_replayed_and_discarded_with_a_reason(
    up: Command, folder: Path
) -> None:
    event = uuid4()
    asyncio.run(publish_poison(folder, event))
    until = time.monotonic() + 30
    while (listed := domnaer("dead-letters", "list", "--folder", folder)).stdout.count(str(event)) < 3:
        assert time.monotonic() < until, listed.stdout + listed.stderr
        time.sleep(0.3)
    for reader in ("registry.timeline", "reintegration.returns", "skills.contracts"):
        assert reader in listed.stdout, listed.stdout
    assert "poison" in listed.stdout
    assert "Unheard" not in listed.stdout + listed.stderr

    again = domnaer("dead-letters", "replay", str(event), "--service", "registry", "--folder", folder)
    assert (again.returncode, again.stdout.strip()) == (1, "0 taken, 1 stayed")

    why = ("--by", "operator", "--reason", "planted by a test", "--folder", folder)
    gone = domnaer("dead-letters", "discard", str(event), *why)
    assert (gone.returncode, gone.stdout.strip()) == (0, "1 discarded")
    assert domnaer("dead-letters", "list", "--folder", folder).stdout.strip() == "0 dead letters"
    unknown = domnaer("dead-letters", "discard", str(event), *why)
    assert unknown.returncode == 1
    assert "no such dead letter" in unknown.stdout


async def publish_poison(folder: Path, event: UUID) -> None:
    """Publish an event of a known type that cannot be read: a return without its checkpoint."""
    stream = f"crossing-{event}".encode()
    time_ = b"2026-01-05T08:00:00.000000Z"
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event).encode()),
        ("ce_type", WorkerReturned.wire.encode()),
        ("ce_source", b"/border"),
        ("ce_subject", stream),
        ("ce_time", time_),
        ("ce_recordedtime", time_),
        ("ce_streamversion", b"1"),
        ("ce_correlationid", str(event).encode()),
        (INCARNATION, b"1"),
    ]
    arguments = client_arguments(find_surroundings(folder, {}).settings, "border")
    async with AIOKafkaProducer(**arguments) as producer:
        await producer.send_and_wait(
            TOPIC, b'{"facts":{"returned_from":"Sok Unheard"},"handles":[]}', stream, headers=headers
        )


def test_ctrl_c_stops_everything_and_the_log_has_no_personal_data(up: Command, folder: Path) -> None:
    assert up.stop(signal.SIGINT) == 0
    assert nothing_runs(folder)
    assert "Unheard" not in (folder / "logs" / "services.log").read_text()
    stopped = domnaer("status", "--folder", folder)
    assert stopped.returncode == 1
    assert "nothing runs in" in stopped.stderr


def test_ctrl_c_while_it_starts_leaves_nothing_running(tmp_path: Path) -> None:
    with Command("up", "--folder", tmp_path / "data", "--port", "0") as command:
        until = time.monotonic() + 30
        while not (tmp_path / "data" / "kafka.pid").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        assert command.stop(signal.SIGINT) == 0
    assert nothing_runs(tmp_path / "data")
