"""The permissions of the skills service, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

APPLICATION_OPEN = "skills.application.open"
APPLICATION_READ = "skills.application.read"
ASSESSMENT_BOOK = "skills.assessment.book"
ASSESSMENT_DECIDE = "skills.assessment.decide"
RECOGNITION_GRANT = "skills.recognition.grant"
RECOGNITION_REVOKE = "skills.recognition.revoke"

MAY_BOOK_ASSESSMENTS = permission(ASSESSMENT_BOOK)
MAY_DECIDE_ASSESSMENTS = permission(ASSESSMENT_DECIDE)
MAY_GRANT_RECOGNITIONS = permission(RECOGNITION_GRANT)
MAY_REVOKE_RECOGNITIONS = permission(RECOGNITION_REVOKE)

ApplicationOpen = Annotated[Caller, Depends(permission(APPLICATION_OPEN))]
ApplicationRead = Annotated[Caller, Depends(permission(APPLICATION_READ))]
AssessmentBook = Annotated[Caller, Depends(MAY_BOOK_ASSESSMENTS)]
AssessmentDecide = Annotated[Caller, Depends(MAY_DECIDE_ASSESSMENTS)]
RecognitionGrant = Annotated[Caller, Depends(MAY_GRANT_RECOGNITIONS)]
RecognitionRevoke = Annotated[Caller, Depends(MAY_REVOKE_RECOGNITIONS)]

ApplicationReadPage = Annotated[Caller, Depends(page_permission(APPLICATION_READ))]
