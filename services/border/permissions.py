"""The permissions of the border service, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.page_scripts import script_permission
from chassis.access.permissions import Caller, page_permission, permission

CROSSING_RECORD, CROSSING_READ = "border.crossing.record", "border.crossing.read"
HANDOVER_RECORD, HANDOVER_READ = "border.handover.record", "border.handover.read"
DOCUMENT_CHECK, EVENT_CORRECT = "border.document.check", "border.event.correct"
DEVICE_REGISTER = "border.device.register"
SCREENING_RECORD, REFERRAL_RECEIVE = "border.screening.record", "border.referral.receive"
TIMELINE_READ = "registry.timeline.read"
"""The permission of the registry's page of a worker, to which pages link."""

CrossingRecord = Annotated[Caller, Depends(permission(CROSSING_RECORD))]
CrossingRecordPage = Annotated[Caller, Depends(page_permission(CROSSING_RECORD))]
CrossingRecordScript = Annotated[Caller, Depends(script_permission(CROSSING_RECORD))]


CrossingRead = Annotated[Caller, Depends(permission(CROSSING_READ))]
CrossingReadPage = Annotated[Caller, Depends(page_permission(CROSSING_READ))]


HandoverRecord = Annotated[Caller, Depends(permission(HANDOVER_RECORD))]


HandoverRead = Annotated[Caller, Depends(permission(HANDOVER_READ))]
HandoverReadPage = Annotated[Caller, Depends(page_permission(HANDOVER_READ))]


DocumentCheck = Annotated[Caller, Depends(permission(DOCUMENT_CHECK))]


ScreeningRecord = Annotated[Caller, Depends(permission(SCREENING_RECORD))]
ScreeningRecordPage = Annotated[Caller, Depends(page_permission(SCREENING_RECORD))]


ReferralReceivePage = Annotated[Caller, Depends(page_permission(REFERRAL_RECEIVE))]


CheckReview = Annotated[Caller, Depends(permission("border.check.review"))]


EventCorrectPage = Annotated[Caller, Depends(page_permission(EVENT_CORRECT))]


DeviceRegisterPage = Annotated[Caller, Depends(page_permission(DEVICE_REGISTER))]
