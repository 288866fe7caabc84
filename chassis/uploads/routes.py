"""Bulk routes: a file of commands (NDJSON or CSV) in one request, read as a stream and recorded in chunks.

An upload is not a transaction. Each row is independent: it is recorded, was recorded before, or is refused with a reason.
If an upload breaks off, its recorded rows remain, and sending the complete file again adds only the missing rows.
"""

# No deferred annotations here: the permission is a value of the enclosing function, and FastAPI reads the annotations as types.
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import Field, TypeAdapter
from starlette.requests import ClientDisconnect

from chassis.access.permissions import Caller, Permission, authenticate, check
from chassis.base.ids import new_id
from chassis.base.metrics import counter
from chassis.commands.examples import csv_of, example_of, ndjson
from chassis.commands.execution import CommandStillRunning
from chassis.commands.idempotency import KeptOutcome, find_outcome, keep_outcome, key_of
from chassis.commands.routes import CommandRouter, handler_permissions
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.commands.signature import KEY_PARAMETER, body_name
from chassis.http.middleware import treat_as_upload
from chassis.http.pagination import After, Limit, Page, decode_cursor, encode_cursor, link_next
from chassis.store.decider import Decider, Scope
from chassis.store.event_store import lock_of
from chassis.uploads.body_reader import ROW_LIMIT, SIZE_LIMIT, Body, ChunkBuilder, check_size, read_upload
from chassis.uploads.chunk import (
    SHOWN,
    BulkCommand,
    RefusedRow,
    UploadCounts,
    UploadJob,
    delete_expired_refusals,
    expired,
    find_refusals,
)
from chassis.uploads.rows import LINE_LIMIT, Naming, adapter_of
from chassis.uploads.scheduler import UploadScheduler
from contracts.refusal import Refusal

UPLOADS = counter("domnaer_uploads_total", "Uploads read to their end.")

NDJSON, CSV = "application/x-ndjson", "text/csv"


_BEYOND = 1024 * 1024
"""Bytes by which the middleware's limit is larger: the refusal of an upload says what was recorded until then."""


class UnknownFormat(Refusal):
    """An upload is NDJSON or CSV"""

    code = "unknown-format"
    status = 415


class RefusalsExpired(Refusal):
    """The refusals of this upload are no longer stored"""

    code = "refusals-expired"
    status = 410


class UploadOutcome(UploadCounts):
    """The result of an upload. The answer is 200 also if rows were refused."""

    refusals: tuple[RefusedRow, ...] = Field(
        (), description="The first 1,000 refusals, in the order of the rows."
    )
    refusals_url: str | None = Field(
        None, description="Where all refusals are read, page by page, for 24 hours."
    )


