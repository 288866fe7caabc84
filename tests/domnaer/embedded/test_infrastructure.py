"""Real servers: one pair for most tests, others where a test kills the process that started them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from domnaer.embedded.folder import DataFolder, FolderInUse, ServerRestarts
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure
from domnaer.embedded.jars import JarMissing
from domnaer.embedded.postgres import SUPERUSER
from domnaer.embedded.process import is_zombie
from domnaer.embedded.restarts import restarting
from domnaer.topics.access import ADMIN

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]

_UP = """
import asyncio, sys
from domnaer.embedded.infrastructure import Infrastructure

async def main():
    async with Infrastructure(sys.argv[1]):
        sys.stdout.write("up\\n")
        sys.stdout.flush()
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningInfrastructure]:
    async with Infrastructure(tmp_path_factory.mktemp("infrastructure")) as running:
        yield running


def login(running: RunningInfrastructure) -> dict[str, Any]:
    settings = Settings(handle_key="h" * 32, session_key="s" * 32, **running.kafka_settings)
    return client_arguments(settings, ADMIN)


async def create_topic(running: RunningInfrastructure) -> str:
    name = f"test-{uuid.uuid4().hex}"
    admin = AIOKafkaAdminClient(**login(running))
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=2, replication_factor=1)])
    finally:
        await admin.close()
    return name


async def list_topics(running: RunningInfrastructure) -> list[str]:
    admin = AIOKafkaAdminClient(**login(running))
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()


