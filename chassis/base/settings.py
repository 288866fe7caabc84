"""Settings from environment variables that begin with ``DOMNAER_``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    """The kind of installation."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


def _pinned(folder: Path) -> Path:
    """Return the folder that a link names at this moment, so that a process and its further processes read the same."""
    if not folder.is_dir() and os.path.lexists(folder):
        raise ValueError(f"{folder} is not a folder, or a link to one that does not exist; name a folder")
    return folder.resolve()


def _ascii(secret: SecretStr) -> SecretStr:
    if not (secret.get_secret_value().isascii() and secret.get_secret_value().isprintable()):
        raise ValueError("a password must have printable ASCII characters only")
    return secret


AsciiSecret = Annotated[SecretStr, Field(min_length=1), AfterValidator(_ascii)]
"""A password that needs no normalisation before it is hashed."""


class KafkaSecurity(StrEnum):
    """The protocols of connections to Kafka: with or without TLS, and with or without user and password."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


PostgresTls = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


class Settings(BaseSettings):
    """All settings of a process.

    PostgreSQL's address is one URL without a database. Each service has a database of its own name and two roles:
    ``border``, with a password of its own, serves and can only append events; ``border_owner`` owns the tables and
    cannot log in. Migrations use the user of the URL, a superuser, and act as the owner.
    """

    model_config = SettingsConfigDict(env_prefix="DOMNAER_", extra="ignore", frozen=True)

    environment: Environment = Field(
        Environment.PRODUCTION, description="`embedded` (all on one machine) or `production`."
    )
    postgres: SecretStr = Field(
        SecretStr("postgresql://postgres@127.0.0.1:5432"),
        description="URL of PostgreSQL without a database name. Its user is a superuser, and only `domnaer migrate` and embedded mode use it.",
    )
    postgres_passwords: Mapping[str, AsciiSecret] = Field(
        {},
        description="Passwords of the services' roles as a JSON object by the name of the service. A process needs only those of its services.",
    )
    postgres_tls: PostgresTls | None = Field(
        None,
        description="TLS towards PostgreSQL, as libpq's `sslmode`: `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`; if unset, `prefer`.",
    )
    postgres_ca: Path | None = Field(
        None,
        description="Path of the certificates (PEM) of the authorities that may sign the certificate of PostgreSQL, for `verify-ca` and `verify-full`.",
    )
    kafka: str = Field("127.0.0.1:9092", description="Bootstrap servers of Kafka.")
    kafka_security: KafkaSecurity = Field(
        KafkaSecurity.SASL_SSL,
        description="Connection to Kafka: `SASL_SSL` (TLS and password), `SSL` (TLS and client certificate), `SASL_PLAINTEXT` (password without TLS) or `PLAINTEXT` (neither).",
    )
    kafka_ca: Path | None = Field(
        None,
        description="Path of the file (PEM) with the authorities that sign Kafka's certificates; if unset, those of the system.",
    )
    kafka_certificate: Path | None = Field(
        None, description="Path of the client certificate (PEM) shown to Kafka."
    )
    kafka_key: Path | None = Field(None, description="Path of the private key (PEM) of this certificate.")
    kafka_mechanism: str = Field(
        "SCRAM-SHA-512",
        pattern="^(SCRAM-SHA-512|SCRAM-SHA-256|PLAIN)$",
        description="SASL mechanism: `SCRAM-SHA-512`, `SCRAM-SHA-256` or `PLAIN`.",
    )
    kafka_user: str | None = Field(
        None, description="Kafka user of this process; if unset, each service is the user of its name."
    )
    kafka_passwords: Mapping[str, AsciiSecret] = Field(
        {},
        description="Passwords of Kafka users as a JSON object by the name of the user. A process needs only those of its services.",
    )
    partitions: int = Field(
        4,
        ge=1,
        le=256,
        description="Number of partitions of the topics that a relay creates. To a topic with fewer the relay adds partitions, and publishes it again.",
    )
    replication: int = Field(
        1, ge=1, le=5, description="Number of replicas of the topics that a relay creates."
    )
    min_insync_replicas: int = Field(
        1,
        ge=1,
        le=5,
        description="Number of replicas that must have stored a record before it is acknowledged (`min.insync.replicas`), of the topics that a relay creates.",
    )
    pool_size: int = Field(
        6, ge=2, le=100, description="Largest number of connections to PostgreSQL in the pool of a service."
    )
    commit_connections: int = Field(
        8,
        ge=1,
        le=100,
        description="Further connections that a service uses only for commits; it commits so many commands at a time.",
    )
    handle_key: SecretStr = Field(
        description="Secret key of the handles (HMAC), at least 32 characters, the same for all services."
    )
    session_key: SecretStr = Field(
        description="Secret key of the form tokens of pages (CSRF), at least 32 characters."
    )
    issuer: str = Field("domnaer-local", description="Issuer (`iss`) that tokens must have.")
    audience: str = Field("domnaer", description="Audience (`aud`) that tokens must have.")
    jwks: Path | None = Field(None, description="Path of the file with the issuer's public keys (JWKS).")
    sealing_keys: Path | None = Field(
        None,
        description="Path of the file with the private [sealing keys](offline.md) of the offline booth (a JWK set, the current key first). Only the border needs it; without it there is no offline booth.",
    )
    today: date | None = Field(None, description="A fixed present day for the rules, used by the demo.")
    reference_data: Annotated[Path, AfterValidator(_pinned)] | None = Field(
        None,
        description="Folder with tables of the [reference data](reference-data.md), read at the start; if unset or absent, those of the release.",
    )
    log_format: str = Field("json", pattern="^(json|console)$", description="`json` or `console`.")
    log_level: str = Field("info", description="`debug`, `info`, `warning` or `error`.")
    correction_hours: int = Field(
        72, ge=0, description="Hours within which callers may correct their own records."
    )
    checks_per_minute: int = Field(
        30,
        ge=1,
        le=10_000,
        description="Checks of a document at a booth that one caller may make in a minute.",
    )
    idempotency_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days for which the outcome of a command is stored under its Idempotency-Key.",
    )
    rollback_hours: int = Field(
        24,
        ge=1,
        le=8760,
        description="Hours for which the read models of a version are kept after its last process ended, so that it can be started again at once.",
    )
    smtp_host: str | None = Field(
        None,
        description="Host of the SMTP server for the [digests of the missions](#digests-by-e-mail); none if unset.",
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the SMTP server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="TLS towards the SMTP server: `starttls`, `tls` (from the start) or `none`."
    )
    smtp_user: str | None = Field(None, description="User at the SMTP server; no login if unset.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of this user.")
    smtp_from: str = Field("domnaer@localhost", description="Address from which e-mail is sent.")
    digest_to: Mapping[str, str] = Field(
        {},
        description="Addresses of the missions' mailboxes for the daily digest, as a JSON object by the code of the mission.",
    )
    digest_hour: int = Field(
        7, ge=0, le=23, description="Hour of the day at the mission from which its digest is sent."
    )
    ready_lag: int = Field(
        50_000, ge=1, description="Number of waiting events above which a relay or projector is not ready."
    )

    def database(self, service: str, *, owner: bool = False) -> str:
        """Return the URL of a service's database, for the role that serves or for the owner of its tables.

        The owner cannot log in: the superuser of the URL logs in and acts as the owner. The owner's search path leaves
        out the schemas that the service can create, so that the superuser never runs what a service put there.
        """
        parts = urlsplit(self.postgres.get_secret_value())
        if owner:
            return self._url(parts.netloc, service, role=f"{service}_owner", search_path="public")
        password = self.postgres_passwords.get(service)
        secret = ":" + quote(password.get_secret_value(), safe="") if password else ""
        return self._url(f"{quote(service, safe='')}{secret}@{parts.netloc.rpartition('@')[2]}", service)

    def environ(self) -> dict[str, str]:
        """Return these settings as environment variables, for a child process."""
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Mapping):
                value = json.dumps(
                    {
                        key: each.get_secret_value() if isinstance(each, SecretStr) else each
                        for key, each in value.items()
                    }
                )
            if value is not None:
                plain = value.get_secret_value() if isinstance(value, SecretStr) else value
                found[f"DOMNAER_{name.upper()}"] = str(plain)
        return found

    @property
    def maintenance(self) -> str:
        """The URL of PostgreSQL's maintenance database, used to create roles and databases."""
        return self._url(urlsplit(self.postgres.get_secret_value()).netloc, "postgres")

    def _url(self, login: str, database: str, **parameters: str) -> str:
        parts = urlsplit(self.postgres.get_secret_value())
        if self.postgres_tls is not None:
            parameters["sslmode"] = self.postgres_tls
        if self.postgres_ca is not None:
            parameters["sslrootcert"] = str(self.postgres_ca)
        query = "&".join(filter(None, (parts.query, urlencode(parameters))))
        return urlunsplit((parts.scheme, login, f"/{database}", query, ""))
