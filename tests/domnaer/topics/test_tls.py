"""Clients connect to Kafka over TLS: they check its certificate, and show their own where it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.base.kafka import KafkaLoginRefused, client_arguments
from chassis.base.settings import KafkaSecurity, Settings
from chassis.outbox.source import EventSource
from chassis.outbox.topic_writer import TopicWriter
from chassis.projections.kafka_clients import find_partitions, open_consumer
from contracts.border import TOPIC
from domnaer.embedded.folder import DataFolder
from domnaer.embedded.kafka import HOST, Kafka
from domnaer.topics.administration import Administration, admin_arguments
from domnaer.topics.declared import declared_access

CLIENT = "CN=border-by-certificate"


class Authority:
    """An authority that signs certificates, as files in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = self._sign(self._name, self._key, authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> Path:
        """Write a key and its certificate, which names this machine's loopback address, into one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        file = self._folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self._sign(subject, key, authority=False).public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


class KafkaWithTls(Kafka):
    """The embedded broker with two more listeners: TLS with a password, and TLS with a client certificate."""

    def __init__(self, folder: DataFolder, authority: Authority) -> None:
        super().__init__(folder, access=declared_access())
        self._folder_of_ports = folder
        self._authority = authority
        self.with_password = f"{HOST}:{folder.port('kafka-password')}"
        self.with_certificate = f"{HOST}:{folder.port('kafka-certificate')}"
        self._store = authority.issue("broker")

    def _write_properties(self, password: str) -> None:
        super()._write_properties(password)
        written = dict(line.split("=", 1) for line in self._properties.read_text().splitlines())
        further = f",PASSWORD://{self.with_password},CERTIFICATE://{self.with_certificate}"
        for name in ("listeners", "advertised.listeners"):
            written[name] += further
        written["listener.security.protocol.map"] += ",PASSWORD:SASL_SSL,CERTIFICATE:SSL"
        written["super.users"] += f";User:{CLIENT}"
        scram = "scram-sha-512.sasl.jaas.config"
        written[f"listener.name.password.{scram}"] = written[f"listener.name.clients.{scram}"]
        written["listener.name.password.sasl.enabled.mechanisms"] = "SCRAM-SHA-512"
        written["listener.name.certificate.ssl.client.auth"] = "required"
        written |= {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(self._store)}
        written |= {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(self._authority.file)}
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in written.items()))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"), "authority")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def broker(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[KafkaWithTls, Settings]]:
    """A broker, and settings with which services log in over TLS."""
    folder = DataFolder(tmp_path_factory.mktemp("tls"))
    folder.create()
    kafka = KafkaWithTls(folder, authority)
    await kafka.start()
    try:
        given = folder.kafka_settings(kafka.with_password) | {"kafka_security": KafkaSecurity.SASL_SSL}
        yield (
            kafka,
            Settings(
                handle_key="h" * 32, session_key="s" * 32, kafka_ca=authority.file, partitions=1, **given
            ),
        )
    finally:
        await kafka.stop()


async def test_a_service_publishes_and_reads_over_tls(broker: tuple[KafkaWithTls, Settings]) -> None:
    _, settings = broker
    async with TopicWriter(settings, "border", TOPIC, EventSource("border").identify):
        pass
    async with AIOKafkaProducer(**client_arguments(settings, "border")) as producer:
        await producer.send_and_wait(TOPIC, b"{}")
    [partition] = await find_partitions(settings, "registry", [TOPIC])
    async with open_consumer(settings, "registry") as consumer:
        consumer.assign([partition])
        consumer.seek(partition, 0)
        assert (await consumer.getone()).value == b"{}"


async def test_access_is_granted_over_tls(broker: tuple[KafkaWithTls, Settings]) -> None:
    _, settings = broker
    administration = Administration(admin_arguments(settings))
    await asyncio.to_thread(administration.grant, declared_access(), {})


async def test_a_certificate_of_an_unknown_authority_is_refused_by_name(
    broker: tuple[KafkaWithTls, Settings], tmp_path: Path
) -> None:
    _, settings = broker
    other = settings.model_copy(update={"kafka_ca": Authority(tmp_path, "other").file})
    with pytest.raises(KafkaLoginRefused, match="SSLCertVerificationError"):
        await find_partitions(other, "border", [TOPIC])


async def test_a_client_is_known_by_its_certificate(
    broker: tuple[KafkaWithTls, Settings], authority: Authority
) -> None:
    kafka, settings = broker
    file = authority.issue(CLIENT.removeprefix("CN="))
    with_certificate = {
        "kafka": kafka.with_certificate,
        "kafka_security": KafkaSecurity.SSL,
        "kafka_certificate": file,
        "kafka_key": file,
        "kafka_passwords": {},
    }
    known = settings.model_copy(update=with_certificate)
    assert await find_partitions(known, "border", [TOPIC])
    without = known.model_copy(update={"kafka_certificate": None, "kafka_key": None})
    with pytest.raises(KafkaLoginRefused, match="DOMNAER_KAFKA_CERTIFICATE"):
        await find_partitions(without, "border", [TOPIC])


async def test_a_certificate_that_cannot_be_read_is_named(
    broker: tuple[KafkaWithTls, Settings], tmp_path: Path
) -> None:
    _, settings = broker
    (tmp_path / "empty.pem").write_text("")
    for missing in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        with pytest.raises(KafkaLoginRefused, match="cannot be read"):
            client_arguments(settings.model_copy(update={"kafka_ca": missing}), "border")
