"""With a codec that seals, no name and no number of a person is stored in clear, in any table of any service.

All services run on servers of their own; what the offices send takes every way into a database: a crossing, an upload
with refused rows, records that no reader can process, the reactions to a return, and the projection of the registry.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from aiokafka import AIOKafkaProducer

from chassis.access.permissions import Reach
from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.outbox.cloudevents import INCARNATION
from chassis.projections.dead_letters import list_letters
from chassis.projections.replay import replay
from chassis.service import RunningService
from chassis.store.persons import PersonCodec, using_codec
from contracts.border import TOPIC, WorkerReturned
from contracts.person import ClearPerson, SealedPerson
from domnaer.all_services import find_services
from domnaer.local.issuer import DemoPerson, LocalIssuer
from domnaer.server import run_services
from tests.conftest import headers, settings_for
from tests.servers import run_servers

pytestmark = pytest.mark.timeout(180)

LATIN, KHMER, PASSPORT, PHONE = "Keovannara PLANTEDNAME", "កែវវណ្ណារ៉ា", "N77420931", "012774209"
PLANTED = ("keovannara", "plantedname", KHMER, "77420931", "12774209")
PERSON = {
    "sex": 2,
    "home_province": "02",
    "name": {"latin": LATIN, "khmer": KHMER},
    "phone": PHONE,
    "documents": [{"kind": "passport", "number": PASSPORT}],
}
RETURN = {
    "kind": "return",
    "occurred_at": "2014-06-13T08:00:00+07:00",
    "checkpoint": "KH-POI",
    "returned_from": "THA",
    "person": PERSON,
}
PERMISSIONS = (
    *("border.crossing.record", "reintegration.case.read", "reintegration.case.work"),
    *("registry.worker.search", "registry.worker.read", "registry.timeline.read"),
)
EVERYBODY = DemoPerson(
    id="everybody",
    name_en="Everybody",
    name_km="Everybody",
    office="TEST",
    title="Test",
    permissions=frozenset(PERMISSIONS),
    reach=Reach(national=True),
    password="not used here",
)
Found = TypeVar("Found")


class SealingCodec(PersonCodec):
    """Seals with a key that everybody knows: enough to find what is stored around the codec."""

    def seal_block(self, block: str) -> str:
        data = json.loads(block)
        if data["form"] != "clear":
            return block
        sealed = SealedPerson(
            evidence_id=data["evidence_id"], key="test", ciphertext=_scrambled(block.encode())
        )
        return sealed.model_dump_json()

    def open_block(self, stored: str) -> str:
        data = json.loads(stored)
        return _plain(data["ciphertext"]).decode() if data["form"] == "sealed" else stored

    def seal(self, content: bytes) -> bytes:
        return b"sealed:" + _scrambled(content).encode()

    def open(self, stored: bytes) -> bytes:
        assert stored.startswith(b"sealed:")
        return _plain(stored.removeprefix(b"sealed:").decode())

    def search_key(self, key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()


def _scrambled(content: bytes) -> str:
    return base64.b64encode(bytes(each ^ 0x5A for each in content)).decode()


def _plain(sealed: str) -> bytes:
    return bytes(each ^ 0x5A for each in base64.b64decode(sealed))


class Offices:
    """Clients of all services, with one token for all permissions."""

    def __init__(
        self, running: list[RunningService], clients: dict[str, httpx2.AsyncClient], token: str
    ) -> None:
        self.running = {each.service.name: each for each in running}
        self.clients = clients
        self.token = token

    async def send(self, service: str, path: str, body: Any) -> dict[str, Any]:
        answer = await self.clients[service].post(path, json=body, headers=headers(self.token))
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, service: str, path: str) -> dict[str, Any]:
        answer = await self.clients[service].get(path, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def worker(self, **asked: Any) -> dict[str, Any] | None:
        found = await self.send("registry", "/workers/search", asked)
        return next(iter(found["workers"]), None)


@asynccontextmanager
async def offices(settings: Settings, token: str) -> AsyncIterator[Offices]:
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(run_services(find_services(), settings))
        clients = {}
        for each in running:
            client = httpx2.AsyncClient(transport=httpx2.ASGITransport(each.app), base_url="http://service")
            clients[each.service.name] = await stack.enter_async_context(client)
        yield Offices(running, clients, token)


async def until(find: Callable[[], Awaitable[Found | None]], within: float = 60) -> Found:
    ends = time.monotonic() + within
    while not (found := await find()):
        assert time.monotonic() < ends
        await asyncio.sleep(0.1)
    return found


async def publish_poison(settings: Settings, type_: str) -> UUID:
    """Publish an event that cannot be decoded, with a person in its body, in its key and in a header."""
    event_id = uuid4()
    attributes = {
        "ce_id": str(event_id),
        "ce_type": type_,
        "ce_source": LATIN,
        "ce_subject": f"crossing-{event_id}",
        "ce_time": "2014-06-13T01:00:00Z",
        "ce_recordedtime": "2014-06-13T01:00:00Z",
        "ce_streamversion": "1",
        "ce_correlationid": str(event_id),
        "x-note": KHMER,
        INCARNATION: "1",
    }
    body = json.dumps({"facts": {"returned_from": LATIN}, "person": PERSON}, ensure_ascii=False).encode()
    sent = [(name, value.encode()) for name, value in attributes.items()]
    async with AIOKafkaProducer(**client_arguments(settings, "border")) as producer:
        await producer.send_and_wait(TOPIC, body, PASSPORT.encode(), headers=sent)
    return event_id


async def stored_in_clear(settings: Settings) -> set[str]:
    """Return ``database.schema.table: text`` for each planted text that a table of a service holds."""
    found = set()
    forms = {
        text: {text, text.encode().hex(), json.dumps(text)[1:-1].replace("\\", "\\\\")} for text in PLANTED
    }
    for service in find_services():
        connection = await asyncpg.connect(settings.database(service.name))
        try:
            tables = await connection.fetch(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg%'"
            )
            for schema, table in tables:
                if table == "migrations":
                    continue
                rows = await connection.fetch(f'SELECT lower(t::text) AS row FROM "{schema}"."{table}" AS t')
                held = "\n".join(row["row"] for row in rows)
                found |= {
                    f"{service.name}.{schema}.{table}: {text}"
                    for text, written in forms.items()
                    if any(each in held for each in written)
                }
        finally:
            await connection.close()
    return found


async def test_nothing_of_a_person_is_stored_in_clear_by_a_codec_that_seals(tmp_path: Path) -> None:
    async with run_servers(tmp_path / "servers") as servers:
        own = settings_for(servers, tmp_path)
        with using_codec(SealingCodec()):
            async with offices(own, LocalIssuer(tmp_path, [EVERYBODY], own).token(EVERYBODY.id)) as desk:
                back = await desk.send("border", "/crossings", RETURN)
                refusals = await upload(desk)
                assert {each["value"] for each in refusals} >= {LATIN, PASSPORT}
                unknown = await publish_poison(own, f"domnaer.{LATIN}.v1")
                broken = await publish_poison(own, WorkerReturned.wire)

                for asked in (
                    {"document": {"number": PASSPORT}},
                    {"name": LATIN},
                    {"name": KHMER},
                    {"phone": PHONE},
                ):
                    worker = await until(lambda asked=asked: desk.worker(**asked))
                    assert (worker["latin"], worker["khmer"]) == (LATIN, KHMER), asked
                timeline = await desk.get("registry", f"/workers/{worker['number']}/timeline")
                assert timeline["name"] == {"khmer": KHMER, "latin": LATIN}
                await until(lambda: case_of(desk, back["id"]))
                await until(lambda: letters(desk, {unknown, broken}))

                assert await stored_in_clear(own) == set()
                sealed = desk.running["registry"].runtime.pool
                reader = desk.running["registry"].projectors[0]
                again = await replay(reader.reader, sealed, reader.catalogue, 1, ids=[broken])
                assert (again.taken, again.stayed) == (0, 1)
        assert await stored_in_clear(own) == set()


async def test_the_scan_finds_what_is_stored_in_clear(tmp_path: Path) -> None:
    async with run_servers(tmp_path / "servers") as servers:
        own = settings_for(servers, tmp_path)
        async with offices(own, LocalIssuer(tmp_path, [EVERYBODY], own).token(EVERYBODY.id)) as desk:
            back = await desk.send("border", "/crossings", RETURN)
            await upload(desk)
            broken = await publish_poison(own, WorkerReturned.wire)
            await until(lambda: desk.worker(phone=PHONE))
            await until(lambda: case_of(desk, back["id"]))
            await until(lambda: letters(desk, {broken}))
            tables = {each.partition(":")[0] for each in await stored_in_clear(own)}
    assert tables >= {
        "border.public.events",
        "border.public.upload_refusals",
        "registry.public.dead_letters",
        "registry.timeline_1.facts",
        "registry.timeline_1.people",
        "reintegration.public.events",
    }


async def upload(desk: Offices) -> list[dict[str, Any]]:
    """Upload rows of which two are refused, and return what is said of these."""
    rows = [
        RETURN,
        {**RETURN, "returned_from": LATIN},
        {**RETURN, "checkpoint": PASSPORT, LATIN: "unknown"},
        {**RETURN, "person": {**PERSON, "name": {"latin": 7, "khmer": LATIN}}},
    ]
    answer = await desk.clients["border"].post(
        "/crossings/bulk",
        content="\n".join(json.dumps(row) for row in rows).encode(),
        headers={**headers(desk.token), "Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["taken"], answer.json()["refused"]) == (1, 3), answer.text
    found: list[dict[str, Any]] = answer.json()["refusals"]
    return found


async def case_of(desk: Offices, crossing: str) -> dict[str, Any] | None:
    """Return the reintegration case of a return, with the person who returned."""
    for row in (await desk.get("reintegration", "/cases?limit=200"))["items"]:
        if row["about"] == f"crossing-{crossing}":
            case = await desk.get("reintegration", f"/cases/{row['case_id']}")
            assert case["person"]["name"] == {"khmer": KHMER, "latin": LATIN}
            return case
    return None


async def letters(desk: Offices, events: set[UUID]) -> bool:
    """Return whether the registry has stored dead letters of these events."""
    pool = desk.running["registry"].runtime.pool
    return events <= {each.event_id for each in await list_letters(pool, "registry.timeline", 1)}


def test_a_person_that_is_sealed_already_is_not_sealed_again() -> None:
    codec, person = SealingCodec(), ClearPerson(evidence_id=uuid4())
    stored = codec.dump(person)
    assert codec.seal_block(stored) == stored
    assert codec.load(stored) == person


def test_the_codec_of_today_stores_and_reads_everything_as_it_is() -> None:
    codec, person = PersonCodec(), ClearPerson(evidence_id=uuid4())
    assert codec.load(codec.dump(person)) == person
    assert codec.open(codec.seal(b"\xff\0")) == b"\xff\0"
    assert codec.open_text(codec.seal_text(KHMER)) == KHMER
    assert (codec.seal_text(None), codec.open_text(None)) == (None, None)
