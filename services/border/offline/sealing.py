"""The ministry's sealing keys: a device seals each record to the public part, and only this service can open it.

The file of :attr:`chassis.base.settings.Settings.sealing_keys` is a JWK set. Its first key is the current one; the others
still open records that were sealed before a rotation. The keys of grants are derived from the same file, so that one
rotation serves both.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from chassis.base.logs import get_log
from chassis.commands.runtime import Runtime
from contracts.refusal import Refusal

ENCRYPTION = "A256GCM"
_RSA, _EC = "RSA-OAEP-256", "ECDH-ES"
_SMALLEST_RSA = 3072
_GRANT = b"domnaer offline grant"
_log = get_log()

SealingKey = RSAKey | ECKey


class OfflineNotSetUp(Refusal):
    """This installation has no offline booth"""

    code = "offline-not-set-up"
    status = 404


class CannotBeOpened(Refusal):
    """This record cannot be opened"""

    code = "sealed-record-unreadable"
    status = 422


class SealingKeysInvalid(Exception):
    """The file of the sealing keys cannot be used; the text says why and contains no key."""


class SealingKeys:
    """The sealing keys of a file, read again when it changes. Without a file there are none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._version: tuple[int, int, int] | None = None
        self._keys: dict[str, SealingKey] = {}

    @property
    def public(self) -> dict[str, Any]:
        """The public part of the current key, a JWK. Raises OfflineNotSetUp."""
        key = self._current()
        return {**key.as_dict(private=False), "kid": _id_of(key), "use": "enc", "alg": _algorithm(key)}

    def load(self) -> None:
        """Read the file if it has changed. Raises SealingKeysInvalid."""
        if self._path is None:
            return
        try:
            stat = self._path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if version != self._version:
                self._keys = _read(self._path.read_bytes())
                self._version = version
        except OSError as error:
            raise SealingKeysInvalid(f"{self._path} cannot be read: {error.strerror}") from None

    async def unseal(self, sealed: str) -> bytes:
        """Return the content of a record that was sealed to one of the keys. Raises CannotBeOpened."""
        return await asyncio.to_thread(self._unseal, sealed)

    def _unseal(self, sealed: str) -> bytes:
        self._follow()
        key = self._keys.get(_key_id(sealed))
        if key is None:
            raise CannotBeOpened(
                "it is sealed to a key that this installation does not have",
                remedy="ask the operators whether a sealing key was removed too early",
            )
        try:
            opened = jwe.decrypt_compact(sealed, key, algorithms=[_algorithm(key), ENCRYPTION]).plaintext
        except (JoseError, ValueError, TypeError, KeyError):
            opened = None
        if opened is None:
            raise CannotBeOpened("it was changed after it was sealed, or sealed in another way")
        return opened

    def grant_key(self, key_id: str | None = None) -> OctKey:
        """Return the key of grants that belongs to a sealing key, the current one if None. Raises OfflineNotSetUp or KeyError."""
        key = self._current() if key_id is None else self._keys[key_id]
        secret = hmac.digest(str(key.as_dict(private=True)["d"]).encode(), _GRANT, hashlib.sha256)
        return OctKey.import_key(secret, {"kid": _id_of(key), "use": "sig", "alg": "HS256"})

    def _current(self) -> SealingKey:
        self._follow()
        if not self._keys:
            raise OfflineNotSetUp("it has no sealing key", remedy="ask the operators to set one up")
        return next(iter(self._keys.values()))

    def _follow(self) -> None:
        """Read a changed file. If it cannot be used, the known keys stay, so that nothing captured is refused for it."""
        try:
            self.load()
        except SealingKeysInvalid as error:
            _log.error("sealing_keys_not_read", reason=str(error))


async def open_sealing_keys(runtime: Runtime, _: AsyncExitStack) -> SealingKeys:
    """Open the sealing keys of the settings for the service. Raises SealingKeysInvalid."""
    keys = SealingKeys(runtime.settings.sealing_keys)
    keys.load()
    return keys


def sealing_keys_of(runtime: Runtime) -> SealingKeys:
    """Return the sealing keys that the service opened."""
    return runtime.opened_as(SealingKeys)


def add_sealing_key(path: Path) -> str:
    """Make a key the current one of a file, and keep the others behind it; return its id.

    The file is created if it is missing, and is readable by its owner only. Raises SealingKeysInvalid.
    """
    known = list(_read(path.read_bytes()).values()) if path.exists() else []
    made = RSAKey.generate_key(_SMALLEST_RSA, {"use": "enc", "alg": _RSA}, auto_kid=True)
    content = {"keys": [each.as_dict(private=True) for each in (made, *known)]}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return _id_of(made)


def _read(content: bytes) -> dict[str, SealingKey]:
    try:
        found = KeySet.import_key_set(orjson.loads(content)).keys
    except (ValueError, JoseError, KeyError, TypeError):
        raise SealingKeysInvalid("the file of the sealing keys is no JWK set") from None
    keys: dict[str, SealingKey] = {}
    for nth, key in enumerate(found, 1):
        if not isinstance(key, RSAKey | ECKey) or not key.is_private or not _is_strong(key):
            raise SealingKeysInvalid(
                f"sealing key {nth} is not a private key of RSA with {_SMALLEST_RSA} bits or more, or of P-256"
            )
        keys[_id_of(key)] = key
    if not keys:
        raise SealingKeysInvalid("the file of the sealing keys has no key")
    return keys


def _is_strong(key: SealingKey) -> bool:
    return key.raw_value.key_size >= _SMALLEST_RSA if isinstance(key, RSAKey) else key.curve_name == "P-256"


def _id_of(key: SealingKey) -> str:
    return key.kid or key.thumbprint()


def _algorithm(key: SealingKey) -> str:
    return _RSA if isinstance(key, RSAKey) else _EC


def _key_id(sealed: str) -> str:
    """Return the key that the header of a sealed record names; empty if it names none."""
    first = sealed.partition(".")[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError:
        return ""
    named = header.get("kid") if isinstance(header, dict) else None
    return named if isinstance(named, str) else ""
