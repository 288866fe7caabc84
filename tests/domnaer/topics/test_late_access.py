"""A broker that has lost its data refuses what it granted until access is granted again: readers then go on by themselves."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from chassis.base.kafka import client_arguments
from chassis.base.settings import Environment, Settings
from chassis.outbox.topic_writer import TopicWriter
from chassis.projections.projector import Projector
from chassis.reactions.worker_numbers import WorkerNumberReader, numbers_of
from chassis.store.database import create_database, migrate, open_pool
from contracts.catalogue import catalogue
from contracts.registry import WHO_TOPIC, WhoEntry
from domnaer.embedded.infrastructure import Infrastructure
from domnaer.embedded.kafka import Kafka
from domnaer.topics.access import ADMIN, Access
from domnaer.topics.administration import Administration, admin_arguments
from domnaer.topics.declared import declared_access
from tests.chassis.relay.running_relays import until

NODES = [f"{nth:032x}" for nth in (1, 2)]


async def publish(settings: Settings, node: str) -> None:
    """Publish a worker number as the registry's relay does."""
    async with TopicWriter(settings, "registry", WHO_TOPIC, lambda record: UUID(int=0)):
        pass  # creates the topic
    entry = WhoEntry(node=node, number="0" * 14, revision=1)
    async with AIOKafkaProducer(**client_arguments(settings, "registry")) as producer:
        headers = [("incarnation", b"1")]
        await producer.send_and_wait(
            WHO_TOPIC, entry.model_dump_json().encode(), node.encode(), headers=headers
        )


async def test_a_reader_that_was_refused_reads_on_when_access_is_granted(tmp_path: Path) -> None:
    access = declared_access()
    async with Infrastructure(tmp_path, access=access) as running:
        settings = Settings(
            environment=Environment.EMBEDDED,
            postgres=SecretStr(running.postgres_dsn("").rstrip("/")),
            postgres_passwords={"skills": SecretStr("a password of a test")},
            handle_key=SecretStr("a key of the handles for tests alone"),
            session_key=SecretStr("a key of the sessions for tests alone"),
            **running.kafka_settings,
        )
        await create_database(settings, "skills")
        await migrate(settings, "skills", "services.skills.migrations")
        pool = await open_pool(settings.database("skills"), size=4)
        projector = Projector(WorkerNumberReader("skills"), pool, catalogue(), settings)
        reading = asyncio.create_task(projector.run())

        async def knows(node: str) -> bool:
            return UUID(node) in await numbers_of(pool, [UUID(node)])

        emptied = Kafka(running.folder, access=Access(access.users))
        try:
            await publish(settings, NODES[0])
            await until(lambda: knows(NODES[0]))
            await running.kafka.stop()
            await asyncio.to_thread(shutil.rmtree, running.folder.kafka / "data")
            await emptied.start()

            async def refused() -> bool:
                return "AuthorizationFailed" in (projector.status.stopped or "")

            await until(refused)
            admin = admin_arguments(
                settings.model_copy(update={"kafka_user": ADMIN, "kafka_mechanism": "PLAIN"})
            )
            await asyncio.to_thread(Administration(admin).grant, access, {})
            await publish(settings, NODES[1])
            await until(lambda: knows(NODES[1]))
            assert not reading.done()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await pool.close()
            await emptied.stop()