def add_bulk(
    routes: CommandRouter,
    path: str,
    body: Any,
    decider: Decider[Any, Any, Any],
    needed: Permission,
    *,
    scope: Callable[[Any], Scope | None] | None = None,
    record: str | None = None,
) -> None:
    """Serve a command in bulk, and the refusals of its uploads below the same path.

    A row has the same form as a single command. With ``record`` the command changes an existing record, whose UUID is in
    that additional field of each row. ``scope`` returns the scope of a record that a row begins.
    """
    bulk = BulkCommand(path, body, decider, needed, scope, record)

    async def upload(request: Request) -> Response:
        caller = authenticate(request)
        check(caller, needed, request)
        key, as_csv = key_of(request), _is_csv(request)
        check_size(int(request.headers.get("content-length", "0")))
        runtime: Runtime = request.app.state.runtime
        treat_as_upload(request.scope, SIZE_LIMIT + _BEYOND, lambda: not runtime.monitor.answers)
        async with runtime.monitor.lock(lock_of(caller.id, key)) as alone:
            if not alone:
                raise CommandStillRunning("wait for its answer, or ask again with the same key")
            stream = Body(request)
            if (kept := await find_outcome(runtime.pool, caller.id, key)) is not None:
                counts = await _counts_kept(stream, kept)
            else:
                await delete_expired_refusals(runtime)
                job = UploadJob(path, caller, new_id(), request.headers.get("traceparent"))
                scheduler = UploadScheduler(runtime, bulk, job)
                builder = ChunkBuilder(Naming(caller.id), adapter_of(body, record) if as_csv else None)
                try:
                    await read_upload(stream, builder, scheduler)
                except ClientDisconnect:
                    return Response(status_code=400)
                counts = scheduler.counts
                UPLOADS.labels(runtime.service).inc()
                kept_outcome = keep_outcome(caller.id, key, stream.digest(), 200, counts.model_dump_json())
                await runtime.pool.execute(kept_outcome.sql, *kept_outcome.args)
        answer = await _outcome(runtime, caller, counts, path)
        return Response(answer.model_dump_json(), media_type="application/json")

    async def list_refusals(
        request: Request,
        response: Response,
        upload_id: UUID,
        caller: Annotated[Caller, Depends(needed)],
        limit: Limit = 100,
        cursor: After = None,
    ) -> Page[RefusedRow]:
        """List the refused rows of your own upload, for 24 hours. The limit counts rows of the file."""
        if expired(upload_id):
            raise RefusalsExpired(
                "they are kept for 24 hours", remedy="send the file again: only what is new is added"
            )
        after = 0 if cursor is None else decode_cursor(cursor, int)[0]
        found = await find_refusals(request.app.state.runtime, caller, upload_id, after, limit + 1)
        if not found and after == 0:
            raise RecordNotFound("there is no upload of yours of this id with refusals")
        numbers = sorted({one.row for one in found})
        further = encode_cursor(numbers[limit - 1]) if len(numbers) > limit else None
        page: Page[RefusedRow] = Page(
            items=tuple(one for one in found if one.row in set(numbers[:limit])), next=further
        )
        link_next(request, response, page)
        return page

    upload.__doc__ = _ABOUT
    routes.bulks[path] = bulk
    routes.bodies.append((path, body))
    routes.add_api_route(
        path,
        upload,
        name=f"upload_{bulk.action}",
        methods=["POST"],
        response_model=UploadOutcome,
        openapi_extra=_openapi(needed, adapter_of(body, record), body_name(body)),
    )
    handler_permissions[upload] = needed
    routes.add_api_route(
        path + "/{upload_id}/refusals",
        list_refusals,
        name=f"list_refusals_of_{bulk.action}",
        methods=["GET"],
        response_model=Page[RefusedRow],
    )


async def _counts_kept(body: Body, kept: KeptOutcome) -> UploadCounts:
    """Return the counts stored under this key. The body is read only to compare it. Raises IdempotencyKeyReused."""
    async for _ in body:
        pass
    kept.must_be_of(body.digest())
    return UploadCounts.model_validate_json(kept.outcome)


async def _outcome(runtime: Runtime, caller: Caller, counts: UploadCounts, path: str) -> UploadOutcome:
    refusals = await find_refusals(runtime, caller, counts.upload_id, 0, SHOWN) if counts.refused else []
    return UploadOutcome(
        **counts.model_dump(),
        refusals=tuple(refusals[:SHOWN]),
        refusals_url=f"/{runtime.service}{path}/{counts.upload_id}/refusals" if counts.refused else None,
    )


def _is_csv(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (NDJSON, CSV):
        raise UnknownFormat(
            "the content type names neither",
            remedy=f"send Content-Type: {NDJSON} (one command a line) or {CSV} (a header of dotted field names)",
            field="Content-Type",
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnknownFormat("it is compressed", remedy="send it uncompressed", field="Content-Encoding")
    return kind == CSV


_ABOUT = f"""Record many at once: a file of the same commands, one on each line, as NDJSON or CSV.

Rows are recorded as they come in, each for itself; the answer counts those taken, known already and refused, and says
why. A row is known by its `id` (a UUIDv7 of yours) or, without one, by its content and its nth repetition in the file:
the whole file, corrected, may be sent again with a new key, and only what is new is added. The same key with the same
file is answered as before.

At most {ROW_LIMIT:,} rows, {SIZE_LIMIT // 1024 // 1024} MiB and {LINE_LIMIT // 1024} KiB a line. Where a limit shows only on the way, the rows
before it stay recorded and the answer (413) counts them.

In CSV the first line names the fields, dotted (`person.name.khmer`, `person.documents.0.number`); an empty cell is a field
left out.
"""


def _openapi(needed: Permission, row: TypeAdapter[Any], name: str) -> dict[str, Any]:
    example = example_of(row.json_schema())
    schema = {"type": "string", "description": f"Each line is a `{name}`."}
    return {
        "parameters": [KEY_PARAMETER],
        "x-permission": needed.name,
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {"schema": schema, "example": ndjson(example)},
                CSV: {"schema": schema, "example": csv_of(example)},
            },
        },
    }
