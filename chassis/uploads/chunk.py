"""Carrying out chunks of an upload: rows are recorded in short transactions, refused rows are kept for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.permissions import Caller, Permission
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.draft import Draft, Origin, StreamCommand
from chassis.commands.execution import (
    Conflict,
    Histories,
    OtherContentUnderThisId,
    RecordChangedMeanwhile,
    commit,
    decide,
    execute,
    load,
    recorded_before,
)
from chassis.commands.runtime import Runtime
from chassis.http.problems import title_of
from chassis.http.validation_errors import FieldError
from chassis.store.append import Statement
from chassis.store.decider import Decider, Scope
from chassis.store.event_store import SLICE
from chassis.uploads.rows import Chunk, Row, RowReader, RowRefused
from contracts.refusal import Refusal

SHOWN = 1_000
KEPT_FOR = timedelta(hours=24)
_KEEP = (
    "INSERT INTO upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at, errors)"
    " SELECT $1, r, '', '', '', $4, clock_timestamp() + $5, e FROM unnest($2::int[], $3::text[]) AS refused(r, e)"
    " ON CONFLICT DO NOTHING"
)
_FIND = (
    "SELECT row_number, errors FROM upload_refusals WHERE upload_id = $1 AND caller = $2"
    " AND expires_at > clock_timestamp() AND row_number > $3 ORDER BY row_number LIMIT $4"
)
_FORGET = (
    "DELETE FROM upload_refusals WHERE ctid IN"
    " (SELECT ctid FROM upload_refusals WHERE expires_at <= clock_timestamp() LIMIT 10000)"
)


class RefusedRow(BaseModel):
    """A row that was refused, or one field of it."""

    model_config = ConfigDict(frozen=True)

    row: int = Field(description="The row, counted as lines of the file are; in CSV the header is row 1.")
    field: str = Field(description="The field, e.g. person.documents[0].number; empty for the whole row.")
    value: str = Field(description="What was sent, where that is short.")
    reason: str = Field(description="Why it was refused, and what would be right.")


class UploadCounts(BaseModel):
    """Counts of the rows of an upload: recorded, already known, refused."""

    upload_id: UUID = Field(description="Id of the upload; the correlation id of what it recorded.")
    rows: int = Field(0, description="Rows read.")
    taken: int = Field(0, description="Rows recorded now.")
    already_known: int = Field(0, description="Rows recorded before, by an earlier try or an earlier file.")
    refused: int = Field(0, description="Rows refused.")

    def add(self, other: UploadCounts) -> None:
        """Add the counts of a chunk."""
        self.rows += other.rows
        self.taken += other.taken
        self.already_known += other.already_known
        self.refused += other.refused


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """The declaration of a command that is served in bulk at a path of its service."""

    path: str
    body: Any
    decider: Decider[Any, Any, Any]
    needed: Permission
    scope: Callable[[Any], Scope | None] | None = None
    record: str | None = None

    @property
    def action(self) -> str:
        """The name of the action in audit entries."""
        return self.path.strip("/").replace("/", "_")

    @property
    def opens(self) -> bool:
        """Return whether each row begins a record, so that no stream has to be loaded."""
        return self.record is None


@dataclass(frozen=True, slots=True)
class UploadJob:
    """The part of an upload that is the same for all its chunks: path, caller, id and trace."""

    path: str
    caller: Caller
    upload_id: UUID
    traceparent: str | None


class Upload:
    """Carries out chunks of one upload; several at a time if its rows begin records."""

    def __init__(self, runtime: Runtime, bulk: BulkCommand, order: UploadJob) -> None:
        self.runtime, self._bulk = runtime, bulk
        self._id = order.upload_id
        self.origin = Origin(order.caller, order.upload_id, order.traceparent)
        self._reader = RowReader(bulk.body, bulk.record)

    async def carry(self, chunk: Chunk) -> UploadCounts:
        """Read and record the rows of a chunk, each independently of the others; returns their counts."""
        counts, refused = UploadCounts(upload_id=self._id), list(chunk.refused)
        first: dict[UUID, Row] = {}
        again: list[Row] = []
        for nth, line in enumerate(chunk.lines, 1):
            try:
                row = self._reader.read(line)
            except RowRefused as refusal:
                refused += [(line.number, error) for error in refusal.errors]
            else:
                if first.setdefault(row.id, row) is not row:
                    again.append(row)
            if nth % SLICE == 0:
                await REQUEST_PRIORITY.give_way()
        await self._record(list(first.values()), refused, counts)
        while again:  # rows with the same id are recorded one after the other
            rows = {row.id: row for row in reversed(again)}
            again = [row for row in again if rows[row.id] is not row]
            await self._record(list(rows.values()), [], counts)
        return counts

    async def _record(
        self, rows: list[Row], unread: list[tuple[int, FieldError]], counts: UploadCounts
    ) -> None:
        work = _RowsWork(self, rows, unread)
        try:
            draft = await execute(self.runtime, work)
        except RecordChangedMeanwhile:
            # Other transactions keep changing the same records: refuse the rows instead of retrying for ever.
            await (
                work.load()
            )  # drops the refusals of the last attempt, and the rows that were recorded meanwhile
            meanwhile = RecordChangedMeanwhile("they were tried several times", remedy="send the file again")
            draft = Draft(refusals=dict.fromkeys(range(len(work.fresh)), meanwhile))
            await commit(self.runtime, draft, work.statements(draft))
        taken = sum(map(bool, draft.of_command.values()))
        _count(counts, len(rows), taken, {number for number, _ in work.refused}, unread)

    async def decide(self, commands: Sequence[StreamCommand], histories: Histories) -> Draft:
        """Decide the commands, and pause after every few while a request is waiting."""
        draft = Draft()
        for start in range(0, len(commands), SLICE):
            decide(self.runtime, commands[start : start + SLICE], histories, self.origin, draft)
            await REQUEST_PRIORITY.give_way()
        return draft

    def command(self, row: Row) -> StreamCommand:
        """Return the command of a row."""
        bulk = self._bulk
        scope = None if bulk.scope is None else bulk.scope(row.command)
        return StreamCommand(bulk.decider, row.record_id, row.id, row.command, opens=bulk.opens, scope=scope)

    async def compared(self, row: Row) -> list[tuple[int, FieldError]]:
        """Return the error of a row whose own id is already recorded with other content."""
        known = await self.runtime.store.find(row.id)
        if known is not None:
            try:
                await recorded_before(self.runtime, self.command(row), known, self.origin.caller)
            except Refusal as refusal:
                value = str(row.id) if isinstance(refusal, OtherContentUnderThisId) else None
                return [(row.number, error_of(refusal, value))]
        return []

    def statements(self, draft: Draft, refused: Sequence[tuple[int, FieldError]]) -> list[Statement]:
        """Return the statements for the audit entry of the recorded rows, and for the refused rows."""
        found: list[Statement] = []
        if draft.events:
            evidence = [event.id for event in draft.events if event.person is not None]
            caller = self.origin.caller
            found.append(
                self.runtime.audit.write(caller, self._bulk.action, evidence=evidence, correlation=self._id)
            )
        if refused:
            found.append(self._keeping(refused))
        return found

    def _keeping(self, refused: Iterable[tuple[int, FieldError]]) -> Statement:
        """Return the statement that stores refused rows. Their errors hold what was sent, so the codec writes them."""
        errors: dict[int, list[dict[str, str]]] = {}
        for number, error in sorted(refused, key=lambda each: (each[0], each[1].field)):
            value = "" if error.value is None else str(error.value)
            reason = error.reason + (f"; {error.remedy}" if error.remedy else "")
            errors.setdefault(number, []).append({"field": error.field, "value": value, "reason": reason})
        codec = self.runtime.store.persons
        stored = [codec.seal(orjson.dumps(each)).decode() for each in errors.values()]
        return Statement(_KEEP, (self._id, list(errors), stored, self.origin.caller.id, KEPT_FOR))


class _RowsWork:
    """Rows of a chunk, in the form that :func:`chassis.commands.execution.execute` needs."""

    lock: int | None = None

    def __init__(self, upload: Upload, rows: list[Row], unread: list[tuple[int, FieldError]]) -> None:
        self._upload, self._rows, self._unread = upload, rows, unread
        self.fresh: list[Row] = []
        self.refused: list[tuple[int, FieldError]] = []
        self._commands: list[StreamCommand] = []

    async def load(self) -> Histories:
        runtime, upload = self._upload.runtime, self._upload
        known = await runtime.store.known(row.id for row in self._rows)
        self.refused = list(self._unread)
        for row in self._rows:
            if row.given and row.id in known:
                self.refused += await upload.compared(row)
        self.fresh = [row for row in self._rows if row.id not in known] if known else self._rows
        self._commands = [upload.command(row) for row in self.fresh]
        return await load(runtime, self._commands)

    async def decide(self, histories: Histories) -> Draft:
        return await self._upload.decide(self._commands, histories)

    def statements(self, draft: Draft) -> list[Statement]:
        self.refused += [
            (self.fresh[position].number, error_of(refusal)) for position, refusal in draft.refusals.items()
        ]
        return self._upload.statements(draft, self.refused)

    async def after_conflict(self, conflict: Conflict) -> None:
        return None

    async def after_refusal(self) -> None:
        return None

    def result(self, draft: Draft) -> Draft:
        return draft


def _count(
    counts: UploadCounts, rows: int, taken: int, refused: set[int], unread: Sequence[tuple[int, FieldError]]
) -> None:
    rows += len({number for number, _ in unread})
    counts.rows += rows
    counts.taken += taken
    counts.refused += len(refused)
    counts.already_known += rows - taken - len(refused)


def error_of(refusal: Refusal, value: str | None = None) -> FieldError:
    """Return the error of a row, from the refusal of its command."""
    return FieldError(
        field=refusal.field or "",
        value=value,
        reason=f"{title_of(type(refusal))}: {refusal.detail}",
        remedy=refusal.remedy,
    )


async def find_refusals(
    runtime: Runtime, caller: Caller, upload_id: UUID, after: int, rows: int
) -> list[RefusedRow]:
    """Return the refusals of rows after a row number, in order, to the sender of the upload, while they are stored."""
    codec, found = runtime.store.persons, await runtime.pool.fetch(_FIND, upload_id, caller.id, after, rows)
    return [
        RefusedRow(row=number, **error)
        for number, stored in found
        for error in orjson.loads(codec.open(stored.encode()))
    ]


async def delete_expired_refusals(runtime: Runtime) -> None:
    """Delete refusals older than a day, some thousand rows at a time. Each upload begins with it."""
    while await runtime.pool.execute(_FORGET) == "DELETE 10000":
        await asyncio.sleep(0)


def expired(upload_id: UUID) -> bool:
    """Return whether the refusals of an upload have expired, by the time in its UUIDv7; False for another kind of id."""
    if upload_id.version != 7:
        return False
    begun = datetime.fromtimestamp((upload_id.int >> 80) / 1000, UTC)
    return datetime.now(UTC) - begun > KEPT_FOR
