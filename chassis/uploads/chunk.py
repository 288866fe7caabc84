"""An upload at work: rows taken in as many short transactions, what was refused kept for its sender, for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.access.permissions import Caller, Permission
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.draft import Draft, StreamCommand
from chassis.commands.routes import ATTEMPTS, RecordChangedMeanwhile
from chassis.commands.runtime import OtherContentUnderThisId, Runtime
from chassis.http.problems import title_of
from chassis.http.validation_errors import FieldError
from chassis.store.decider import Decider, Scope
from chassis.store.event_store import SLICE, AlreadyRecorded, ConcurrentAppend, Write
from chassis.uploads.rows import Chunk, Row, RowReader, RowRefused
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

SHOWN = 1_000
KEPT_FOR = timedelta(hours=24)
_KEEP = (
    "INSERT INTO upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at)"
    " SELECT $1, r, f, v, w, $6, clock_timestamp() + $7 FROM unnest($2::int[], $3::text[], $4::text[], $5::text[])"
    " AS refused(r, f, v, w) ON CONFLICT DO NOTHING"
)
_FIND = (
    'SELECT row_number AS "row", field, value, reason FROM upload_refusals WHERE upload_id = $1 AND caller = $2'
    " AND expires_at > clock_timestamp() AND row_number > $3 AND row_number <= (SELECT max(n) FROM (SELECT DISTINCT"
    " row_number FROM upload_refusals WHERE upload_id = $1 AND row_number > $3 ORDER BY row_number LIMIT $4) AS page(n))"
    " ORDER BY row_number, field"
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
    """How the rows of an upload fared."""

    upload_id: UUID = Field(description="Id of the upload; the correlation id of what it recorded.")
    rows: int = Field(0, description="Rows read.")
    taken: int = Field(0, description="Rows recorded now.")
    already_known: int = Field(0, description="Rows recorded before, by an earlier try or an earlier file.")
    refused: int = Field(0, description="Rows refused.")

    def add(self, other: UploadCounts) -> None:
        """Count the rows of a chunk too."""
        self.rows += other.rows
        self.taken += other.taken
        self.already_known += other.already_known
        self.refused += other.refused


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """A command that is served in bulk, at a path of its service; the declaration of its rows."""

    path: str
    body: Any
    decider: Decider[Any]
    needed: Permission
    scope: Callable[[Any], Scope | None] | None = None
    record: str | None = None

    @property
    def action(self) -> str:
        """What the audit calls it."""
        return self.path.strip("/").replace("/", "_")

    @property
    def opens(self) -> bool:
        """Whether each row begins a record, and so rests on nothing."""
        return self.record is None


@dataclass(frozen=True, slots=True)
class UploadJob:
    """What an upload is for all its chunks: whose, of what, and what it follows from."""

    path: str
    caller: Caller
    upload_id: UUID
    traceparent: str | None


class Upload:
    """Carries chunks of one upload out; several may be under way where rows rest on nothing."""

    def __init__(self, runtime: Runtime, bulk: BulkCommand, order: UploadJob) -> None:
        self._runtime, self._bulk = runtime, bulk
        self._caller, self._id, self._traceparent = order.caller, order.upload_id, order.traceparent
        self._reader = RowReader(bulk.body, bulk.record)

    async def carry(self, chunk: Chunk) -> UploadCounts:
        """Read and record the rows of a chunk, each for itself; how they fared."""
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
        while again:  # of rows with the same id, one after the other
            rows = {row.id: row for row in reversed(again)}
            again = [row for row in again if rows[row.id] is not row]
            await self._record(list(rows.values()), [], counts)
        return counts

    async def _record(
        self, rows: list[Row], unread: list[tuple[int, FieldError]], counts: UploadCounts
    ) -> None:
        runtime = self._runtime
        for attempt in range(ATTEMPTS + 1):
            refused = list(unread)
            known = await runtime.store.known(row.id for row in rows)
            refused += [
                one for row in rows if row.given and row.id in known for one in await self._compared(row)
            ]
            fresh = [row for row in rows if row.id not in known] if known else rows
            asks = [self._ask(row) for row in fresh]
            histories = await runtime.histories(asks)
            drafted = await self._drafted(asks, histories)
            if attempt == ATTEMPTS:  # others keep changing the same records: say so rather than try for ever
                meanwhile = RecordChangedMeanwhile(
                    "they were tried several times", remedy="send the file again"
                )
                drafted = Draft(refusals=dict.fromkeys(range(len(asks)), meanwhile))
            refused += [(fresh[nth].number, error_of(refusal)) for nth, refusal in drafted.refusals.items()]
            act = runtime.act(drafted)
            if drafted.events:
                evidence = [event.id for event in drafted.events if event.person is not None]
                act.writes.append(
                    runtime.audit.write(
                        self._caller, self._bulk.action, evidence=evidence, correlation=self._id
                    )
                )
            if refused:
                act.writes.append(self._keeping(refused))
            if not act.events and not act.writes:
                break
            try:
                await runtime.store.commit(act)
            except (AlreadyRecorded, ConcurrentAppend):
                continue
            break
        if drafted.events:
            runtime.wake()
        _count(counts, len(rows), sum(map(bool, drafted.of_ask.values())), {nr for nr, _ in refused}, unread)

    async def _drafted(
        self, asks: Sequence[StreamCommand], histories: Mapping[str, list[Event[Fact]]]
    ) -> Draft:
        """Draft the asks a few at a time: officers who record at this moment come in between."""
        drafted = Draft()
        for at in range(0, len(asks), SLICE):
            self._runtime.draft(
                asks[at : at + SLICE],
                histories,
                self._caller,
                self._id,
                traceparent=self._traceparent,
                after=drafted,
            )
            await REQUEST_PRIORITY.give_way()
        return drafted

    def _ask(self, row: Row) -> StreamCommand:
        bulk = self._bulk
        scope = None if bulk.scope is None else bulk.scope(row.command)
        return StreamCommand(bulk.decider, row.record_id, row.id, row.command, opens=bulk.opens, scope=scope)

    async def _compared(self, row: Row) -> list[tuple[int, FieldError]]:
        """What stands against a row whose id, the client's own, is recorded already."""
        known = await self._runtime.store.find(row.id)
        if known is not None:
            try:
                await self._runtime.repeated(self._ask(row), known, self._caller)
            except Refusal as refusal:
                value = str(row.id) if isinstance(refusal, OtherContentUnderThisId) else None
                return [(row.number, error_of(refusal, value))]
        return []

    def _keeping(self, refused: Iterable[tuple[int, FieldError]]) -> Write:
        rows, fields, values, reasons = [], [], [], []
        for number, error in refused:
            rows.append(number)
            fields.append(error.field)
            values.append("" if error.value is None else str(error.value))
            reasons.append(error.reason + (f"; {error.remedy}" if error.remedy else ""))
        return Write(_KEEP, (self._id, rows, fields, values, reasons, self._caller.id, KEPT_FOR))


