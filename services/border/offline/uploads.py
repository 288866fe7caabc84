"""Uploads of devices, and the files that devices export when they find no network: checked as a whole, then taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chassis.access.permissions import Caller, Reach
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import parse
from services.border.offline.device_clock import DeviceClock
from services.border.offline.devices import Device
from services.border.offline.messages import (
    OfflineExport,
    OfflineOutcome,
    OfflineUpload,
    RecordOutcome,
    SealedEntry,
)
from services.border.offline.reception import Reception
from services.border.offline.signatures import SignedUpload, verify_signature
from services.border.permissions import DEVICE_REGISTER

EXPORT_LIMIT = 16_000_000
"""The largest file of an export in bytes."""
_UPLOAD: TypeAdapter[OfflineUpload] = TypeAdapter(OfflineUpload)
_EXPORT: TypeAdapter[OfflineExport] = TypeAdapter(OfflineExport)


class ExportFile(BaseModel):
    """The file of an export: the text that the device signed, and its signature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: str = Field(max_length=EXPORT_LIMIT)
    signature: str = Field(max_length=2_000)


_FILE: TypeAdapter[ExportFile] = TypeAdapter(ExportFile)


async def take_upload(
    runtime: Runtime, signed: SignedUpload, content: bytes, traceparent: str | None = None
) -> OfflineOutcome:
    """Take in an upload of a device. Raises SignatureWrong or Unreadable."""
    signed.check(content, runtime.service)
    upload: OfflineUpload = parse(_UPLOAD, content)
    signed.must_be_of(upload.device, runtime.service)
    clock = DeviceClock.read(upload.device_clock, signed.arrived_at)
    waited = datetime.now(UTC) - signed.arrived_at
    reception = Reception(runtime, signed.device, clock, waited=waited, traceparent=traceparent)
    found = await reception.take(upload.records, _as_caller(signed.device), "upload_offline_records")
    return OfflineOutcome(records=found, clock_error_seconds=clock.error_seconds or 0)


@dataclass(frozen=True, slots=True)
class OpenedExport:
    """A file that a device exported, whose signature was checked; its records can be taken in."""

    device: Device
    records: tuple[SealedEntry, ...]
    _reception: Reception
    _caller: Caller

    @property
    def witnessed(self) -> int:
        """The number of records that were recorded for who takes the file in, since their grant had expired."""
        return len(self._reception.witnessed)

    async def take(self, counted: Callable[[int], None] = lambda number: None) -> tuple[RecordOutcome, ...]:
        """Take in the records; ``counted`` is called with the number of records after each."""
        return await self._reception.take(self.records, self._caller, "import_offline_records", counted)


async def open_export(runtime: Runtime, caller: Caller, content: bytes) -> OpenedExport:
    """Return a file that a device exported, checked as a whole.

    Of a revoked device only people who register devices may take a file in, and only what was captured before. Of a device in
    use they answer for records whose grant had expired: those are recorded as theirs. Raises DeviceRefused or Unreadable.
    """
    file: ExportFile = parse(_FILE, content)
    signed = await verify_signature(runtime, file.signature)
    registers = caller.may(DEVICE_REGISTER)
    if not registers:
        signed.check_not_revoked(runtime.service)
    body = file.body.encode("utf-8", "surrogatepass")
    signed.check(body, runtime.service)
    export: OfflineExport = parse(_EXPORT, body)
    signed.must_be_of(export.device, runtime.service)
    clock = DeviceClock.measured(export.clock_error_seconds)
    witness = caller if registers and signed.device.revoked_at is None else None
    reception = Reception(runtime, signed.device, clock, witness=witness)
    return OpenedExport(signed.device, export.records, reception, caller)


def _as_caller(device: Device) -> Caller:
    """Return a device as the audit names it."""
    return Caller(f"device-{device.device.lower()}", "", device.post, frozenset(), Reach(), 0.0)
