"""Verification of access tokens.

A token is a JWT of type ``at+jwt``, signed with Ed25519 or ES256 by a key of the JWKS file. An id token or another JWT
of the same issuer is refused. Keys come from the JWKS file only: the header fields ``jku``, ``x5u`` and ``jwk`` of a
token are ignored. A token whose digest is in the file of revoked tokens, beside the JWKS file, is refused at once.
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

from chassis.access.permissions import Caller, Reach
from chassis.access.refusals import (
    TokenExpired,
    TokenForged,
    TokenNotYetValid,
    TokenOfAnotherAudience,
    TokenOfAnotherIssuer,
    TokenRevoked,
    TokenUnreadable,
)
from chassis.base.settings import Environment, Settings
from contracts.envelope import OfficeCode, RecorderId

ALGORITHMS = ("Ed25519", "EdDSA", "ES256")
TOKEN_TYPE = "at+jwt"
LONGEST = 8_000
REVOKED_FILE = "revoked.txt"
"""The file beside the JWKS file with the revoked tokens: in each line the SHA-256 digest of a token, in hexadecimal."""
_LEEWAY = 10  # seconds by which the issuer's clock may differ from ours
_CACHED_FOR = 60.0  # seconds until a token is verified again: a withdrawn key is still accepted for this long
_CHECK_EVERY = 5.0  # seconds between checks whether the JWKS file has changed

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Codes = Annotated[frozenset[Code], Field(max_length=500)]


class ReachClaim(BaseModel):
    """The claim ``reach``: an absent field grants nothing."""

    model_config = ConfigDict(extra="forbid")

    national: bool = False
    posts: Codes = frozenset()
    countries: Codes = frozenset()
    provinces: Codes = frozenset()
    agencies: Codes = frozenset()


class Claims(BaseModel):
    """The claims that we read from a token."""

    model_config = ConfigDict(extra="ignore")

    sub: RecorderId
    name: Annotated[str, Field(max_length=120)] = ""
    title: Annotated[str, Field(max_length=120)] = ""
    title_km: Annotated[str, Field(max_length=120)] = ""
    office: OfficeCode
    permissions: Annotated[frozenset[Annotated[str, Field(max_length=120)]], Field(max_length=500)]
    reach: ReachClaim
    exp: float
    iat: float


class RevokedTokens:
    """The digests of revoked tokens. The file is read again as soon as it has changed."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._version: tuple[int, int, int] | None = None
        self._digests: frozenset[bytes] = frozenset()

    def __contains__(self, digest: bytes) -> bool:
        if self._path is None:
            return False
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._version:
                lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
                self._digests = frozenset(_digest_in(line) for line in lines if line.strip())
                self._version = seen
        except OSError:  # without the file, no token is revoked; if it cannot be read, those known stay so
            pass
        return digest in self._digests


def _digest_in(line: str) -> bytes:
    try:
        return bytes.fromhex(line.split()[0])
    except ValueError:
        return b""


class Tokens:
    """Verifies tokens and caches the result for a minute, so that a repeated token costs microseconds."""

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
        self._revoked = RevokedTokens(None if jwks is None else jwks.with_name(REVOKED_FILE))
        self._now = now
        self._size = remembered
        self._callers: dict[bytes, tuple[Caller, float]] = {}
        self._keys: dict[str, Any] = {}
        self._file_version: tuple[int, int] | None = None
        self._checked_at = float("-inf")
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
        """Return the caller that a token names. Raises SignInNeeded or one of its subclasses."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        if digest in self._revoked:
            raise TokenRevoked("its session was ended", remedy="sign in again")
        now = self._now()
        known = self._callers.get(digest)
        if known is not None:
            if now < known[1]:
                return known[0]
            del self._callers[digest]
        caller = self._verified(token)
        if len(self._callers) >= self._size:
            del self._callers[next(iter(self._callers))]
        self._callers[digest] = (caller, min(caller.expires_at, now + _CACHED_FOR))
        return caller

    def _verified(self, token: str) -> Caller:
        if len(token) > LONGEST or not token.isascii() or token.count(".") != 2:
            raise TokenUnreadable("it is not a signed JWT", remedy="sign in again")
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
            raise TokenUnreadable("a claim is missing or invalid", remedy="sign in again") from None
        reach = Reach(**dict(read.reach))
        return Caller(
            read.sub,
            read.name,
            read.office,
            read.permissions,
            reach,
            read.exp,
            read.title,
            read.iat,
            read.title_km,
        )

    def _check(self, header: dict[str, Any]) -> None:
        if header.get("alg") not in ALGORITHMS:
            raise TokenForged(
                "unsupported algorithm; supported are " + ", ".join(ALGORITHMS), remedy="sign in again"
            )
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower().removeprefix("application/") != TOKEN_TYPE:
            raise TokenUnreadable(
                f"it is not an access token: typ must be {TOKEN_TYPE}", remedy="send the access token"
            )

    def _validate(self, claims: dict[str, Any]) -> None:
        try:
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired("exp has passed", remedy="sign in again") from None
        except InvalidClaimError as error:
            match error.claim:
                case "aud":
                    raise TokenOfAnotherAudience(
                        "aud names another audience", remedy="sign in here"
                    ) from None
                case "iss":
                    raise TokenOfAnotherIssuer("iss names another issuer", remedy="sign in here") from None
                case "nbf" | "iat":
                    raise TokenNotYetValid(
                        "nbf or iat is in the future", remedy="check the clock, then sign in again"
                    ) from None
            raise TokenUnreadable("a claim is invalid", remedy="sign in again") from None
        except JoseError:
            raise TokenUnreadable("a claim is missing", remedy="sign in again") from None
        if self._now() >= claims["exp"]:  # the leeway is for clocks that run ahead, not for old tokens
            raise TokenExpired("exp has passed", remedy="sign in again")

    def _key(self, kid: object) -> Any:
        now = self._now()
        if now - self._checked_at > _CHECK_EVERY:
            self._checked_at = now
            self._load()
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenForged("the issuer has no key with this kid", remedy="sign in again")
        return key

    def _load(self) -> None:
        """Read the keys if the file has changed. If it cannot be read, the known keys stay."""
        if self._jwks is None:
            return
        try:
            stat = self._jwks.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen == self._file_version:
                return
            keys = KeySet.import_key_set(orjson.loads(self._jwks.read_bytes())).keys
        except (OSError, ValueError, JoseError, KeyError, TypeError):
            return
        self._keys = {key.kid: key for key in keys if key.kid and key.key_type in ("OKP", "EC")}
        self._file_version = seen
        self._callers.clear()


def add_callers(app: FastAPI, settings: Settings) -> None:
    """Give an application the verifier of tokens and the key of form tokens.

    Raises ValueError in production if no JWKS file is configured; in embedded mode every token is then refused.
    """
    if settings.jwks is None and settings.environment is Environment.PRODUCTION:
        raise ValueError("DOMNAER_JWKS is not set: the issuer's keys are needed to verify tokens")
    app.state.tokens = Tokens(settings.jwks, settings.issuer, settings.audience)
    app.state.session_key = settings.session_key.get_secret_value().encode()
