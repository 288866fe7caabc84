"""Grants: the proof of who captured a record on a device, at an upload for which no session is needed.

A grant is a JWT that this service signs for an officer and a device. It names the officer by the pseudonym only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, extract_compact
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.access.permissions import Caller, Reach
from chassis.access.tokens import ReachClaim
from contracts.envelope import DeviceCode, OfficeCode, RecorderId
from contracts.refusal import Refusal
from services.border.offline.sealing import SealingKeys
from services.border.permissions import CROSSING_RECORD, EVENT_CORRECT

LIFETIME = timedelta(days=14)
_ALGORITHM, _TYPE = "HS256", "offline-grant+jwt"
_REGISTRY = JWSRegistry(algorithms=[_ALGORITHM], strict_check_header=False)
_RENEW = "sign in on this device with the network, and send the record again"


class GrantUnreadable(Refusal):
    """This grant was not issued here"""

    code = "grant-unreadable"
    status = 422


class GrantOfAnotherDevice(Refusal):
    """This grant belongs to another device"""

    code = "grant-of-another-device"
    status = 422


class GrantExpired(Refusal):
    """The grant had expired when this record was captured"""

    code = "grant-expired"
    status = 422


class _Claims(BaseModel):
    """The claims of a grant."""

    model_config = ConfigDict(extra="forbid")

    sub: RecorderId
    office: OfficeCode
    permissions: Annotated[frozenset[str], Field(max_length=20)]
    reach: ReachClaim
    device: DeviceCode
    iat: int
    exp: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant that was read: the officer as a caller, and the device."""

    caller: Caller
    device: str

    def check(self, device: str, captured_at: datetime) -> None:
        """Check that it is for a device and had not expired. Raises GrantOfAnotherDevice or GrantExpired.

        It is not asked whether the officer still has access: what they captured before did happen.
        """
        if self.device != device:
            raise GrantOfAnotherDevice("it was issued for another device", remedy=_RENEW)
        if captured_at.timestamp() >= self.caller.expires_at:
            raise GrantExpired("a grant is valid for 14 days", remedy=_RENEW)


def issue_grant(keys: SealingKeys, caller: Caller, device: str) -> tuple[str, datetime]:
    """Return a grant for a caller on a device, and the time at which it expires. Raises OfflineNotSetUp."""
    key, now = keys.grant_key(), datetime.now(UTC).replace(microsecond=0)
    expires = now + LIFETIME
    reach = caller.reach
    claims = {
        "sub": caller.id,
        "office": caller.office,
        "permissions": [each for each in (CROSSING_RECORD, EVENT_CORRECT) if caller.may(each)],
        "reach": {"national": reach.national, "posts": sorted(reach.posts)},
        "device": device,
        "iat": int(now.timestamp()),
        "exp": int(expires.timestamp()),
    }
    header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[_ALGORITHM], registry=_REGISTRY), expires


def read_grant(keys: SealingKeys, text: str) -> Grant:
    """Return the grant of a text. Raises GrantUnreadable."""
    try:
        header: Mapping[str, Any] = extract_compact(text.encode("ascii"), registry=_REGISTRY).headers()
        if header.get("typ") != _TYPE:
            raise ValueError
        key = keys.grant_key(str(header["kid"]))
        claims = jwt.decode(text, key, algorithms=[_ALGORITHM], registry=_REGISTRY).claims
        read = _Claims.model_validate_json(orjson.dumps(claims))
    except (JoseError, ValidationError, ValueError, TypeError, KeyError):
        raise GrantUnreadable("its signature or a claim is wrong", remedy=_RENEW) from None
    caller = Caller(
        read.sub, "", read.office, read.permissions, Reach(**dict(read.reach)), read.exp, "", read.iat
    )
    return Grant(caller, read.device)
