"""Tokens: who a caller is, as the issuer says it and its signature proves.

A token is a JWT signed with Ed25519 or ES256 by a key of the JWKS file, of type ``at+jwt`` (so that an id
token or any other JWT of the same issuer opens nothing). Keys come from that file alone: what a token's
header says about where to find its key (``jku``, ``x5u``, ``jwk``) is passed over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import FastAPI
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry, extract_compact
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.access.permissions import (
    Caller,
    TokenExpired,
    TokenForged,
    TokenNotYetValid,
    TokenOfAnotherAudience,
    TokenOfAnotherIssuer,
    TokenUnreadable,
)
from chassis.access.reach import Reach
from chassis.base.settings import Environment, Settings
from contracts.envelope import OfficeCode, RecorderId

ALGORITHMS = ("Ed25519", "EdDSA", "ES256")
TOKEN_TYPE = "at+jwt"
LONGEST = 8_000
_LEEWAY = 10  # seconds by which the issuer's clock may differ
_TRUSTED_FOR = 60.0  # seconds until a token is verified anew: so long does a withdrawn key still open
_LOOK_AGAIN = 5.0  # seconds between looks at the JWKS file

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Codes = Annotated[frozenset[Code], Field(max_length=500)]


class ReachClaim(BaseModel):
    """The claim ``reach``: what is absent is closed."""

    model_config = ConfigDict(extra="forbid")

    national: bool = False
    posts: Codes = frozenset()
    countries: Codes = frozenset()
    provinces: Codes = frozenset()
    agencies: Codes = frozenset()


class Claims(BaseModel):
    """The claims of a token that we use."""

    model_config = ConfigDict(extra="ignore")

    sub: RecorderId
    name: Annotated[str, Field(max_length=120)] = ""
    title: Annotated[str, Field(max_length=120)] = ""
    office: OfficeCode
    permissions: Annotated[frozenset[Annotated[str, Field(max_length=120)]], Field(max_length=500)]
    reach: ReachClaim
    exp: float
    iat: float


class Tokens:
    """Verifies tokens, and remembers them for a minute, so that a busy booth costs microseconds."""

    def __init__(
        self,
        jwks: Path | None,
        issuer: str,
        audience: str,
        *,
        remembered: int = 10_000,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._jwks = jwks
        self._now = now
        self._size = remembered
        self._callers: dict[bytes, tuple[Caller, float]] = {}
        self._keys: dict[str, Any] = {}
        self._read: tuple[int, int] | None = None
        self._looked = float("-inf")
        self._registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    def caller(self, token: str) -> Caller:
        """The caller whom a token names. Raises SignInNeeded or what is below it, by what is wrong."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        now = self._now()
        known = self._callers.get(digest)
        if known is not None:
            if now < known[1]:
                return known[0]
            del self._callers[digest]
        caller = self._verified(token)
        if len(self._callers) >= self._size:
            del self._callers[next(iter(self._callers))]
        self._callers[digest] = (caller, min(caller.expires_at, now + _TRUSTED_FOR))
        return caller

    def _verified(self, token: str) -> Caller:
        if len(token) > LONGEST or not token.isascii() or token.count(".") != 2:
            raise TokenUnreadable("it is no signed JWT", remedy="sign in again")
        try:
            header = extract_compact(token.encode(), registry=self._registry).headers()
        except (JoseError, ValueError, TypeError):
            raise TokenUnreadable("its header cannot be read", remedy="sign in again") from None
        self._check(header)
        key = self._key(header.get("kid"))
        try:
            claims = jwt.decode(token, key, registry=self._registry, algorithms=list(ALGORITHMS)).claims
        except BadSignatureError:
            raise TokenForged("its signature is wrong", remedy="sign in again") from None
        except (JoseError, ValueError, TypeError):
            raise TokenUnreadable("it cannot be read with its key", remedy="sign in again") from None
        self._validate(claims)
        try:
            read = Claims.model_validate_json(orjson.dumps(claims))
        except (ValidationError, TypeError):
            raise TokenUnreadable("a claim is missing or is none of ours", remedy="sign in again") from None
        reach = Reach(**dict(read.reach))
        return Caller(read.sub, read.name, read.office, read.permissions, reach, read.exp, read.title)

    def _check(self, header: dict[str, Any]) -> None:
        if header.get("alg") not in ALGORITHMS:
            raise TokenForged("its algorithm is none of " + ", ".join(ALGORITHMS), remedy="sign in again")
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower().removeprefix("application/") != TOKEN_TYPE:
            raise TokenUnreadable(f"it is no access token (typ {TOKEN_TYPE})", remedy="send the access token")

    def _validate(self, claims: dict[str, Any]) -> None:
        try:
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired("it was valid once", remedy="sign in again") from None
        except InvalidClaimError as error:
            match error.claim:
                case "aud":
                    raise TokenOfAnotherAudience(
                        "it was issued for another audience", remedy="sign in here"
                    ) from None
                case "iss":
                    raise TokenOfAnotherIssuer("another issuer signed it", remedy="sign in here") from None
                case "nbf" | "iat":
                    raise TokenNotYetValid(
                        "its time is to come", remedy="set the clock right, sign in again"
                    ) from None
            raise TokenUnreadable("a claim is wrong", remedy="sign in again") from None
        except JoseError:
            raise TokenUnreadable("a claim is missing", remedy="sign in again") from None
        if self._now() >= claims["exp"]:  # the leeway is for clocks that run ahead, not for old tokens
            raise TokenExpired("it was valid once", remedy="sign in again")

    def _key(self, kid: object) -> Any:
        now = self._now()
        if now - self._looked > _LOOK_AGAIN:
            self._looked = now
            self._load()
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenForged("the issuer has no key of this id", remedy="sign in again")
        return key

    def _load(self) -> None:
        """Read the keys, where the file changed. What cannot be read leaves the keys as they are."""
        if self._jwks is None:
            return
        try:
            stat = self._jwks.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen == self._read:
                return
            keys = KeySet.import_key_set(orjson.loads(self._jwks.read_bytes())).keys
        except (OSError, ValueError, JoseError, KeyError, TypeError):
            return
        self._keys = {key.kid: key for key in keys if key.kid and key.key_type in ("OKP", "EC")}
        self._read = seen
        self._callers.clear()


def add_callers(app: FastAPI, settings: Settings) -> None:
    """Give an application what its routes and pages know callers by: tokens, and the key of the forms.

    Raises ValueError in production where no JWKS file is named; in embedded mode every token is then refused.
    """
    if settings.jwks is None and settings.environment is Environment.PRODUCTION:
        raise ValueError("DOMNAER_JWKS names no file: without the issuer's keys nobody could call")
    app.state.tokens = Tokens(settings.jwks, settings.issuer, settings.audience)
    app.state.session_key = settings.session_key.get_secret_value().encode()
