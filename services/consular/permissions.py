"""The permissions of the consular service, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

CASE_OPEN, CASE_WORK, CASE_READ = "consular.case.open", "consular.case.work", "consular.case.read"
OPEN, WORK = permission(CASE_OPEN), permission(CASE_WORK)
CaseOpen = Annotated[Caller, Depends(OPEN)]
CaseWork = Annotated[Caller, Depends(WORK)]
CaseRead = Annotated[Caller, Depends(permission(CASE_READ))]
CaseReadPage = Annotated[Caller, Depends(page_permission(CASE_READ))]
