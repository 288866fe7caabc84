"""The local issuer: signs tokens on one machine, in place of a ministry's identity provider.

It knows demo people whose passwords are shown on the sign-in page; in production it refuses to start.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from time import time
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from chassis.access.permissions import Reach
from chassis.access.sessions import session_of
from chassis.access.tokens import REVOKED_FILE, TOKEN_TYPE
from chassis.base.settings import Environment, Settings

LIFETIME = timedelta(hours=12)
_ALGORITHM = "Ed25519"
_KEY, _KEYS = "issuer.key.json", "jwks.json"


class IssuerRefused(Exception):
    """The local issuer does not start in production; a ministry's identity provider issues tokens there."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo; ``id`` is the name to sign in with and the recorder id in records.

    ``does`` says in words what the person does, as a message id.
    """

    id: str
    name_en: str
    name_km: str
    office: str
    title: str
    permissions: frozenset[str]
    reach: Reach
    password: str = field(repr=False)
    does: str = ""
    title_km: str = ""


class LocalIssuer:
    """Issues tokens for the given people, with a key of its own in the data folder.

    Raises IssuerRefused in production.
    """

    def __init__(self, folder: Path, people: Sequence[DemoPerson], settings: Settings) -> None:
        if settings.environment is Environment.PRODUCTION:
            raise IssuerRefused(
                "set DOMNAER_JWKS to the keys of the identity provider, or run in embedded mode"
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.people = {person.id: person for person in people}
        self.jwks = settings.jwks or folder / _KEYS
        self._revoked = self.jwks.with_name(REVOKED_FILE)
        self._settings = settings
        self._key = _own_key(folder / _KEY)
        self._registry = JWSRegistry(algorithms=[_ALGORITHM], strict_check_header=False)
        _write(self.jwks, orjson.dumps({"keys": [self._key.as_dict(private=False)]}), 0o644)

    def token(self, person_id: str, lifetime: timedelta = LIFETIME) -> str:
        """Return a token for a person. Raises KeyError for an unknown id."""
        person, now = self.people[person_id], int(time())
        reach = person.reach
        claims = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": str(uuid4()),
            "sub": person.id,
            "name": person.name_en,
            "title": person.title,
            "title_km": person.title_km,
            "office": person.office,
            "permissions": sorted(person.permissions),
            "reach": {
                "national": reach.national,
                "posts": sorted(reach.posts),
                "countries": sorted(reach.countries),
                "provinces": sorted(reach.provinces),
                "agencies": sorted(reach.agencies),
            },
        }
        header = {"alg": _ALGORITHM, "kid": self._key.kid, "typ": TOKEN_TYPE}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM], registry=self._registry)

    def revoke(self, token: str) -> None:
        """Revoke a token, for every process that reads the keys of this folder. Blocks."""
        with self._revoked.open("a", encoding="ascii") as file:
            file.write(f"{session_of(token)} {int(time())}\n")

    def recognise(self, username: str, password: str) -> DemoPerson | None:
        """Return the person with this name and password. Blocks, and takes equally long for unknown names."""
        person = self.people.get(username)
        right = _NOBODY if person is None else _hashed(person.password)
        same = hmac.compare_digest(_scrypt(password, right[0]), right[1])
        return person if same and person is not None else None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass")[:1024], salt=salt, n=1 << 13, r=8, p=1)


@lru_cache(maxsize=256)
def _hashed(password: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(16)
    return salt, _scrypt(password, salt)


_NOBODY = (secrets.token_bytes(16), secrets.token_bytes(64))


def _own_key(path: Path) -> OKPKey:
    """Return the issuer's key. It is created once, even if processes start together, and readable by its owner only."""
    if not path.exists():
        made = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": _ALGORITHM}, auto_kid=True)
        _write(path, orjson.dumps(made.as_dict(private=True)), 0o600, replace=False)
    return OKPKey.import_key(orjson.loads(path.read_bytes()))


def _write(path: Path, content: bytes, mode: int, *, replace: bool = True) -> None:
    """Write a file atomically; without ``replace`` an existing file is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, mode)
        if replace:
            os.replace(name, path)
            return
        with suppress(FileExistsError):
            os.link(name, path)
        os.unlink(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
