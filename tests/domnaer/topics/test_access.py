"""Kafka lets each service write its own topics, and read what its readers declare, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from pydantic import SecretStr
from structlog.testing import capture_logs

from chassis.base.kafka import OPERATOR, KafkaLoginRefused, client_arguments
from chassis.base.settings import KafkaSecurity, Settings
from chassis.outbox.health import relay_check
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource
from chassis.outbox.topic_writer import TopicWriter
from chassis.projections.health import projector_check
from chassis.projections.kafka_clients import find_partitions, open_consumer
from contracts import border, consular
from contracts.registry import WHO_TOPIC
from domnaer.command.status import _behind
from domnaer.topics.access import ADMIN, Access, Grant, Resource
from domnaer.topics.administration import Administration, admin_arguments
from domnaer.topics.declared import declared_access
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import running
from tests.chassis.relay.running_relays import Fresh, running_relays, until

SOON = {"request_timeout_ms": 5_000}


@pytest.fixture(scope="module")
async def topics(settings: Settings) -> None:
    """The topics of two services, as their relays create them."""
    for service, topic in (("border", border.TOPIC), ("consular", consular.TOPIC)):
        async with TopicWriter(settings, service, topic, EventSource(service).identify):
            pass


async def write(arguments: Mapping[str, Any], topic: str) -> None:
    async with AIOKafkaProducer(**arguments, **SOON, enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, b"not an event", b"probe-of-access")


async def read_one(arguments: Mapping[str, Any], topic: str) -> Any:
    consumer = AIOKafkaConsumer(topic, **arguments, **SOON, auto_offset_reset="earliest")
    try:
        await consumer.start()
        async with asyncio.timeout(20):
            return await consumer.getone()
    finally:
        await consumer.stop()


def test_every_topic_is_written_by_one_service_and_the_operator_writes_none() -> None:
    access = declared_access()
    writers: dict[str, set[str]] = {}
    for grant in access.grants:
        if grant.operation != "Read":
            assert grant.resource is Resource.TOPIC
            writers.setdefault(grant.name, set()).add(grant.user)
    assert writers[border.TOPIC] == {"border"}
    assert writers[WHO_TOPIC] == {"registry"}
    assert all(len(users) == 1 for users in writers.values())
    assert OPERATOR in access.users
    assert ADMIN not in access.users


async def test_nobody_writes_or_reads_without_a_user(settings: Settings, topics: None) -> None:
    anonymous = {"bootstrap_servers": settings.kafka}
    with pytest.raises(KafkaConnectionError):
        await write(anonymous, border.TOPIC)
    with pytest.raises(KafkaConnectionError):
        await read_one(anonymous, border.TOPIC)


async def test_a_service_cannot_forge_an_event_of_another(settings: Settings, topics: None) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await write(client_arguments(settings, "consular"), border.TOPIC)
    with pytest.raises(TopicAuthorizationFailedError):  # a topic that it may read
        await write(client_arguments(settings, "reintegration"), border.TOPIC)
    with pytest.raises(ClusterAuthorizationFailedError):  # it may write nothing at all
        await write(client_arguments(settings, OPERATOR), border.TOPIC)


async def test_a_service_reads_only_what_its_readers_declare(settings: Settings, topics: None) -> None:
    assert await find_partitions(settings, "reintegration", [border.TOPIC])
    with pytest.raises(TopicAuthorizationFailedError):
        await find_partitions(settings, "recruitment", [consular.TOPIC])
    await write(client_arguments(settings, "consular"), consular.TOPIC)
    for service in ("registry", OPERATOR):
        assert await read_one(client_arguments(settings, service), consular.TOPIC)
    with pytest.raises(TopicAuthorizationFailedError):
        await read_one(client_arguments(settings, "recruitment"), consular.TOPIC)


async def test_a_service_does_not_join_the_groups_of_another(settings: Settings, topics: None) -> None:
    arguments = client_arguments(settings, "reintegration")
    consumer = AIOKafkaConsumer(border.TOPIC, **arguments, **SOON, group_id="registry.timeline")
    with pytest.raises(GroupAuthorizationFailedError):
        async with asyncio.timeout(20):
            await consumer.start()
            await consumer.getone()
    await consumer.stop()


async def test_a_reader_without_access_says_so(machine: ServiceWithReader, settings: Settings) -> None:
    user, passwords = machine.service, {machine.service: "a password of a test"}
    group = Grant(user, Resource.GROUP, f"{user}.things", "Read")
    administration = Administration(admin_arguments(settings))
    await asyncio.to_thread(administration.grant, Access((user,), frozenset({group})), passwords)
    machine.settings = settings.model_copy(update={"kafka_passwords": {user: SecretStr(passwords[user])}})
    projector = machine.projector()
    async with running(projector):
        await until(lambda: "TopicAuthorizationFailedError" in (projector.trouble or ""))
    assert machine.topic_writer.topic in (projector.trouble or "")


async def test_a_wrong_password_is_named_by_relay_and_reader(
    machine: ServiceWithReader, fresh_service: Fresh, settings: Settings
) -> None:
    wrong = settings.model_copy(
        update={"kafka_user": "border", "kafka_passwords": {"border": SecretStr("not the password")}}
    )
    service = await fresh_service("refused")
    relay = Relay(EventSource(service.name, topic=service.topic), wrong, service.dsn)
    machine.settings = wrong
    projector = machine.projector()
    with capture_logs() as logs:
        async with running_relays(relay), running(projector):
            await until(lambda: "KafkaLoginRefused" in (relay.trouble or ""))
            await until(lambda: "KafkaLoginRefused" in (projector.trouble or ""))
            checks = {
                "relay": await relay_check([relay], 10, 10)(),
                "projector": await projector_check([projector], 10)(),
            }
    assert "Kafka refuses the user border or its password" in (projector.trouble or "")
    assert any(
        line["event"] == "relay_retrying" and "refuses the user border" in line["error"] for line in logs
    )
    assert "not the password" not in str(logs)
    for role, check in checks.items():
        assert (check.ok, check.codes["error"]) == (False, "KafkaLoginRefused")
        assert "KafkaLoginRefused" in _behind({"checks": {role: dict(check.codes)}}, role)


async def test_a_password_that_is_missing_is_named(settings: Settings) -> None:
    without = settings.model_copy(update={"kafka_passwords": {}})
    with pytest.raises(
        KafkaLoginRefused, match="DOMNAER_KAFKA_PASSWORDS has no password for the user border"
    ):
        client_arguments(without, "border")


async def test_a_broker_without_tls_is_named(settings: Settings) -> None:
    encrypted = settings.model_copy(update={"kafka_security": KafkaSecurity.SASL_SSL})
    with pytest.raises(KafkaLoginRefused, match=r"Kafka closes the connection .*DOMNAER_KAFKA_SECURITY"):
        async with open_consumer(encrypted, "border"):
            pass


async def test_granting_again_takes_back_what_is_no_longer_declared(settings: Settings, topics: None) -> None:
    user = f"probe-{uuid4().hex[:8]}"
    passwords = {user: "a password of a test"}
    probing = settings.model_copy(
        update={"kafka_passwords": {**settings.kafka_passwords, user: SecretStr(passwords[user])}}
    )
    administration = Administration(admin_arguments(settings))
    reading = Grant(user, Resource.TOPIC, border.TOPIC, "Read")
    other = Grant(user, Resource.TOPIC, consular.TOPIC, "Read")
    await asyncio.to_thread(administration.grant, Access((user,), frozenset({reading, other})), passwords)
    assert await find_partitions(probing, user, [border.TOPIC, consular.TOPIC])

    await asyncio.to_thread(administration.grant, Access((user,), frozenset({reading})), passwords)
    assert await find_partitions(probing, user, [border.TOPIC])
    with pytest.raises(TopicAuthorizationFailedError):
        await find_partitions(probing, user, [consular.TOPIC])
    assert await find_partitions(settings, "registry", [consular.TOPIC])  # other users keep their access

    await asyncio.to_thread(administration.grant, Access((user,), frozenset()), {})


async def test_the_superuser_with_a_wrong_password_is_refused(settings: Settings) -> None:
    wrong = settings.model_copy(update={"kafka_passwords": {ADMIN: SecretStr("not the password")}})
    administration = Administration(admin_arguments(wrong))
    with pytest.raises(KafkaLoginRefused, match="AUTHENTICATION"):
        await asyncio.to_thread(administration.grant, Access(), {})
