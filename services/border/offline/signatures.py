"""The signature of a device over an upload or an export: a compact JWS by its own key, which names the device and the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import Request
from joserfc import jws
from joserfc.errors import JoseError

from chassis.access.refusals import CallRefused
from chassis.base.logs import get_log
from chassis.base.metrics import counter
from chassis.commands.runtime import Runtime, runtime_of
from chassis.http.middleware import treat_as_upload
from services.border.offline.devices import Device, find_device

SIGNATURE_HEADER = "device-signature"
SIGNATURE_PARAMETER: dict[str, Any] = {
    "name": "Device-Signature",
    "in": "header",
    "required": True,
    "description": "A compact JWS (ES256, kid = the device) over {digest, iat, jti}; digest is the SHA-256 of the body in base64url.",
    "schema": {"type": "string", "maxLength": 2000},
}
UPLOAD_LIMIT = 1_500_000
"""The largest body of an upload in bytes."""
UPLOADS_REFUSED = counter(
    "domnaer_offline_uploads_refused_total",
    "Uploads and exports of offline booths that were refused as a whole.",
    "reason",
)
_ALGORITHM = "ES256"
_LONGEST = 2_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_log = get_log()


class DeviceRefused(CallRefused):
    """This device may not upload"""

    code = "device-refused"
    status = 401


class DeviceUnknown(DeviceRefused):
    """This device is not enrolled"""

    code = "device-unknown"


class DeviceRevoked(DeviceRefused):
    """This device was revoked"""

    code = "device-revoked"


class SignatureWrong(DeviceRefused):
    """The signature of this upload is wrong"""

    code = "device-signature-wrong"


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """An upload whose signature belongs to a device; the content is checked when it has been read.

    ``arrived_at`` is the time before its body was read, which may take a minute on a slow line.
    """

    device: Device
    digest: str
    arrived_at: datetime

    def check(self, content: bytes, service: str) -> None:
        """Check that a content is what the device signed. Raises SignatureWrong."""
        right = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        if not hmac.compare_digest(right, self.digest.encode("utf-8", "replace")):
            raise _refused(service, SignatureWrong("it was signed for another content"), self.device.device)

    def must_be_of(self, device: str, service: str) -> None:
        """Check that the content names the device that signed it. Raises SignatureWrong."""
        if device != self.device.device:
            raise _refused(service, SignatureWrong("another device signed it"), self.device.device)

    def check_not_revoked(self, service: str) -> None:
        """Check that the device was not revoked. Raises DeviceRevoked."""
        if self.device.revoked_at is not None:
            refusal = DeviceRevoked("its records stay on it", remedy="ask your supervisor")
            raise _refused(service, refusal, self.device.device)


async def signed_by_device(request: Request) -> SignedUpload:
    """Return the device that signed a request, before its body is read. Raises DeviceRefused or a subclass."""
    runtime = runtime_of(request)
    signed = await verify_signature(runtime, request.headers.get(SIGNATURE_HEADER, ""))
    signed.check_not_revoked(runtime.service)
    treat_as_upload(request.scope, UPLOAD_LIMIT, lambda: not runtime.monitor.answers)
    return signed


async def verify_signature(runtime: Runtime, signature: str) -> SignedUpload:
    """Return the device and the digest of a signature, also of a revoked device. Raises DeviceUnknown or SignatureWrong.

    Its age is not judged: the clocks of devices are wrong, and a repeated upload is recorded once.
    """
    arrived_at, name = datetime.now(UTC), _device_of(signature)
    device = await find_device(runtime.pool, name) if name else None
    key = None if device is None else device.key
    if device is None or key is None:
        raise _refused(
            runtime.service,
            DeviceUnknown(
                "no enrolled device has this name",
                remedy="register this browser as a new device in the offline booth",
            ),
        )
    try:
        payload = orjson.loads(jws.deserialize_compact(signature, key, algorithms=[_ALGORITHM]).payload)
        digest = payload["digest"]
    except (JoseError, ValueError, TypeError, KeyError):
        digest = None
    if not isinstance(digest, str):
        raise _refused(runtime.service, SignatureWrong("it was not made by the key of this device"), name)
    return SignedUpload(device, digest, arrived_at)


def _device_of(signature: str) -> str:
    """Return the device that the header of a signature names; empty if it names none."""
    if not signature.isascii() or len(signature) > _LONGEST:
        return ""
    try:
        header: dict[str, Any] = jws.extract_compact(signature.encode()).headers()
    except (JoseError, ValueError, TypeError):
        return ""
    named = header.get("kid")
    is_ours = isinstance(named, str) and header.get("alg") == _ALGORITHM
    return str(named) if is_ours and _NAME.fullmatch(str(named)) else ""


def _refused(service: str, refusal: DeviceRefused, device: str | None = None) -> DeviceRefused:
    """Count and log a refused upload, and return the refusal."""
    UPLOADS_REFUSED.labels(service, refusal.code).inc()
    _log.warning("offline_upload_refused", reason=refusal.code, device=device)
    return refusal
