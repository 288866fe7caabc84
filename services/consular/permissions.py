"""The permissions of the consular service, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

CASE_OPEN, CASE_WORK, CASE_READ = "consular.case.open", "consular.case.work", "consular.case.read"
PERMIT_RECORD, PERMIT_READ = "consular.permit.record", "consular.permit.read"
CORRECT = "consular.event.correct"
"""The permission of the pages that correct and void an event, to which pages link."""
REFERRAL_RECEIVE = "consular.referral.receive"
"""The permission of offices to which missions refer people; which office it is, the office of the token says."""
TIMELINE_READ = "registry.timeline.read"
"""The permission of the registry's page of a worker, to which pages link."""
OPEN, WORK, MAY_RECORD_PERMITS = permission(CASE_OPEN), permission(CASE_WORK), permission(PERMIT_RECORD)
CaseOpen = Annotated[Caller, Depends(OPEN)]
CaseWork = Annotated[Caller, Depends(WORK)]
CaseRead = Annotated[Caller, Depends(permission(CASE_READ))]
CaseReadPage = Annotated[Caller, Depends(page_permission(CASE_READ))]
ReferralReceivePage = Annotated[Caller, Depends(page_permission(REFERRAL_RECEIVE))]
PermitRecord = Annotated[Caller, Depends(MAY_RECORD_PERMITS)]
PermitRead = Annotated[Caller, Depends(permission(PERMIT_READ))]
PermitReadPage = Annotated[Caller, Depends(page_permission(PERMIT_READ))]
