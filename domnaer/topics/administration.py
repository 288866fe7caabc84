"""Creates the users of Kafka and grants them their access.

aiokafka has no calls for users and access control lists; confluent-kafka has, and is used here only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from chassis.base.kafka import KafkaLoginRefused
from chassis.base.settings import KafkaSecurity, Settings
from domnaer.topics.access import ADMIN, Access, Grant, Resource

CANNOT_GRANT = (KafkaLoginRefused, KafkaException, TimeoutError)
"""Errors of :meth:`Administration.grant`."""
_SECONDS = 20.0
_ITERATIONS = 4096
_PRINCIPAL = "User:"
_TYPES = {Resource.TOPIC: ResourceType.TOPIC, Resource.GROUP: ResourceType.GROUP}


def admin_arguments(settings: Settings) -> dict[str, Any]:
    """Return the arguments of confluent-kafka with which the superuser logs in. Raises KafkaLoginRefused."""
    security = settings.kafka_security
    arguments: dict[str, Any] = {"bootstrap.servers": settings.kafka, "security.protocol": security.value}
    files = {
        "ssl.ca.location": settings.kafka_ca,
        "ssl.certificate.location": settings.kafka_certificate,
        "ssl.key.location": settings.kafka_key,
    }
    arguments |= {name: str(path) for name, path in files.items() if path is not None}
    if security in (KafkaSecurity.SASL_PLAINTEXT, KafkaSecurity.SASL_SSL):
        user = settings.kafka_user or ADMIN
        password = settings.kafka_passwords.get(user)
        if password is None:
            raise KafkaLoginRefused(f"DOMNAER_KAFKA_PASSWORDS has no password for the user {user}")
        arguments |= login_arguments(settings.kafka_mechanism, user, password.get_secret_value())
    return arguments


def login_arguments(mechanism: str, user: str, password: str) -> dict[str, Any]:
    """Return the arguments of confluent-kafka for a user and a password."""
    return {"sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password}


class Administration:
    """A connection of the superuser to Kafka. Its methods block; call them in a thread."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._errors: list[str] = []
        self._client = AdminClient(
            {
                **arguments,
                "error_cb": lambda error: self._errors.append(error.name()),
                "log_level": 0,
                "socket.connection.setup.timeout.ms": 5_000,
            }
        )

    def answers(self, seconds: float) -> bool:
        """Return whether a broker accepts the login and has joined its cluster."""
        try:
            return bool(self._client.list_topics(timeout=seconds).brokers)
        except KafkaException:
            return False

    def grant(self, access: Access, passwords: Mapping[str, str]) -> None:
        """Give the users of ``access`` exactly this access, and set the passwords of users. May be repeated.

        Raises KafkaLoginRefused if no broker accepts the login, and KafkaException.
        """
        if not self.answers(_SECONDS):
            self._client.poll(0)  # calls error_cb
            last = self._errors[-1] if self._errors else "no broker answers"
            raise KafkaLoginRefused(
                f"Kafka does not accept the superuser ({last}): check DOMNAER_KAFKA, DOMNAER_KAFKA_MECHANISM and"
                " its password in DOMNAER_KAFKA_PASSWORDS"
            )
        granted = self._granted(access.users)
        # First what is missing, so that no client loses its access in between.
        if missing := access.grants - granted:
            _wait(self._client.create_acls([_binding(grant) for grant in missing]).values())
        if surplus := granted - access.grants:
            _wait(self._client.delete_acls([_filter(grant) for grant in surplus]).values())
        # A user of a new broker logs in when its access is there: what is refused to a client may end it.
        _until(lambda: self._granted(access.users) == access.grants)
        self._set_passwords(passwords)
        _until(lambda: self._knows(passwords))

    def _set_passwords(self, passwords: Mapping[str, str]) -> None:
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
        changes = [
            UserScramCredentialUpsertion(user, info, password.encode())
            for user, password in sorted(passwords.items())
        ]
        if changes:
            _wait(self._client.alter_user_scram_credentials(changes).values())

    def _knows(self, users: Iterable[str]) -> bool:
        wanted = list(users)
        if not wanted:
            return True
        try:
            _wait(self._client.describe_user_scram_credentials(wanted).values())
        except KafkaException:
            return False
        return True

    def _granted(self, users: Iterable[str]) -> frozenset[Grant]:
        """Return the present access of these users to topics and groups."""
        everything = AclBindingFilter(
            ResourceType.ANY,
            None,
            ResourcePatternType.ANY,
            None,
            None,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        kinds = {kind: resource for resource, kind in _TYPES.items()}
        known = {f"{_PRINCIPAL}{user}": user for user in users}
        return frozenset(
            Grant(
                known[each.principal],
                kinds[each.restype],
                each.name,
                _operation(each.operation),
                prefix=each.resource_pattern_type is ResourcePatternType.PREFIXED,
            )
            for each in self._client.describe_acls(everything).result(_SECONDS)
            if each.principal in known
            and each.restype in kinds
            and each.resource_pattern_type in (ResourcePatternType.LITERAL, ResourcePatternType.PREFIXED)
            and each.permission_type is AclPermissionType.ALLOW
        )


def _until(applied: Callable[[], bool]) -> None:
    """Wait until the broker that answers applies what the controller has stored. Raises TimeoutError."""
    deadline = time.monotonic() + _SECONDS
    while not applied():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka does not apply the access after {_SECONDS:.0f} s")
        time.sleep(0.05)


def _operation(operation: AclOperation) -> str:
    return "".join(part.title() for part in str(operation.name).split("_"))


def _binding(grant: Grant) -> AclBinding:
    return AclBinding(*_arguments(grant))


def _filter(grant: Grant) -> AclBindingFilter:
    return AclBindingFilter(*_arguments(grant))


def _arguments(grant: Grant) -> tuple[Any, ...]:
    return (
        _TYPES[grant.resource],
        grant.name,
        ResourcePatternType.PREFIXED if grant.prefix else ResourcePatternType.LITERAL,
        f"{_PRINCIPAL}{grant.user}",
        "*",
        AclOperation["_".join(re.findall("[A-Z][a-z]+", grant.operation)).upper()],
        AclPermissionType.ALLOW,
    )


def _wait(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        future.result(_SECONDS)
