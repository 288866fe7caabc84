"""A data folder of a version whose Kafka had no users gets its users at the next start, and keeps its records."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.projections.kafka_clients import find_partitions, open_consumer
from contracts.border import TOPIC
from domnaer.embedded.folder import DataFolder
from domnaer.embedded.kafka import Kafka
from domnaer.topics.access import ADMIN, Access
from domnaer.topics.administration import Administration
from domnaer.topics.declared import declared_access


class AdministrationWithoutUsers(Administration):
    """A connection to a broker that has no access control."""

    def grant(self, access: Access, passwords: Mapping[str, str]) -> None:
        assert not access.grants


class KafkaOfAnOlderVersion(Kafka):
    """The embedded broker as it was: everybody may do everything, without logging in."""

    def _administration(self, password: str) -> Administration:
        return AdministrationWithoutUsers({"bootstrap.servers": self.bootstrap})

    def _write_properties(self, password: str) -> None:
        super()._write_properties(password)
        lines = self._properties.read_text().replace("SASL_PLAINTEXT", "PLAINTEXT").splitlines(keepends=True)
        removed = ("sasl", "authorizer", "allow.everyone", "super.users")
        self._properties.write_text(
            "".join(each for each in lines if not any(one in each for one in removed))
        )


async def test_it_gets_its_users_and_keeps_its_records(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.create()
    older = KafkaOfAnOlderVersion(folder)
    anonymous = {"bootstrap_servers": older.bootstrap, "request_timeout_ms": 5_000}
    await older.start()
    try:
        admin = AIOKafkaAdminClient(**anonymous)
        await admin.start()
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(**anonymous) as producer:
            await producer.send_and_wait(TOPIC, b"recorded before")
    finally:
        await older.stop()
    (folder.kafka / "passwords.json").unlink()

    now = Kafka(folder, access=declared_access())
    await now.start()
    try:
        given = folder.kafka_settings(now.bootstrap)
        settings = Settings(handle_key="h" * 32, session_key="s" * 32, **given)
        [partition] = await find_partitions(settings, "registry", [TOPIC])
        async with open_consumer(settings, "registry") as consumer:
            consumer.assign([partition])
            consumer.seek(partition, 0)
            assert (await consumer.getone()).value == b"recorded before"
        async with AIOKafkaProducer(**client_arguments(settings, "consular")) as producer:
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(TOPIC, b"forged")
        with pytest.raises(KafkaConnectionError):
            async with AIOKafkaProducer(**anonymous):
                pass
    finally:
        await now.stop()
    assert set(folder.kafka_passwords()) == {ADMIN, *declared_access().users}
    for secret in (folder.kafka / "passwords.json", folder.kafka / "server.properties"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
