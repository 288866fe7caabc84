"""Carrying out chunks of an upload: rows are recorded in short transactions, refused rows are kept for a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from chassis.base.ids import named_id
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.corrections import RulingWork
from chassis.commands.draft import Draft, Origin, StreamCommand, completed
from chassis.commands.execution import (
    Conflict,
    RecordChangedMeanwhile,
    commit,
    decide,
    execute,
    load,
    recorded_before,
)
from chassis.commands.idempotency import CommandRequest
from chassis.commands.routes import CommandRunner
from chassis.commands.ruling import NothingCorrected
from chassis.commands.runtime import Runtime
from chassis.http.problems import title_of
from chassis.http.validation_errors import FieldError, Unreadable
from chassis.store.append import Statement
from chassis.store.decider import Histories
from chassis.store.event_store import SLICE
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.counts import ChunkCounts, UploadJob
from chassis.uploads.dry_run import DryRun
from chassis.uploads.likely_rows import find_likely_rows
from chassis.uploads.mending import Mending, contract_of
from chassis.uploads.naming import of_upload
from chassis.uploads.outcomes import RowOutcome, keep_rows
from chassis.uploads.refusals import KEPT_FOR, to_store
from chassis.uploads.rows import Chunk, Row, RowReader, RowRefused
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

_KEEP = (
    "INSERT INTO upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at, errors)"
    " SELECT $1, r, '', '', '', $4, clock_timestamp() + $5, e FROM unnest($2::int[], $3::text[]) AS refused(r, e)"
    " ON CONFLICT DO NOTHING"
)


class Upload:
    """Carries out chunks of one upload; several at a time if its rows begin records."""

    def __init__(self, runtime: Runtime, bulk: BulkCommand, order: UploadJob) -> None:
        self.runtime, self._bulk = runtime, bulk
        self._job = order
        self.origin = Origin(order.caller, order.upload_id, order.traceparent, order.received_at)
        self._reader = RowReader(bulk.body, bulk.record)
        self.dry_run = DryRun() if order.dry_run else None

    async def carry(self, chunk: Chunk) -> ChunkCounts:
        """Read and record the rows of a chunk, each independently of the others; returns their counts."""
        counts, refused = ChunkCounts(upload_id=self._job.upload_id), list(chunk.refused)
        rows: list[Row] = []
        for nth, line in enumerate(chunk.lines, 1):
            try:
                rows.append(self._reader.read(line))
            except RowRefused as refusal:
                refused += [(line.number, error) for error in refusal.errors]
            if nth % SLICE == 0:
                await REQUEST_PRIORITY.give_way()
        await self._record(rows, refused, counts)
        return counts

    async def _record(
        self, rows: list[Row], unread: list[tuple[int, FieldError]], counts: ChunkCounts
    ) -> None:
        if self._bulk.records is not None:
            named = await self._bulk.records(self.runtime, {row.record_id for row in rows})
            for row in rows:
                row.record_id = named.get(row.record_id, row.record_id)
        work = _RowsWork(self, rows, unread)
        try:
            draft = await (
                execute(self.runtime, work) if self.dry_run is None else self._try(work, self.dry_run)
            )
        except RecordChangedMeanwhile:
            # Other transactions keep changing the same records: refuse the rows instead of retrying for ever.
            await (
                work.load()
            )  # drops the refusals of the last attempt, and the rows that were recorded meanwhile
            meanwhile = RecordChangedMeanwhile("they were tried several times", remedy="send the file again")
            draft = Draft(refusals=dict.fromkeys(range(len(work.fresh)), meanwhile))
            await commit(self.runtime, draft, work.statements(draft))
        taken = [(row, draft.of_command.get(position, ())) for position, row in enumerate(work.fresh)]
        counts.likely_same = await find_likely_rows(self.runtime, self._bulk, self._job, taken)
        outcomes = work.outcomes | await self._mend(work.stated)
        counts.known_of = work.known_of
        counts.rows = len(outcomes)
        results = Counter(outcome.result for outcome in outcomes.values())
        counts.taken = results["taken"] + results["changed"]
        counts.changed, counts.refused = results["changed"], results["refused"]
        counts.already_known = results["already_known"]

    async def _mend(self, rows: Sequence[Row]) -> dict[int, RowOutcome]:
        """Correct the records that rows state by their ids, if the rows say something else; return their outcomes."""
        runtime, outcomes, refused = self.runtime, dict[int, RowOutcome](), list[tuple[int, FieldError]]()
        for start in range(0, len(rows), SLICE):
            part = rows[start : start + SLICE]
            known = await runtime.store.known(row.id for row in part)
            loaded: Histories = await runtime.store.load_many({each.stream for each in known.values()})
            histories = loaded if self.dry_run is None else self.dry_run.extend(loaded)
            for row in part:
                try:
                    outcomes[row.number] = await self._mended(row, histories[known[row.id].stream])
                except Refusal as refusal:
                    outcomes[row.number] = RowOutcome("refused")
                    value = str(row.id) if refusal.field == "id" else None
                    refused += [(row.number, error) for error in errors_of(refusal, value)]
            await REQUEST_PRIORITY.give_way()
        await commit(runtime, Draft(), self.statements(Draft(), refused, outcomes))
        return outcomes

    async def _mended(self, row: Row, history: Sequence[Event[Fact]]) -> RowOutcome:
        runtime, origin = self.runtime, self.origin
        known = RowOutcome("already_known", row.id)
        correction = Mending(runtime, self._bulk.decider, row, history).correction(origin, self._job.reason)
        if correction is None:
            return known
        key = f"{self._job.upload_id}/{row.number}"
        ruling_id = named_id(history[-1].id, row.id.bytes)
        origin = replace(origin, ruling_id=ruling_id)
        request = CommandRequest(origin, key, ruling_id.bytes, "correct_event")
        work = RulingWork(CommandRunner(runtime, request), row.id, correction, contract_of(runtime))
        try:
            if self.dry_run is None:
                await execute(runtime, work)
            else:
                histories = self.dry_run.extend(await work.load())
                self.dry_run.add(histories, await work.decide(histories))
        except NothingCorrected:
            return known
        return RowOutcome("changed", row.id)

    async def _try(self, work: _RowsWork, dry_run: DryRun) -> Draft:
        """Decide rows and store only the refused ones."""
        histories = dry_run.extend(await work.load())
        draft = await work.decide(histories)
        dry_run.add(histories, draft)
        work.statements(draft)
        await commit(self.runtime, Draft(), self.statements(Draft(), work.refused, {}))
        return draft

    async def decide(self, commands: Sequence[StreamCommand], histories: Histories) -> Draft:
        """Decide the commands, and pause after every few while a request is waiting."""
        draft = Draft()
        commands = await completed(self.runtime, commands, histories)
        for start in range(0, len(commands), SLICE):
            decide(self.runtime, commands[start : start + SLICE], histories, self.origin, draft)
            await REQUEST_PRIORITY.give_way()
        return draft

    def command(self, row: Row) -> StreamCommand:
        """Return the command of a row."""
        bulk = self._bulk
        scope = None if bulk.scope is None else bulk.scope(row.command)
        return StreamCommand(bulk.decider, row.record_id, row.id, row.command, opens=bulk.opens, scope=scope)

    async def voided(self, row: Row) -> list[tuple[int, FieldError]]:
        """Return the error of a row without an id whose record was voided."""
        known = await self.runtime.store.find(row.id)
        if known is not None:
            try:
                await recorded_before(self.runtime, self.command(row), known, self.origin.caller)
            except Refusal as refusal:
                return [(row.number, error) for error in errors_of(refusal)]
        return []

    def statements(
        self, draft: Draft, refused: Sequence[tuple[int, FieldError]], outcomes: Mapping[int, RowOutcome]
    ) -> list[Statement]:
        """Return the statements for the audit entry of the recorded rows, for the refused rows, and for the outcomes of all."""
        found: list[Statement] = []
        job = self._job
        if draft.events:
            evidence = [event.id for event in draft.events if event.person is not None]
            found.append(
                self.runtime.audit.write(
                    job.caller, self._bulk.action, evidence=evidence, correlation=job.upload_id
                )
            )
        if refused:
            found.append(self._keeping(refused))
        if outcomes and not job.dry_run:
            found.append(keep_rows(job, outcomes))
        return found

    def _keeping(self, refused: Iterable[tuple[int, FieldError]]) -> Statement:
        """Return the statement that stores refused rows. Their errors hold what was sent, so the codec writes them."""
        errors: dict[int, list[dict[str, Any]]] = {}
        for number, error in sorted(refused, key=lambda each: (each[0], each[1].field)):
            errors.setdefault(number, []).append(to_store(error))
        codec = self.runtime.store.persons
        stored = [codec.seal(orjson.dumps(each)).decode() for each in errors.values()]
        return Statement(_KEEP, (self._job.upload_id, list(errors), stored, self._job.caller.id, KEPT_FOR))


class _RowsWork:
    """Rows of a chunk, in the form that :func:`chassis.commands.execution.execute` needs."""

    lock: int | None = None

    def __init__(self, upload: Upload, rows: list[Row], unread: list[tuple[int, FieldError]]) -> None:
        self._upload, self._rows, self._unread = upload, rows, unread
        self.fresh: list[Row] = []
        self.stated: list[Row] = []
        """Rows that state the id of a recorded one, and may change it."""
        self.refused: list[tuple[int, FieldError]] = []
        self.outcomes: dict[int, RowOutcome] = {}
        self.known_of: Counter[UUID] = Counter()
        self._commands: list[StreamCommand] = []

    async def load(self) -> Histories:
        runtime, upload = self._upload.runtime, self._upload
        former = [row.line.former for row in self._rows if row.line.former is not None]
        known = await runtime.store.known([*(row.id for row in self._rows), *former])
        for row in self._rows:
            if row.line.former in known:
                row.id = row.line.former
        self.refused = list(self._unread)
        self.fresh, self.stated, self.outcomes = [], [], {}
        self.known_of = Counter(each.correlation_id for each in known.values())
        unstated = {each.stream for row in self._rows if not row.line.given and (each := known.get(row.id))}
        voided = await runtime.store.with_voids(unstated) if unstated else set()
        for row in self._rows:
            if row.id not in known:
                if row.line.given and of_upload(row.id):
                    self.refused.append((row.number, _no_record(row.id)))
                else:
                    self.fresh.append(row)
            elif row.line.given:
                self.stated.append(row)
            else:
                errors = await upload.voided(row) if known[row.id].stream in voided else []
                self.refused += errors
                if not errors:
                    self.outcomes[row.number] = RowOutcome("already_known", row.id)
        self._commands = [upload.command(row) for row in self.fresh]
        return await load(runtime, self._commands)

    async def decide(self, histories: Histories) -> Draft:
        return await self._upload.decide(self._commands, histories)

    def statements(self, draft: Draft) -> list[Statement]:
        for position, row in enumerate(self.fresh):
            if (refusal := draft.refusals.get(position)) is not None:
                self.refused += [(row.number, error) for error in errors_of(refusal)]
            else:
                taken = bool(draft.of_command[position])
                self.outcomes[row.number] = RowOutcome("taken" if taken else "already_known", row.id)
        self.outcomes |= {number: RowOutcome("refused") for number, _ in self.refused}
        return self._upload.statements(draft, self.refused, self.outcomes)

    async def after_conflict(self, conflict: Conflict) -> None:
        return None

    async def after_refusal(self) -> None:
        return None

    def result(self, draft: Draft) -> Draft:
        return draft


def errors_of(refusal: Refusal, value: str | None = None) -> list[FieldError]:
    """Return the errors of a row, from the refusal of its command or of its correction."""
    if isinstance(refusal, Unreadable):
        return list(refusal.errors)
    return [
        FieldError(
            field=refusal.field or "",
            value=value,
            reason=f"{title_of(type(refusal))}: {refusal.detail}",
            remedy=refusal.remedy,
        )
    ]


def _no_record(row_id: UUID) -> FieldError:
    return FieldError(
        field="id",
        value=str(row_id),
        reason="no upload of this path recorded a row of this id",
        remedy="take the id from the sheet that an upload returned; clear it, if the row is a new record",
    )
