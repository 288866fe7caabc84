"""The permissions of the registry, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

WorkerSearch = Annotated[Caller, Depends(permission("registry.worker.search"))]


WorkerRead = Annotated[Caller, Depends(permission("registry.worker.read"))]


TimelineRead = Annotated[Caller, Depends(permission("registry.timeline.read"))]


FiguresRead = Annotated[Caller, Depends(permission("registry.figures.read"))]


QuestionRead = Annotated[Caller, Depends(permission("registry.question.read"))]


WorkerSearchPage = Annotated[Caller, Depends(page_permission("registry.worker.search"))]


TICK = "registry.tick.record"
TickPage = Annotated[Caller, Depends(page_permission(TICK))]


AuditPage = Annotated[Caller, Depends(page_permission("registry.audit.read"))]


TimelinePage = Annotated[Caller, Depends(page_permission("registry.timeline.read"))]