def _count(
    counts: UploadCounts, rows: int, taken: int, refused: set[int], unread: Sequence[tuple[int, FieldError]]
) -> None:
    rows += len({number for number, _ in unread})
    counts.rows += rows
    counts.taken += taken
    counts.refused += len(refused)
    counts.already_known += rows - taken - len(refused)


def error_of(refusal: Refusal, value: str | None = None) -> FieldError:
    """What stands against a row, from the refusal of its command."""
    return FieldError(
        field=refusal.field or "",
        value=value,
        reason=f"{title_of(type(refusal))}: {refusal.detail}",
        remedy=refusal.remedy,
    )


async def find_refusals(
    runtime: Runtime, caller: Caller, upload_id: UUID, after: int, rows: int
) -> list[RefusedRow]:
    """The refusals of some rows of an upload in their order, for who sent it and for as long as they are kept."""
    return [RefusedRow(**row) for row in await runtime.pool.fetch(_FIND, upload_id, caller.id, after, rows)]


async def delete_expired_refusals(runtime: Runtime) -> None:
    """Delete what is older than a day, some thousand rows at a time; each upload begins with it."""
    while await runtime.pool.execute(_FORGET) == "DELETE 10000":
        await asyncio.sleep(0)


def expired(upload_id: UUID) -> bool:
    """Whether the refusals of an upload are no longer kept, by the time in its id. False for an id of another kind."""
    if upload_id.version != 7:
        return False
    begun = datetime.fromtimestamp((upload_id.int >> 80) / 1000, UTC)
    return datetime.now(UTC) - begun > KEPT_FOR
