"""Connections of Kafka clients: brokers, encryption, user and password."""

from __future__ import annotations

import ssl
from typing import Any, Protocol

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.consumer import fetcher
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from chassis.base.record_batches import RecordBatches
from chassis.base.settings import KafkaSecurity, Settings

# aiokafka has no parameter for its parser. Every client of this project is created through this module.
fetcher.MemoryRecords = RecordBatches

OPERATOR = "operator"
"""The user of commands that people run, such as ``domnaer events tail``; it reads every topic and writes none."""


class KafkaLoginRefused(KafkaError):  # type: ignore[misc]
    """A broker refuses this user or this kind of connection, or the client refuses the broker's certificate."""


class Client(Protocol):
    """A client of aiokafka: a consumer, a producer or an admin client."""

    async def start(self) -> None: ...


def client_arguments(settings: Settings, service: str) -> dict[str, Any]:
    """Return the arguments with which a client of aiokafka logs in as a service.

    Raises KafkaLoginRefused if the settings contain no password for its user, or if a file of a key or certificate
    cannot be read.
    """
    security = settings.kafka_security
    arguments: dict[str, Any] = {"bootstrap_servers": settings.kafka, "security_protocol": security.value}
    if security in (KafkaSecurity.SSL, KafkaSecurity.SASL_SSL):
        arguments["ssl_context"] = _ssl_context(settings)
    if security in (KafkaSecurity.SASL_PLAINTEXT, KafkaSecurity.SASL_SSL):
        user = settings.kafka_user or service
        password = settings.kafka_passwords.get(user)
        if password is None:
            raise KafkaLoginRefused(f"DOMNAER_KAFKA_PASSWORDS has no password for the user {user}")
        arguments |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": password.get_secret_value(),
        }
    return arguments


async def start_client(client: Client, settings: Settings, service: str) -> None:
    """Start a client of a service.

    Raises KafkaLoginRefused, which names the reason, where aiokafka only reports that no broker can be reached; and
    other errors of Kafka.
    """
    try:
        await client.start()
    except KafkaConnectionError:
        await _raise_refusal(client_arguments(settings, service))
        raise


async def _raise_refusal(arguments: dict[str, Any]) -> None:
    """Connect once more, without hiding the error. Raises KafkaLoginRefused if a broker answers and refuses."""
    login = {name: value for name, value in arguments.items() if name.startswith(("sas", "ssl", "security"))}
    for host, port, _ in collect_hosts(arguments["bootstrap_servers"]):
        try:
            connection = await create_conn(host, port, request_timeout_ms=5_000, **login)
        except SaslAuthenticationFailed:
            raise KafkaLoginRefused(
                f"Kafka refuses the user {arguments['sasl_plain_username']} or its password:"
                " compare DOMNAER_KAFKA_PASSWORDS with the users that `domnaer kafka grant` created"
            ) from None
        except UnsupportedSaslMechanismError:
            raise KafkaLoginRefused(
                f"Kafka does not accept the mechanism {arguments['sasl_mechanism']} of DOMNAER_KAFKA_MECHANISM"
            ) from None
        except (ssl.SSLError, ConnectionResetError, KafkaConnectionError) as error:
            if "ssl_context" not in arguments:
                continue
            raise KafkaLoginRefused(
                f"Kafka closes the connection ({type(error).__name__}): check DOMNAER_KAFKA_SECURITY,"
                " DOMNAER_KAFKA_CA, DOMNAER_KAFKA_CERTIFICATE and the certificate of the broker"
            ) from None
        except (KafkaError, OSError, TimeoutError):
            continue
        connection.close()


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca)
        if settings.kafka_certificate is not None:
            context.load_cert_chain(settings.kafka_certificate, settings.kafka_key)
    except (OSError, ssl.SSLError) as error:
        raise KafkaLoginRefused(
            f"DOMNAER_KAFKA_CA, DOMNAER_KAFKA_CERTIFICATE or DOMNAER_KAFKA_KEY cannot be read: {type(error).__name__}"
        ) from None
    return context
