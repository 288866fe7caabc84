"""The devices of offline booths, each a browser at a post: registered, enrolled once with a code, and revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from chassis.access.permissions import Caller, Reach
from chassis.base.logs import correlation, get_log
from chassis.commands.runtime import OutOfReach, Runtime
from chassis.store.append import Statement
from chassis.store.database import Pool
from contracts.codes.places import CHECKPOINTS
from contracts.refusal import Refusal
from contracts.text import latin_digits
from services.border.offline.attempts import (
    TooManyEnrolmentAttempts,
    begin_attempt,
    delete_old_attempts,
    forget_attempt,
)

CODE_LIFETIME = timedelta(minutes=30)
NOT_ENROLLED_FOR = timedelta(days=30)
"""Time after which a device that was never enrolled is deleted."""
REVOKED_FOR = timedelta(days=5 * 365)
"""Time after which a revoked device is deleted. Records and the audit keep its name."""
_CODE_LENGTH = 12
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32
_MISTAKEN = str.maketrans("OIL", "011")
_COLUMNS = (
    "device, post, registered_by, registered_at, code_until, public_key, enrolled_by, enrolled_at, last_upload_at,"
    " clock_error_s, revoked_by, revoked_at, revoked_for"
)
_REGISTER = """
INSERT INTO devices AS d (device, post, registered_by, registered_at, code_digest, code_until)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (device) DO UPDATE SET code_digest = excluded.code_digest, code_until = excluded.code_until
WHERE d.post = excluded.post AND d.public_key IS NULL AND d.revoked_at IS NULL
RETURNING device
"""
_ENROL = """
UPDATE devices SET public_key = $2, enrolled_by = coalesce(enrolled_by, $3), enrolled_at = coalesce(enrolled_at, $4)
WHERE code_digest = $1 AND code_until > $4 AND (public_key IS NULL OR public_key = $2) AND revoked_at IS NULL
AND ($5 OR post = ANY($6::text[]))
RETURNING device, post
"""
_REVOKE = """
UPDATE devices SET revoked_by = $2, revoked_at = $3, revoked_for = $4, code_digest = NULL, code_until = NULL
WHERE device = $1 AND revoked_at IS NULL RETURNING device
"""
_LIST = f"""
SELECT {_COLUMNS} FROM devices WHERE ($1 OR post = ANY($2::text[])) AND device > $3 ORDER BY device LIMIT $4
"""
_DELETE = """
DELETE FROM devices WHERE (public_key IS NULL AND revoked_at IS NULL AND registered_at < $1) OR revoked_at < $2
"""
_log = get_log()
_FORGET_CODES = "UPDATE devices SET code_digest = NULL, code_until = NULL WHERE code_until < $1"


class DeviceNameTaken(Refusal):
    """Another device has this name"""

    code = "device-name-taken"


class EnrolmentCodeWrong(Refusal):
    """This enrolment code is not valid"""

    code = "enrolment-code-wrong"
    status = 422


class DeviceKeyUnusable(Refusal):
    """This is not the public key of a device"""

    code = "device-key-unusable"
    status = 422


class NoSuchDevice(Refusal):
    """There is no such device"""

    code = "no-such-device"
    status = 404


@dataclass(frozen=True, slots=True)
class Device:
    """A device as it is registered. ``public_key`` is None until it is enrolled."""

    device: str
    post: str
    registered_by: str
    registered_at: datetime
    code_until: datetime | None
    public_key: str | None
    enrolled_by: str | None
    enrolled_at: datetime | None
    last_upload_at: datetime | None
    clock_error_s: int | None
    revoked_by: str | None
    revoked_at: datetime | None
    revoked_for: str | None

    @property
    def key(self) -> ECKey | None:
        """The key with which the device signs; None if it is not enrolled."""
        return None if self.public_key is None else ECKey.import_key(orjson.loads(self.public_key))


async def register_device(runtime: Runtime, caller: Caller, post: str, device: str) -> str:
    """Register a device of a post, and return its enrolment code, which is stored nowhere.

    A device that is registered at the post and not yet enrolled gets a new code. Raises OutOfReach or DeviceNameTaken.
    """
    _check_reach(caller, post)
    code, now = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)), datetime.now(UTC)
    try:
        registered = await _change(
            runtime,
            Statement(_REGISTER, (device, post, caller.id, now, _digest(code), now + CODE_LIFETIME)),
            _entry(runtime, caller, "register_device", device=device, post=post),
        )
    except asyncpg.UniqueViolationError:  # the same name in other letters
        registered = None
    if registered is None:
        raise DeviceNameTaken(
            "a name is used once, since records name the device by it",
            remedy="choose another name",
            field="device",
        )
    return "-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


async def enrol_device(runtime: Runtime, caller: Caller, code: str, public_key: Mapping[str, Any]) -> Device:
    """Enrol the device of a code with its public key.

    The same key with the same code is answered as the first time: the answer may have been lost.
    Raises EnrolmentCodeWrong, DeviceKeyUnusable or TooManyEnrolmentAttempts.
    """
    key, now = _public(public_key), datetime.now(UTC)
    reach = caller.reach
    try:
        attempt = await begin_attempt(runtime.pool, caller)
    except TooManyEnrolmentAttempts as refusal:
        await _refused(runtime, caller, refusal)
        raise
    enrolling = (_digest(_plain(code)), key, caller.id, now, reach.national, list(reach.posts))
    try:
        row = await _change(runtime, Statement(_ENROL, enrolling), lambda row: _entry(
            runtime, caller, "enrol_device", device=row["device"], post=row["post"]
        ))  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise DeviceKeyUnusable("another device has this key", remedy="make a new key") from None
    if row is None:
        wrong = EnrolmentCodeWrong(
            "it is mistyped, was used, is older than 30 minutes, or belongs to another post",
            remedy="check it, or have a new code made on the page of the devices",
            field="code",
        )
        await _refused(runtime, caller, wrong)
        raise wrong
    await forget_attempt(runtime.pool, attempt)
    return await get_device(runtime.pool, row["device"])


async def revoke_device(runtime: Runtime, caller: Caller, device: str, reason: str) -> None:
    """Revoke a device, and with it all its grants; a device stays revoked. Raises NoSuchDevice or OutOfReach."""
    found = await get_device(runtime.pool, device)
    _check_reach(caller, found.post)
    await _change(
        runtime,
        Statement(_REVOKE, (found.device, caller.id, datetime.now(UTC), reason)),
        _entry(runtime, caller, "revoke_device", device=found.device, post=found.post, reason=reason),
    )


async def find_device(pool: Pool, device: str) -> Device | None:
    """Return a device, or None."""
    row = await pool.fetchrow(f"SELECT {_COLUMNS} FROM devices WHERE device = $1", device)
    return None if row is None else Device(**row)


async def get_device(pool: Pool, device: str, reach: Reach | None = None) -> Device:
    """Return a device, within a reach if one is given. Raises NoSuchDevice."""
    found = await find_device(pool, device)
    if found is None or not (reach is None or reach.national or found.post in reach.posts):
        raise NoSuchDevice("no device has this name within your reach", remedy="check the name")
    return found


async def list_devices(pool: Pool, reach: Reach, after: str, limit: int) -> list[Device]:
    """Return the devices at the posts within a reach by name, those after ``after``."""
    return [Device(**row) for row in await pool.fetch(_LIST, reach.national, list(reach.posts), after, limit)]


def uploaded(device: Device, error_seconds: int | None) -> Statement:
    """Return the statement that notes an upload of a device, and the error of its clock if it was measured."""
    return Statement(
        "UPDATE devices SET last_upload_at = $2, clock_error_s = coalesce($3, clock_error_s) WHERE device = $1",
        (device.device, datetime.now(UTC), error_seconds),
    )


async def delete_expired_devices(runtime: Runtime) -> None:
    """Delete expired codes, old attempts to enrol, devices that were never enrolled, and those revoked long ago."""
    now = datetime.now(UTC)
    await runtime.pool.execute(_FORGET_CODES, now)
    await delete_old_attempts(runtime.pool)
    await runtime.pool.execute(_DELETE, now - NOT_ENROLLED_FOR, now - REVOKED_FOR)


async def _change(runtime: Runtime, change: Statement, audited: Any) -> Mapping[str, Any] | None:
    """Change a device and write the audit entry in one transaction; return the row, or None if nothing was changed."""
    async with runtime.pool.acquire() as connection, connection.transaction():
        row: Mapping[str, Any] | None = await connection.fetchrow(change.sql, *change.args)
        if row is not None:
            entry: Statement = audited(row) if callable(audited) else audited
            await connection.execute(entry.sql, *entry.args)
        return row


async def _refused(runtime: Runtime, caller: Caller, refusal: Refusal) -> None:
    """Note a refused attempt to enrol in the log and in the audit."""
    _log.warning("device_enrolment_refused", caller=caller.id, office=caller.office, reason=refusal.code)
    await runtime.audit.refused(
        caller, "enrol_device", correlation=correlation(), detail={"reason": refusal.code}
    )


def _entry(runtime: Runtime, caller: Caller, action: str, **detail: str) -> Statement:
    return runtime.audit.write(caller, action, correlation=correlation(), detail=detail)


def _check_reach(caller: Caller, post: str) -> None:
    if post not in CHECKPOINTS or not (caller.reach.national or post in caller.reach.posts):
        raise OutOfReach("it belongs to another post", field="post")


def _plain(code: str) -> str:
    """Return a code as it was made, however it was typed: in small letters, with hyphens, with O for 0, in Khmer digits."""
    return "".join(each for each in latin_digits(code).upper().translate(_MISTAKEN) if each in _LETTERS)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _public(key: Mapping[str, Any]) -> str:
    """Return a public key of P-256 as it is stored. Raises DeviceKeyUnusable."""
    parts: dict[str, str | list[str]] = {name: str(key.get(name, "")) for name in ("kty", "crv", "x", "y")}
    try:
        if parts["kty"] != "EC" or parts["crv"] != "P-256" or "d" in key:
            raise ValueError
        ECKey.import_key(parts).raw_value  # noqa: B018 - which checks that the point is on the curve
    except (JoseError, ValueError, TypeError, KeyError):
        raise DeviceKeyUnusable(
            "it is not the public JWK of a key of the curve P-256",
            remedy="send the public part only: kty, crv, x and y",
            field="public_key",
        ) from None
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode()
