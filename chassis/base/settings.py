"""Settings from environment variables that begin with ``DOMNAER_``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    """The kind of installation."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """All settings of a process.

    PostgreSQL's address is one URL without a database. Each service has a database of its own name and two roles:
    ``border`` for the application and ``border_owner`` for migrations. The application's role can only append events.
    """

    model_config = SettingsConfigDict(env_prefix="DOMNAER_", extra="ignore", frozen=True)

    environment: Environment = Field(
        Environment.PRODUCTION, description="`embedded` (all on one machine) or `production`."
    )
    postgres: SecretStr = Field(
        SecretStr("postgresql://postgres@127.0.0.1:5432"),
        description="URL of PostgreSQL without a database name; in embedded mode its user must be allowed to create roles and databases.",
    )
    postgres_password: SecretStr | None = Field(
        None, description="Password of the services' roles; if unset, they use the password in the URL."
    )
    kafka: str = Field("127.0.0.1:9092", description="Bootstrap servers of Kafka.")
    partitions: int = Field(
        4, ge=1, le=256, description="Number of partitions of the topics that a relay creates."
    )
    replication: int = Field(
        1, ge=1, le=5, description="Number of replicas of the topics that a relay creates."
    )
    pool_size: int = Field(
        8, ge=2, le=100, description="Largest number of connections to PostgreSQL in the pool of a service."
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
    today: date | None = Field(None, description="A fixed present day for the rules, used by the demo.")
    log_format: str = Field("json", pattern="^(json|console)$", description="`json` or `console`.")
    log_level: str = Field("info", description="`debug`, `info`, `warning` or `error`.")
    correction_hours: int = Field(
        72, ge=0, description="Hours within which callers may correct their own records."
    )
    idempotency_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days for which the outcome of a command is stored under its Idempotency-Key.",
    )
    ready_lag: int = Field(
        50_000, ge=1, description="Number of waiting events above which a relay or projector is not ready."
    )

    def database(self, service: str, *, owner: bool = False) -> str:
        """Return the URL of a service's database, for its application role or for the owner of its tables."""
        parts = urlsplit(self.postgres.get_secret_value())
        role = f"{service}_owner" if owner else service
        secret = (
            self.postgres_password.get_secret_value()
            if self.postgres_password
            else unquote(parts.password or "")
        )
        login = quote(role, safe="") + (":" + quote(secret, safe="") if secret else "")
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, f"{login}@{host}", f"/{service}", parts.query, ""))

    def environ(self) -> dict[str, str]:
        """Return these settings as environment variables, for a child process."""
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
                plain = value.get_secret_value() if isinstance(value, SecretStr) else value
                found[f"DOMNAER_{name.upper()}"] = str(plain)
        return found

    @cached_property
    def maintenance(self) -> str:
        """The URL of PostgreSQL's maintenance database, used to create roles and databases."""
        parts = urlsplit(self.postgres.get_secret_value())
        return urlunsplit((parts.scheme, parts.netloc, "/postgres", parts.query, ""))
