"""The pages of a file that is made in the background: its progress and its download. Only the person who asked for it may open them."""

# No deferred annotations here: FastAPI reads those of the routes inside the function.
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse, StreamingResponse

from chassis.access.csrf import check_form
from chassis.access.permissions import Everyone, page_caller
from chassis.base.logs import correlation
from chassis.commands.runtime import OutOfReach, RecordNotFound, runtime_of
from chassis.exports.files import MEDIA_TYPES
from chassis.exports.jobs import ExportJobs
from chassis.exports.requests import ExportJob, holds_rights_of
from chassis.pages.rendering import pages_of

_THE_ASKERS = Depends(
    Everyone("a file is only for the person who asked for it, who had the permission of its list")
)


async def own_job(request: Request, export_id: UUID) -> ExportJob:
    """Return a file of the person who is signed in. Raises SignInFirst, RecordNotFound, or OutOfReach if they lost a right."""
    caller = page_caller(request)
    job = await ExportJobs(runtime_of(request)).find(export_id, caller)
    if job is None:
        raise RecordNotFound(
            "there is no file of yours at this address: it is deleted an hour after it is made",
            remedy="ask for the file again on the page of the list",
        )
    if not holds_rights_of(caller, job.asked.caller):
        raise OutOfReach(
            "your office or your permissions are others than when you asked for this file",
            remedy="ask for the file again on the page of the list",
        )
    return job


OwnJob = Annotated[ExportJob, Depends(own_job)]


def export_pages() -> APIRouter:
    """Return the pages of the files of a service."""
    router = APIRouter(dependencies=[_THE_ASKERS])

    @router.get("/exports/{export_id}", name="export_page")
    async def export_page(request: Request, job: OwnJob) -> Response:
        """Show how many rows of a file are written, and the link to it once it is made."""
        asked = job.asked
        return pages_of(request).render(
            request,
            "export.html",
            job=job,
            here=_address(request, job),
            back=f"{asked.path}?{_without_file(asked.query)}".rstrip("?"),
        )

    @router.post("/exports/{export_id}/cancel", name="export_cancel_form")
    async def cancel(request: Request, job: OwnJob) -> Response:
        """Cancel a file that is not made yet."""
        await check_form(request)
        await ExportJobs(runtime_of(request)).cancel(job)
        return RedirectResponse(_address(request, job), 303)

    @router.get("/exports/{export_id}/file", name="export_file")
    async def file(request: Request, job: OwnJob) -> Response:
        """Send the file; the page of its progress if it is not made. The audit names who fetches it before it is sent."""
        runtime, asked = runtime_of(request), job.asked
        if job.state != "made":
            return RedirectResponse(_address(request, job), 303)
        detail = {**asked.detail, "export_id": str(job.export_id), "records": job.rows_done}
        await runtime.audit.look(
            page_caller(request), "export_fetch", correlation=correlation(), detail=detail
        )
        headers = {"Content-Disposition": asked.disposition, "Content-Language": asked.language}
        content = ExportJobs(runtime).content(job)
        return StreamingResponse(content, headers=headers, media_type=MEDIA_TYPES[asked.kind])

    return router


def _address(request: Request, job: ExportJob) -> str:
    return f"{request.scope['root_path']}/pages/exports/{job.export_id}"


def _without_file(query: str) -> str:
    return "&".join(part for part in query.split("&") if part.partition("=")[0] not in ("file", "cursor"))
