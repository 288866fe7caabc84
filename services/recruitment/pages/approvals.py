"""The approval of several employment contracts at once: a page that checks them, and the page with what became of each."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from chassis.access.permissions import Caller, CallerFirstRoute, page_permission
from chassis.commands.idempotency import IdempotencyKeyMissing, is_key
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.pages.form import SubmittedForm
from chassis.pages.rendering import pages_of
from chassis.uploads.lines import NDJSON
from chassis.uploads.rows import adapter_of
from chassis.uploads.running import FormUpload
from services.recruitment.bulk import APPROVALS
from services.recruitment.domain.employment_contract import Status
from services.recruitment.domain.review import Verdict
from services.recruitment.permissions import CONTRACT_REVIEW
from services.recruitment.queries.contracts import look_at_contract, review_of
from services.recruitment.schemas import EmploymentContractView
from services.recruitment.wording import finding_shown, shown

LIST = "/recruitment/pages/employment-contracts"
MOST = 50
"""Contracts that are approved at once: those of one page of the list."""
_CHOSEN = "contract_"
_ADAPTER: TypeAdapter[Any] = adapter_of(APPROVALS.body, APPROVALS.record)
ReviewPage = Annotated[Caller, Depends(page_permission(CONTRACT_REVIEW))]

router = APIRouter(route_class=CallerFirstRoute)


@router.post("/employment-contracts/approvals/check", name="check_approvals_form")
async def check_approvals(request: Request, caller: ReviewPage) -> Response:
    """Show the chosen contracts with what the check found, before they are approved."""
    form = await SubmittedForm.of(request, caller)
    found = await _contracts(request, caller, form)
    return pages_of(request).render(
        request,
        "check_approvals.html",
        here=LIST,
        caller=caller,
        list=LIST,
        contracts=found,
        ready=[each for each in found if each["status_code"] is Status.REGISTERED],
        at=runtime_of(request).clock.now().isoformat(),
        key=uuid4,
    )


@router.post("/employment-contracts/approvals", name="approve_several_form")
async def approve_several(request: Request, caller: ReviewPage) -> Response:
    """Approve the chosen contracts, each for itself, as an upload of approvals does."""
    form = await SubmittedForm.of(request, caller)
    key, chosen = form.text("key"), _chosen(form)
    if not is_key(key):
        raise IdempotencyKeyMissing("the form has no idempotency key", remedy="open the page again")
    refused: dict[UUID, list[str]] = {}
    if chosen:
        lines = [{"contract_id": each, "occurred_at": form.text("at")} for each in chosen]
        content = b"\n".join(map(orjson.dumps, lines))
        sent = FormUpload(runtime_of(request), APPROVALS, _ADAPTER, caller, content, NDJSON)
        await sent.run(key, dry_run=False)
        for row in await sent.refusals(MOST):
            refused.setdefault(chosen[row.row - 1], []).append(row.reason)
    found = await _contracts(request, caller, form)
    for each in found:
        each["refused"] = refused.get(each["id"])
    return pages_of(request).render(
        request,
        "approvals.html",
        here=LIST,
        caller=caller,
        list=LIST,
        contracts=found,
        voided=len(chosen) - len(found),
    )


async def _contracts(request: Request, caller: Caller, form: SubmittedForm) -> list[dict[str, Any]]:
    """Return the chosen contracts within reach, in the order in which they were sent."""
    runtime = runtime_of(request)
    found: list[dict[str, Any]] = []
    for each in _chosen(form):
        try:
            view = await look_at_contract(runtime, caller, each, "check_approvals_page")
        except RecordNotFound:  # it was voided meanwhile
            continue
        found.append(_shown(view))
    return found


def _shown(view: EmploymentContractView) -> dict[str, Any]:
    findings = [finding_shown(each) for each in review_of(view) if each.verdict is not Verdict.MET]
    return shown(view) | {
        "status_code": view.status,
        "person": next((step.person for step in view.steps if step.person is not None), None),
        "agency_record": view.agency,
        "employer": view.employer,
        "findings": findings,
    }


def _chosen(form: SubmittedForm) -> list[UUID]:
    found: list[UUID] = []
    for name in sorted(form.fields):
        if name.startswith(_CHOSEN) and len(found) < MOST:
            try:
                found.append(UUID(name.removeprefix(_CHOSEN)))
            except ValueError:
                continue
    return found
