"""The upload of what was captured without a network: each sealed record is opened and recorded as a single command is.

A record that is refused has its reason in the answer, in the log and in the audit, and does not affect the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from chassis.access.permissions import Caller, check
from chassis.base.failures import describe_exception
from chassis.base.logs import correlation, get_log
from chassis.base.metrics import counter
from chassis.commands.draft import Origin
from chassis.commands.execution import CommandStillRunning, OtherContentUnderThisId, RecordChangedMeanwhile
from chassis.commands.idempotency import CommandRequest, IdempotencyKeyReused, digest_of
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import Runtime
from chassis.http.problems import title_of
from chassis.http.validation_errors import parse
from chassis.store.database import is_away
from contracts.refusal import Refusal
from services.border.deciders import at_post, crossings
from services.border.domain.crossing import CrossingCommand, RecordCrossing
from services.border.offline.device_clock import DeviceClock
from services.border.offline.devices import Device, uploaded
from services.border.offline.grants import GrantExpired, read_grant
from services.border.offline.messages import (
    OpenedRecord,
    RecordOutcome,
    RecordProblem,
    RecordState,
    SealedEntry,
)
from services.border.offline.sealing import CannotBeOpened, sealing_keys_of
from services.border.offline.undoing import UndoCrossing, undo_crossing
from services.border.permissions import CROSSING_RECORD

RECORDS = counter(
    "domnaer_offline_records_total",
    "Records of offline booths that were uploaded or taken in from an export, by their outcome.",
    "outcome",
)
_PATH = "/border/offline/records"
_RECORD, _UNDO = "record_crossing", "undo_crossing"
_OPENED: TypeAdapter[OpenedRecord] = TypeAdapter(OpenedRecord)
_CROSSING: TypeAdapter[CrossingCommand] = TypeAdapter(RecordCrossing)
_UNDOING: TypeAdapter[UndoCrossing] = TypeAdapter(UndoCrossing)
_PASSING = (CommandStillRunning, RecordChangedMeanwhile)
_REUSED = (IdempotencyKeyReused, OtherContentUnderThisId)
_log = get_log()


class RecordedOtherwise(Refusal):
    """This record was already uploaded with other content"""

    code = "recorded-otherwise"
    status = 409


class CapturedAfterRevocation(Refusal):
    """This record was captured after the device was revoked"""

    code = "captured-after-revocation"
    status = 422


class Reception:
    """Takes in the records of a device, one after the other. ``waited`` is the time since the upload arrived.

    ``witness`` is who answers for records whose grant had expired; without one they are refused.
    """

    def __init__(
        self,
        runtime: Runtime,
        device: Device,
        clock: DeviceClock,
        *,
        waited: timedelta = timedelta(),
        traceparent: str | None = None,
        witness: Caller | None = None,
    ) -> None:
        self._runtime, self._device, self._clock = runtime, device, clock
        self._witness = witness
        self.witnessed: dict[UUID, str] = {}
        """The officers who captured the records that were recorded for the witness, by the id of the record."""
        self._traceparent = traceparent
        self._received_at = runtime.clock.now() - waited

    async def take(
        self,
        records: Sequence[SealedEntry],
        taken_by: Caller,
        action: str,
        counted: Callable[[int], None] = lambda number: None,
    ) -> tuple[RecordOutcome, ...]:
        """Record what can be recorded, in the order of capture; return the outcomes in the order of ``records``.

        ``counted`` is called with the number of records after each. The audit gets one entry of the whole, by ``taken_by``, beside those of the recorded crossings.
        """
        outcomes: dict[int, RecordOutcome] = {}
        for nth in sorted(range(len(records)), key=lambda each: records[each].seq):
            outcomes[nth] = await self._outcome(records[nth])
            RECORDS.labels(self._runtime.service, outcomes[nth].outcome).inc()
            counted(len(outcomes))
        found = tuple(outcomes[nth] for nth in range(len(records)))
        await self._note(found, taken_by, action)
        return found

    async def _outcome(self, entry: SealedEntry) -> RecordOutcome:
        """Return what became of one record. Raises what means that the database is away."""
        try:
            return await self._record(entry)
        except Refusal as refusal:
            passing = refusal.status >= 500 or isinstance(refusal, _PASSING)
            return self._refused(entry, refusal, "try_again" if passing else "refused")
        except Exception as error:
            if is_away(error):
                raise
            # One record that fails must not keep those behind it on the device.
            _log.error(
                "offline_record_failed",
                device=self._device.device,
                record=str(entry.id),
                failure=describe_exception(error),
            )
            return RecordOutcome(
                id=entry.id,
                outcome="try_again",
                problem=RecordProblem(
                    code="internal-error",
                    title="Something failed on our side",
                    detail="the error was logged",
                    remedy=f"if it fails again, report {correlation()} to the operators",
                    field=None,
                ),
            )

    async def _record(self, entry: SealedEntry) -> RecordOutcome:
        """Open a record and carry out its command. Raises Refusal."""
        runtime, device = self._runtime, self._device
        keys = sealing_keys_of(runtime)
        opened: OpenedRecord = parse(_OPENED, await keys.unseal(entry.sealed))
        if (opened.id, opened.seq) != (entry.id, entry.seq):
            raise CannotBeOpened("it was sealed as another record")
        is_undo = opened.command.get("kind") == "undo"
        # An undo is done now: a device whose clock was set back cannot use an expired grant for it.
        captured_at = runtime.clock.now() if is_undo else self._clock.corrected(opened.captured_at)
        grant = read_grant(keys, opened.grant)
        officer = grant.caller
        try:
            grant.check(device.device, captured_at)
        except GrantExpired:
            if self._witness is None or is_undo:
                raise
            officer = self._witness
        if device.revoked_at is not None and captured_at >= device.revoked_at:
            raise CapturedAfterRevocation(
                "the device was no longer to be trusted", remedy="ask the officer, and record it on paper"
            )
        check(officer, CROSSING_RECORD)
        before = await runtime.store.find(opened.id)
        runner = self._runner(officer, opened, _UNDO if is_undo else _RECORD)
        if is_undo:
            undone = await undo_crossing(runner, parse(_UNDOING, orjson.dumps(opened.command)))
            return RecordOutcome(
                id=entry.id,
                outcome="recorded" if before is None else "already_recorded",
                crossing_id=undone.id,
                events=undone.events,
            )
        command: CrossingCommand = parse(_CROSSING, orjson.dumps(self._stated(opened)))
        try:
            outcome = await runner.open(crossings, command, scope=at_post(command.checkpoint))
        except _REUSED:
            raise RecordedOtherwise(
                "it was changed on the device after it had been recorded",
                remedy="correct the recorded crossing on its page",
            ) from None
        if before is None and officer is self._witness:
            self.witnessed[entry.id] = grant.caller.id
        return RecordOutcome(
            id=entry.id,
            outcome="recorded" if before is None else "already_recorded",
            crossing_id=outcome.id,
            events=outcome.events,
            likely_same=outcome.likely_same,
        )

    def _runner(self, caller: Caller, opened: OpenedRecord, action: str) -> CommandRunner:
        origin = Origin(caller, correlation(), self._traceparent, self._received_at)
        content = orjson.dumps(opened.command, option=orjson.OPT_SORT_KEYS)
        request = CommandRequest(origin, str(opened.id), digest_of(_PATH, content), action)
        return CommandRunner(self._runtime, request)

    def _stated(self, opened: OpenedRecord) -> dict[str, Any]:
        """Return the body of the command, with what the server states about the device."""
        if opened.command.get("id", str(opened.id)) != str(opened.id):
            raise CannotBeOpened("its command has the id of another record")
        present = self._clock.present
        return {
            **opened.command,
            "id": str(opened.id),
            "how": "offline",
            "device": self._device.device,
            "recorded_at": opened.captured_at,
            "device_clock": present,
        }

    def _refused(self, entry: SealedEntry, refusal: Refusal, outcome: RecordState) -> RecordOutcome:
        errors = getattr(refusal, "errors", ())
        first = errors[0] if errors else None
        known = isinstance(refusal, RecordedOtherwise)
        _log.warning(
            "offline_record_refused",
            device=self._device.device,
            record=str(entry.id),
            reason=refusal.code,
            state=outcome,
        )
        return RecordOutcome(
            id=entry.id,
            outcome=outcome,
            crossing_id=entry.id if known else None,
            problem=RecordProblem(
                code=refusal.code,
                title=title_of(type(refusal)),
                detail=refusal.detail if first is None else f"{first.field}: {first.reason}",
                remedy=refusal.remedy if first is None else first.remedy,
                field=refusal.field if first is None else first.field,
            ),
        )

    async def _note(self, outcomes: Sequence[RecordOutcome], taken_by: Caller, action: str) -> None:
        """Write the audit entry, and the time of the upload."""
        refused = [each for each in outcomes if each.problem is not None]
        count = Counter[str](each.outcome for each in outcomes)
        detail: dict[str, Any] = {
            "device": self._device.device,
            **count,
            "not_recorded": [each.id for each in refused][:1_000],
            "reasons": sorted({each.problem.code for each in refused if each.problem is not None}),
        }
        if self.witnessed:
            detail |= {"witnessed": [*self.witnessed], "captured_by": sorted({*self.witnessed.values()})}
        entry = self._runtime.audit.write(taken_by, action, correlation=correlation(), detail=detail)
        noted = uploaded(self._device, self._clock.error_seconds)
        async with self._runtime.pool.acquire() as connection, connection.transaction():
            await connection.execute(entry.sql, *entry.args)
            await connection.execute(noted.sql, *noted.args)