async def produce(running: RunningInfrastructure, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(**login(running), enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value, key=b"worker")
    finally:
        await producer.stop()


async def consume_one(running: RunningInfrastructure, topic: str) -> bytes:
    consumer = AIOKafkaConsumer(topic, **login(running), group_id="test.reader", auto_offset_reset="earliest")
    await consumer.start()
    try:
        record = await asyncio.wait_for(consumer.getone(), 20)
    finally:
        await consumer.stop()
    value: bytes = record.value
    return value


async def start_in_child(folder: DataFolder) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", _UP, str(folder.path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert await asyncio.to_thread(child.stdout.readline) == b"up\n"
    child.stdout.close()
    return child


def server_pids(folder: DataFolder) -> list[int]:
    return [int(folder.pid_file(server).read_text()) for server in ("postgres", "kafka")]


def is_gone(pid: int) -> bool:
    return is_zombie(pid) or not psutil.pid_exists(pid)


def command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


async def wait_until_gone(pids: list[int], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not all(is_gone(pid) for pid in pids):
            await asyncio.sleep(0.05)


async def test_a_database_can_be_created_and_used(running: RunningInfrastructure) -> None:
    superuser = await asyncpg.connect(running.postgres_dsn("postgres"))
    await superuser.execute("CREATE DATABASE ledger")
    await superuser.execute("CREATE ROLE account LOGIN PASSWORD 'p@ss/word'")
    await superuser.close()

    account = await asyncpg.connect(running.postgres_dsn("ledger", "account", "p@ss/word"))
    assert await account.fetchval("SELECT current_user || '@' || current_database()") == "account@ledger"
    await account.close()


async def test_the_record_is_durable_and_sessions_may_not_idle_in_a_transaction(
    running: RunningInfrastructure,
) -> None:
    connection = await asyncpg.connect(running.postgres_dsn("postgres"))
    settings = dict(await connection.fetch("SELECT name, setting FROM pg_settings"))
    await connection.close()

    assert settings["fsync"] == "on"
    assert settings["synchronous_commit"] == "on"
    assert settings["full_page_writes"] == "on"
    assert settings["data_checksums"] == "on"
    assert settings["idle_in_transaction_session_timeout"] == "10000"


async def test_postgres_refuses_a_wrong_password(running: RunningInfrastructure) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(running.postgres_dsn("postgres", SUPERUSER, "wrong"))


async def test_a_record_goes_through_a_topic(running: RunningInfrastructure) -> None:
    topic = await create_topic(running)
    await produce(running, topic, b"departed")
    assert await consume_one(running, topic) == b"departed"


async def test_an_unknown_topic_is_not_made_by_asking_for_it(running: RunningInfrastructure) -> None:
    producer = AIOKafkaProducer(**login(running), request_timeout_ms=1000)
    await producer.start()
    with pytest.raises(UnknownTopicOrPartitionError):
        await producer.partitions_for("never-created")
    await producer.stop()
    assert "never-created" not in await list_topics(running)


async def test_a_second_start_on_the_same_folder_is_refused_and_names_the_holder(
    running: RunningInfrastructure,
) -> None:
    with pytest.raises(FolderInUse) as refused:
        async with Infrastructure(running.folder):
            pass
    assert refused.value.pid == os.getpid()
    assert running.postgres.is_running
    assert running.kafka.is_running


async def test_addresses_are_noted_for_other_commands(running: RunningInfrastructure) -> None:
    addresses = running.folder.find_addresses()
    assert addresses is not None
    assert addresses.kafka_bootstrap == running.kafka_bootstrap
    connection = await asyncpg.connect(
        host=addresses.postgres_host,
        port=addresses.postgres_port,
        user=addresses.postgres_user,
        password=addresses.postgres_password,
        database="postgres",
    )
    await connection.close()


async def test_committed_rows_survive_a_killed_postgres(running: RunningInfrastructure) -> None:
    connection = await asyncpg.connect(running.postgres_dsn("postgres"))
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    port = running.postgres.port

    await running.postgres.kill()
    assert not running.postgres.is_running
    await running.postgres.start()

    assert running.postgres.port == port
    connection.terminate()
    connection = await asyncpg.connect(running.postgres_dsn("postgres"))
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()


async def test_stored_records_survive_a_killed_kafka(running: RunningInfrastructure) -> None:
    topic = await create_topic(running)
    await produce(running, topic, b"kept")
    address = running.kafka_bootstrap

    await running.kafka.kill()
    await running.kafka.start()

    assert running.kafka_bootstrap == address
    assert await consume_one(running, topic) == b"kept"


async def test_a_wiped_kafka_is_empty_at_the_same_address(running: RunningInfrastructure) -> None:
    topic = await create_topic(running)
    address = running.kafka_bootstrap

    await running.kafka.wipe()

    assert running.kafka_bootstrap == address
    assert topic not in await list_topics(running)


async def test_a_server_that_was_stopped_can_be_stopped_again(running: RunningInfrastructure) -> None:
    await running.postgres.stop()
    await running.postgres.stop()
    await running.postgres.kill()
    await running.postgres.start()
    await running.postgres.start()


async def test_the_servers_keep_their_addresses_and_data_over_a_restart(tmp_path: Path) -> None:
    async with Infrastructure(tmp_path) as first:
        topic = await create_topic(first)
        dsn, bootstrap = first.postgres_dsn("postgres"), first.kafka_bootstrap
        pids = server_pids(first.folder)
    assert all(is_gone(pid) for pid in pids)
    assert first.folder.find_holder() is None

    async with Infrastructure(tmp_path) as second:
        assert second.postgres_dsn("postgres") == dsn
        assert second.kafka_bootstrap == bootstrap
        assert topic in await list_topics(second)


async def test_a_start_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(JarMissing):
        async with Infrastructure(folder, jars=tmp_path / "no jars here"):
            pass
    assert folder.find_holder() is None
    assert not folder.pid_file("postgres").exists()
    assert folder.find_addresses() is None


async def test_a_cancelled_start_leaves_nothing_running(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2), Infrastructure(folder):
            await asyncio.sleep(60)
    assert folder.find_holder() is None
    assert not any(f"{tmp_path}/" in part for each in psutil.process_iter() for part in command_line(each))


async def test_a_server_that_cannot_start_is_tried_with_growing_pauses_until_it_can(tmp_path: Path) -> None:
    reports: list[str] = []

    async def reported(sentence: str, count: int = 1) -> None:
        async with asyncio.timeout(60):
            while sum(sentence in report for report in reports) < count:
                await asyncio.sleep(0.05)

    async with Infrastructure(tmp_path) as running, restarting(running, reports.append):
        control = running.folder.postgres / "data" / "global" / "pg_control"
        away = control.with_name("pg_control.away")
        control.rename(away)
        os.kill(int(running.folder.pid_file("postgres").read_text()), signal.SIGKILL)
        await reported("PostgreSQL did not start", 3)
        assert running.folder.find_restarts()["PostgreSQL"].failed_starts >= 3
        away.rename(control)
        await reported("PostgreSQL runs again, restart 1 since the start")
        connection = await asyncpg.connect(running.postgres_dsn("postgres"))
        await connection.close()
        noted = running.folder.find_restarts()
        assert (noted["PostgreSQL"].restarts, noted["PostgreSQL"].failed_starts) == (1, 0)
        assert noted["Kafka"] == ServerRestarts()

    assert reports[0].startswith("PostgreSQL has ended unexpectedly; ")
    assert all("pg_control" in report for report in reports if "did not start" in report)
    pauses = [float(report.split()[-2]) for report in reports if "is started again in" in report]
    assert len(pauses) >= 4 and pauses[3] > pauses[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
async def test_the_servers_end_with_a_killed_parent(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    child = await start_in_child(folder)
    pids = server_pids(folder)

    child.kill()
    await asyncio.to_thread(child.wait)

    await wait_until_gone(pids, seconds=15)


async def test_servers_of_a_killed_parent_are_stopped_by_the_next_start(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    child = await start_in_child(folder)
    assert folder.find_holder() == child.pid
    left_over = server_pids(folder)
    # Frozen, so that they cannot end with their parent: the worst that a next start may find.
    for pid in left_over:
        os.kill(pid, signal.SIGSTOP)

    child.kill()
    await asyncio.to_thread(child.wait)
    assert not any(is_gone(pid) for pid in left_over)

    async with Infrastructure(folder) as running:
        assert all(is_gone(pid) for pid in left_over)
        connection = await asyncpg.connect(running.postgres_dsn("postgres"))
        await connection.close()
        await create_topic(running)
