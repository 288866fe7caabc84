"""The permissions of the border service, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, permission

CrossingRecord = Annotated[Caller, Depends(permission("border.crossing.record"))]


CrossingRead = Annotated[Caller, Depends(permission("border.crossing.read"))]


HandoverRecord = Annotated[Caller, Depends(permission("border.handover.record"))]


HandoverRead = Annotated[Caller, Depends(permission("border.handover.read"))]


DocumentCheck = Annotated[Caller, Depends(permission("border.document.check"))]


CheckReview = Annotated[Caller, Depends(permission("border.check.review"))]
