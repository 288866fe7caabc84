"""TLS towards PostgreSQL: every connection of a service is encrypted, and an unknown certificate is refused.

The embedded PostgreSQL has no TLS. A proxy in front of it ends TLS as a server of PostgreSQL does, and refuses every
connection that does not ask for it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from chassis.base.settings import Settings
from chassis.store.database import create_database, migrate
from tests.border.post import departure, recorded, running_border

SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


class Authority:
    """A certificate authority, and the certificate that it gave to a server at 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.certificates = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, folder.name)])
        self.certificates.write_bytes(_pem(self._certificate(self._name, self._key, ca=True)))
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        server, private = folder / "server.pem", folder / "server.key"
        server.write_bytes(_pem(self._certificate(name, key, ca=False)))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.load_cert_chain(server, private)

    def _certificate(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@asynccontextmanager
async def tls_only(settings: Settings, authority: Authority) -> AsyncIterator[Settings]:
    """Yield settings that name a proxy in front of PostgreSQL, which serves encrypted connections only."""
    parts = urlsplit(settings.postgres.get_secret_value())
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            try:
                if await reader.readexactly(8) != SSL_REQUEST:
                    return
                writer.write(b"S")
                await writer.start_tls(authority.server)
                up, down = await asyncio.open_connection(parts.hostname, parts.port)
                try:
                    await asyncio.gather(_copy(reader, down), _copy(up, writer))
                finally:
                    down.close()
            finally:
                writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    netloc = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
    try:
        yield settings.model_copy(update={"postgres": SecretStr(parts._replace(netloc=netloc).geturl())})
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


async def test_every_connection_of_a_service_is_encrypted_and_verified(
    settings: Settings, authority: Authority
) -> None:
    async with tls_only(settings, authority) as behind:
        verified = behind.model_copy(
            update={"postgres_tls": "verify-full", "postgres_ca": authority.certificates}
        )
        async with running_border(verified) as (_, http):
            await recorded(http, departure())


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
async def test_a_certificate_of_an_unknown_authority_is_refused(
    settings: Settings, authority: Authority, tmp_path: Path, mode: str
) -> None:
    other = Authority(tmp_path / "other").certificates
    async with tls_only(settings, authority) as behind:
        wrong = behind.model_copy(update={"postgres_tls": mode, "postgres_ca": other})
        for connecting in (create_database(wrong, "border"), migrate(wrong, "border", None)):
            with pytest.raises(ssl.SSLCertVerificationError):
                await connecting


async def test_a_server_without_tls_is_refused_if_tls_is_required(settings: Settings) -> None:
    required = settings.model_copy(update={"postgres_tls": "require"})
    for url in (required.maintenance, required.database("border"), required.database("border", owner=True)):
        with pytest.raises(ConnectionError, match="SSL"):
            await asyncpg.connect(url)


async def test_a_connection_without_tls_reaches_no_server_that_has_nothing_else(
    settings: Settings, authority: Authority
) -> None:
    async with tls_only(settings, authority) as behind:
        plain = behind.model_copy(update={"postgres_tls": "disable"})
        with pytest.raises((ConnectionError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await asyncpg.connect(plain.database("border"))
