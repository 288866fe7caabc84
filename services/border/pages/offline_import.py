"""The page on which the file of an offline booth is taken in: what became of each record that is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.idempotency import IdempotencyKeyReused
from chassis.commands.runtime import OutOfReach, runtime_of
from chassis.http.validation_errors import Unreadable
from chassis.pages.error_texts import EMPTY, PageError
from chassis.pages.rendering import pages_of
from chassis.pages.translation import N_
from chassis.upload_page import FilePermission
from services.border.offline.grants import GrantExpired, GrantOfAnotherDevice, GrantUnreadable
from services.border.offline.messages import RecordOutcome, SealedEntry
from services.border.offline.reception import CapturedAfterRevocation, RecordedOtherwise
from services.border.offline.sealing import CannotBeOpened
from services.border.offline.signatures import DeviceRefused, DeviceRevoked, DeviceUnknown, SignatureWrong
from services.border.offline.uploads import EXPORT_LIMIT, OpenedExport, open_export
from services.border.pages import offline_import_progress
from services.border.permissions import CROSSING_READ, CROSSING_RECORD

IMPORT = "/border/pages/offline/import"
BOOTH = "/border/pages"
SHOWN = 200
"""Records that were recorded and that the page lists; those that were not are always listed, and come first."""
_FILE = "file"
_NOT_OURS = (N_("this is not a file of an offline booth"), N_("choose the file that the offline booth saved"))
_FILES: Mapping[str, tuple[str, str]] = {
    DeviceUnknown.code: (
        N_("no device of this name is enrolled"),
        N_("ask who looks after the devices of the post"),
    ),
    DeviceRevoked.code: (
        N_("the device was revoked"),
        N_("ask somebody who may register devices and record crossings to take the file in"),
    ),
    SignatureWrong.code: (
        N_("the file was changed after the device saved it"),
        N_("save it on the device again"),
    ),
}
"""Why a file is not taken in, by code."""
_PROBLEMS: Mapping[str, str] = {
    CannotBeOpened.code: N_("It cannot be opened: it was changed, or its key is gone. Tell the operators."),
    GrantUnreadable.code: N_("It does not say reliably who captured it. Send it again from the device, signed in."),
    GrantOfAnotherDevice.code: N_("It was captured on another device. Send it again from the device, signed in."),
    GrantExpired.code: N_("It was captured more than 14 days after the last sign-in. Send it again from the device, signed in, or ask somebody who may register devices to take the file in."),
    CapturedAfterRevocation.code: N_("It was captured after the device was revoked. Ask the officer."),
    RecordedOtherwise.code: N_("It was recorded before, and then changed on the device. Correct the recorded crossing."),
    IdempotencyKeyReused.code: N_("It was recorded before, and then changed on the device. Correct the recorded crossing."),
    OutOfReach.code: N_("The officer may not record at this post."),
    Unreadable.code: N_("Something in it is not possible. Correct it on the device, and send it again."),
}  # fmt: skip
"""Why a record was not recorded, by code."""
_OTHER = N_("It was not recorded. Correct it on the device, and send it again.")
_LATER = N_("Something failed for the moment. Take the file in again.")

router = APIRouter(route_class=CallerFirstRoute)
ImportPage = Annotated[Caller, Depends(FilePermission(CROSSING_RECORD, EXPORT_LIMIT))]


@router.get("/offline/import", name="offline_import_page")
async def import_page(request: Request, caller: ImportPage) -> Response:
    """Show the form for the file."""
    return _show(request, caller)


@router.post("/offline/import", name="import_offline_records_form")
async def import_records(request: Request, caller: ImportPage) -> Response:
    """Take in a file, and show what became of each record. A file that is taken in twice is recorded once."""
    file = (await request.form()).get(_FILE)
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        return _show(request, caller, errors=(PageError(_FILE, *EMPTY),))
    try:
        export = await open_export(runtime_of(request), caller, content)
    except Unreadable:
        return _show(request, caller, errors=(PageError(_FILE, *_NOT_OURS),))
    except DeviceRefused as refusal:
        return _show(request, caller, errors=(PageError(_FILE, *_FILES.get(refusal.code, _NOT_OURS)),))

    def shown(outcomes: Sequence[RecordOutcome] | None) -> Response:
        return _show_outcomes(request, caller, export, outcomes)

    if len(export.records) >= offline_import_progress.FROM:
        return offline_import_progress.answer_in_parts(request, export, shown)
    return shown(await export.take())


def _show_outcomes(
    request: Request, caller: Caller, export: OpenedExport, outcomes: Sequence[RecordOutcome] | None
) -> Response:
    """Show what became of the records; None if taking them in was interrupted, none while it has only begun."""
    rows = [_row(entry, outcome) for entry, outcome in zip(export.records, outcomes or (), strict=False)]
    rows.sort(key=lambda row: (row["problem"] is None, row["seq"]))
    failed = sum(row["problem"] is not None for row in rows)
    return _show(
        request,
        caller,
        device=export.device.device,
        count=Counter(each.outcome for each in outcomes or ()),
        in_parts=len(export.records) >= offline_import_progress.FROM,
        interrupted=outcomes is None,
        witnessed=export.witnessed,
        rows=rows[: failed + SHOWN],
        left_out=len(rows) - min(len(rows), failed + SHOWN),
    )


def _row(entry: SealedEntry, outcome: RecordOutcome) -> dict[str, Any]:
    problem = None
    if outcome.problem is not None:
        passing = outcome.outcome == "try_again"
        problem = _LATER if passing else _PROBLEMS.get(outcome.problem.code, _OTHER)
    return {
        "seq": entry.seq,
        "event": outcome.events[0] if outcome.events else outcome.crossing_id,
        "outcome": outcome.outcome,
        "problem": problem,
        "likely": len(outcome.likely_same),
    }


def _show(
    request: Request,
    caller: Caller,
    *,
    errors: Sequence[PageError] = (),
    device: str | None = None,
    count: Mapping[str, int] | None = None,
    rows: Sequence[Mapping[str, Any]] = (),
    left_out: int = 0,
    in_parts: bool = False,
    interrupted: bool = False,
    witnessed: int = 0,
) -> Response:
    return pages_of(request).render(
        request,
        "offline_import.html",
        status=422 if errors else 200,
        here=IMPORT,
        caller=caller,
        list=BOOTH,
        errors=errors,
        device=device,
        count=count or {},
        rows=rows,
        left_out=left_out,
        in_parts=in_parts,
        interrupted=interrupted,
        witnessed=witnessed,
        may_read=caller.may(CROSSING_READ),
        key=uuid4,
    )
